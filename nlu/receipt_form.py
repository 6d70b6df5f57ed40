"""Lists whose columns have no heads that are known: what each value is, told by its looks, alike from row to row."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from nlu.receipt_fields import UNSURE, Field, Piece, moment_field
from nlu.receipt_head import day_of, shared_fields, with_shared
from nlu.receipt_layout import Cell, Layout
from nlu.receipt_values import CLOCK, Moment, Value, read_card, read_moment, read_money

Item = Mapping[str, Field]
MONEY_LIKE = re.compile(r"[+\-]?\s*[¥$]?\s*[+\-]?\s*(?:\d{1,3}(?:,\d{3})+|\d+)\.\d{2}\s*元?|[+\-]?[¥$]\s*\d+")
_NUMBER = re.compile(r"\d{12}")  # as reference numbers are
_JOINED = re.compile(  # a blank that parts no two values: between a day and its clock time, after a sign
    r"(?<=\d[-/]\d\d) (?=\d\d:)|(?<=\d\.\d\d\.\d\d) (?=\d\d:)|(?<=日) (?=\d\d:)|(?<=[¥+\-]) (?=[¥\d])"
)
_MOST_LINES = 4  # of a row
_MOST_BEFORE = 3  # lines that look like some of a row and stand above the first
_LEAST_ROWS = 2
_FEE = Decimal("0.03")  # the most of a sum that what stands beside it can be, to be taken for its fee


@dataclass(frozen=True, slots=True)
class _Found:
    """A value whose looks say what it is: the field it would be, and what it says."""

    name: str
    piece: Piece
    value: Value | Moment


Row = Sequence[_Found]


def read_by_form(layout: Layout, now: datetime) -> list[Item]:
    """The rows, each as many lines that look alike; none where the page holds no such rows.

    Where a row has several sums, the one is taken that comes to a total printed below, or beside which the others are
    but fees; else none is.
    """
    rows = _rows(_lines(layout, now))
    if not rows or _is_mixed(layout, rows, now):
        return []
    column = _column_of_sums(layout, rows)
    first = rows[0][0].piece.cell
    around = [cell for cell in layout.cells if layout.lift(first, cell) < -0.5 * first.height]
    items: list[Item] = []
    clocks: list[tuple[Piece, Moment] | None] = []
    for row in rows:
        item, clock = _item(row, column, now)
        items.append(item)
        clocks.append(clock)
    return with_shared(items, clocks, shared_fields(layout, around, now), day_of(layout, around, now), now)


def _is_mixed(layout: Layout, rows: Sequence[Row], now: datetime) -> bool:
    """Stand lines between the rows that have labels, or that name the day of what follows?"""
    first, last = rows[0][0].piece.cell, rows[-1][-1].piece.cell
    used = {id(found.piece.cell) for row in rows for found in row}
    between = [cell for cell in layout.cells if layout.lift(first, cell) > 0 > layout.lift(last, cell)]
    others = [cell for cell in between if not any(id(beside) in used for beside in layout.row(cell))]
    moments = [read_moment(cell.text, now.date(), shorthand=True) for cell in others]
    return any(cell.labels for cell in others) or any(moment is not None and moment.day for moment in moments)


def _lines(layout: Layout, now: datetime) -> list[list[_Found]]:
    """What of each line is known by its looks, up to the first that tells what all come to or has a label again."""
    lines: list[list[_Found]] = []
    ended = False
    for row in layout.rows:
        if any(cell.labels or layout.vocabulary.has("summary", cell.text) for cell in row):
            ended = ended or _tell_a_time(lines)
            continue
        line = [found for cell in row for piece in _pieces(cell) if (found := _look_at(piece, now)) is not None]
        if ended and _tell_a_time([line]):
            return []  # it goes on
        if line and not ended:
            lines.append(line)
    return lines


def _tell_a_time(lines: Sequence[list[_Found]]) -> bool:
    return any(found.name == "time" for line in lines for found in line)


def _pieces(cell: Cell) -> Iterator[Piece]:
    for match in re.finditer(r"\S+", _JOINED.sub("_", cell.text)):
        yield Piece(cell, match.start(), match.end())


def _look_at(piece: Piece, now: datetime) -> _Found | None:
    text = piece.text
    if (card := read_card(text)) is not None:
        return _Found("card_masked", piece, card)
    if CLOCK.search(text) and (moment := read_moment(text, now.date(), shorthand=True)) is not None:
        return _Found("time", piece, moment)
    if MONEY_LIKE.fullmatch(text) and (value := read_money(text)) is not None:
        return _Found("amount", piece, value)
    return _Found("reference_no", piece, Value(text, 0, len(text), UNSURE)) if _NUMBER.fullmatch(text) else None


def _rows(lines: Sequence[list[_Found]]) -> list[Row]:
    """The lines put together to rows of equally many, each line like the same one of the other rows."""
    for size in range(1, _MOST_LINES + 1):
        for start in range(_MOST_BEFORE + 1):
            count, rest = divmod(len(lines) - start, size)
            if rest or count < _LEAST_ROWS:
                continue
            parts = [lines[at : at + size] for at in range(start, len(lines), size)]
            looks = {tuple(tuple(found.name for found in line) for line in part) for part in parts}
            names = [found.name for line in parts[0] for found in line]
            if len(looks) == 1 and names.count("time") == 1 and "amount" in names:
                return [[found for line in part for found in line] for part in parts]
    return []


def _sums(row: Row) -> list[Decimal]:
    return [Decimal(found.value.text) for found in row if isinstance(found.value, Value) and found.name == "amount"]


def _column_of_sums(layout: Layout, rows: Sequence[Row]) -> int | None:
    """Which of the sums of a row is the payment."""
    table = [_sums(row) for row in rows]
    columns = list(zip(*table, strict=True))
    if len(columns) == 1:
        return 0
    used = {id(found.piece.cell) for row in rows for found in row}
    texts = " ".join(cell.text for cell in layout.cells if id(cell) not in used)
    printed = {Decimal(match.group().replace(",", "")) for match in re.finditer(r"-?\d[\d,]*\.\d\d(?!\d)", texts)}
    totals = [number for number, column in enumerate(columns) if sum(column) in printed]
    if totals:
        return totals[0] if len(totals) == 1 else None
    large = [number for number in range(len(columns)) if all(_others_are_fees(sums, number) for sums in table)]
    return large[0] if large else None


def _others_are_fees(sums: Sequence[Decimal], number: int) -> bool:
    return all(abs(other) <= _FEE * abs(sums[number]) for place, other in enumerate(sums) if place != number)


def _item(row: Row, column: int | None, now: datetime) -> tuple[dict[str, Field], tuple[Piece, Moment] | None]:
    """What a row says, and its clock time where its day is told elsewhere."""
    item: dict[str, Field] = {}
    clock: tuple[Piece, Moment] | None = None
    number = 0
    for found in row:
        if isinstance(found.value, Moment):
            if found.value.day is None:
                clock = (found.piece, found.value)
            elif (when := moment_field(found.piece, found.value, now=now)) is not None:
                item["time"] = when
        elif found.name != "amount":
            item[found.name] = found.piece.field(found.value)
        else:
            if number == column:
                item["amount"] = found.piece.field(found.value)
            number += 1
    if [found.name for found in row].count("reference_no") > 1:
        del item["reference_no"]  # one of them is something else
    return item, clock
