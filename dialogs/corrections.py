"""What words set right in an entry of the contact log: a number, a day, a promise, how often; pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from dialogs import wordlists, workdays
from dialogs.contact_days import CLOSE_OF_DAY, ENGLISH, number
from dialogs.guide import Guide
from dialogs.turn import Turn
from dialogs.view import Attempt

Field = Literal["who", "number", "ticket", "promised_until", "at", "count"]
STAFF = "工号"  # as contacts are stored
STAFF_WORDS = ("工号", "staff number", "staff no", "badge number")
SETS_RIGHT = re.compile(
    r"不是|并非|唔是|不对|[记说写打听搞]错|错了|改成|改为|应该是|应是|"
    r"\b(?:not|wrong|actually|should be|correction)\b"
)
DENIED_BEFORE = re.compile(r"不是|并非|唔是|\bnot\b")
MEANT_BEFORE = re.compile(r"(?<![不说而唔])是|\bbut\b|\bit was\b|\bit is\b")
DENIED_AFTER = re.compile(r"[^,，。;；]{0,4}(?:不对|错|改成|改为)| (?:is|was) wrong\b")
TOKEN = re.compile(r"(?<![0-9a-z.:：])[a-z]{0,4}-?\d[0-9a-z-]*(?![0-9a-z.:：%])")
NO_NAME = re.compile(r" ?(?:次|遍|回|趟|个|天|号(?!码)|日|月|点|年|元|块|万|千|times|days?|yuan|working|business)")
NUMBER = rf"[一二两三四五六七八九十]|\d{{1,2}}|\b(?:{'|'.join(ENGLISH)})\b"
SPAN = re.compile(
    rf"({NUMBER}) ?个?(工作日|工作天|自然日|天|日|(?:working |business )?days?\b)?(?![次遍回趟点号月万千百块元\d])"
)
HOW_OFTEN = re.compile(rf"({NUMBER}) ?多?(?:次|遍|回|趟|个电话|times\b)")
IN_WORKDAYS = re.compile(r"工作|working|business")
PROMISE = ("答应", "承诺", "说的是", "期限", "等到", "promise", "working day", "business day", "工作日")
CALLED = ("打", "拨", "电话", "联系", "找", "寄", "去", "call", "called", "phoned", "contacted", "wrote", "went")
MONEY = re.compile(r"金额|钱|[元块](?![一-龥])|amount|yuan")
CALLING = re.compile(
    r"(?:打|拨|call|called|phoned|rang|dialled|dialed)(?:的不是|的是|了|过|的)? ?(?:0\d{9,}|[1489]\d{4,}(?![天元块]))"
)
DAY = re.compile(r"[号日天周]|星期|礼拜|月|day|\d[/-]\d")
STAFF_ALONE = re.compile(
    r"^(?:[^,，。;；]{0,8}那[次回]的?)?(?:那个|他的|她的|对方|客服|的|his|her|the| )*"
    r"(?:工号|staff (?:number|no\.?))(?:应该)?(?:是|为|is|[:： ])*"
    r"([0-9a-z-]{2,12})[。.!！]?$"
)
CALLED_ALONE = re.compile(
    r"^(?:我|我们)?(?:打的(?:号码|电话)?是|打的号码|i called|the number (?:i called )?(?:is|was)) ?"
    r"(0\d{2,3}-?\d{7,8}|[1489]\d{4}|[48]00-?\d{3}-?\d{4})[。.!！]?$"
)


@dataclass(frozen=True, slots=True)
class Correction:
    """A field of an entry, its value as it should be ("" where that is not said), and the one denied ("" for none).

    A promise is a day (ISO 8601) or a span: `5d`, `5w` for working days, `5` where the unit is not said."""

    field: Field
    value: str
    denied: str = ""


@dataclass(frozen=True, slots=True)
class _Said:
    """A value in the words: where it stands."""

    value: str
    begin: int
    end: int


def staff_of(attempt: Attempt) -> str:
    """The staff number of a contact; "" for none."""
    found = re.search(rf"{STAFF} (\S+)", attempt.who)
    return found.group(1) if found else ""


def read(guide: Guide, turn: Turn, log: tuple[Attempt, ...], now: datetime) -> Correction | None:
    """What the words set right in the log; None for nothing of it."""
    plain = turn.plain.strip()
    if alone := STAFF_ALONE.match(plain):
        at = turn.plain.rfind(alone.group(1))
        return Correction("who", turn.text[at : at + len(alone.group(1))])
    if called := CALLED_ALONE.match(plain):
        return Correction("number", called.group(1))
    if not SETS_RIGHT.search(plain):
        return None
    return _number(guide, turn, log) or _how_often(plain) or _promise(turn, log, now) or _day(turn, log)


def _number(guide: Guide, turn: Turn, log: tuple[Attempt, ...]) -> Correction | None:
    """A staff number, a number called, a number they gave."""
    plain = turn.plain
    tokens = [
        _Said(one.group(), one.start(), one.end())
        for one in TOKEN.finditer(plain)
        if not NO_NAME.match(plain[one.end() :])
    ]
    known: dict[Field, list[str]] = {
        "who": [staff_of(one).lower() for one in log],
        "number": [one.number.lower() for one in log],
        "ticket": [one.ticket.lower() for one in log],
    }
    named: Field | None = None
    if wordlists.says(STAFF_WORDS, plain):
        named = "who"
    elif wordlists.says(guide.contacts.tickets, plain):
        named = "ticket"
    elif CALLING.search(plain):
        named = "number"
    right, denied = _sides(plain, tokens, [value for values in known.values() for value in values if value])
    field = named or next((name for name, values in known.items() if denied and denied in values), None)
    if field is None or not any(known[field]) or (MONEY.search(plain) and denied not in known[field]):
        return None
    typed = [turn.text[one.begin : one.end] for one in tokens if one.value == right]
    return Correction(field, typed[0] if typed else "", denied)


def _how_often(plain: str) -> Correction | None:
    tokens = [_Said(str(number(one.group(1))), one.start(), one.end()) for one in HOW_OFTEN.finditer(plain)]
    right, denied = _sides(plain, tokens, ())
    return Correction("count", right, denied) if right else None


def _promise(turn: Turn, log: tuple[Attempt, ...], now: datetime) -> Correction | None:
    """Until when something was promised: in how many days, or which day."""
    plain, promised = turn.plain, [one.promised_until.date().isoformat() for one in log if one.promised_until]
    if not promised:
        return None
    told = wordlists.says(PROMISE, plain)
    days = _days(turn)
    right, denied = _sides(plain, days, promised)
    if days and right and (told or denied[:10] in promised):
        return Correction("promised_until", right, denied)
    spans = list(SPAN.finditer(plain))
    unit = next((_unit(one.group(2)) for one in spans if one.group(2)), "")
    tokens = [
        _Said(f"{number(one.group(1))}{_unit(one.group(2)) if one.group(2) else unit}", one.start(), one.end())
        for one in spans
    ]
    right, denied = _sides(plain, tokens, ())
    if not right or not unit:
        return None
    known = denied and any(_day_of(until(one, denied, now)) == _day_of(one.promised_until) for one in log)
    return Correction("promised_until", right, denied) if told or known else None


def until(attempt: Attempt, value: str, now: datetime) -> datetime | None:
    """The end of a promise, counted from the day of the contact where it is a span."""
    if is_day(value):
        day = moment(value, now)
        return day if "T" in value else datetime.combine(day.date(), CLOSE_OF_DAY, now.tzinfo)
    days = int(value.rstrip("dw") or 0)
    evening = datetime.combine(attempt.at.date(), CLOSE_OF_DAY, now.tzinfo)
    if not days or value[-1] not in "dw":
        return None
    return workdays.on(evening, days) if value.endswith("w") else evening + timedelta(days=days)


def _day_of(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _day(turn: Turn, log: tuple[Attempt, ...]) -> Correction | None:
    """When a contact took place: its day, or only its hour."""
    if not wordlists.says(CALLED, turn.plain) and not any(char in turn.plain for char in CALLED if len(char) == 1):
        return None
    right, denied = _sides(turn.plain, _days(turn), [one.at.date().isoformat() for one in log])
    return Correction("at", right, denied) if right else None


def _days(turn: Turn) -> list[_Said]:
    found = []
    for entity in turn.entities:
        begin = turn.text.find(entity.text)
        if entity.type == "time" and begin >= 0:
            hour_only = "T" in entity.value and not DAY.search(entity.text.lower())
            value = entity.value.partition("T")[2] if hour_only else entity.value
            found.append(_Said(value, begin, begin + len(entity.text)))
    return found


def _sides(plain: str, tokens: list[_Said], known: Iterable[str]) -> tuple[str, str]:
    """The value meant and the one denied, each "" where it is not said or not clear."""
    meant: list[str] = []
    denied: list[str] = []
    begin = 0
    for one in tokens:
        before, after = plain[begin : one.begin], plain[one.end :]
        begin = one.end
        refused = max((found.end() for found in DENIED_BEFORE.finditer(before)), default=-1)
        wanted = max((found.end() for found in MEANT_BEFORE.finditer(before)), default=-1)
        (denied if refused >= max(wanted, 0) or DENIED_AFTER.match(after) else meant).append(one.value)
    if not denied and len(set(meant)) > 1:  # of two the one that is known is the wrong one
        denied = [value for value in meant if value in known]
        meant = [value for value in meant if value not in denied]
    right = set(meant) - set(denied)
    return next(iter(right), "") if len(right) == 1 else "", denied[0] if denied else ""


def _unit(word: str) -> str:
    return "w" if IN_WORKDAYS.search(word) else "d"


def is_day(value: str) -> bool:
    """Is a promise told as a day, not as a span?"""
    try:
        date.fromisoformat(value[:10])
    except ValueError:
        return False
    return True


def moment(value: str, now: datetime) -> datetime:
    """A day or moment as it is stored, in the merchant's zone."""
    return datetime.fromisoformat(value).replace(tzinfo=now.tzinfo)
