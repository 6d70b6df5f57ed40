"""Hides what must never be kept: full card numbers, card security codes, PINs, one-time codes, ID card numbers."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

LONGEST_CARD = 19
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_GAP = r"(?:[ \t\-._·]{1,3}\n?[ \t]{0,3}|\n[ \t]{0,3})"
_NUMBERS = re.compile(rf"[0-9]++(?:{_GAP}[0-9]++)*+")
_GROUP = re.compile("[0-9]+")
_SCHEME = re.compile(r"62|81|60|4|5[1-5]|2[2-7]|35|3[47]")
_ID = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# A secret word, a short stretch without digits, and the digits that it names; or the digits first.
_SECRET_WORDS = (
    r"(?:短信)?验证码|驗證碼|校验码|动态码|動態碼|动态密码|安全码|安全碼|卡背后三位|背面三位|后三码|交易密码|取款密码|支付密码|密码|密碼"
    r"|cvv2?|cvn2?|cvc2?|\bpin\b|\botp\b|(?:verification|security|one-time) code|passcode|password"
)
_SECRET = re.compile(
    rf"(?P<word>{_SECRET_WORDS})(?P<gap>[^0-9\n]{{0,12}}?)(?P<digits>[0-9](?:[ \-]?[0-9]){{2,7}})(?![0-9])", re.I
)
_SECRET_AFTER = re.compile(rf"(?<![0-9.])(?P<digits>[0-9]{{4,8}})(?P<gap>[^0-9\n]{{0,6}}?)(?:{_SECRET_WORDS})", re.I)
_EXPIRY = re.compile(
    r"(?:有效期|expiry|valid thru|exp\.?)[^0-9\n]{0,6}(?P<digits>(?:0[1-9]|1[0-2])\s?/?\s?[0-9]{2})(?![0-9])",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Secret:
    """A place in a text that must not be kept (card, identity, code), and what is shown in its stead: a card keeps its
    first six and last four digits, an ID number its last four."""

    start: int
    stop: int
    shown: str
    kind: str


@dataclass(frozen=True, slots=True)
class Masked:
    """The text that may be kept, and how many things were hidden in it."""

    text: str
    count: int


def mask(text: str) -> Masked:
    """The text with every secret hidden; a card keeps its first six and last four digits, an ID number its last four.

    Merchant (15), terminal (8), reference (12) and order numbers stay. A text without secrets comes back unchanged.

    >>> mask("卡号6222 0212 3456 7890 128,验证码 583920").text
    '卡号622202*********0128,验证码 ******'
    >>> mask("商户号 898440353110001 参考号 120345678901").count
    0
    """
    if not any(character.isdigit() for character in text):
        return Masked(text, 0)
    plain = _plain(text)
    chosen = secrets_in(plain)
    if not chosen:
        return Masked(text, 0)
    parts, end = [], 0
    for secret in chosen:
        parts += [plain[end : secret.start], secret.shown]
        end = secret.stop
    return Masked("".join([*parts, plain[end:]]), len(chosen))


def secrets_in(plain: str) -> list[Secret]:
    """What must not be kept of a text whose digits and blanks are in their ordinary form, from left to right."""
    spans: list[Secret] = []
    for found in _ID.finditer(plain):
        if _is_id_number(found.group()):
            spans.append(Secret(found.start(), found.end(), "*" * 14 + found.group()[-4:], "identity"))
    for found in _NUMBERS.finditer(plain):
        for start, stop, digits in _find_cards(found.group()):
            hidden = f"{digits[:6]}{'*' * (len(digits) - 10)}{digits[-4:]}"
            spans.append(Secret(found.start() + start, found.start() + stop, hidden, "card"))
    for pattern in (_SECRET, _SECRET_AFTER, _EXPIRY):
        for found in pattern.finditer(plain):
            start, stop = found.span("digits")
            spans.append(Secret(start, stop, re.sub("[0-9]", "*", found.group("digits")), "code"))
    return _without_overlap(spans)


def _plain(text: str) -> str:
    """Digits and blanks in their ordinary form, invisible characters gone: what hides a number from a pattern."""
    visible = _INVISIBLE.sub("", text)
    return "".join(
        str(unicodedata.digit(character))
        if character.isdigit() and unicodedata.digit(character, None) is not None
        else " "
        if character in "\u00a0\u2002\u2003\u2009\u202f\u3000"
        else "-"
        if character in "‐‑‒–—－"
        else character
        for character in visible
    )


def _without_overlap(spans: list[Secret]) -> list[Secret]:
    chosen: list[Secret] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.stop)):
        if not chosen or span.start >= chosen[-1].stop:
            chosen.append(span)
    return chosen


def _find_cards(numbers: str) -> Iterator[tuple[int, int, str]]:
    """Card numbers among groups of digits with gaps between them: each is a group or several that follow each other.

    A group is never cut, so what is part of a longer number is none."""
    groups = [(found.start(), found.end()) for found in _GROUP.finditer(numbers)]
    first = 0
    while first < len(groups):
        digits, best = "", None
        for last in range(first, len(groups)):
            digits += numbers[slice(*groups[last])]
            if len(digits) > LONGEST_CARD:
                break
            if _is_card_number(digits):
                best = last, digits
        if best is None:
            first += 1
            continue
        yield groups[first][0], groups[best[0]][1], best[1]
        first = best[0] + 1


def _is_card_number(digits: str) -> bool:
    if not 13 <= len(digits) <= LONGEST_CARD or not _SCHEME.match(digits):
        return False
    total = 0
    for position, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if position % 2 else 1)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def _is_id_number(text: str) -> bool:
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(text, _ID_WEIGHTS, strict=False)) % 11
    return text[17].upper() == "10X98765432"[rest]
