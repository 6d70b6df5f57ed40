"""What is known by its looks, without a label: a hidden card number, a kind, a state, a lone sum or moment."""

import re
from dataclasses import replace
from datetime import datetime
from statistics import median

from nlu.receipt_fields import UNSURE, Field, Piece, join_moments, moment_field, score_of
from nlu.receipt_layout import Cell, Layout
from nlu.receipt_values import CLOCK, Value, read_card, read_moment, read_money, read_told_money

_CARD_HEAD = re.compile(r"(?<![\d*])(?P<digits>\d[\d ]{4,6}\d)(?P<stars>[* x]*)$")
_SIGNED = re.compile(r"[¥$+\-羊]|rmb|元|cny")
_LARGE = 1.6  # times the usual height: what a bare sum must be printed in to be taken for the payment
_SHOWN_CODE = re.compile(
    r"\s*\[?(?P<code>(?![td][01])(?:[0-9a-z]\d|\d[a-z]))(?:\]\s*$|\]?\s*[:,]?\s*(?=[\u4e00-\u9fff]{2}))"
)
_KIND = re.compile(r"\s*(?P<kind>[\u4e00-\u9fff]{2,8})\s*:?\s*(?P<currency>rmb|cny|¥)\s*:?\s*")
_LAST_FOUR = re.compile(r"\s*(?P<last>\d{4})(?:\s*[/(]?\s*[a-z]{1,3}\)?)?\s*")
_BANK = re.compile(r"[\u4e00-\u9fff]{2,8}银行")
_CARD_TAIL = re.compile(r"(?P<stars>\d?[* x]*)(?P<last>(?<!\d)\d{4}(?!\d)|$)")


def add_unlabelled(layout: Layout, item: dict[str, Field]) -> None:
    """What is known by its looks: a hidden card number, a kind, a state, a lone sum with its currency."""
    for cell in layout.cells:
        whole = Piece(cell, 0, len(cell.text))
        if "card_masked" not in item and not _is_account(layout, cell):
            value = read_card(cell.text)
            card = whole.field(value) if value is not None else _torn_card(layout, cell)
            if card is not None:
                item["card_masked"] = card
        if cell.labels:
            continue
        bare = cell.text.strip(" .:*-·")
        if "amount" not in item:
            _add_told(layout, cell, item)
        if "trade_type" not in item and bare in layout.vocabulary.trade_types and len(bare) > 1:
            item["trade_type"] = whole.field(Value(layout.vocabulary.trade_types[bare], 0, len(cell.text), UNSURE))
        if "status" not in item and bare in layout.vocabulary.statuses:
            item["status"] = whole.field(Value(bare, 0, len(cell.text), 0.97))
        if "response_code" not in item and (code := _shown_code(layout, cell)) is not None:
            item["response_code"] = code
    if "amount" not in item and (amount := lone_amount(layout)) is not None:
        item["amount"] = amount


def _add_told(layout: Layout, cell: Cell, item: dict[str, Field]) -> None:
    """A sum that stands right after its kind, or beside it: "消费:RMB 35.02"."""
    kinds = layout.vocabulary.trade_types
    told = read_told_money(cell.text, kinds)
    if told is not None:
        kind, amount = told[0], Piece(cell, 0, len(cell.text)).field(told[1])
    elif (match := _KIND.fullmatch(cell.text)) is not None and match["kind"] in kinds:
        beside = layout.right_of(cell)
        value = read_money(match["currency"] + beside[0].text) if len(beside) == 1 else None
        if value is None or "." not in value.text:
            return
        kind, amount = (
            match["kind"],
            Piece(beside[0], 0, len(beside[0].text)).field(replace(value, start=0, stop=len(beside[0].text))),
        )
    else:
        return
    item["amount"] = amount
    item.setdefault("trade_type", Piece(cell, 0, len(cell.text)).field(Value(kinds[kind], 0, len(cell.text), UNSURE)))


def _is_account(layout: Layout, cell: Cell) -> bool:
    """Is the card that of the account the money goes to, not of the payment?"""
    labels = cell.labels or tuple(
        label for other in layout.row(cell) if other.right <= cell.left for label in other.labels
    )
    return bool(labels) and not labels[-1].fields


def _shown_code(layout: Layout, cell: Cell) -> Field | None:
    """The code that a screen of a failed payment shows with its meaning, as in "05 不承兑"."""
    match = _SHOWN_CODE.match(cell.text)
    if match is None or not any("失败" in other.text or "declined" in other.text for other in layout.cells):
        return None
    return Piece(cell, 0, len(cell.text)).field(Value(match["code"].upper(), *match.span("code"), UNSURE))


def lone_amount(layout: Layout, *, large: bool = False) -> Field | None:
    """A sum that belongs to no label, with sign or currency or in very large print: the only one, or the one in the
    largest print; with `large` only one in such print, which is what a screen is about, whatever its labels say."""
    found: list[tuple[float, Field]] = []
    usual = median(cell.height for cell in layout.cells) if layout.cells else 0.0
    for cell in layout.cells:
        is_bare = re.fullmatch(r"\s*[\d,]+\.\d\d\s*", cell.text) and cell.height >= _LARGE * usual
        if cell.labels or not (is_bare or _SIGNED.search(cell.text)) or (large and cell.height < _LARGE * usual):
            continue
        if any(
            other.labels and other.right <= cell.left + cell.height for other in layout.row(cell) if other is not cell
        ):
            continue
        above = [other for other in layout.cells if _has_no_value(other) and layout.below(other) is cell]
        value = read_money(cell.text)
        if value is not None and not above:
            found.append((cell.height, Piece(cell, 0, len(cell.text)).field(value)))
    if not found:
        return None
    found.sort(key=lambda entry: -entry[0])
    if len({field.value for _, field in found}) > 1 and found[0][0] < 1.4 * found[1][0]:
        return None
    return found[0][1]


def _has_no_value(cell: Cell) -> bool:
    """Is it a label whose value stands elsewhere?"""
    return bool(cell.labels) and not cell.text[cell.labels[-1].stop : cell.labels[-1].end].strip(" :.-_*/")


def add_head(layout: Layout, item: dict[str, Field]) -> None:
    """The payment company or bank in whose name a slip is printed, where it stands by itself above all labels."""
    if "acquirer" in item:
        return
    first = next((cell for cell in layout.cells if cell.starts_with_label), None)
    if first is None:
        return
    found: dict[str, Field] = {}
    for cell in layout.cells:
        name = cell.text.strip(" -*·")
        if cell.bottom > first.top + 0.5 * cell.height or not (
            name in layout.vocabulary.acquirers or _BANK.fullmatch(name)
        ):
            continue
        start = cell.text.index(name)
        stop = start + len(name)
        score = min(score_of(cell, start, stop), UNSURE)
        found[name] = Field(cell.line.text[start:stop], score, cell.line.box(start, stop))
    if len(found) == 1:
        item["acquirer"] = next(iter(found.values()))


def _torn_card(layout: Layout, cell: Cell) -> Field | None:
    """A card number whose stars were taken for a gap: the beginning here, the end beside it."""
    head = _CARD_HEAD.search(cell.text)
    if head is None or len(digits := head["digits"].replace(" ", "")) != 6:
        return None
    beside = [other for other in layout.row(cell) if -2 < (other.left - cell.right) / cell.height < 3]
    text, scores = head["stars"], [score_of(cell, *head.span("digits"))]
    if (last := _far_end(layout, cell)) is not None:
        scores.append(score_of(last[0], *last[1].span("last")))
        return Field(f"{digits}******{last[1]['last']}", min(*scores, UNSURE), cell.line.box(*head.span("digits")))
    for other in beside:
        if other is cell or other.centre < cell.centre:
            continue
        tail = _CARD_TAIL.match(other.text)
        if tail is None:
            return None
        text += tail["stars"]
        if tail["last"]:
            if text.count("*") + text.count("x") < 2:
                return None
            scores.append(score_of(other, *tail.span("last")))
            return Field(f"{digits}******{tail['last']}", min(*scores, UNSURE), cell.line.box(*head.span("digits")))
    return None


def _far_end(layout: Layout, cell: Cell) -> tuple[Cell, re.Match[str]] | None:
    """The last four digits, alone in the row, where the stars between were not seen at all."""
    row = layout.row(cell)
    labels = [label for other in row if other.right <= cell.right for label in other.labels]
    after = [other for other in row if other is not cell and other.left >= cell.right - 0.6 * cell.height]
    is_card = bool(labels) and "card_masked" in {name for name, _ in labels[-1].fields}
    if not is_card or len(after) != 1 or not 0.5 < (after[0].left - cell.right) / cell.height < 6:
        return None
    match = _LAST_FOUR.fullmatch(after[0].text)
    return (after[0], match) if match is not None else None


def lone_moment(layout: Layout, now: datetime) -> Field | None:
    """A date with its clock time that stands without a label, if it is the only one."""
    found: dict[str, Field] = {}
    for cell in layout.cells:
        if any(not label.fields for label in cell.labels):
            continue
        field = _moment_in(layout, cell, now)
        if field is not None:
            found.setdefault(field.value, field)
    return next(iter(found.values())) if len(found) == 1 else None


def _moment_in(layout: Layout, cell: Cell, now: datetime) -> Field | None:
    moment = read_moment(cell.text, now.date())
    if moment is None or not moment.day:
        return None
    piece = Piece(cell, 0, len(cell.text))
    if moment.clock:
        return moment_field(piece, moment, now=now)
    beside = [other for other in layout.right_of(cell) if CLOCK.fullmatch(other.text.strip())]
    if cell.labels or len(beside) != 1 or len(cell.text.strip()) > moment.stop - moment.start:
        return None
    clock = read_moment(beside[0].text, now.date())
    return (
        join_moments(piece, moment, Piece(beside[0], 0, len(beside[0].text)), clock, now) if clock is not None else None
    )
