"""What a step decided. Nothing has happened yet: the caller writes it down and sends the replies after commit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dialogs.turn import Pick
from dialogs.view import Attempt, Fact, Position


@dataclass(frozen=True, slots=True)
class Button:
    """A choice to tap: the pick it makes and its label in the person's language."""

    pick: Pick
    label: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One message: the stable text key it came from, its words in the person's language, and choices."""

    key: str
    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The next action: keys of what and why, until when (aware, None for no time), and the facts it rests on."""

    key: str
    due: datetime | None
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder that should exist: the rule it comes from, its text key and values, and when it is due (aware)."""

    rule: str
    key: str
    due: datetime
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """A field of a transaction on an exhibit: `value` is right ("": what was read is wrong, and nothing is known)."""

    exhibit: int
    item: int
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The decision.

    `facts`: slot -> its new value, None to forget it. `attempts`: new ones to log; `amended`: those set right, by their
    place in the log. `items`: exhibit number -> checklist
    item it serves; `captions`: to its new name; `withdrawn`, `restored`: exhibits taken out and put back. `reminders`:
    all that should exist by rule from now on; `wishes`: further ones the person asked for.
    `effects`: human, stop_reminders, delete, delete_case, export, pause, close, reopen, new_case, switch_case:<no>,
    language:<id>, packet:<recipient>, forget_position, undo, undo:<entry>, letter_stale:<id>,
    skip:<slot or item>.
    `letters`: (id, text) of those written, to be kept as they were sent. `sources`: slot -> the exhibit its value was
    read from. `checked`: what was confirmed of what was read.
    """

    section: str
    position: Position
    replies: tuple[Reply, ...]
    severity: int
    severity_rule: str
    suggestions: tuple[Suggestion, ...]
    facts: Mapping[str, Fact | None] = field(default_factory=dict)
    attempts: tuple[Attempt, ...] = ()
    amended: Mapping[int, Attempt] = field(default_factory=dict)
    items: Mapping[int, str] = field(default_factory=dict)
    captions: Mapping[int, str] = field(default_factory=dict)
    withdrawn: tuple[int, ...] = ()
    restored: tuple[int, ...] = ()
    reminders: tuple[Planned, ...] = ()
    wishes: tuple[Planned, ...] = ()
    effects: tuple[str, ...] = ()
    letters: tuple[tuple[str, str], ...] = ()
    sources: Mapping[str, int] = field(default_factory=dict)
    checked: tuple[Checked, ...] = ()
