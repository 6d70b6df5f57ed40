"""An update understood: what the person's words mean, or which choice they tapped, or what they sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

TurnKind = Literal["words", "pick", "start", "read", "other", "undone"]


@dataclass(frozen=True, slots=True)
class Entity:
    """A typed value found in the words; `value` is canonical."""

    type: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Pick:
    """A tapped choice: the case it was offered in (0: before there was one), what it is about, and its value.

    `name` is a slot, or an action when it begins with "!".
    """

    case_no: int
    name: str
    value: str = ""

    @property
    def id(self) -> str:
        """The choice's id as channels carry it: ASCII, at most 64 bytes."""
        return f"{self.case_no}:{self.name}={self.value}" if self.value else f"{self.case_no}:{self.name}"

    @classmethod
    def parse(cls, text: str) -> "Pick | None":
        """The pick an id stands for, or None for anything that is no id of ours.

        >>> Pick.parse("2:amount=500")
        Pick(case_no=2, name='amount', value='500')
        >>> Pick.parse("hello") is None
        True
        """
        number, colon, rest = text.partition(":")
        name, _, value = rest.partition("=")
        if not colon or not (number.isascii() and number.isdigit()) or len(number) > 9 or not name:
            return None
        return cls(int(number), name, value)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A thing that was sent and is kept: the exhibit number it got, and what is known of it.

    `same_as` is the exhibit it repeats; `refused` why it was not kept; `note` what is odd about it (text key parts).
    `head` begins the hash that the case's timeline had when it was entered; `reading` says whether it is read: due,
    no_reader, or "" when there is nothing to read.
    """

    no: int
    kind: str
    caption: str = ""
    sha256: str = ""
    same_as: int = 0
    refused: str = ""
    item: str = ""
    note: str = ""
    head: str = ""
    reading: str = ""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """One thing that was undone: `now` is what holds again, in place of `was`.

    `kind` is fact, skipped, attempt, amended, exhibit, item, caption, checked, withdrawal, wish, reminders, status,
    language, section, case or switch; `name` the slot, or the number of what it is about.
    """

    kind: str
    name: str = ""
    was: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn. `note` names what could not be translated (kind `other`); `masked` how many numbers were hidden;
    `folded` is the text with script, width and case made equal; `read` are the exhibits that were read (kind `read`);
    `late`: the person sees only now what was asked about pictures before; `undone` what was taken back (kind `undone`);
    `album`: the things sent at once that `incoming` is part of; `signs_on`: the exhibit that `signs` were read on.
    """

    kind: TurnKind
    text: str = ""
    intent: str = ""
    secondary: tuple[str, ...] = ()
    confidence: float = 0.0
    entities: tuple[Entity, ...] = ()
    signs: tuple[str, ...] = ()
    pick: Pick | None = None
    incoming: tuple[Incoming, ...] = ()
    sent_at: datetime | None = None
    note: str = ""
    masked: int = 0
    long: bool = False
    folded: str = ""
    read: tuple[int, ...] = ()
    late: bool = False
    undone: tuple[TakenBack, ...] = ()
    album: str = ""
    signs_on: int = 0

    @property
    def plain(self) -> str:
        """The text to look words up in: simplified script, narrow, lower case; each character stays in its place."""
        return self.folded or self.text.lower()

    @property
    def intents(self) -> tuple[str, ...]:
        """The primary intent and the others, in order."""
        return (self.intent, *self.secondary) if self.intent else ()
