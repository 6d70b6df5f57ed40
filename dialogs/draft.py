"""The step under construction: a case view that changes, and what has been decided so far. Lives for one step."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from dialogs import guards
from dialogs.guide import Guide, Slot
from dialogs.machine import SectionMachine
from dialogs.outcome import Button, Checked, Planned, Reply
from dialogs.texts import Texts, amount_words
from dialogs.turn import Pick, Turn
from dialogs.view import Attempt, CaseView, Exhibit, Fact, Position

TRAIL = 50
MORE = "more:"  # and a key: its rest was offered


class Draft:
    """Collects changes; `view` always shows the case with them applied."""

    def __init__(
        self, guide: Guide, machine: SectionMachine, texts: Texts, language: str, view: CaseView, turn: Turn
    ) -> None:
        self.guide = guide
        self.machine = machine
        self.texts = texts
        self.language = language
        self.view = view
        self.turn = turn
        self.replies: list[Reply] = []
        self.facts: dict[str, Fact | None] = {}
        self.attempts: list[Attempt] = []
        self.amended: dict[int, Attempt] = {}
        self.items: dict[int, str] = {}
        self.captions: dict[int, str] = {}
        self.withdrawn: list[int] = []
        self.restored: list[int] = []
        self.wishes: list[Planned] = []
        self.effects: list[str] = []
        self.letters: list[tuple[str, str]] = []
        self.sources: dict[str, int] = {}
        self.checked: list[Checked] = []
        self.filled: list[str] = []
        self.situated = False  # a special case was told that was not known
        self.kept_out: frozenset[str] = frozenset()  # slots that no value of this turn is meant for
        self.correcting = "correct_answer" in turn.intents
        self.handled = False  # the turn meant something
        self.missed = False  # … but nothing that the guide could do
        self.aside = False  # something was asked for besides the guide's question
        self.interrupted = False  # by a sign of fraud
        self.quiet = False  # nothing more is to be said
        self.asks_of_pictures = False  # the last question is about what was read from them

    # reading

    @property
    def position(self) -> Position:
        return self.view.position

    @property
    def asked(self) -> str:
        return self.view.position.asked

    @property
    def asked_slot(self) -> Slot | None:
        return self.guide.slots.get(self.asked)

    @property
    def now(self) -> datetime:
        return self.view.now

    def applies(self, slot: Slot) -> bool:
        return guards.applies(slot, self.guide, self.view)

    # words

    def text(self, key: str, params: Mapping[str, str] | None = None) -> str:
        """The sentence for a key, with the case's own values available to its placeholders."""
        found = self.texts.get(self.language, key)
        if not found.fields:
            return found.text
        own = {name: self.words_of(name) for name in found.fields if name in self.guide.slots}
        days = guards.days_since(self.view)
        own["days"] = "" if days is None else str(days)
        return self.texts.say(self.language, key, {**own, **(params or {})})

    def words_of(self, name: str) -> str:
        """The value of a slot as people read it; "" when it is not known."""
        value = self.view.value(name)
        return self.value_words(name, value) if value else ""

    def value_words(self, name: str, value: str) -> str:
        slot = self.guide.slots.get(name)
        if slot is None:
            return value
        if slot.kind in ("choice", "yes_no"):
            return self.texts.say(self.language, self.value_key(name, value))
        if slot.kind == "amount":
            return amount_words(value)
        if slot.kind == "time":
            return self.texts.date_words(self.language, value, self.now)
        return value

    def when(self, moment: datetime) -> str:
        """A moment as people write it."""
        return self.texts.when(self.language, moment, self.now)

    def text_of_day(self, moment: datetime) -> str:
        """The day of a moment, without its hour."""
        return self.when(moment.replace(hour=0, minute=0))

    def listed(self, words: Iterable[str], key: str = "list.words") -> str:
        """Several words as one list."""
        return self.texts.listed(self.language, words, key)

    def value_key(self, name: str, value: str) -> str:
        """The text key of a value's words; plain yes and no where the slot has no words of its own."""
        own = f"problem.{value}" if name == "problem" else f"value.{name}.{value}"
        return own if self.texts.has(own) else f"button.{value}"

    def button(self, name: str, value: str = "", label: str = "", params: Mapping[str, str] | None = None) -> Button:
        """A choice of this case, labelled by a text key."""
        return Button(Pick(self.view.no, name, value), self.text(label, params))

    def undo_button(self) -> Button:
        """A choice that takes back what this turn does, however much later it is tapped."""
        return self.button("!undo", str(self.view.entry), "button.undo")

    def more_button(self, key: str) -> Button:
        """A choice that says the rest of what is said in short."""
        self.place(shown=(*(name for name in self.position.shown if name != MORE + key), MORE + key))
        return self.button("!more", key, "button.more")

    # deciding

    def say(self, key: str, params: Mapping[str, str] | None = None, buttons: Iterable[Button] = ()) -> None:
        """Say a text; where it has a rest (`<key>.more`), with a choice for that."""
        if self.texts.has(f"{key}.more"):
            buttons = (*buttons, self.more_button(key))
        self.replies.append(Reply(key, self.text(key, params), tuple(buttons)))

    def set_fact(self, name: str, value: str, state: str = "said") -> None:
        """Give a slot a value; the problem's change drops nothing, as conditions decide what still counts."""
        fact = Fact(value, state)  # type: ignore[arg-type]
        self.facts[name] = fact
        skipped = tuple(skip for skip in self.position.skipped if skip != name)
        self.view = replace(self.view, facts={**self.view.facts, name: fact})
        self.place(skipped=skipped)
        self.filled.append(name)

    def forget(self, name: str) -> None:
        self.facts[name] = None
        self.view = replace(self.view, facts={key: fact for key, fact in self.view.facts.items() if key != name})

    def place(self, **changes: object) -> None:
        """Change the position."""
        self.view = replace(self.view, position=replace(self.position, **changes))  # type: ignore[arg-type]

    def skip(self, name: str, *, wished: bool = True) -> None:
        """Ask for this no more; `wished` by the person, who can then undo it."""
        if name not in self.position.skipped:
            self.place(skipped=(*self.position.skipped, name))
            if wished:
                self.effect(f"skip:{name}")

    def show(self, what: str) -> bool:
        """Mark something as shown; False when it had been already."""
        if what in self.position.shown:
            return False
        self.place(shown=(*self.position.shown, what))
        return True

    def ask(self, what: str) -> None:
        """The next question is about this; the one before goes on the trail."""
        if what != self.asked:
            trail = self.position.trail
            if self.asked and not self.asked.startswith("confirm:"):
                trail = (*trail, (self.view.section, self.asked))[-TRAIL:]
            self.place(asked=what, trail=trail)

    def enter(self, section: str) -> None:
        """Go to a section; the question of the old one goes on the trail."""
        if section == self.view.section:
            return
        trail = self.position.trail
        if self.asked and not self.asked.startswith("confirm:"):
            trail = (*trail, (self.view.section, self.asked))[-TRAIL:]
        letter = self.position.letter if self.view.section == self.guide.initial else ""
        self.place(asked="", trail=trail, letter=letter)
        self.view = replace(self.view, section=section)

    def log(self, attempt: Attempt) -> None:
        self.attempts.append(attempt)
        self.view = replace(self.view, attempts=(*self.view.attempts, attempt))

    def amend(self, place: int, attempt: Attempt) -> None:
        """A contact of the log, by its place, as it should have been written."""
        self.amended[place] = attempt
        log = list(self.view.attempts)
        log[place] = attempt
        self.view = replace(self.view, attempts=tuple(log))

    def assign(self, exhibit: Exhibit) -> None:
        """An exhibit serves an item of the checklist."""
        self.items[exhibit.no] = exhibit.item
        known = next((old for old in self.view.exhibits if old.no == exhibit.no), exhibit)
        self.put(replace(known, item=exhibit.item))

    def put(self, exhibit: Exhibit) -> None:
        """The exhibit as it is now."""
        others = (old for old in self.view.exhibits if old.no != exhibit.no)
        self.view = replace(self.view, exhibits=tuple(sorted((*others, exhibit), key=lambda one: one.no)))

    def rename(self, exhibit: Exhibit) -> None:
        """An exhibit has a new caption."""
        self.captions[exhibit.no] = exhibit.caption
        others = tuple(old for old in self.view.exhibits if old.no != exhibit.no)
        self.view = replace(self.view, exhibits=(*others, exhibit))

    def withdraw(self, number: int) -> None:
        """Take an exhibit out of the case; it stays kept and in the timeline."""
        self.withdrawn.append(number)
        left = tuple(old for old in self.view.exhibits if old.no != number)
        self.view = replace(self.view, exhibits=left, withdrawn=(*self.view.withdrawn, number))

    def put_back(self, number: int) -> None:
        """Take up again an exhibit that was taken out."""
        self.restored.append(number)
        back = tuple(one for one in self.view.set_aside if one.no == number)
        out = tuple(no for no in self.view.withdrawn if no != number)
        self.view = replace(self.view, exhibits=(*self.view.exhibits, *back), withdrawn=out)

    def effect(self, name: str) -> None:
        if name not in self.effects:
            self.effects.append(name)
