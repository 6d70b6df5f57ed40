"""A case as the dialog sees it: values only, so that a step can be repeated and tested without a store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

FactState = Literal["said", "read", "confirmed", "unknown"]
Result = Literal[
    "silent",
    "stalling",
    "refused",
    "promised",
    "answered",
    "sent",
    "accepted",
    "transferred",
    "company_first",
    "not_theirs",
    "offered",
]


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
    party: str = ""
    number: str = ""
    who: str = ""
    answer: str = ""
    ticket: str = ""
    promised_until: datetime | None = None
    count: int = 1


SHOWN = (
    "amount",
    "trade_type",
    "time",
    "reference_no",
    "order_no",
    "merchant_name",
    "merchant_no",
    "terminal_no",
    "acquirer",
    "response_code",
    "status",
)
"""The fields of a transaction that people are asked to confirm, in this order; the others stay what was read."""


@dataclass(frozen=True, slots=True)
class ReadValue:
    """A field as read, and how surely (0..1): a proposal until `confirmed` says what is right ("": nothing is)."""

    value: str
    score: float
    confirmed: str | None = None

    @property
    def best(self) -> str:
        """What is to be shown: what was confirmed, else what was read."""
        return self.value if self.confirmed is None else self.confirmed


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One kept item of evidence: its number, what it is, and which item of the checklist it serves ("" for none);
    its caption, and who wrote it and when if it was forwarded, else when it came.

    `reading` is how far its reading is (none, due, read, told); `page` what kind of picture it was taken for,
    `note` what stood in the way, `like` the exhibit that looks the same (0 for none), `items` the transactions on it.
    """

    no: int
    kind: str
    item: str = ""
    name: str = ""
    caption: str = ""
    author: str = ""
    at: datetime | None = None
    reading: str = "none"
    page: str = ""
    note: str = ""
    like: int = 0
    items: tuple[Mapping[str, ReadValue], ...] = ()

    @property
    def is_open(self) -> bool:
        """Was something read from it that nobody has confirmed or denied?"""
        return bool(self.open_items)

    @property
    def open_items(self) -> tuple[int, ...]:
        """The places of the transactions that are still to be confirmed or denied."""
        return tuple(
            place
            for place, item in enumerate(self.items)
            if any(item[name].confirmed is None for name in SHOWN if name in item)
        )


@dataclass(frozen=True, slots=True)
class Position:
    """Where the conversation about a case stands, besides its section.

    `said`: the keys of the last replies that rest on facts.

    `asked`: what the last question was about: a slot, `item:<id>`, `confirm:<what>`, `go_on`, or "". `trail`: the
    (section, asked) pairs before it, for going back. `skipped`: slots and items not to be asked again. `done`:
    sections gone through. `shown`: what has been shown once. `told`: the newest suggestion said aloud. `letter`: one
    that was wanted and waits for what it needs. `reading`: what the last question was about, when it was about what was
    read from pictures, and what comes after it; `reading_at`: when it was asked (ISO 8601). `album`: the newest things
    sent at once.
    """

    asked: str = ""
    trail: tuple[tuple[str, str], ...] = ()
    skipped: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    told: str = ""
    misses: int = 0
    letter: str = ""
    said: tuple[str, ...] = ()
    reading: tuple[str, ...] = ()
    reading_at: str = ""
    album: str = ""

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
            "said": list(self.said),
            "reading": list(self.reading),
            "reading_at": self.reading_at,
            "album": self.album,
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
            said=tuple(data.get("said", [])),
            reading=tuple(map(str, data.get("reading", []))),
            reading_at=str(data.get("reading_at", "")),
            album=str(data.get("album", "")),
        )


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case at a moment. `now` is aware and in the merchant's zone; `last_activity` the person's message before.

    `withdrawn` are the numbers of exhibits taken out. `entry` is the number of the last entry of the timeline.
    `others` are the person's other open cases (number, problem, amount) and `human_since` when a person was asked
    for; both are given only to a turn that wants them.
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
    others: tuple[tuple[int, str, str], ...] = ()
    human_since: datetime | None = None
    withdrawn: tuple[int, ...] = ()
    set_aside: tuple[Exhibit, ...] = ()
    entry: int = 0

    def value(self, name: str) -> str:
        """The value of a fact; "" where there is none or it is not known."""
        fact = self.facts.get(name)
        return "" if fact is None or fact.state == "unknown" else fact.value

    @property
    def problem(self) -> str:
        """The id of the problem, or ""."""
        return self.value("problem")

    @property
    def told_signs(self) -> tuple[str, ...]:
        """The signs of fraud that the person told of."""
        return tuple(filter(None, self.value("fraud_signs").split(",")))

    @property
    def seen_signs(self) -> tuple[str, ...]:
        """The signs of fraud that a picture showed and the person said nothing of yet."""
        return tuple(filter(None, self.value("seen_signs").split(",")))

    @property
    def signs(self) -> tuple[str, ...]:
        """The signs of fraud in this case, told or seen: either warns."""
        return tuple(dict.fromkeys((*self.told_signs, *self.seen_signs)))
