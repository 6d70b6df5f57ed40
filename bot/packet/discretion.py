"""Covers other people's telephone numbers and names in what a packet says. The merchant's own stay."""

import re
from collections.abc import Collection, Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any

from bot.packet.contents import Exhibit, PacketContents
from bot.packet.covers import Cover
from bot.packet.exhibits import TYPED, without_original
from storage.records import CaseFile

PHONE = re.compile(r"(?<![0-9])(1[3-9][0-9])[ -]?([0-9]{4})[ -]?([0-9]{4})(?![0-9])")
LETTERS = "甲乙丙丁戊己庚辛壬癸"
PARTS = ("attempts", "facts", "moments", "exhibits", "letters", "amounts")
"""The parts of the contents that tell of others."""


class Discretion:
    """What is covered for one packet: all mobile numbers but the merchant's own, and these names if any are given."""

    def __init__(self, own_phones: Collection[str], names: Iterable[str] = ()) -> None:
        self._own = {re.sub(r"[^0-9]", "", phone) for phone in own_phones}
        distinct = sorted(dict.fromkeys(names), key=lambda name: -len(name))
        self._stand_ins = {name: f"某人{_letter(number)}" for number, name in enumerate(distinct)}

    def covered(self, text: str) -> str:
        """The text with them covered.

        >>> Discretion(["13900001111"], ["王经理"]).covered("王经理 13812345678,我 13900001111")
        '某人甲 138****5678,我 13900001111'
        """
        text = PHONE.sub(lambda found: found.group() if self._is_own(found) else f"{found[1]}****{found[3]}", text)
        for name, stand_in in self._stand_ins.items():
            text = text.replace(name, stand_in)
        return text

    def apply(self, contents: PacketContents, file: CaseFile) -> PacketContents:
        """The contents with them covered wherever others are spoken of; the original of a text in which something is
        covered stays back."""
        covered = replace(contents, **{name: self._all(getattr(contents, name)) for name in PARTS})
        telling = {one.no for one in file.evidence if one.kind in TYPED and self.covered(one.text) != one.text}
        words = contents.words["exhibit.absent.covered_text"]

        def held_back(one: Exhibit) -> Exhibit:
            return without_original(one, words) if one.no in telling and one.path else one

        return replace(covered, exhibits=tuple(held_back(one) for one in covered.exhibits))

    def _is_own(self, found: re.Match[str]) -> bool:
        return "".join(found.groups()) in self._own

    def _all(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.covered(value)
        if isinstance(value, tuple):
            return tuple(self._all(one) for one in value)
        if is_dataclass(value) and not isinstance(value, type | Cover):
            return replace(value, **{field.name: self._all(getattr(value, field.name)) for field in fields(value)})
        return value


def _letter(number: int) -> str:
    return LETTERS[number] if number < len(LETTERS) else str(number + 1)


def names_of(file: CaseFile) -> list[str]:
    """The names of others that the case's records hold: authors of what was forwarded, and whom one spoke to."""
    own = {str(fact.value) for name, fact in file.facts.items() if name in ("merchant_name", "person_name", "company")}
    found = [str((one.origin or {}).get("author") or "") for one in file.evidence]
    found += [str(line.get("author") or "") for one in file.evidence for line in one.items if isinstance(line, dict)]
    found += [attempt.who for attempt in file.attempts]
    return [name for name in found if len(name) > 1 and name not in own]
