"""What stands around the rows of a list and holds for each of them: whose list it is, and of which day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from nlu.receipt_fields import UNSURE, Field, Piece, moment_field
from nlu.receipt_items import read_item
from nlu.receipt_layout import Cell, Layout
from nlu.receipt_values import DATE, Moment, is_past, read_moment

Item = Mapping[str, Field]
SHARED = ("merchant_name", "merchant_no", "terminal_no", "batch_no", "acquirer")
_PRINTED = ("打印时间", "打印日期", "打印", "print time", "print date", "制单时间", "结算时间", "结算日期")
_PAID_OUT = ("到账", "入账", "出款", "划款", "清算")  # the day the money moves is not the day of the payment
_AHEAD = 10  # minutes that a row may be later than the printing: one clock in two places


@dataclass(frozen=True, slots=True)
class Day:
    """The one day of a list; `until` is when it was printed on that day, `sure` whether it names the payments' day."""

    day: date
    until: time | None
    sure: bool


def shared_fields(layout: Layout, cells: Sequence[Cell], now: datetime) -> Item:
    """What the head of a list says of all its rows."""
    if not cells:
        return {}
    head = read_item(Layout([cell.line for cell in cells], layout.vocabulary), now)
    return {name: head[name] for name in SHARED if name in head}


def day_of(layout: Layout, cells: Iterable[Cell], now: datetime) -> Day | None:
    """The day that the lines around the rows name, when there is just one."""
    sure: dict[date, time | None] = {}
    printed: dict[date, time | None] = {}
    for cell in cells:
        words = [label.word for label in cell.labels]
        if any(word.startswith(_PAID_OUT) for word in words):
            continue
        beside = [] if DATE.search(cell.text) else layout.right_of(cell) if cell.labels else []
        text = " ".join((cell.text, *(other.text for other in beside)))
        found = sure if any(word not in _PRINTED for word in words) else printed
        for match in DATE.finditer(text):
            moment = read_moment(text[match.start() :], now.date()) or read_moment(match.group(), now.date())
            if moment is not None and moment.day is not None and is_past(moment.day, None, now):
                found[moment.day] = moment.clock or found.get(moment.day)
    days = sure or printed
    if len(days) != 1:
        return None
    day = next(iter(days))
    return Day(day, printed.get(day) or sure.get(day), bool(sure))


def with_shared(
    items: Sequence[Item], clocks: Sequence[tuple[Piece, Moment] | None], shared: Item, day: Day | None, now: datetime
) -> list[Item]:
    """The rows with what holds for all; `clocks` has for each row the clock time that lacks its day."""
    told = [clock for clock in clocks if clock is not None]
    if day is not None and any(_is_later(moment, day) for _, moment in told):
        day = None  # printed after midnight: these rows may be of the day before
    whole: list[Item] = []
    for item, clock in zip(items, clocks, strict=True):
        row = {**shared, **item}
        if clock is not None and day is not None and "time" not in row:
            field = moment_field(*clock, now=now, day=day.day)
            if field is not None:
                row["time"] = field if day.sure else replace(field, score=min(field.score, UNSURE))
        whole.append(row)
    return whole


def _is_later(moment: Moment, day: Day) -> bool:
    if moment.clock is None or day.until is None:
        return False
    return _minutes(moment.clock) > _minutes(day.until) + _AHEAD


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
