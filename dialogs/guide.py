"""The guide as frozen values, as the content files give it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from dialogs.condition import Condition
from dialogs.contact_words import Contacts
from dialogs.letter_forms import Letter, Rule
from dialogs.recognised import Excuse, News, Situation
from dialogs.rungs import Rung


@dataclass(frozen=True, slots=True)
class Slot:
    """A thing a section needs to know. `words` and `intents` lead to one of its `values`; `early`: in any message;
    `told`: phrases that do so at the head of a clause of any message; `on_entry`: in the message that asks for its
    section; `largest`, `smallest`: problems for which it is that of several; `covered_by`: not wanted where one of
    these is known; `before`: its entity counts only after one of these words; `apart`: it is not meant where one of
    these is said with it; `days`: offered as dates that many days from now; `vague`:
    whole answers that do not say which value is meant.
    A slot of no section is asked only for a letter."""

    name: str
    section: str
    kind: str
    values: tuple[str, ...] = ()
    entity: str = ""
    problems: tuple[str, ...] = ()
    when: Condition = ()
    unknown: bool = True
    early: bool = False
    on_entry: bool = False
    largest: tuple[str, ...] = ()
    smallest: tuple[str, ...] = ()
    covered_by: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    days: tuple[int, ...] = ()
    vague: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    intents: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """A way from one section to another."""

    trigger: str
    source: str
    target: str
    when: Condition = ()


@dataclass(frozen=True, slots=True)
class Show:
    """Something shown once in a section as soon as its condition holds. kind: text, checks, code, repair, letter,
    reasons, channels, alternatives; `key` is its text or letter; `tells` the advice that it makes needless to say;
    `first`: it answers what was just said, and is shown before any advice."""

    id: str
    section: str
    kind: str
    key: str = ""
    when: Condition = ()
    tells: str = ""
    first: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """What is known of one kind of trouble."""

    id: str
    severity: int
    money: bool
    terminal: bool
    checks: tuple[str, ...] = ()
    checks_by: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    checklist: tuple[str, ...] = ()
    goal: str = ""
    repair: str = ""
    functional: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One item of an evidence checklist: which kinds of attachment serve it, and the words that name it. `written`: a
    picture of it has writing that matters, so one without is worth a word."""

    id: str
    kinds: tuple[str, ...]
    words: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    written: bool = False


@dataclass(frozen=True, slots=True)
class SeverityRule:
    """A named reason for a level, 1 (routine) to 4 (act within minutes)."""

    id: str
    level: int
    when: Condition


@dataclass(frozen=True, slots=True)
class AdviceRule:
    """A next action and when it is the right one. `due` is now, today, next_workday, +3d, +1w or "". `rungs`: those of
    the ladder that it sends to, one of which must still be open to the case."""

    key: str
    section: str
    priority: int
    when: Condition
    due: str = ""
    facts: tuple[str, ...] = ()
    rungs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReminderRule:
    """A reminder that exists while its condition holds: counted from `start`, plus `days`, at a local time."""

    rule: str
    key: str
    when: Condition
    start: str
    days: int
    at: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A place to complain or report, for whom, and the words that name it."""

    id: str
    order: int
    when: Condition
    facts: tuple[str, ...]
    enabled: bool = True
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """A way to take money meanwhile."""

    id: str
    order: int
    when: Condition
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason why companies do not respond."""

    id: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A text that explains something of a section, the words that ask for it, and for which cases it is offered.
    `only_there`: in other cases the words ask for something else."""

    key: str
    section: str
    words: tuple[str, ...]
    when: Condition = ()
    only_there: bool = False


@dataclass(frozen=True, slots=True)
class Recipient:
    """Someone a packet can be made for, the words that name them, and in which cases they are suggested."""

    id: str
    words: tuple[str, ...]
    when: Condition = ()


@dataclass(frozen=True, slots=True)
class FeeBand:
    """What to say of a rate (per cent) below a limit; the last band has none."""

    key: str
    below: Decimal | None
    facts: tuple[str, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """A response code of the terminal: its texts are code.meaning.<code> and code.advice.<code>; and who must act."""

    code: str
    actors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """A fact that advice rests on: what it says, a short citation, and how sure it is
    (confirmed, secondary, high, uncertain)."""

    id: str
    text: str
    cite: str
    level: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Ongoing:
    """Words that tell of something as happening now, words of someone who is asking for something, and those that make
    either a thing of the past."""

    now: tuple[str, ...] = ()
    asking: tuple[str, ...] = ()
    past: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guide:
    """All of it."""

    version: str
    reviewed: date
    sections: tuple[str, ...]
    initial: str
    slots: Mapping[str, Slot]
    moves: tuple[Move, ...]
    jumps: Mapping[str, str]
    answers: Mapping[str, str]
    commands: Mapping[str, str]
    phrases: Mapping[str, str]
    only_with: Mapping[str, tuple[str, ...]]
    besides_with: Mapping[str, tuple[str, ...]]
    another_words: tuple[str, ...]
    bare_no: tuple[str, ...]
    yes_words: tuple[str, ...]
    enough_words: tuple[str, ...]
    question_words: tuple[str, ...]
    meaning_words: tuple[str, ...]
    still_words: tuple[str, ...]
    not_done: tuple[str, ...]
    not_contacted: tuple[str, ...]
    unnamed: tuple[str, ...]
    insults: tuple[str, ...]
    ongoing: Ongoing
    also_words: tuple[str, ...]
    section_words: Mapping[str, tuple[str, ...]]
    languages: Mapping[str, tuple[str, ...]]
    shows: tuple[Show, ...]
    topics: tuple[Topic, ...]
    refusals: tuple[Topic, ...]
    recipients: tuple[Recipient, ...]
    excuses: tuple[Excuse, ...]
    news: tuple[News, ...]
    situations: tuple[Situation, ...]
    contacts: Contacts
    ladder: tuple[Rung, ...]
    problems: Mapping[str, Problem]
    items: Mapping[str, Item]
    severity: tuple[SeverityRule, ...]
    advice: tuple[AdviceRule, ...]
    reminders: tuple[ReminderRule, ...]
    channels: tuple[Channel, ...]
    alternatives: tuple[Alternative, ...]
    reasons: tuple[Reason, ...]
    letters: Mapping[str, Letter]
    fees: tuple[FeeBand, ...]
    codes: Mapping[str, Code]
    grounds: Mapping[str, Ground]
    signs: tuple[str, ...]
    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    details: tuple[str, ...] = ()
    tone: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    writing: tuple[str, ...] = ()
    renames: Mapping[str, str] = field(default_factory=dict)
    closed: tuple[Channel, ...] = ()

    @property
    def results(self) -> Mapping[str, str]:
        """The intents that tell what came of a contact with the company."""
        return self.slots["contact_result"].intents

    def slots_of(self, section: str) -> tuple[Slot, ...]:
        """The section's slots in the order they are asked."""
        return tuple(slot for slot in self.slots.values() if slot.section == section)
