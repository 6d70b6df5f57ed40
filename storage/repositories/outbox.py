"""Messages committed but not yet delivered, and those that were."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, exists, func, insert, select, update

from storage import models
from storage.records import Conversation, OutboxStatus, Sent
from storage.sql import columns_of, values_of

_t = models.outbox
_earlier = _t.alias("earlier")
_ROW = columns_of(_t, Sent)
_ID: BindParameter[int] = bindparam("outbox_id")
_CONVERSATION = _t.c.conversation_id == bindparam("of_conversation")
_ADD = insert(_t).returning(_t.c.id)
_ADD_MANY = insert(_t).returning(_t.c.id, sort_by_parameter_order=True)
_is_pending = models.pending(_t)
# Only the first pending one of a conversation may go: never two at once, never one before an earlier one.
_is_first = ~exists().where(
    models.pending(_earlier),
    _earlier.c.conversation_id == _t.c.conversation_id,
    _earlier.c.id < _t.c.id,
)
_CLAIM = (
    select(*_ROW)
    .where(
        _is_pending,
        _t.c.due_at <= bindparam("now"),
        (_t.c.claimed_until.is_(None)) | (_t.c.claimed_until <= bindparam("now")),
        _is_first,
    )
    .order_by(_t.c.due_at, _t.c.id)
    .limit(bindparam("count"))
    .with_for_update(of=_t, skip_locked=True)
)
_LEASE = (
    update(_t)
    .where(_t.c.id.in_(bindparam("ids", expanding=True)))
    .values(claimed_until=bindparam("until"), tries=_t.c.tries + 1)
)
_RECORD = (
    update(_t).where(_t.c.id == _ID).values(**values_of("status", "reference", "reason", "sent_at"), claimed_until=None)
)
_RECORD_AND_DUE = _RECORD.values(values_of("due_at"))
_GET = select(*_ROW).where(_t.c.id == _ID)
_PARKED = select(*_ROW).where(_CONVERSATION, _t.c.status == "parked").order_by(_t.c.id)
_UNPARK = (
    update(_t)
    .where(_t.c.id.in_(bindparam("ids", expanding=True)), _t.c.status == "parked")
    .values(status="pending", due_at=bindparam("now"), claimed_until=None)
)
_SHOWN = (
    update(_t)
    .where(_t.c.id.in_(bindparam("ids", expanding=True)), _t.c.status == "parked")
    .values(status="inline", sent_at=bindparam("now"), claimed_until=None)
)
_SINCE = (
    select(*_ROW)
    .where(_CONVERSATION, _t.c.id > bindparam("after_id"), _t.c.erasure_id.is_(None))
    .order_by(_t.c.id)
    .limit(bindparam("count"))
)
_NEXT_DUE = select(func.min(func.coalesce(_t.c.claimed_until, _t.c.due_at))).where(_is_pending, _is_first)


class Outbox:
    """Each conversation's messages leave one at a time and in order."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        conversation: Conversation,
        inbox_id: int | None,
        bodies: Sequence[Mapping[str, Any]],
        *,
        now: datetime,
        status: Sequence[OutboxStatus],
        due_at: datetime | None = None,
    ) -> list[int]:
        """Add messages in order; their ids. `status` is one per body; `inline` counts as sent with this commit;
        pending ones are due at `due_at`, or now."""
        rows = [
            {
                "conversation_id": conversation.id,
                "inbox_id": inbox_id,
                "channel": conversation.channel,
                "external_id": conversation.external_id,
                "body": body,
                "created_at": now,
                "status": one,
                "due_at": due_at or now,
                "tries": 0,
                "reference": "",
                "reason": "",
                "sent_at": now if one == "inline" else None,
                "claimed_until": None,
            }
            for body, one in zip(bodies, status, strict=True)
        ]
        if not rows:
            return []
        if len(rows) == 1:
            return [self._connection.execute(_ADD, rows[0]).scalar_one()]
        return list(self._connection.execute(_ADD_MANY, rows).scalars())

    def claim(self, now: datetime, lease: timedelta, limit: int = 10) -> list[Sent]:
        """Due messages to deliver, at most one of each conversation: always its earliest pending one, so a message
        that waits for its next try holds back those after it. Nobody else is given them before the lease ends."""
        rows = self._connection.execute(_CLAIM, {"now": now, "count": limit}).all()
        if not rows:
            return []
        until = now + lease
        self._connection.execute(_LEASE, {"ids": [row.id for row in rows], "until": until})
        return [
            Sent(
                **{
                    **row._mapping,
                    "tries": row.tries + 1,
                    "claimed_until": until,
                    "interrupted": row.claimed_until is not None,
                }
            )
            for row in rows
        ]

    def get(self, outbox_id: int) -> Sent | None:
        """The message of this id, None if it is gone."""
        row = self._connection.execute(_GET, {"outbox_id": outbox_id}).first()
        return None if row is None else Sent(*row)

    def record(
        self,
        outbox_id: int,
        status: OutboxStatus,
        reference: str = "",
        reason: str = "",
        due_at: datetime | None = None,
        *,
        now: datetime,
    ) -> None:
        """How a delivery ended. `pending` with `due_at` means: again at that time."""
        values: dict[str, Any] = {
            "outbox_id": outbox_id,
            "new_status": status,
            "new_reference": reference,
            "new_reason": reason,
            "new_sent_at": now if status in ("sent", "inline") else None,
        }
        if due_at is None:
            self._connection.execute(_RECORD, values)
        else:
            self._connection.execute(_RECORD_AND_DUE, {**values, "new_due_at": due_at})

    def parked(self, conversation_id: int) -> list[Sent]:
        """Messages that wait for the person to write again, in order."""
        return [Sent(*row) for row in self._connection.execute(_PARKED, {"of_conversation": conversation_id})]

    def unpark(self, ids: Collection[int], now: datetime, *, inline: bool = False) -> None:
        """Parked messages may leave: by the courier, or shown with the answer of this unit of work if `inline`."""
        if ids:
            self._connection.execute(_SHOWN if inline else _UNPARK, {"ids": list(ids), "now": now})

    def since(self, conversation_id: int, after_id: int, limit: int = 100) -> list[Sent]:
        """Messages of any status with a higher id, in order."""
        values = {"of_conversation": conversation_id, "after_id": after_id, "count": limit}
        return [Sent(*row) for row in self._connection.execute(_SINCE, values)]

    def next_due(self) -> datetime | None:
        """When the courier should look again, None if nothing is pending."""
        return self._connection.execute(_NEXT_DUE).scalar()
