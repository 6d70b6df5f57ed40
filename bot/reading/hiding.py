"""Hides in what was read what must never be kept, also where the eye of the machine slipped by a digit."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.masking import Secret, mask, secrets_in
from bot.reading.reading import ReadField

# After these words a long number is a card or an ID number even if its check digit does not fit: it may be misread.
_ACCOUNT = re.compile(
    r"(?:卡号|账号|帐号|账户|帐户|银行卡|结算卡|card\s*(?:no|number|num)?|pan|account)[^0-9\n]{0,16}\n?[^0-9\n]{0,4}"
    r"(?P<number>[0-9](?:[ \-]?\n?[0-9]){12,18})(?![0-9*])",
    re.I,
)
_IDENTITY = re.compile(
    r"(?:身份证|身份號碼|身份号码|身分證|證件號|证件号)[^0-9\n]{0,12}\n?[^0-9\n]{0,4}"
    r"(?P<number>[0-9](?:[ \-]?[0-9]){13,16}[0-9Xx])(?![0-9])"
)
# 18 digits with a birthday in them are covered in a picture also where the check digit does not fit, without any label.
_BIRTHDAY = re.compile(
    r"(?<![0-9])(?P<number>[1-8][0-9]{5}(?:19[2-9][0-9]|200[0-9]|201[0-2])(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"[0-9]{3}[0-9Xx])(?![0-9A-Za-z])"
)
_PHONE = re.compile(r"(?<![0-9])1[3-9][0-9](?:[ \-]?[0-9]{4}){2}(?![0-9])")
NAME_LABEL = re.compile(r"(?:户\s*名|姓\s*名|持卡人|开户人|账户名称?|收款人|付款人|联系人)[:： ]*")
NAME = re.compile(r"[\u4e00-\u9fff·]{2,4}")
_NAME = re.compile(rf"{NAME_LABEL.pattern}(?!签|信息|名称)(?P<name>{NAME.pattern})(?![\u4e00-\u9fff])")
_FREE = ("merchant_name", "acquirer", "trade_type", "status", "order_no")


def hide_lines(lines: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """The lines with every secret masked, and how many there were; a number broken over two lines is one."""
    text = "\n".join(line.replace("\n", " ") for line in lines)
    first = mask(text)
    hidden, count = _hide_labelled(first.text)
    return tuple(hidden.split("\n")) if hidden else (), first.count + count


def find_secrets(text: str) -> list[Secret]:
    """The places of secrets, telephone numbers and labelled names in the lines of a picture, joined by line breaks."""
    found = secrets_in(text)
    for pattern, kind in ((_ACCOUNT, "card"), (_IDENTITY, "identity"), (_BIRTHDAY, "identity")):
        for match in pattern.finditer(text):
            found.append(Secret(*match.span("number"), _kept(match["number"], kind), kind))
    for match in _PHONE.finditer(text):
        digits = re.sub(r"[^0-9]", "", match.group())
        found.append(Secret(*match.span(), f"{digits[:3]}****{digits[-4:]}", "phone"))
    for match in _NAME.finditer(text):
        found.append(Secret(*match.span("name"), "*" * len(match["name"]), "name"))
    return found


def _kept(number: str, kind: str) -> str:
    digits = re.sub(r"[^0-9Xx]", "", number)
    if kind == "card":
        return f"{digits[:6]}{'*' * (len(digits) - 10)}{digits[-4:]}"
    return "*" * max(0, len(digits) - 4) + digits[-4:]


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
        count += 1
        kept = _kept(number, "card" if match.re is _ACCOUNT else "identity")
        breaks = "\n" * number.count("\n")
        start, stop = match.span("number")
        return match.group()[: start - match.start()] + kept + breaks + match.group()[stop - match.start() :]

    for pattern in (_ACCOUNT, _IDENTITY, _BIRTHDAY):
        text = pattern.sub(hide, text)
    return text, count
