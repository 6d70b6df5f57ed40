"""A case as the dialog sees it: values only, so that a step can be repeated and tested without a store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

FactState = Literal["said", "read", "confirmed", "unknown"]
Result = Literal["silent", "stalling", "refused", "promised", "answered"]


@dataclass(frozen=True, slots=True)
class Fact:
    """The value of a slot: a canonical string (ISO time, decimal amount, choice id). `unknown`: asked, not known."""

    value: str
    state: FactState = "said"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One contact with the company or an authority."""

    at: datetime
    result: str
    way: str = "phone"
    number: str = ""
    who: str = ""
    answer: str = ""
    ticket: str = ""
    promised_until: datetime | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One kept item of evidence: its number, what it is, and which item of the checklist it serves ("" for none)."""

    no: int
    kind: str
    item: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """Where the conversation about a case stands, besides its section.

    `asked`: what the last question was about: a slot, `item:<id>`, `confirm:<what>`, `go_on`, or "". `trail`: the
    (section, asked) pairs before it, for going back. `skipped`: slots and items not to be asked again. `done`:
    sections gone through. `shown`: what has been shown once. `told`: the newest suggestion said aloud. `letter`: one
    that was wanted and waits for what it needs.
    """

    asked: str = ""
    trail: tuple[tuple[str, str], ...] = ()
    skipped: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    told: str = ""
    misses: int = 0
    letter: str = ""

    def as_json(self) -> dict[str, Any]:
        """The position as plain JSON values."""
        return {
            "asked": self.asked,
            "trail": [list(step) for step in self.trail],
            "skipped": list(self.skipped),
            "done": list(self.done),
            "shown": list(self.shown),
            "told": self.told,
            "misses": self.misses,
            "letter": self.letter,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Position":
        """The position that `as_json` gave; what is missing there takes its default, what is unknown is left out."""
        return cls(
            asked=str(data.get("asked", "")),
            trail=tuple((str(section), str(asked)) for section, asked in data.get("trail", [])),
            skipped=tuple(data.get("skipped", [])),
            done=tuple(data.get("done", [])),
            shown=tuple(data.get("shown", [])),
            told=str(data.get("told", "")),
            misses=int(data.get("misses", 0)),
            letter=str(data.get("letter", "")),
        )


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case at a moment. `now` is aware and in the merchant's zone; `last_activity` the person's message before.

    `others` are the person's other open cases (number, problem) and `human_since` when a person was asked for; both
    are given only to a turn that wants them.
    """

    no: int
    section: str
    now: datetime
    position: Position = field(default_factory=Position)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    attempts: tuple[Attempt, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    status: str = "open"
    last_activity: datetime | None = None
    others: tuple[tuple[int, str], ...] = ()
    human_since: datetime | None = None

    def value(self, name: str) -> str:
        """The value of a fact; "" where there is none or it is not known."""
        fact = self.facts.get(name)
        return "" if fact is None or fact.state == "unknown" else fact.value

    @property
    def problem(self) -> str:
        """The id of the problem, or ""."""
        return self.value("problem")

    @property
    def signs(self) -> tuple[str, ...]:
        """The signs of fraud seen in this case."""
        return tuple(filter(None, self.value("fraud_signs").split(",")))
