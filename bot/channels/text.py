"""Cutting a text that is too long for a platform into parts a person can read one after the other."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from bot.messages import OutgoingMessage

Measure = Callable[[str], int]
"""The length of a text as the platform counts it; a longer text never measures less than its beginning."""

_BORDERS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"[。！？；…]+[”’」』）]*|[.!?;]+(?=\s)"),
    re.compile(r"[，、：\s]"),
    re.compile(r"[^\x21-\x7e]"),  # numbers, amounts and addresses stay whole
)
_JOINER = "\u200d"
_REGIONAL = range(0x1F1E6, 0x1F200)
_MODIFIER = range(0x1F3FB, 0x1F400)
_TAG = range(0xE0020, 0xE0080)


def utf8_bytes(text: str) -> int:
    """How many bytes the text takes in UTF-8 (WeChat counts so)."""
    return len(text.encode("utf-8", "surrogatepass"))


def utf16_units(text: str) -> int:
    """How many UTF-16 code units the text takes (Telegram counts so)."""
    return len(text) + sum(char > "\uffff" for char in text)


def split_text(text: str, limit: int, measure: Measure) -> list[str]:
    """The text in parts of at most `limit`, in order, never empty: one part if it fits.

    A cut is made at a blank line, else a line border, else the end of a sentence, else a comma or space, else
    outside a number or address, as long as the part is then at least half full; else between two characters as a
    reader sees them. White space at a cut is dropped, nothing else.

    >>> split_text("第一句。第二句。", 5, len)
    ['第一句。', '第二句。']
    """
    parts = []
    rest = text
    while measure(rest) > limit:
        room = _longest(rest, limit, measure)
        at = _cut(rest, room, lambda part: 2 * measure(part) >= limit)
        head = rest[:at].rstrip()
        if head:
            parts.append(head)
        rest = rest[at:].lstrip()
    if rest or not parts:
        parts.append(rest)
    return parts


def split_message(message: OutgoingMessage, limit: int, measure: Measure, tail: int = 0) -> list[OutgoingMessage]:
    """The message as several that each fit, its choices and files on the last, which leaves `tail` for the choices."""
    if measure(message.text) + tail <= limit:
        return [message]
    parts = split_text(message.text, limit, measure)
    if measure(parts[-1]) + tail > limit and tail < limit:
        parts[-1:] = split_text(parts[-1], limit - tail, measure)
    return [
        *(replace(message, text=part, choices=(), files=()) for part in parts[:-1]),
        replace(message, text=parts[-1]),
    ]


def _longest(text: str, limit: int, measure: Measure) -> int:
    """How many characters from the beginning measure at most `limit`; at least one, or there would be no end."""
    low, high = 1, min(len(text), max(limit, 1))
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle]) <= limit:
            low = middle
        else:
            high = middle - 1
    return low


def _cut(text: str, room: int, full_enough: Callable[[str], bool]) -> int:
    for border in _BORDERS:
        ends = [found.end() for found in border.finditer(text, 0, room) if not _is_inside(text, found.end())]
        if ends and full_enough(text[: ends[-1]]):
            return ends[-1]
    at = room
    while at > 1 and _is_inside(text, at):
        at -= 1
    # One "character" longer than a whole part (a heap of accents) is cut where the part ends.
    return at if at > 1 or not _is_inside(text, 1) else room


def _is_inside(text: str, at: int) -> bool:
    """Would a cut before `text[at]` tear something a reader sees as one character?"""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if _JOINER in (before, after) or before + after == "\r\n":
        return True
    if unicodedata.category(after) in ("Mn", "Mc", "Me") or ord(after) in _MODIFIER or ord(after) in _TAG:
        return True
    if "\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff":
        return True
    if ord(before) in _REGIONAL and ord(after) in _REGIONAL:
        flags = 0
        while flags < at and ord(text[at - 1 - flags]) in _REGIONAL:
            flags += 1
        return flags % 2 == 1
    return False
