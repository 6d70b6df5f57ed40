"""Lines of a slip, list, screen or message to the transactions they tell of. Pure; the text is only data."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from nlu.receipt_days import complete_days
from nlu.receipt_fields import Field, is_same
from nlu.receipt_form import read_by_form
from nlu.receipt_items import read_item
from nlu.receipt_layout import Cell, Layout
from nlu.receipt_lines import Line, fold
from nlu.receipt_rows import read_labelled_rows, read_rows
from nlu.receipt_split import ONCE, by_way_up, split
from nlu.receipt_table import read_table
from nlu.receipt_values import DATE, SHORT_DATE, Moment, is_past, read_moment, read_money, say_moment
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
_SMS_SUM = re.compile(
    r"(?P<words>[^\d,。;]{0,14}?)(?:人民币|rmb|¥)?\s*(?P<sum>[+\-]?\d[\d,]*\.\d{1,2}|\d+(?=元))\s*元?"
)
_NO_PAYMENT = re.compile(  # what a message names besides the sum that moved
    "余额|可用|额度|手续费|积分|美元|港币|欧元|英镑|日元|usd|hkd|eur|满|应还|最低|账单|贷款|利息|立减|优惠|红包"
)
_SMS_NUMBER = re.compile(r"参考号[:是为]?\s?(?P<number>\d{12})(?!\d)")


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
        return Receipt(kind, _sure(whole, _read_messages(whole, now)) if kind == "sms" else ())
    rows = _sure(whole, read_table(whole, now))
    alike = _sure(whole, read_by_form(whole, now)) if not _are_timed(rows) or not rows else ()
    if len(alike) >= max(2, len(rows)) and _are_timed(alike) and vocabulary.has("batch", words):
        return Receipt("list", alike)
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
    if any(layout.vocabulary.has(sign, words) for sign in ("slip",)):
        return None
    talk = [
        cell for cell in layout.cells if re.search(r"[\u4e00-\u9fff]{5,}", cell.text) and not cell.starts_with_label
    ]
    sums = [cell for cell in layout.cells if read_money(cell.text) is not None and re.search(r"\.\d\d", cell.text)]
    width = layout.right - layout.left
    own = [cell for cell in talk if cell.left > layout.left + 0.12 * width and cell.right > layout.right - 0.25 * width]
    others = [cell for cell in talk if cell.left < layout.left + 0.25 * width]
    spoken = re.search(r"[你您我吗呢啊吧了]", "".join(cell.text for cell in talk))
    if len(talk) >= 3 and own and others and len(sums) < 2 and spoken and labelled < 2:
        return "chat"
    return None


def _read_messages(layout: Layout, now: datetime) -> list[Mapping[str, Field]]:
    """The sums that bank messages tell of: one for each message, where just one sum is meant."""
    cells = [cell for cell in layout.cells if not cell.labels or re.search(r"[\u4e00-\u9fff]{2}", cell.text)]
    joined = "".join(cell.text for cell in cells)
    items: list[Mapping[str, Field]] = []
    senders = list(re.finditer(r"【[^】]{2,16}】|\[[\u4e00-\u9fff]{2,12}\]", joined))
    # The sender's name stands at the beginning of a message, with some at its end.
    if senders and not _SMS_SUM.search(joined[: senders[0].start()]):
        edges = [match.start() for match in senders] + [len(joined)]
    else:
        edges = [0, *(match.end() for match in senders), len(joined)]
    moments = (read_moment(match.group(), now.date()) for match in DATE.finditer(joined))
    shown = {(one.day.month, one.day.day): one.day for one in moments if one is not None and one.day is not None}
    for start, stop in pairwise(edges):
        item = _read_message(layout.vocabulary, cells, joined[start:stop], start, shown, now)
        if "amount" in item:
            items.append(item)
    return items


def _told_moment(text: str, shown: Mapping[tuple[int, int], date], now: datetime) -> Moment | None:
    """When a message says it was; a date over the line's end has the year of the same day shown above a message."""
    short, full = SHORT_DATE.search(text), DATE.search(text)
    if short is None or (full is not None and full.start() <= short.start()):
        return read_moment(text, now.date(), shorthand=True)
    told = text[: full.start()] if full else text  # what follows stands above the next message
    latest = shown.get((int(short["m"]), int(short["d"])), now.date())
    return read_moment(told, latest, shorthand=True)


def _read_message(
    vocabulary: Vocabulary,
    cells: list[Cell],
    text: str,
    offset: int,
    shown: Mapping[tuple[int, int], date],
    now: datetime,
) -> dict[str, Field]:
    sums = []
    for match in _SMS_SUM.finditer(text):
        before = text[max(0, match.start("sum") - 16) : match.start("sum")]
        before = re.split(r"[,。;]", before)[-1]
        if _NO_PAYMENT.search(before):
            continue
        after = re.split(r"[,。;]", text[match.end() : match.end() + 8])[0]
        moved = any(vocabulary.has(sign, part) for sign in ("money_in", "money_out") for part in (before, after))
        if moved or re.search("人民币|交易|实到|净额", before):
            sums.append(match)
    if len(sums) != 1:
        return {}
    item: dict[str, Field] = {}
    value = read_money(f"¥{sums[0]['sum']}")
    if value is not None:
        item["amount"] = _spread(cells, offset + sums[0].start("sum"), offset + sums[0].end("sum"), value.text)
    numbers = list(_SMS_NUMBER.finditer(text))
    if len(numbers) == 1:
        start, stop = numbers[0].span("number")
        item["reference_no"] = _spread(cells, offset + start, offset + stop, numbers[0]["number"])
    moment = _told_moment(text, shown, now)
    if moment is not None and moment.day is not None:
        place = _spread(cells, offset + moment.start, offset + moment.stop, "")
        if is_past(moment.day, moment.clock, now):
            said = say_moment(moment.day, moment.clock, seconds=moment.seconds)
            item["time"] = Field(said, round(place.score * moment.trust, 3), place.box)
    return item


def _spread(cells: list[Cell], start: int, stop: int, value: str) -> Field:
    """The field of a value that may run over the end of a line; its box is that of the line it begins in."""
    scores, box, begin = [], None, 0
    for cell in cells:
        first, last = max(start, begin) - begin, min(stop, begin + len(cell.text)) - begin
        if first < last:
            scores.append(cell.line.sureness(first, last))
            box = box or cell.line.box(first, last)
        begin += len(cell.text)
    return Field(value, round(min(scores, default=0.0), 3), box or (0, 0, 0, 0))


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


def _are_timed(rows: Sequence[Mapping[str, Field]]) -> bool:
    return all("time" in row for row in rows)


def _is_labelled_list(layout: Layout) -> bool:
    """Are there several sums, all of one shop and one terminal that are named once?"""
    words = Counter(name for cell in layout.cells for label in cell.labels for name, _ in label.fields[:1])
    slips = any(layout.vocabulary.has("slip", cell.text) for cell in layout.cells)
    return not slips and not _is_detail(layout) and words["amount"] > 1 and all(words[name] < 2 for name in _OF_SHOP)


def _is_bare_list(layout: Layout) -> bool:
    """Has the page none of the labels that make a paper of one payment, or each just once?"""
    words = Counter(name for cell in layout.cells for label in cell.labels for name, _ in label.fields[:1])
    slips = any(layout.vocabulary.has("slip", cell.text) for cell in layout.cells)
    return not slips and not _is_detail(layout) and not words["amount"] and all(words[name] < 2 for name in ONCE)


def _is_list_head(cell: Cell, vocabulary: Vocabulary) -> bool:
    return cell.text.strip() in vocabulary.signs["list"]
