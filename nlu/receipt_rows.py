"""Lists of transactions without labels: on a phone's screen one below the other, or a table with heads."""

import re
from collections.abc import Mapping
from datetime import date, datetime

from nlu.receipt_fields import Field, Piece, moment_field
from nlu.receipt_layout import Cell, Layout
from nlu.receipt_values import CLOCK, READERS, Value, read_moment, read_money, read_told_money, read_words

Item = Mapping[str, Field]
_MONEY_LIKE = re.compile(r"[+\-]?\s*[¥$]?\s*[+\-]?\s*(?:\d{1,3}(?:,\d{3})+|\d+)\.\d{2}\s*元?|[+\-]?[¥$]\s*\d+")
_DAY_HEAD = re.compile(r"20\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?|\d{1,2}月\d{1,2}日")


def read_table(layout: Layout, now: datetime) -> list[Item]:
    """The rows under a line of heads, one of which names an amount; none where there is no such table."""
    heads = _heads(layout)
    if heads is None:
        return []
    top = max(cell.bottom for _, _, cell in heads)
    items: list[Item] = []
    done: set[int] = set()
    for cell in layout.cells:
        if id(cell) in done or cell.middle <= top:
            continue
        row = layout.row(cell)
        done.update(id(other) for other in row)
        item = _table_row(layout, row, heads, now)
        if "amount" in item and ("time" in item or "order_no" in item or "reference_no" in item):
            items.append(item)
    return items


_Head = tuple[str, float, Cell]


def _heads(layout: Layout) -> list[_Head] | None:
    for cell in layout.cells:
        heads: list[tuple[str, float, Cell, int]] = []
        for other in layout.row(cell):
            if not other.starts_with_label or re.search(r"\d", other.text):
                continue
            for label in other.labels:
                name = label.fields[0][0] if label.fields else ""
                rank = label.fields[0][1] if label.fields else 99
                middle = (other.at(label.start) + other.at(min(label.stop, len(other.text)) - 1)) / 2
                heads.append((name, middle, other, rank))
        names = [name for name, *_ in heads]
        if (
            len(heads) >= 3
            and "amount" in names
            and len({round(x / layout.height) for _, x, _, _ in heads}) == len(heads)
        ):
            best = min((rank for name, _, _, rank in heads if name == "amount"))
            # Of two amounts the one with the better label counts; the other column is a column all the same.
            return [("" if name == "amount" and rank != best else name, x, head) for name, x, head, rank in heads]
    return None


def _table_row(layout: Layout, row: list[Cell], heads: list[_Head], now: datetime) -> dict[str, Field]:
    item: dict[str, Field] = {}
    pieces = [piece for cell in row for piece in _pieces(cell, heads)]
    if any(layout.vocabulary.has("summary", piece.text) for piece in pieces):
        return {}
    for piece in pieces:
        centre = (piece.cell.at(piece.start) + piece.cell.at(piece.stop - 1)) / 2
        name = min(heads, key=lambda head: abs(head[1] - centre))[0]
        if name == "amount" and (money := read_money(piece.text)) is not None:
            item.setdefault("amount", piece.field(money))
        elif name == "time" and (moment := read_moment(piece.text, now.date(), shorthand=True)) is not None:
            if (field := moment_field(piece, moment, now=now)) is not None:
                item.setdefault("time", field)
        elif name in ("order_no", "reference_no", "merchant_no", "terminal_no", "voucher_no", "card_masked"):
            if (value := READERS[name](piece.text)) is not None:
                item.setdefault(name, piece.field(value))
        elif (
            name in ("status", "trade_type") and (value := read_words(name, piece.text, layout.vocabulary)) is not None
        ):
            item.setdefault(name, piece.field(value))
    return item


def _pieces(cell: Cell, heads: list[_Head]) -> list[Piece]:
    """The cell whole, or at its blanks where it reaches across several columns."""
    crossed = sum(cell.left - cell.height < x < cell.right + cell.height for _, x, _ in heads)
    if crossed < 2 or " " not in cell.text.strip():
        return [Piece(cell, 0, len(cell.text))] if cell.text else []
    joined = re.sub(r"(\d{4}[-/.]\d\d[-/.]\d\d) (\d\d:)", r"\1_\2", cell.text)
    return [Piece(cell, match.start(), match.end()) for match in re.finditer(r"\S+", joined)]


def read_rows(layout: Layout, now: datetime) -> list[Item]:
    """Sums that stand in a column, each with the moment, state and kind beside it; none where it is no list."""
    anchors = [cell for cell in layout.cells if _is_sum(layout, cell)]
    if len(anchors) < 2:
        return []
    items: list[Item] = []
    day: date | None = None
    timed = 0
    bounds = _bounds(layout, anchors)
    heads = [cell for cell in layout.cells if _is_day_head(cell)]
    for anchor, (top, bottom) in zip(anchors, bounds, strict=True):
        for head in heads:
            if (
                head.middle < anchor.middle
                and (moment := read_moment(head.text, now.date(), shorthand=True)) is not None
            ):
                day = moment.day
        band = [
            cell for cell in layout.cells if top <= layout_middle(layout, anchor, cell) < bottom and cell not in heads
        ]
        item = _row_item(layout, anchor, band, day, now)
        clocked = "time" in item or any(CLOCK.search(cell.text) for cell in band)
        timed += clocked
        if clocked or "status" in item:
            items.append(item)
    return items if len(items) >= 2 and timed * 2 >= len(items) else []


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
    if _MONEY_LIKE.fullmatch(cell.text.strip()):
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


def _row_item(layout: Layout, anchor: Cell, band: list[Cell], day: date | None, now: datetime) -> dict[str, Field]:
    item: dict[str, Field] = {}
    value = _sum(layout, anchor)
    if value is not None:
        item["amount"] = Piece(anchor, 0, len(anchor.text)).field(value)
    for cell in band:
        piece = Piece(cell, 0, len(cell.text))
        if cell is anchor:
            continue
        moment = read_moment(cell.text, now.date(), shorthand=True)
        if "time" not in item and moment is not None and (moment.day or (day and moment.clock)):
            if (field := moment_field(piece, moment, now=now, day=day)) is not None:
                item["time"] = field
            continue
        bare = cell.text.strip(" .:·")
        if bare in layout.vocabulary.statuses:
            item.setdefault("status", piece.field(Value(bare, 0, len(cell.text))))
        elif bare in layout.vocabulary.trade_types:
            item.setdefault("trade_type", piece.field(Value(layout.vocabulary.trade_types[bare], 0, len(cell.text))))
    return item
