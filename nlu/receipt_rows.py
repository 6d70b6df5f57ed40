"""Lists of transactions without heads above them: sums one below the other, or labels that come again and again."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise

from nlu.receipt_fields import Field, Piece, moment_field, score_of
from nlu.receipt_form import MONEY_LIKE
from nlu.receipt_head import day_of, shared_fields, with_shared
from nlu.receipt_items import labelled_numbers, read_item
from nlu.receipt_layout import Cell, Layout
from nlu.receipt_values import CLOCK, Moment, Value, read_moment, read_money, read_told_money

Item = Mapping[str, Field]
_DAY_HEAD = re.compile(
    r"20\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?|\d{1,2}月\d{1,2}日|\d{1,2}-\d{1,2}\s?(?:周|星期)"
    r"|今[天日]|昨[天日]|前天"
)
_RECORD = ("amount", "time", "voucher_no", "order_no", "reference_no")


def read_labelled_rows(layout: Layout, now: datetime) -> list[Item]:
    """Transactions one below the other, each with the same labels; none where no label comes again."""
    starts = _starts(layout)
    if len(starts) < 2:
        return []
    around = [cell for cell in layout.cells if cell.bottom <= starts[0].top + 0.3 * starts[0].height]
    items: list[Item] = []
    clocks: list[tuple[Piece, Moment] | None] = []
    for start, after in pairwise([*starts, None]):
        top = start.top - 0.3 * start.height if start is not None else 0.0
        low = after.top - 0.3 * after.height if after is not None else layout.cells[-1].bottom + 1
        cells = [cell for cell in layout.cells if top <= cell.top < low and cell not in around]
        cells = _without_sums(layout, cells)
        if not cells:
            continue
        part = Layout([cell.line for cell in cells], layout.vocabulary)
        item = read_item(part, now)
        clock = None if "time" in item else _lone_clock(part, now)
        if "amount" in item and (clock is not None or set(item) & set(_RECORD[1:])):
            items.append(item)
            clocks.append(clock)
    if len(items) < 2:
        return []
    return with_shared(items, clocks, shared_fields(layout, around, now), day_of(layout, around, now), now)


def _starts(layout: Layout) -> list[Cell]:
    """Where each transaction begins: at the first of what comes as often as the amounts, and in turn with them."""
    places: dict[str, list[Cell]] = {}
    for cell in layout.cells:
        sort = _sort_of(layout, cell)
        if sort in ("time", "status", "trade_type"):
            places.setdefault(sort, []).append(cell)
        for label in cell.labels:
            places.setdefault(label.word, []).append(cell)
    amounts = {
        label.word for cell in layout.cells for label in cell.labels if label.fields and label.fields[0][0] == "amount"
    }
    sums = max((places[word] for word in amounts), key=lambda cells: (len(cells), -cells[0].middle), default=[])
    totals = (cell.top for cell in layout.cells if layout.vocabulary.has("summary", cell.text))
    stop = next((top for top in totals if sums and top > sums[0].bottom), math.inf)
    first = sums = [cell for cell in sums if cell.bottom <= stop + 0.5 * cell.height]
    if len(sums) < 2:
        return []
    for cells in places.values():
        last = [cell for cell in cells if cell.bottom <= stop + 0.5 * cell.height][-len(sums) :]
        if last and last[0].middle < first[0].middle and _come_in_turn(layout, sums, last):
            first = last
    return first


def _without_sums(layout: Layout, cells: Sequence[Cell]) -> list[Cell]:
    """The cells above the first line that tells what all of them come to."""
    stop = next((cell.top for cell in cells if layout.vocabulary.has("summary", cell.text)), None)
    return [cell for cell in cells if stop is None or cell.bottom <= stop + 0.5 * cell.height]


def _lone_clock(layout: Layout, now: datetime) -> tuple[Piece, Moment] | None:
    """The clock time without a day, where there is one."""
    found = []
    for cell in layout.cells:
        clock = CLOCK.search(cell.text)
        if clock is None:
            continue
        piece = Piece(cell, clock.start(), clock.end())
        if (moment := read_moment(piece.text, now.date())) is not None:
            found.append((piece, moment))
    return found[0] if len({moment.clock for _, moment in found}) == 1 else None


def read_rows(layout: Layout, now: datetime) -> list[Item]:
    """Sums that stand in a column, each with the moment, state and kind beside it; none where it is no list."""
    anchors = [cell for cell in layout.cells if _is_sum(layout, cell)]
    if len(anchors) < 2:
        return []
    if 2 * sum(_has_other(layout, cell, anchors) for cell in anchors) >= len(anchors):
        return []  # two sums a row: which of them is the payment is not known
    bounds = _bounds(layout, anchors)
    heads = [cell for cell in layout.cells if _is_day_head(cell)]
    around = [cell for cell in layout.cells if cell not in heads and _is_above(layout, anchors[0], bounds[0][0], cell)]
    items: list[Item] = []
    clocks: list[tuple[Piece, Moment] | None] = []
    timed: list[Cell] = []
    for anchor, band in zip(anchors, _bands(layout, anchors, bounds, [*heads, *around]), strict=True):
        day, sure = _day_above(heads, anchor, now)
        item, clock = _row_item(layout, anchor, band, day, now)
        if "time" in item:
            item["time"] = replace(item["time"], score=min(item["time"].score, sure))
        moments = [cell for cell in band if CLOCK.search(cell.text)]
        timed += moments[:1] or ([anchor] if "time" in item else [])
        if moments or "time" in item or "status" in item:
            items.append(item)
            clocks.append(clock)
    if len(items) < 2 or len(timed) < 2 or len(timed) * 2 < len(items):
        return []
    day_of_all = (
        None if heads and any(head.middle > anchors[0].middle for head in heads) else day_of(layout, around, now)
    )
    return with_shared(items, clocks, shared_fields(layout, around, now), day_of_all, now)


def _has_other(layout: Layout, anchor: Cell, anchors: Sequence[Cell]) -> bool:
    return any(other in anchors for other in layout.row(anchor) if other is not anchor)


def _is_above(layout: Layout, anchor: Cell, top: float, cell: Cell) -> bool:
    """Does the cell stand above the first row: too high for it, or with a label that no row has?"""
    if layout_middle(layout, anchor, cell) < top:
        return True
    if layout.lift(anchor, cell) > -0.5 * cell.height:
        return False
    labelled_by = (
        cell if cell.starts_with_label else next((one for one in layout.row(cell) if one.starts_with_label), None)
    )
    if labelled_by is None or labelled_by.left > cell.left:
        return False
    word = labelled_by.labels[0].word
    return sum(label.word == word for other in layout.cells for label in other.labels) == 1


def _bands(
    layout: Layout, anchors: Sequence[Cell], bounds: Sequence[tuple[float, float]], others: Sequence[Cell]
) -> list[list[Cell]]:
    """What belongs to each sum: of what comes as often as the sums each in its turn, else what the gaps part from the
    other sums."""
    region = [
        cell
        for cell in layout.cells
        if cell not in others
        and cell not in anchors
        and bounds[0][0] <= layout_middle(layout, anchors[0], cell)
        and layout_middle(layout, anchors[-1], cell) < bounds[-1][1]
    ]
    groups: dict[str, list[Cell]] = {}
    for cell in region:
        groups.setdefault(_sort_of(layout, cell), []).append(cell)
    bands: list[list[Cell]] = [[] for _ in anchors]
    for sort, cells in groups.items():
        in_turn = sort and _come_in_turn(layout, anchors, cells)
        for number, cell in enumerate(cells):
            for index, (anchor, (top, bottom)) in enumerate(zip(anchors, bounds, strict=True)):
                if index == number if in_turn else top <= layout_middle(layout, anchor, cell) < bottom:
                    bands[index].append(cell)
    return bands


def _sort_of(layout: Layout, cell: Cell) -> str:
    bare = cell.text.strip(" .:·")
    if CLOCK.search(cell.text):
        return "time"
    if cell.starts_with_label:
        return cell.labels[0].word
    if bare in layout.vocabulary.statuses:
        return "status"
    return "trade_type" if bare in layout.vocabulary.trade_types else ""


def _come_in_turn(layout: Layout, anchors: Sequence[Cell], cells: Sequence[Cell]) -> bool:
    """Is there one for each sum, always about as far below or above it?"""
    if len(cells) != len(anchors):
        return False
    lifts = [layout.lift(anchor, cell) for anchor, cell in zip(anchors, cells, strict=True)]
    pitch = min(layout.lift(first, second) for first, second in pairwise(anchors))
    return max(lifts) - min(lifts) < 0.6 * pitch and max(map(abs, lifts)) < pitch


def _day_above(heads: Sequence[Cell], anchor: Cell, now: datetime) -> tuple[date | None, float]:
    """The day under whose head the sum stands, and how surely that was read; none where it cannot be read, whatever the
    one before says."""
    head = next((head for head in reversed(heads) if head.middle < anchor.middle), None)
    moment = read_moment(head.text, now.date(), shorthand=True) if head is not None else None
    if head is None or moment is None:
        return None, 1.0
    return moment.day, score_of(head, moment.start, moment.stop)


def layout_middle(layout: Layout, anchor: Cell, cell: Cell) -> float:
    """The height of a cell, as if it stood where the anchor stands from left to right."""
    return anchor.middle + layout.lift(anchor, cell)


def _is_sum(layout: Layout, cell: Cell) -> bool:
    if cell.labels or _sum(layout, cell) is None:
        return False
    row = layout.row(cell)
    if any(layout.vocabulary.has("summary", other.text) for other in row if other is not cell):
        return False
    # A row with labels of its own is no row of a list: fee, balance and the like.
    return not any(not label.fields for other in row for label in other.labels if other.right <= cell.left)


def _sum(layout: Layout, cell: Cell) -> Value | None:
    if MONEY_LIKE.fullmatch(cell.text.strip()):
        return read_money(cell.text)
    words = {
        *layout.vocabulary.trade_types,
        *layout.vocabulary.signs["money_in"],
        *layout.vocabulary.signs["money_out"],
    }
    told = read_told_money(cell.text, words)
    return told[1] if told is not None else None


def _is_day_head(cell: Cell) -> bool:
    bare = cell.text.strip()
    match = _DAY_HEAD.match(bare)
    return match is not None and not re.search(r"\d{1,2}:\d\d", bare)


def _bounds(layout: Layout, anchors: list[Cell]) -> list[tuple[float, float]]:
    """From where to where each sum's row reaches: the widest gap between it and the next one parts them."""
    bounds: list[tuple[float, float]] = []
    top = anchors[0].middle - 3 * layout.height
    for here, after in zip(anchors, [*anchors[1:], None], strict=True):
        if after is None:
            bottom = here.middle + (here.middle - top if len(anchors) == 1 else 4 * layout.height)
        else:
            bottom = _widest_gap(layout, here, after)
        bounds.append((top, bottom))
        top = bottom
    return bounds


def _widest_gap(layout: Layout, here: Cell, after: Cell) -> float:
    levels = sorted(
        (middle - cell.height / 2, middle + cell.height / 2)
        for cell in layout.cells
        if here.middle <= (middle := layout_middle(layout, here, cell)) <= layout_middle(layout, here, after) + 1
    )
    best, place, reach = -1.0, (here.middle + after.middle) / 2, here.bottom
    for top, bottom in levels:
        if top - reach > best:
            best, place = top - reach, (top + reach) / 2
        reach = max(reach, bottom)
    return place


def _row_item(
    layout: Layout, anchor: Cell, band: list[Cell], day: date | None, now: datetime
) -> tuple[dict[str, Field], tuple[Piece, Moment] | None]:
    """What a row says, and its clock time where its day is told elsewhere."""
    item: dict[str, Field] = {}
    lone: tuple[Piece, Moment] | None = None
    value = _sum(layout, anchor)
    if value is not None:
        item["amount"] = Piece(anchor, 0, len(anchor.text)).field(value)
    for cell in band:
        piece = Piece(cell, 0, len(cell.text))
        if cell is anchor:
            continue
        for name, number in labelled_numbers(layout, cell):
            item.setdefault(name, number)
        moment = read_moment(cell.text, now.date(), shorthand=True)
        if moment is not None and not moment.day and not CLOCK.search(cell.text):
            continue  # six digits in a row may be any number
        if moment is not None and moment.clock and not moment.day and day is None:
            lone = lone or (piece, moment)
            continue
        if "time" not in item and moment is not None and (moment.day or (day and moment.clock)):
            if (field := moment_field(piece, moment, now=now, day=day)) is not None:
                item["time"] = field
            continue
        bare = cell.text.strip(" .:·")
        if bare in layout.vocabulary.statuses:
            item.setdefault("status", piece.field(Value(bare, 0, len(cell.text))))
        elif bare in layout.vocabulary.trade_types:
            item.setdefault("trade_type", piece.field(Value(layout.vocabulary.trade_types[bare], 0, len(cell.text))))
    return item, None if "time" in item else lone
