"""Lines of a slip, list, screen or message to the transactions they tell of. Pure; the text is only data."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from nlu.receipt_days import complete_days
from nlu.receipt_fields import Field, is_same
from nlu.receipt_form import read_by_form
from nlu.receipt_items import read_item
from nlu.receipt_layout import Cell, Layout
from nlu.receipt_lines import Line, fold
from nlu.receipt_messages import read_messages, read_talk
from nlu.receipt_rows import read_labelled_rows, read_rows
from nlu.receipt_split import ONCE, by_way_up, split
from nlu.receipt_table import read_table
from nlu.receipt_values import read_money
from nlu.receipt_words import Vocabulary, load_vocabulary

__all__ = ["Field", "Kind", "Receipt", "add_missing", "read_receipt"]

Kind = Literal["slip", "detail", "list", "chat", "sms", "text", ""]
SHANGHAI = ZoneInfo("Asia/Shanghai")
_SLIP_FIELDS = {"merchant_no", "terminal_no", "reference_no", "voucher_no", "batch_no", "auth_code"}
_PROOF = {"amount", "reference_no", "order_no", "card_masked", "voucher_no", "auth_code", "response_code"}
_ONE = {"reference_no", "auth_code", "card_masked"}  # what a total never has
# Measured on damaged pictures: on clear ones a doubtful character is still right, on unclear ones it often is not.
_LEAST = ((0.97, 0.35), (0.95, 0.7), (0.85, 0.8))
_OF_SHOP = ("merchant_no", "terminal_no", "merchant_name")
_NAMES = ("merchant_name", "acquirer")
_LEAST_OF_NAMES = 0.7
_SENTENCE = 16  # characters: a line of so many that names a slip talks about one


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a picture is and the transactions in it, in the order they stand in."""

    kind: Kind
    items: tuple[Mapping[str, Field], ...] = ()


def read_receipt(
    lines: Sequence[Line], now: datetime, vocabulary: Vocabulary | None = None, taken: date | None = None
) -> Receipt:
    """The kind of a picture and its transactions.

    A field that is hidden or fails its check (a possible date not in the future, an amount above zero, a merchant
    number of 15, a terminal of 8, a reference of 12 characters, a card as six and four) is left out. Times are
    Shanghai's. `taken` is the day of the picture, where its file says so: then "today" is a day.
    """
    vocabulary = vocabulary or load_vocabulary()
    now = now.astimezone(SHANGHAI)
    lines = [line for line in lines if line.text.strip()]
    if not lines:
        return Receipt("")
    groups = by_way_up(lines)
    whole = Layout(complete_days(groups[0], now.date(), taken), vocabulary)
    words = " ".join(fold(line.text) for line in lines)
    if (kind := _spoken(whole, words)) is not None:
        return Receipt(kind, _sure(whole, (read_messages if kind == "sms" else read_talk)(whole, now)))
    rows = _sure(whole, read_table(whole, now))
    if vocabulary.has("batch", words) and not (rows and _are_timed(rows)):
        alike = read_by_form(whole, now)
        surely = _sure(whole, alike)
        if alike and not any("amount" in row for row in alike):
            return Receipt("list", surely)  # whichever of its sums is the payment: nobody knows
        if len(surely) >= max(2, len(rows)) and _are_timed(surely):
            return Receipt("list", _merged(surely, rows))
    if len(rows) > 1 or (rows and not _is_detail(whole)):
        return Receipt("list", rows)
    if vocabulary.has("batch", words):
        found = _sure(whole, read_labelled_rows(whole, now) or read_rows(whole, now))
        if found or not _ONE & set(read_item(whole, now)):
            return Receipt("list", found)  # its total is no payment
    if _is_labelled_list(whole) and (rows := _sure(whole, read_labelled_rows(whole, now))):
        beside = _sure(whole, read_rows(whole, now))
        better = len(beside) >= len(rows) and _are_timed(beside) and not _are_timed(rows)
        return Receipt("list", beside if better else rows)
    if _is_bare_list(whole) and (rows := _sure(whole, read_rows(whole, now))) and _are_timed(rows):
        return Receipt("list", rows)
    layouts = [layout for group in groups for layout in split(group, vocabulary)]
    items: list[Mapping[str, Field]] = []
    for layout in layouts:
        item = read_item(layout, now)
        may_be_list = len(layouts) == 1 and not {"reference_no", "auth_code"} & set(item) and not _is_detail(layout)
        if may_be_list and (rows := _sure(whole, read_rows(whole, now))):
            return Receipt("list", rows)
        if _tells_of_one(layout, item) and vocabulary.has("payment", words):
            items.extend(_sure(layout, [item]))
    return Receipt(_kind(whole, words, items), tuple(_without_copies(items)))


def add_missing(first: Receipt, second: Receipt) -> Receipt:
    """The first reading with its gaps filled from a second look at the same picture; nothing is overwritten."""
    if not first.items and second.items:
        return second
    if len(first.items) != len(second.items):
        return first
    return Receipt(first.kind, tuple({**more, **item} for item, more in zip(first.items, second.items, strict=True)))


def _sure(layout: Layout, items: Sequence[Mapping[str, Field]]) -> tuple[Mapping[str, Field], ...]:
    """The items without what was read too unsurely: the worse the picture, the surer a field must be."""
    least = next((least for clear, least in _LEAST if layout.clearness >= clear), 0.95)
    kept = (
        {
            name: field
            for name, field in item.items()
            if field.score >= max(least, _LEAST_OF_NAMES if name in _NAMES else 0)
        }
        for item in items
    )
    return tuple(item for item in kept if _PROOF & set(item))


def _spoken(layout: Layout, words: str) -> Kind | None:
    """Is it a message or a chat, people's words and not a form?"""
    labelled = sum(1 for cell in layout.cells for label in cell.labels if label.fields and cell.starts_with_label)
    if labelled >= 3:
        return None
    sender = re.search(r"【[^】]{2,16}】", words) or re.search(r"\[[\u4e00-\u9fff]{2,12}\]", words)
    if sender and re.search(r"您|尾号|客户|验证码|账户|退订|尊敬", words):
        return "sms"
    if any(layout.vocabulary.has("slip", cell.text) for cell in layout.cells if len(cell.text) < _SENTENCE):
        return None
    talk = [
        cell for cell in layout.cells if re.search(r"[\u4e00-\u9fff]{5,}", cell.text) and not cell.starts_with_label
    ]
    sums = [cell for cell in layout.cells if read_money(cell.text) is not None and re.search(r"\.\d\d", cell.text)]
    width = layout.right - layout.left
    own = [cell for cell in talk if cell.left > layout.left + 0.12 * width and cell.right > layout.right - 0.25 * width]
    others = [cell for cell in talk if cell.left < layout.left + 0.25 * width]
    spoken = re.search(r"[你您我吗呢啊吧了]", "".join(cell.text for cell in talk))
    if len(talk) >= 3 and own and others and len(sums) < 2 and spoken:
        return "chat"
    return None


def _tells_of_one(layout: Layout, item: Mapping[str, Field]) -> bool:
    """Is there a transaction here at all, not just a word that could be a label?"""
    if _PROOF & set(item) and len(item) >= 2:
        return True
    if len(item) >= 3 and _SLIP_FIELDS & set(item):
        return True
    return "amount" in item and any(
        layout.vocabulary.has(sign, cell.text) for cell in layout.cells for sign in ("slip", "detail")
    )


def _without_copies(items: list[Mapping[str, Field]]) -> list[Mapping[str, Field]]:
    """The merchant's and the customer's copy of one slip are one transaction."""
    kept: list[Mapping[str, Field]] = []
    for item in items:
        same = next((index for index, other in enumerate(kept) if is_same(item, other)), None)
        if same is None:
            kept.append(item)
        else:
            kept[same] = {**item, **kept[same]}
    return kept


def _kind(layout: Layout, words: str, items: Sequence[Mapping[str, Field]]) -> Kind:
    vocabulary = layout.vocabulary
    if vocabulary.has("slip", words):
        return "slip"
    named = {name for item in items for name in item}
    if vocabulary.has("detail", words):
        return "detail"
    if len(items) > 1 and not {"terminal_no", "batch_no", "auth_code"} & named:
        return "list"
    if len(_SLIP_FIELDS & named) >= 3:
        return "slip"
    if items:
        return "detail"
    return (
        "list"
        if vocabulary.has("list", words) and any(_is_list_head(cell, vocabulary) for cell in layout.cells)
        else "text"
    )


def _is_detail(layout: Layout) -> bool:
    """Is the page titled as that of one transaction?"""
    return any(cell.text.strip(" <>") in layout.vocabulary.signs["detail"] for cell in layout.cells)


def _merged(
    rows: tuple[Mapping[str, Field], ...], others: tuple[Mapping[str, Field], ...]
) -> tuple[Mapping[str, Field], ...]:
    """The rows with what another look at them found besides, where both saw the same sums."""
    sums = [[row["amount"].value if "amount" in row else "" for row in side] for side in (rows, others)]
    if sums[0] != sums[1]:
        return rows
    return tuple({**other, **row} for row, other in zip(rows, others, strict=True))


def _are_timed(rows: Sequence[Mapping[str, Field]]) -> bool:
    return all("time" in row for row in rows)


def _names(layout: Layout) -> Counter[str]:
    """How often each field is named, but for how much several payments come to."""
    cells = [cell for cell in layout.cells if not re.search(r"\d\s*笔", cell.text)]
    return Counter(name for cell in cells for label in cell.labels for name, _ in label.fields[:1])


def _is_labelled_list(layout: Layout) -> bool:
    """Are there several sums, all of one shop and one terminal that are named once?"""
    words = _names(layout)
    slips = any(layout.vocabulary.has("slip", cell.text) for cell in layout.cells)
    return not slips and not _is_detail(layout) and words["amount"] > 1 and all(words[name] < 2 for name in _OF_SHOP)


def _is_bare_list(layout: Layout) -> bool:
    """Has the page none of the labels that make a paper of one payment, or each just once?"""
    words = _names(layout)
    slips = any(layout.vocabulary.has("slip", cell.text) for cell in layout.cells)
    return not slips and not _is_detail(layout) and not words["amount"] and all(words[name] < 2 for name in ONCE)


def _is_list_head(cell: Cell, vocabulary: Vocabulary) -> bool:
    return cell.text.strip() in vocabulary.signs["list"]
