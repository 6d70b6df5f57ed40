"""What a field's value must look like. A text that fails its check has no value: an empty field beats a wrong one."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from nlu.receipt_words import Vocabulary, strip_brackets

LATEST = timedelta(minutes=10)  # a terminal's clock may be that much ahead
OLDEST = date(2000, 1, 1)
GUESSED_YEAR = timedelta(days=180)  # a date without a year is read only if it was that recently
_EDGE = r"[\s:;.,=#_\-—|'\"`·]*"

_NUMBER = r"\d{1,3}(?:,\d{3})+\.\d{2}|\d+\.\d{1,2}|\d{1,3}(?:,\d{3})+|\d+"
MONEY = re.compile(
    rf"{_EDGE}(?P<sign>[+\-])?\s*(?P<currency>(?:rmb|cny|人民币|[¥$羊])?)[\s:]*(?P<sign2>[+\-])?\s*(?P<number>{_NUMBER})\s*(?P<unit>元整|元|圆|rmb|cny)?{_EDGE}"
)
_MINUS = re.compile(r"(?<![\-—_])[\-—]\s?(?:rmb|cny|人民币|[¥$羊])?[\s:]*$")
_COMMA_FOR_POINT = re.compile(r"(\d+),(\d{2})(?!\d)")
_POINT_FOR_COMMA = re.compile(r"(\d{1,3}(?:[.,]\d{3})+\.\d{2})(?!\d)")
DATE = re.compile(
    r"(?<!\d)(?P<y>20\d\d)\s?(?P<s>[-/.年])\s?(?P<m>\d{1,2})\s?(?:(?P=s)|[-/.月])\s?(?P<d>\d{2}|\d(?!\d))\s?日?"
    r"|(?<!\d)(?P<y2>20\d\d)(?P<m2>0[1-9]|1[0-2])(?P<d2>0[1-9]|[12]\d|3[01])(?=\D|$|\d{4}(?:\d\d)?(?!\d)|\d\d:)"
    r"|(?<!\d)(?P<y3>\d\d)(?P<s3>[-/])(?P<m3>\d\d)(?P=s3)(?P<d3>\d\d)(?=\s?\d\d:|$)"
    r"|(?<!\d)(?P<y6>\d\d)年(?P<m6>\d{1,2})月(?P<d6>\d{1,2})日"
    r"|(?<!\d)(?P<d4>\d\d)(?P<s4>[-/])(?P<m4>\d\d)(?P=s4)(?P<y4>20\d\d)"
    r"|(?P<m5>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*[.\s]*(?P<d5>\d{1,2})[,.\s]+(?P<y5>20\d\d)"
)
SHORT_DATE = re.compile(
    r"(?<![\d.])(?P<m>0?[1-9]|1[0-2])(?:月|(?P<s>[-/]))(?P<d>0[1-9]|[12]\d|3[01]|[1-9])(?:日|号|(?!\d))(?![-/.]\d)"
)
CLOCK = re.compile(
    r"(?<![\d.])(?P<h>[01]?\d|2[0-3])\s?(?:[:;]\s?(?P<mi>[0-5]\d)(?:\s?[:;.]\s?(?P<s>[0-5]\d))?|[时点]\s?(?P<mi2>[0-5]?\d)分(?:(?P<s2>[0-5]?\d)秒)?)(?!\d)"
)
_PACKED_CLOCK = re.compile(r"(?<!\d)(?P<h>[01]\d|2[0-3])[:.]?(?P<mi>[0-5]\d)[:.]?(?P<s>[0-5]\d)(?!\d)")
_WORDS_AFTER = re.compile(r"[\s,]*(?![周星期上下午时点])[\u4e00-\u9fff]{2}")  # what a clock time never begins with
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
CARD = re.compile(r"(?<![\d*])(\d[\d ]{4,6}\d|\d{6})[ \-]*([*x•·#＊]{1,4}[*x•·# ＊\-]{1,12}?)[ \-]*(\d{4})(?![\d*])")
_TAIL = r"(?:\s*[(\[/]?\s*[a-z]{0,3}\s*[)\]]?)"


@dataclass(frozen=True, slots=True)
class Value:
    """A value and where in the text it stood; `trust` is under 1 where a little was guessed."""

    text: str
    start: int
    stop: int
    trust: float = 1.0


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, a clock time or both, and where they stood."""

    day: date | None
    clock: time | None
    start: int
    stop: int
    trust: float = 1.0
    seconds: bool = False


def read_money(text: str) -> Value | None:
    """An amount that is all of the text, as a plain decimal with its minus; not zero, none that may lack its point."""
    trust = 1.0
    fixed = text
    if _POINT_FOR_COMMA.search(text) and text.count(".") > 1:
        fixed = _POINT_FOR_COMMA.sub(lambda m: m.group(1)[:-3].replace(".", ",") + m.group(1)[-3:], text)
        trust = 0.9
    elif "." not in text and _COMMA_FOR_POINT.search(text):
        fixed = _COMMA_FOR_POINT.sub(r"\1.\2", text)
        trust = 0.9
    match = MONEY.fullmatch(strip_words(fixed))
    if match is None:
        return None
    digits = match["number"].replace(",", "")
    if "." not in digits:
        if re.search(r"\d[.,]\s*$", fixed):
            return None  # what stood after the point was not read
        named = match["currency"] or match["unit"] or match["sign"] or match["sign2"] or "," in match["number"]
        if not named or len(digits) > 9 or (len(digits) > 1 and digits[0] == "0"):
            return None
        trust *= 0.9
    elif len(digits) > 1 and digits[0] == "0" and digits[1] != ".":
        return None
    amount = Decimal(digits)
    if amount <= 0 or amount >= Decimal(10) ** 10:
        return None
    minus = "-" if _MINUS.search(fixed[: match.start("number")]) else ""
    return Value(minus + digits, match.start("number"), match.end("number"), trust)


def read_told_money(text: str, words: Iterable[str]) -> tuple[str, Value] | None:
    """An amount right after one of these words, with no more in the text: the word and the amount."""
    match = re.match(r"\s*(?:\d{1,3}[.、)]\s*)?([\u4e00-\u9fff]{2,8})\s*:?\s*(?=[¥+\-\d]|rmb|cny|人民币)", text)
    if match is None or match.group(1) not in words:
        return None
    value = read_money(text[match.end() :])
    if value is None or "." not in value.text:
        return None
    return match.group(1), Value(value.text, match.end() + value.start, match.end() + value.stop, value.trust)


def strip_words(text: str) -> str:
    """The text with a remark in brackets at its end taken off."""
    return re.sub(r"\s*[(\[][^)\]\d]*[)\]]?\s*$", "", text)


def read_moment(text: str, now: date, *, shorthand: bool = False) -> Moment | None:
    """The first date, clock time or both in the text; `shorthand` also takes a date without its year."""
    day, start, stop, trust = None, 0, 0, 1.0
    match = DATE.search(text)
    if match is not None:
        day = _day(match)
        if day is None:
            return None
        start, stop = match.span()
        trust = 0.9 if match["y3"] or match["y4"] else 1.0
    elif shorthand and (match := SHORT_DATE.search(text)) is not None:
        day = _without_year(int(match["m"]), int(match["d"]), now)
        if day is None:
            return None
        start, stop, trust = *match.span(), 0.9
    rest = text[stop:] if day else text
    clock = CLOCK.search(rest) or (_PACKED_CLOCK.match(rest.strip()) and _PACKED_CLOCK.search(rest))
    if clock is None or (day and len(rest[: clock.start()].strip(" ,t星期一二三四五六日周()上下午")) > 1):
        if day is None or (len(re.findall(r"\d", rest)) > 2 and not _WORDS_AFTER.match(rest)):
            return None  # a clock time that cannot be read is not left off
        return Moment(day, None, start, stop, trust)
    said = clock.groupdict()
    minute, second = said["mi"] or said.get("mi2"), said["s"] or said.get("s2")
    moment = time(int(clock["h"]), int(minute or 0), int(second or 0))
    if "下午" in rest[: clock.start()] and moment.hour < 12:
        moment = moment.replace(hour=moment.hour + 12)
    begin = start if day else clock.start()
    return Moment(day, moment, begin, stop + clock.end(), trust, second is not None)


def say_moment(day: date, clock: time | None, *, seconds: bool) -> str:
    """ISO 8601, as exact as it was printed."""
    if clock is None:
        return day.isoformat()
    return datetime.combine(day, clock).isoformat(timespec="seconds" if seconds else "minutes")


def is_past(day: date, clock: time | None, now: datetime) -> bool:
    """Is it a possible moment, that is not in the future?"""
    local = now.replace(tzinfo=None)
    if day < OLDEST:
        return False
    return day <= local.date() if clock is None else datetime.combine(day, clock) <= local + LATEST


def _day(match: re.Match[str]) -> date | None:
    groups = match.groupdict()
    for suffix in ("", "2", "3", "4", "5", "6"):
        if groups.get(f"y{suffix}") is None:
            continue
        year, month, day = groups[f"y{suffix}"], groups[f"m{suffix}"], groups[f"d{suffix}"]
        number = _MONTHS.index(month[:3]) + 1 if suffix == "5" else int(month)
        if suffix == "4" and int(day) <= 12 and int(month) <= 12 and day != month:
            return None  # day and month could be either
        try:
            return date(int(year) + (2000 if len(year) == 2 else 0), number, int(day))
        except ValueError:
            return None
    return None


def _without_year(month: int, day: int, now: date) -> date | None:
    for year in (now.year, now.year - 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= now:
            return found if now - found <= GUESSED_YEAR else None
    return None


def read_card(text: str) -> Value | None:
    """A card number with its middle hidden, as first six and last four."""
    match = CARD.search(text)
    if match is None:
        return None
    first = match.group(1).replace(" ", "")
    hidden = re.sub(r"[ \-]", "", match.group(2))
    if len(first) != 6 or not 3 <= len(hidden) <= 12:
        return None
    return Value(f"{first}******{match.group(3)}", match.start(), match.end())  # how many stars is not read surely


_USUAL = 6  # digits of a voucher or batch number


def _digits(least: int, most: int) -> Callable[[str], Value | None]:
    pattern = re.compile(rf"{_EDGE}(?P<v>[\do](?:\s?[\do])*)(?:{_EDGE}{_TAIL}{_EDGE}|\s*[\u4e00-\u9fff].*)")

    def read(text: str) -> Value | None:
        match = pattern.fullmatch(text)
        if match is None:
            return None
        value = re.sub(r"\s", "", match["v"])
        if not least <= len(value) <= most or value.count("o") > 2:
            return None
        if len(value) < _USUAL <= most and match.end("v") < len(text.rstrip()) and text[match.end("v")] >= "\u4e00":
            return None  # the rest of it may lie under a seal
        return Value(value.replace("o", "0"), *match.span("v"), trust=0.9 if "o" in value else 1.0)

    return read


def _signs(least: int, most: int, digits: int) -> Callable[[str], Value | None]:
    pattern = re.compile(rf"{_EDGE}(?P<v>[\da-z](?:[\s]?[\da-z\-_])*?)(?:{_EDGE}|\s*[\u4e00-\u9fff].*)")

    def read(text: str) -> Value | None:
        match = pattern.fullmatch(text)
        if match is None:
            return None
        value = re.sub(r"\s", "", match["v"])
        if not least <= len(value) <= most or sum(character.isdigit() for character in value) < digits:
            return None
        letters = {character for character in value if character.isalpha()}
        trust = 1.0
        if letters == {"o"}:
            value, trust = value.replace("o", "0"), 0.9
        return Value(value.upper(), *match.span("v"), trust=trust)

    return read


READERS: dict[str, Callable[[str], Value | None]] = {
    "merchant_no": _signs(15, 15, 10),
    "terminal_no": _signs(8, 8, 4),
    "card_masked": read_card,
    "amount": read_money,
    "reference_no": _digits(12, 12),
    "voucher_no": _digits(4, 8),
    "batch_no": _digits(3, 8),
    "auth_code": _signs(6, 6, 2),
    "order_no": _signs(10, 40, 8),
    "response_code": _signs(2, 2, 1),
}


def read_words(field: str, text: str, vocabulary: Vocabulary) -> Value | None:
    """A name, a kind or a state: words, not a number."""
    match = re.fullmatch(rf"{_EDGE}(?:[\u4e00-\u9fff]\s?:)?{_EDGE}(?P<v>.*?){_EDGE}", text)
    if match is None or not match["v"]:
        return None
    said, start, stop = match["v"], *match.span("v")
    if field == "trade_type":
        kept = vocabulary.trade_types.get(said) or vocabulary.trade_types.get(strip_brackets(said))
        kept = kept or next(
            (vocabulary.trade_types[part] for part in re.split(r"[()/\s]+", said) if part in vocabulary.trade_types),
            None,
        )
        if kept is not None:
            return Value(kept, start, stop)
        bare = strip_brackets(said)
        if (near := _nearest(bare, vocabulary.trade_types)) is not None:
            return Value(vocabulary.trade_types[near], start, stop, 0.94)
        return Value(bare, start, stop, 0.94) if re.fullmatch(r"[\u4e00-\u9fff]{2,10}", bare) else None
    if field == "status":
        if strip_brackets(said) in vocabulary.statuses:
            return Value(strip_brackets(said), start, stop)
        if (near := _nearest(strip_brackets(said), vocabulary.statuses)) is not None:
            return Value(near, start, stop, 0.94)
        return Value(said, start, stop, 0.94) if re.fullmatch(r"[\u4e00-\u9fff]{2,10}", said) else None
    if re.fullmatch(r"[a-z]{2}[pf]y", said):
        return None  # of "merchant copy"
    if not 2 <= len(said) <= 50 or not re.search(r"[\u4e00-\u9fff]{2}|[a-z]{3}", said):
        return None
    return Value(said, start, stop)


def _nearest(said: str, known: Iterable[str]) -> str | None:
    """The only known word of at least four characters that differs from this one in a single character."""
    near = [
        word
        for word in known
        if len(word) == len(said) >= 4 and sum(a != b for a, b in zip(word, said, strict=True)) == 1
    ]
    return near[0] if len(near) == 1 else None
