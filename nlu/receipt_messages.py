"""What messages and talk tell of payments: sentences, not labels with their values."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import pairwise

from nlu.receipt_fields import Field
from nlu.receipt_layout import Cell, Layout
from nlu.receipt_values import CLOCK, DATE, SHORT_DATE, Moment, is_past, read_moment, read_money, say_moment
from nlu.receipt_words import Vocabulary

_SMS_SUM = re.compile(
    r"(?<![\d.:])(?:人民币|rmb|¥)?\s*(?P<sum>[+\-]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d{2}|\.\d(?!\d)|(?=元)))\s*元?"
)
_NO_PAYMENT = re.compile(  # what a message names besides the sum that moved
    "余额|可用|额度|手续费|积分|美元|港币|欧元|英镑|日元|usd|hkd|eur|满|应还|最低|账单|贷款|利息|立减|优惠|红包"
)
_SMS_NUMBER = re.compile(r"参考号[:是为]?\s?(?P<number>\d{12})(?!\d)")
_NO_TALK = re.compile(
    "[?]|押金|流量费|服务费|保证金|违约|每月|优惠|返现|元起|充值"
)  # sums that are no payments, or not sure


def read_messages(layout: Layout, now: datetime) -> list[Mapping[str, Field]]:
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
        before = _clause_before(text, match)
        if _NO_PAYMENT.search(before):
            continue
        after = re.split(r"[,。;]", text[match.end() : match.end() + 8])[0]
        moved = any(vocabulary.has(sign, part) for sign in ("money_in", "money_out") for part in (before, after))
        if moved or re.search("人民币|交易|金额|实到|净额", before):
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
    if moment is not None:
        _add_moment(item, cells, moment, offset, now)
    return item


def read_talk(layout: Layout, now: datetime) -> list[Mapping[str, Field]]:
    """The payments that people tell of in a chat: one for each that names its day, its clock time and one sum.

    A day without its year is left out: talk may be old.
    """
    items: list[Mapping[str, Field]] = []
    for cells in _bubbles(layout):
        item = _told_payment(cells, now)
        if "amount" in item and not any(_is_told_again(item, other) for other in items):
            items.append(item)
    return items


def _bubbles(layout: Layout) -> Iterator[list[Cell]]:
    """The lines of each thing said, which stand close under each other and begin or end alike."""
    bubble: list[Cell] = []
    for cell in layout.cells:
        if len(cell.text.strip()) < 2:
            continue  # what stands for a face
        above = bubble[-1] if bubble else None
        if above is not None and not (
            cell.top - above.bottom < 0.8 * above.height
            and min(abs(cell.left - above.left), abs(cell.right - above.right)) < 1.5 * cell.height
        ):
            yield bubble
            bubble = []
        bubble.append(cell)
    if bubble:
        yield bubble


def _told_payment(cells: list[Cell], now: datetime) -> dict[str, Field]:
    text = "".join(cell.text for cell in cells)
    if _NO_TALK.search(text):
        return {}
    sums = [match for match in _SMS_SUM.finditer(text) if not _NO_PAYMENT.search(_clause_before(text, match))]
    moments = [match for pattern in (DATE, SHORT_DATE) for match in pattern.finditer(text)]
    clocks = list(CLOCK.finditer(DATE.sub(" ", text)))
    if len(sums) != 1 or not moments or len(clocks) != 1:
        return {}
    value = read_money(f"¥{sums[0]['sum']}")
    if value is None:
        return {}
    item = {"amount": _spread(cells, *sums[0].span("sum"), value.text)}
    numbers = list(_SMS_NUMBER.finditer(text))
    if len(numbers) == 1:
        item["reference_no"] = _spread(cells, *numbers[0].span("number"), numbers[0]["number"])
    moment = read_moment(text, now.date())
    if moment is not None and moment.day is not None and moment.clock is not None:
        _add_moment(item, cells, moment, 0, now)
    return item


def _is_told_again(item: Mapping[str, Field], other: Mapping[str, Field]) -> bool:
    return all(item[name].value == other[name].value for name in item.keys() & other.keys())


def _clause_before(text: str, match: re.Match[str]) -> str:
    start = match.start("sum")
    return re.split(r"[,。;]", text[max(0, start - 16) : start])[-1]


def _add_moment(item: dict[str, Field], cells: list[Cell], moment: Moment, offset: int, now: datetime) -> None:
    if moment.day is None or not is_past(moment.day, moment.clock, now):
        return
    place = _spread(cells, offset + moment.start, offset + moment.stop, "")
    said = say_moment(moment.day, moment.clock, seconds=moment.seconds)
    item["time"] = Field(said, round(place.score * moment.trust, 3), place.box)


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
