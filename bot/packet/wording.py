"""The words of a packet: the guide's texts, and values as people read them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dialogs import drafting, guards, letters
from dialogs.dialog import Dialog
from dialogs.draft import Draft
from dialogs.turn import Turn
from dialogs.view import CaseView, Fact

PREFIX = "packet."


class Wording:
    """Says things of one case in one language, with all times in one zone."""

    def __init__(self, dialog: Dialog, view: CaseView, language: str, zone: ZoneInfo) -> None:
        self.dialog = dialog
        self.view = view
        self.language = language
        self.zone = zone

    def say(self, key: str, **params: str) -> str:
        """The packet's text of this key (without its prefix)."""
        return self.dialog.texts.say(self.language, PREFIX + key, params)

    def has(self, key: str) -> bool:
        """Is there such a text of the packet?"""
        return self.dialog.texts.has(PREFIX + key)

    def guide(self, key: str) -> str:
        """A text of the guide; the last part of the key where there is none."""
        if not self.dialog.texts.has(key):
            return key.rpartition(".")[2]
        return self.dialog.words(self.view, self.language, key)

    def party(self, name: str) -> str:
        """Whom a contact was with, other than the company itself; "" for that."""
        return self.guide(f"party.{name}") if name not in ("", "company") else ""

    def label(self, slot: str) -> str:
        """The name of a slot or fact."""
        return self.say(f"label.{slot}") if self.has(f"label.{slot}") else self.guide(f"label.{slot}")

    def value(self, slot: str, value: Any) -> str:
        """A canonical value of a slot as people read it, a sum with its unit, a time with its year."""
        if value in (None, ""):
            return ""
        if slot in ("fraud_signs", "seen_signs"):
            return "、".join(self.guide(f"packet.sign.{sign}") for sign in str(value).split(","))
        kind = self.dialog.guide.slots[slot].kind if slot in self.dialog.guide.slots else ""
        if kind == "time" and (stated := self.stated(str(value))):
            return stated[1]
        try:
            facts = {**self.view.facts, slot: Fact(str(value))}
            words = self.dialog.fact_words(replace(self.view, facts=facts), self.language, slot)
        except (KeyError, ArithmeticError, ValueError):
            return str(value)  # a value of an older guide
        return self.say(f"unit.{kind}", value=words) if kind in ("amount", "rate") else words

    def at(self, moment: datetime) -> str:
        """A moment in full: a reader of next year must not have to guess the year."""
        local = moment.astimezone(self.zone)
        return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"

    def contact_at(self, moment: datetime) -> str:
        """When a contact was; its day alone where nobody said the hour, which is then kept as midnight."""
        local = moment.astimezone(self.zone)
        return self.day(moment) if (local.hour, local.minute, local.second) == (0, 0, 0) else self.at(moment)

    def at_seconds(self, moment: datetime) -> str:
        """A moment to the second."""
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M:%S}"

    def day(self, moment: datetime) -> str:
        """The day of a moment."""
        return self.at(moment).partition(" ")[0]

    def stated(self, value: str) -> tuple[datetime, str] | None:
        """A canonical time (YYYY-MM-DD, maybe with a time) as a moment and as words; None where it is none."""
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
        return moment, self.at(moment) if "T" in value else self.day(moment)

    def letter(self, name: str) -> str:
        """A letter's text as the case stands, "" when it is not for this case or something it needs is not known."""
        letter, draft = self.dialog.guide.letters.get(name), self._draft()
        if letter is None or not guards.holds(letter.when, self.dialog.guide, self.view):
            return ""
        known = all(drafting.value(draft, slot) for slot in letter.needs)
        return letters.body(draft, name) if known else ""

    def overcharge(self) -> tuple[list[str], str]:
        """How what was charged compares with what was agreed, line by line, and the sum that is claimed of it."""
        draft = self._draft()
        return drafting.calculation(draft), drafting.claimed(draft)

    def _draft(self) -> Draft:
        dialog = self.dialog
        return Draft(dialog.guide, dialog.machine, dialog.texts, self.language, self.view, Turn("other"))

    def all_words(self) -> Mapping[str, str]:
        """The packet's texts by key without prefix, placeholders as they are."""
        known = self.dialog.texts.keys(self.dialog.texts.languages[0])
        own = (key for key in known if key.startswith(PREFIX))
        return {key.removeprefix(PREFIX): self.dialog.texts.get(self.language, key).text for key in sorted(own)}
