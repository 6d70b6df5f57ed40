"""Tables of transactions: rows of one or more lines under as many lines of heads."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from nlu.receipt_fields import Field, Piece, join_moments, moment_field
from nlu.receipt_head import day_of, shared_fields, with_shared
from nlu.receipt_items import labelled_numbers
from nlu.receipt_layout import Cell, Layout
from nlu.receipt_values import READERS, Moment, Value, read_moment, read_money, read_words

Item = Mapping[str, Field]
_SUM = 99  # marks what all rows come to
_NO_RANK = 9999
_LEAST = 3  # heads that make a table
_NEAR = 2.2  # lines from one line of heads to the next
_REACH = 1.7  # lines from a row to what else belongs to it
_NUMBERS = ("order_no", "reference_no", "merchant_no", "terminal_no", "voucher_no", "auth_code", "batch_no")
_IDENTITY = {"time", "order_no", "reference_no", "voucher_no", "card_masked", "auth_code"}
_UNKNOWN = re.compile(r"[\u4e00-\u9fff]{2,6}|[a-z]{2,8}\.?")  # what may head a column without being known
_COUNT = re.compile(r"序号?|编号|笔|#|no\.?|seq\.?")  # what heads the numbers of the rows
_LOOSE = ("", "card_masked", "trade_type", "status")  # columns in which something else may stand
_PAID_OUT = ("到账", "入账", "出款", "划款", "清算", "结算")


@dataclass(frozen=True, slots=True)
class _Head:
    """A column: the field it names ("" for none), how good that name is, and its middle from left to right."""

    name: str
    word: str
    rank: int
    middle: float


@dataclass(slots=True)
class _Row:
    """What was read of a transaction so far."""

    middle: float
    last: int = -1
    item: dict[str, Field] = field(default_factory=dict)
    moments: list[tuple[_Head, Piece, Moment]] = field(default_factory=list)


Found = tuple[_Head, Piece, Value | Moment]


def read_table(layout: Layout, now: datetime) -> list[Item]:
    """The rows under heads of which one names an amount; none where there is no such table."""
    found = _heads(layout)
    if found is None:
        return []
    heads, cells = found
    low = max(cell.bottom for cell in cells)
    rows = _rows(layout, heads, low, now)
    items: list[Item] = []
    clocks: list[tuple[Piece, Moment] | None] = []
    for row in rows:
        clock = _add_time(row, now)
        if "amount" in row.item and (clock is not None or _IDENTITY & set(row.item)):
            items.append(row.item)
            clocks.append(clock)
    if not items:
        return []
    top = min(cell.top for cell in cells)
    around = [cell for cell in layout.cells if cell.bottom <= top + 0.5 * cell.height]
    return with_shared(items, clocks, shared_fields(layout, around, now), day_of(layout, around, now), now)


def _heads(layout: Layout) -> tuple[list[list[_Head]], list[Cell]] | None:
    """The lines of heads, and the cells they stand in."""
    seen: set[int] = set()
    block: list[tuple[list[_Head], list[Cell]]] = []
    for cell in layout.cells:
        if id(cell) in seen:
            continue
        row = layout.row(cell)
        seen.update(id(other) for other in row)
        heads = _head_line(layout, row)
        near = not block or min(other.middle for other in row) - block[-1][1][0].middle < _NEAR * layout.height
        if heads and near:
            block.append((heads, row))
            continue
        if (chosen := _chosen(block)) is not None:
            return chosen
        block = [(heads, row)] if heads else []
    return _chosen(block)


def _head_line(layout: Layout, row: Sequence[Cell]) -> list[_Head]:
    """The columns that a row names; none where it says anything else. A few may have names that are not known."""
    heads: list[_Head] = []
    unknown = known = 0
    for cell in row:
        labels = layout.vocabulary.heads(cell.text) or layout.vocabulary.named(cell.text)
        known += len(labels)
        for label in labels:
            name, rank = label.fields[0] if label.fields else ("", _NO_RANK)
            heads.append(_Head(name, label.word, rank, _middle(cell, label.start, label.stop)))
        rest = cell.text
        for label in labels:
            rest = rest[: label.start] + " " * (label.stop - label.start) + rest[label.stop :]
        for match in re.finditer(r"[^\s|]+", rest):
            is_count = _COUNT.fullmatch(match.group()) is not None
            if not is_count and not _UNKNOWN.fullmatch(match.group()):
                return []
            unknown += not is_count
            heads.append(_Head("", match.group(), _NO_RANK, _middle(cell, *match.span())))
    return sorted(heads, key=lambda head: head.middle) if known and known >= unknown else []


def _middle(cell: Cell, start: int, stop: int) -> float:
    return (cell.at(start) + cell.at(min(stop, len(cell.text)) - 1)) / 2


def _chosen(block: Sequence[tuple[list[_Head], list[Cell]]]) -> tuple[list[list[_Head]], list[Cell]] | None:
    every = [head for heads, _ in block for head in heads]
    if len(every) < _LEAST or not any(head.name == "amount" for head in every):
        return None
    if len(block) > 1 and max(len(heads) for heads, _ in block) < 2:
        return None  # labels one below the other are no table
    best = min(head.rank for head in every if head.name == "amount")
    # Of two amounts the one with the better label counts; the other column is a column all the same.
    lines = [
        [
            _Head("", head.word, _NO_RANK, head.middle) if head.name == "amount" and head.rank != best else head
            for head in heads
        ]
        for heads, _ in block
    ]
    return lines, [cell for _, cells in block for cell in cells]


def _rows(layout: Layout, heads: list[list[_Head]], low: float, now: datetime) -> list[_Row]:
    lines: list[tuple[float, int, list[Found]]] = []
    named: list[tuple[float, dict[str, Field]]] = []
    done: set[int] = set()
    for cell in layout.cells:
        if id(cell) in done or cell.middle <= low:
            continue
        row = layout.row(cell)
        done.update(id(other) for other in row)
        pieces = [piece for other in row for piece in _pieces(other, heads)]
        if any(layout.vocabulary.has("summary", piece.text) for piece in pieces):
            lines.append((cell.middle, -1, []))  # nothing of one row stands on both sides of a sum
            continue
        if numbers := dict(pair for other in row for pair in labelled_numbers(layout, other)):
            named.append((cell.middle, numbers))
            continue
        fits = [_fit(layout, pieces, line, now) for line in heads]
        best = max(range(len(fits)), key=lambda number: fits[number][1])
        if fits[best][0]:
            lines.append((cell.middle, best, fits[best][0]))
    rows = _stacked(lines) if len(heads) > 1 else _gathered(layout, lines)
    if not any(row.moments or _IDENTITY & set(row.item) for row in rows):
        return []  # goods with their prices, whatever is named below them
    _add_named(rows, named)
    return rows


def _add_named(rows: list[_Row], named: list[tuple[float, dict[str, Field]]]) -> None:
    """What lines with labels of their own say, to the row above each; or below, where one is above the first."""
    if not rows or not named:
        return
    is_below = named[0][0] > rows[0].middle
    for middle, numbers in named:
        near = [row for row in rows if (row.middle < middle) is is_below and row.last != _SUM]
        row = (near[-1] if is_below else near[0]) if near else None
        if row is not None and not numbers.keys() & row.item.keys():
            row.item.update(numbers)


def _stacked(lines: list[tuple[float, int, list[Found]]]) -> list[_Row]:
    """Rows of as many lines as there are lines of heads."""
    rows: list[_Row] = []
    for middle, number, found in lines:
        if number < 0:
            rows.append(_Row(middle, last=_SUM))
            continue
        if not rows or number <= rows[-1].last:
            rows.append(_Row(middle))
        _put(rows[-1], found)
        rows[-1].last = number
    return rows


def _gathered(layout: Layout, lines: list[tuple[float, int, list[Found]]]) -> list[_Row]:
    """Each sum with what stands in its line, and what else stands nearer to it than to any other sum."""
    rows = [_Row(middle) for middle, _, found in lines if any(head.name == "amount" for head, _, _ in found)]
    for middle, _, found in lines:
        near = sorted(rows, key=lambda row: abs(row.middle - middle))
        if not near or abs(near[0].middle - middle) > _REACH * layout.height:
            continue
        if len(near) > 1 and abs(near[1].middle - middle) < 1.2 * abs(near[0].middle - middle):
            continue
        _put(near[0], found)
    return rows


def _put(row: _Row, found: list[Found]) -> None:
    for head, piece, value in found:
        if isinstance(value, Moment):
            row.moments.append((head, piece, value))
        else:
            row.item.setdefault(head.name, piece.field(value))


def _fit(layout: Layout, pieces: list[Piece], heads: list[_Head], now: datetime) -> tuple[list[Found], int]:
    """What the pieces of a line come to under these heads: by their order where each has one, else by their place.

    And how well they fit: the pieces read, less those that are nothing of what their head says.
    """
    if len(pieces) == len(heads):
        found = [_read(layout, piece, head, now) for piece, head in zip(pieces, heads, strict=True)]
        if all(one is not None or head.name in _LOOSE for one, head in zip(found, heads, strict=True)):
            read = [one for one in found if one is not None]
            return read, len(read)
    placed: list[Found] = []
    astray = 0
    for piece in pieces:
        centre = (piece.cell.at(piece.start) + piece.cell.at(piece.stop - 1)) / 2
        head = min(heads, key=lambda one: abs(one.middle - centre))
        if (one := _read(layout, piece, head, now)) is not None:
            placed.append(one)
        else:
            astray += bool(head.name)
    return placed, len(placed) - astray


def _read(layout: Layout, piece: Piece, head: _Head, now: datetime) -> Found | None:
    value: Value | Moment | None = None
    if head.name == "amount":
        value = read_money(piece.text)
    elif head.name == "time":
        value = read_moment(piece.text, now.date(), shorthand=True)
    elif head.name in _NUMBERS or head.name == "card_masked":
        value = READERS[head.name](piece.text)
    elif head.name in ("status", "trade_type"):
        value = read_words(head.name, piece.text, layout.vocabulary)
    return None if value is None else (head, piece, value)


def _add_time(row: _Row, now: datetime) -> tuple[Piece, Moment] | None:
    """Note when it was; gives the clock time that lacks its day."""
    if not row.moments:
        return None
    ordered = sorted(row.moments, key=lambda entry: entry[0].rank)
    head, piece, moment = ordered[0]
    if moment.day and moment.clock:
        _note(row, moment_field(piece, moment, now=now))
        return None
    days = [(other, one) for at, other, one in ordered if one.day and (at is head or not at.word.startswith(_PAID_OUT))]
    clocks = [(other, one) for _, other, one in ordered if one.clock and not one.day]
    if days and clocks:
        _note(row, join_moments(*days[0], *clocks[0], now))
        return None
    if clocks:
        return clocks[0]
    _note(row, moment_field(piece, moment, now=now))
    return None


def _note(row: _Row, when: Field | None) -> None:
    if when is not None:
        row.item["time"] = when


def _pieces(cell: Cell, heads: list[list[_Head]]) -> list[Piece]:
    """The cell whole, or at its blanks where it reaches across several columns."""
    if not cell.text:
        return []
    crossed = max(
        sum(cell.left - cell.height < head.middle < cell.right + cell.height for head in line) for line in heads
    )
    if crossed < 2 or " " not in cell.text.strip():
        return [Piece(cell, 0, len(cell.text))]
    joined = re.sub(r"(\d[-/]\d\d|\d\.\d\d?\.\d\d|日) (\d\d:)", r"\1_\2", cell.text)
    return [Piece(cell, match.start(), match.end()) for match in re.finditer(r"\S+", joined)]
