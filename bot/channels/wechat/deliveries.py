"""What an error code of WeChat means for the message that was to be sent."""

import logging
from datetime import datetime, timedelta, timezone

from bot.channels.wechat.client import TOKEN_CODES, ClientFault, Declined, NotSent, Unfit
from bot.messages import Delivery

log = logging.getLogger(__name__)

_BEIJING = timezone(timedelta(hours=8))
_WHILE_AWAY = timedelta(minutes=1)

WITHOUT_RIGHT = frozenset({48001, 50002})
"""The account may not send at all: no right to the interface, or frozen."""

_WAITS_FOR_PERSON = {
    45015: "window_closed",  # 48 hours over, or not following any longer
    45047: "credit_used",
    48002: "declined_by_person",
    **dict.fromkeys(WITHOUT_RIGHT, "no_right"),
}
_REFUSED = {40003: "not_found", 43004: "blocked", 43019: "blocked", 43101: "not_subscribed"}
_OURS = frozenset({45002, 45008, 47003, 40037, 45067})
_OPERATORS = frozenset({40013, 40125, 40164, 40243, 89503, *TOKEN_CODES})


def judge(fault: ClientFault, now: datetime) -> Delivery:
    """What a failed attempt to send came to.

    Nothing that a person was to read is thrown away because of the account's state: it is parked until they write.
    """
    if isinstance(fault, NotSent):
        return Delivery("retry", reason="not_sent", after=_WHILE_AWAY)
    if not isinstance(fault, Declined):
        return Delivery("refused" if isinstance(fault, Unfit) else "unknown", reason="no_answer")
    code = fault.code
    reason = f"errcode_{code}"
    if code == -1:
        return Delivery("retry", reason=reason)  # WeChat is busy: the sender backs off and gives up some time
    if code == 45009:
        return Delivery("retry", reason=reason, after=_until_midnight(now))
    if code == 45011:
        return Delivery("retry", reason=reason, after=timedelta(seconds=60 - now.second))
    if code in _REFUSED:
        return Delivery("refused", reason=_REFUSED[code])
    if code in _OURS:
        log.error("WeChat does not accept what we send: errcode %d", code)
        return Delivery("refused", reason=reason)
    if code in WITHOUT_RIGHT or code in _OPERATORS:
        log.error("WeChat lets this account send nothing, an operator is needed: errcode %d", code)
    elif code not in _WAITS_FOR_PERSON:
        log.error("WeChat answers with an unknown errcode %d", code)
    return Delivery("parked", reason=_WAITS_FOR_PERSON.get(code, reason))


def _until_midnight(now: datetime) -> timedelta:
    local = now.astimezone(_BEIJING)
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - local
