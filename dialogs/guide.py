"""The guide as frozen values, as the content files give it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

Condition = tuple[tuple[str, bool, Any], ...]
"""Lines that must all hold: (guard, whether it must be true, argument)."""


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
class Letter:
    """A text the guide can write. `needs`: slots without which it is not written; `wants`: asked for once, left out
    when not known. `when`: who may use it; `cites`: rules of its own, `grounds`: also those of the problem.

    It is meant when one of its `words` is said, and is `offered` at the end of its `sections`.
    """

    id: str
    needs: tuple[str, ...]
    wants: tuple[str, ...]
    facts: tuple[str, ...]
    words: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    when: Condition = ()
    offered: Condition = ()
    cites: tuple["Rule", ...] = ()
    grounds: bool = False
    notes: tuple["Note", ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A fact that a letter cites, when it bears on the case."""

    fact: str
    when: Condition = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A text said after a letter, when it bears on the case."""

    key: str
    when: Condition = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A text that explains something of a section, the words that ask for it, and for which cases it is offered."""

    key: str
    section: str
    words: tuple[str, ...]
    when: Condition = ()


@dataclass(frozen=True, slots=True)
class Recipient:
    """Someone a packet can be made for, the words that name them, and in which cases they are suggested."""

    id: str
    words: tuple[str, ...]
    when: Condition = ()


@dataclass(frozen=True, slots=True)
class Excuse:
    """Words that put the merchant off (some mean it only near `company`), and the days to give them: advice, no law."""

    id: str
    words: tuple[str, ...]
    company: tuple[str, ...]
    days: int
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class News:
    """Something told or asked that is answered at once: by one of `words`, or by those of a special case. `human`: a
    person is asked for with it; `only`: the rest of the message is left alone; `tells`: the advice it makes needless to
    say."""

    id: str
    words: tuple[str, ...]
    situation: str
    human: bool
    only: bool
    facts: tuple[str, ...]
    tells: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """A special case within a problem, or within any ("" as `problem`). It is told by one word of each list of one of
    its `ways` and none of `unless`; `problem` and `facts` are known with it; `level` takes the place of the problem's
    own severity (0: it does not). `section`: where it belongs; `keeps_out`: slots that no value said with it is meant
    for; `sign`: the sign of fraud it is; `means`: intents that it would be taken for and is not."""

    id: str
    ways: tuple[tuple[tuple[str, ...], ...], ...]
    unless: tuple[str, ...]
    problem: str
    facts: Mapping[str, str]
    level: int
    section: str = ""
    keeps_out: tuple[str, ...] = ()
    sign: str = ""
    means: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Naming:
    """Something that is told by its words. `ends`: after it nothing is waited for; `company`: it is the company.

    `ways`: a contact with this party is one told of in such a way; else it was with the party `otherwise`.
    """

    id: str
    words: tuple[str, ...]
    ends: bool = False
    company: bool = False
    ways: tuple[str, ...] = ()
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Contacts:
    """How words tell of a contact (content/contacts.yaml)."""

    parties: tuple[Naming, ...]
    ways: tuple[Naming, ...]
    answers: tuple[Naming, ...]
    deeds: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    question_ends: tuple[str, ...] = ()
    ahead: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    payment: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    demands: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()
    surnames: str = ""
    titles: tuple[str, ...] = ()
    unhelpful: tuple[str, ...] = ()

    @property
    def company(self) -> tuple[str, ...]:
        """The parties that are the payment company itself."""
        return tuple(party.id for party in self.parties if party.company)

    @property
    def ends(self) -> tuple[str, ...]:
        """The answers after which nothing is waited for."""
        return tuple(answer.id for answer in self.answers if answer.ends)


@dataclass(frozen=True, slots=True)
class Clock:
    """How long a rung of the ladder is given: by the law, by a public paper that is to be checked, or as advice. It
    runs from a contact with one of `after` as its answer (any, where there are none)."""

    days: int
    unit: str
    kind: str
    facts: tuple[str, ...]
    when: Condition = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: whom it is with, for which cases, what must be there first, and how long to wait.

    `channel`: the place to complain it goes to, whose closing closes it; `more`: the text that tells all of it;
    `letter`: what is written for it. `needs`: holds when it can be taken. `anew`: answers after which it is taken at
    once again, once, in another way.
    """

    id: str
    parties: tuple[str, ...]
    when: Condition
    needs: Condition
    clocks: tuple[Clock, ...]
    facts: tuple[str, ...]
    channel: str = ""
    more: str = ""
    letter: str = ""
    anew: tuple[str, ...] = ()


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
