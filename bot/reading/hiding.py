"""Hides in what was read what must never be kept, also where the eye of the machine slipped by a digit."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.masking import mask
from bot.reading.reading import ReadField

# After these words a long number is a card or an ID number even if its check digit does not fit: it may be misread.
_ACCOUNT = re.compile(
    r"(?:卡号|账号|帐号|账户|帐户|银行卡|结算卡|card\s*(?:no|number|num)?|pan|account)[^0-9\n]{0,16}\n?[^0-9\n]{0,4}"
    r"(?P<number>[0-9](?:[ \-]?\n?[0-9]){12,18})(?![0-9*])",
    re.I,
)
_IDENTITY = re.compile(
    r"(?:身份证|证件号)[^0-9\n]{0,12}\n?[^0-9\n]{0,4}(?P<number>[0-9](?:[ \-]?[0-9]){13,16}[0-9Xx])(?![0-9])"
)
_FREE = ("merchant_name", "acquirer", "trade_type", "status", "order_no")


def hide_lines(lines: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """The lines with every secret masked, and how many there were; a number broken over two lines is one."""
    text = "\n".join(line.replace("\n", " ") for line in lines)
    first = mask(text)
    hidden, count = _hide_labelled(first.text)
    return tuple(hidden.split("\n")) if hidden else (), first.count + count


def hide_item(item: Mapping[str, ReadField]) -> dict[str, ReadField]:
    """The fields without secrets: a number that looks like a card is no order number, a name loses what it hides."""
    shown: dict[str, ReadField] = {}
    for name, field in item.items():
        masked = mask(field.value) if name in _FREE else None
        if masked is None or not masked.count:
            shown[name] = field
        elif name != "order_no":
            shown[name] = replace(field, value=masked.text)
    return shown


def _hide_labelled(text: str) -> tuple[str, int]:
    count = 0

    def hide(match: re.Match[str]) -> str:
        nonlocal count
        number = match["number"]
        digits = re.sub(r"[^0-9Xx]", "", number)
        count += 1
        kept = (
            f"{digits[:6]}{'*' * (len(digits) - 10)}{digits[-4:]}" if match.re is _ACCOUNT else "*" * 14 + digits[-4:]
        )
        breaks = "\n" * number.count("\n")
        start, stop = match.span("number")
        return match.group()[: start - match.start()] + kept + breaks + match.group()[stop - match.start() :]

    for pattern in (_ACCOUNT, _IDENTITY):
        text = pattern.sub(hide, text)
    return text, count
