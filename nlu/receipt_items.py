"""One transaction out of the lines of one paper: each label's value, checked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from nlu.receipt_fields import UNSURE, Field, Piece, join_moments, moment_field, score_of
from nlu.receipt_layout import Cell, Layout
from nlu.receipt_unlabelled import add_head, add_unlabelled, lone_amount, lone_moment
from nlu.receipt_values import (
    READERS,
    Moment,
    Value,
    read_moment,
    read_money,
    read_words,
)

_WORDS = ("merchant_name", "acquirer", "trade_type", "status")
_RAW = ("merchant_name", "acquirer")  # kept as written, not folded
_OF_A_ROW = ("reference_no", "order_no", "voucher_no", "auth_code", "card_masked", "terminal_no")
_REFUND = re.compile(
    "退款(?:单|详情|记录|信息|成功|到账|通知)?|退货(?:单|详情|成功)?|已退款?|已退回.{0,8}"
)  # what the page is about
_CLAUSE = re.compile(r"[,。;](?!\d{3}(?!\d))")  # where the next thing begins that a sentence tells


@dataclass(frozen=True, slots=True)
class _Candidate:
    rank: int
    order: int
    field: Field


def read_item(layout: Layout, now: datetime) -> Mapping[str, Field]:
    """The fields of the one transaction that these lines tell of; what is not there or fails its check is left out."""
    candidates: dict[str, list[_Candidate]] = {}
    moments: list[tuple[int, Piece, Moment]] = []
    refunded = any(_REFUND.fullmatch(cell.text.strip(" <>")) for cell in layout.cells)
    for order, cell in enumerate(layout.cells):
        for index, label in enumerate(cell.labels):
            for name, rank in label.fields:
                if name == "time":
                    rank = -1 if refunded and label.word.startswith(("退款", "退货")) else rank
                    moments.extend((rank, piece, moment) for piece, moment in _moments(layout, cell, index, now))
                elif (field := labelled(layout, cell, index, name)) is not None:
                    candidates.setdefault(name, []).append(_Candidate(rank, order, field))
                    break
    item = {
        name: min(found, key=lambda candidate: (candidate.rank, candidate.order)).field
        for name, found in candidates.items()
    }
    when = _choose_moment(moments, now) or lone_moment(layout, now)
    if when is not None:
        item["time"] = when
    add_unlabelled(layout, item)
    if not any(layout.vocabulary.has("slip", cell.text) for cell in layout.cells):
        item |= {"amount": hero} if (hero := lone_amount(layout, large=True)) is not None else {}
    add_head(layout, item)
    if (whole := _with_tip(layout)) is not None:
        item["amount"] = whole
    status = item.get("status")
    if "trade_type" not in item and status is not None and status.value.startswith("退款"):
        item["trade_type"] = replace(status, value="退款", score=min(status.score, UNSURE))
    return item


def _with_tip(layout: Layout) -> Field | None:
    """The total of a slip that also names a tip: that is what was paid."""
    words = {label.word for cell in layout.cells for label in cell.labels}
    if not words & set(layout.vocabulary.signs["tip"]):
        return None
    for cell in layout.cells:
        for index, label in enumerate(cell.labels):
            is_whole = label.word in layout.vocabulary.signs["whole"]
            if is_whole and (field := labelled(layout, cell, index, "amount")) is not None:
                return field
    return None


def labelled(layout: Layout, cell: Cell, index: int, name: str) -> Field | None:
    """The value of a label: after it, else to its right, else below it."""
    label = cell.labels[index]
    inside = Piece(cell, label.stop, label.end)
    if inside.text.strip(" :.-_*/"):
        first = Piece(cell, label.stop, label.stop + len(_CLAUSE.split(inside.text)[0]))
        return _read(layout, name, inside) or _wrapped(layout, name, inside) or _read(layout, name, first)
    if index + 1 < len(cell.labels):
        return None  # another label follows at once: heads side by side
    followers = layout.right_of(cell)
    for other in followers:
        piece = Piece(other, 0, other.labels[0].start if other.labels else len(other.text))
        if (field := _read(layout, name, piece) or _wrapped(layout, name, piece)) is not None:
            return field
    kinds = (*layout.vocabulary.statuses, *layout.vocabulary.trade_types)
    if followers and (name in _WORDS or any(other.text.strip(" .:·>") not in kinds for other in followers)):
        return None
    under = layout.below(cell) or (_alone_under(layout, cell) if name == "amount" else None)
    if (
        under is None
        or under.labels
        or (name in _WORDS and name != "merchant_name" and layout.row(under)[0] is not under)
    ):
        return None
    if name in _WORDS and abs(under.left - cell.left) > 3 * cell.height:
        return None
    if name == "amount" and (after := layout.below(under)) is not None and read_money(after.text) is not None:
        return None  # a column of sums, as of goods: none of them is the payment
    piece = Piece(under, 0, len(under.text))
    return _read(layout, name, piece) or _wrapped(layout, name, piece)


def _alone_under(layout: Layout, cell: Cell) -> Cell | None:
    """The sum at the right edge of the next line, when nothing else stands in it."""
    lifts = ((layout.lift(cell, other), other) for other in layout.cells)
    under = [(lift, other) for lift, other in lifts if 0.6 * cell.height < lift]
    if not under:
        return None
    lift, other = min(under, key=lambda entry: entry[0])
    is_near = lift <= 2.3 * max(cell.height, other.height)
    return other if is_near and other.left > cell.right and layout.row(other) == [other] else None


def _read(layout: Layout, name: str, piece: Piece) -> Field | None:
    if name not in _WORDS:
        value = READERS[name](piece.text)
        if value is None:
            return None
        return _with_rest(layout, piece, piece.field(value)) if name == "order_no" else piece.field(value)
    value = read_words(name, piece.text, layout.vocabulary)
    if value is None:
        return None
    kept = piece.cell.line.text[piece.start + value.start : piece.start + value.stop] if name in _RAW else None
    field = piece.field(value, kept)
    return _with_next_line(layout, piece, field) if name == "merchant_name" else field


def _with_rest(layout: Layout, piece: Piece, field: Field) -> Field:
    """A long order number that goes on under itself."""
    cell = piece.cell
    under = layout.below(cell, reach=1.9)
    if under is None or under.labels or len(field.value) < 16 or len(under.text) >= len(field.value):
        return field
    edge = cell.at(piece.start) if piece.start else cell.left
    aligned = min(abs(under.left - edge), abs(under.left - cell.left), abs(under.right - cell.right))
    if (
        aligned >= 1.2 * cell.height
        or not re.fullmatch(r"\d{1,20}", under.text.strip())
        or layout.row(under)[0] is not under
    ):
        return field
    return Field(field.value + under.text.strip(), min(field.score, score_of(under, 0, len(under.text))), field.box)


def _wrapped(layout: Layout, name: str, piece: Piece) -> Field | None:
    """A long number that goes on in the next line."""
    if name not in ("merchant_no", "order_no", "reference_no") or not re.fullmatch(
        r"[\s:.]*[\da-z]{6,}\s*", piece.text
    ):
        return None
    under = layout.below(piece.cell)
    if under is None or under.labels or not re.fullmatch(r"[\da-z]{1,20}", under.text):
        return None
    whole = piece.text.strip(" :.") + under.text
    value = READERS[name](whole)
    if value is None:
        return None
    first = piece.field(Value(value.text, 0, len(piece.text)))
    return Field(value.text, min(first.score, score_of(under, 0, len(under.text))) * 0.97, first.box)


def _with_next_line(layout: Layout, piece: Piece, field: Field) -> Field:
    """A name that fills its line goes on in the next one, when that begins under it and is no label."""
    cell = piece.cell
    if cell.right < layout.right - 2.5 * cell.height:
        return field
    under = layout.below(cell, reach=1.9)
    if under is None or under.labels or layout.row(under)[0] is not under:
        return field
    begins = min(abs(under.left - cell.at(piece.start)), abs(under.left - cell.left), abs(under.right - cell.right))
    if begins > 1.2 * cell.height or not re.fullmatch(r"[\u4e00-\u9fff()（）a-zA-Z0-9·]{1,20}", under.line.text):
        return field
    if not re.search(r"[\u4e00-\u9fff]", under.line.text):
        return field
    return Field(field.value + under.line.text, min(field.score, score_of(under, 0, len(under.text)), 0.94), field.box)


def _moments(layout: Layout, cell: Cell, index: int, now: datetime) -> Iterator[tuple[Piece, Moment]]:
    label = cell.labels[index]
    inside = Piece(cell, label.stop, label.end)
    pieces = [inside] if re.search(r"\d", inside.text) else []
    if not pieces:
        pieces = [Piece(other, 0, len(other.text)) for other in layout.right_of(cell)]
        under = layout.below(cell)
        if not pieces and under is not None and not under.labels and index + 1 == len(cell.labels):
            pieces = [Piece(under, 0, len(under.text))]
            pieces += [Piece(other, 0, len(other.text)) for other in layout.right_of(under)]
    for piece in pieces:
        if (moment := read_moment(piece.text, now.date(), shorthand=True)) is not None:
            yield piece, moment
            if moment.day and not moment.clock and piece.cell is cell:
                for other in layout.right_of(cell):
                    if (more := read_moment(other.text, now.date())) is not None and not more.day:
                        yield Piece(other, 0, len(other.text)), more


def _choose_moment(moments: list[tuple[int, Piece, Moment]], now: datetime) -> Field | None:
    ordered = sorted(moments, key=lambda entry: entry[0])
    days = [(piece, moment) for _, piece, moment in ordered if moment.day]
    clocks = [(piece, moment) for _, piece, moment in ordered if moment.clock and not moment.day]
    whole = next(((piece, moment) for piece, moment in days if moment.clock), None)
    if whole is not None:
        return moment_field(*whole, now=now)
    if not days:
        return None
    piece, moment = days[0]
    if not clocks:
        field = moment_field(piece, moment, now=now)
        # Slips and screens print the clock time too; a date alone is worth a look.
        return replace(field, score=min(field.score, UNSURE)) if field is not None else None
    other, clock = clocks[0]
    return join_moments(piece, moment, other, clock, now)


def labelled_numbers(layout: Layout, cell: Cell) -> Iterator[tuple[str, Field]]:
    """The numbers that labels of the row itself name."""
    for index, label in enumerate(cell.labels):
        for name, _ in label.fields:
            if name in _OF_A_ROW and (field := labelled(layout, cell, index, name)) is not None:
                yield name, field
                break
