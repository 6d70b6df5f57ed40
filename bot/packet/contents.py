"""What a packet says: a case as frozen values, all words already those that people read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.packet.covers import Cover

Recipient = Literal["self", "company", "regulator", "police", "court", "lawyer"]


@dataclass(frozen=True, slots=True)
class Audience:
    """What a recipient gets. `planning`: also what only the merchant's own side needs (plans, what is lacking).

    Without `originals` there are covered copies of pictures in their place, other people's telephone numbers are
    covered in texts too, and the timeline stays back. `names`: other people's names are covered as well.
    """

    id: Recipient
    letters: tuple[str, ...]
    originals: bool = True
    planning: bool = False
    names: bool = False


_REPORTS = ("report_pboc", "report_pcac", "report_market")
_OWN = ("problem_description", "complaint", *_REPORTS, "police_statement", "claim_outline")
AUDIENCES: Mapping[str, Audience] = {
    audience.id: audience
    for audience in (
        Audience("self", _OWN, planning=True),
        # The chain tells more than the company needs to know.
        Audience("company", ("complaint",), originals=False),
        Audience("regulator", (*_REPORTS, "problem_description")),
        Audience("police", ("police_statement", "problem_description")),
        Audience("court", ("claim_outline", "payment_order", "problem_description", "complaint")),
        Audience("lawyer", ("lawyer_brief", *_OWN), planning=True),
    )
}
"""Letters that the guide does not have, or that lack something they need, are left out."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and its value; an empty value is a line to write on."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class StatedFact:
    """One thing known of the case and where it came from."""

    label: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened."""

    at: str
    what: str
    source: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum (or a number of days), how it was worked out, and from what."""

    label: str
    calculation: str
    result: str
    source: str


@dataclass(frozen=True, slots=True)
class Contact:
    """One attempt to reach the company or an authority."""

    no: int
    at: str
    way: str
    answer: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a forwarded chat record."""

    author: str
    at: str
    body: str


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A field that was read from a picture, and what the merchant said of it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One item of proof. `absent` says why neither its original is in the bag, at `path`, nor a covered copy of it, at
    `copy`; "" when one of them is. `covers` is None for what was not looked at; `withheld` says that this is why it is
    absent."""

    no: int
    name: str
    kind: str
    mime: str
    size: int
    what: str
    sha256: str
    caption: str
    received: str
    received_short: str
    origin: str
    file: str
    path: str
    absent: str
    text: str
    lines: tuple[Line, ...]
    copy: str = ""
    covers: tuple[Cover, ...] | None = ()
    withheld: bool = False
    read: tuple[ReadLine, ...] = ()
    read_note: str = ""
    like: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it was shown to the merchant, or as it stands; `note` says which."""

    title: str
    note: str
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of the timeline in words. `body` is the exact text whose SHA-256 is `hash`."""

    seq: int
    at: str
    what: str
    hash: str
    body: str


@dataclass(frozen=True, slots=True)
class PacketContents:
    """Everything a packet says. The same case state gives equal contents; `as_of` is the last recorded moment."""

    case_id: int
    number: str
    recipient: Recipient
    audience: str
    as_of: datetime
    problem: str
    amount: str
    days: str
    attempts: tuple[Contact, ...]
    contacts: int
    cover: tuple[Pair, ...]
    facts: tuple[StatedFact, ...]
    moments: tuple[Moment, ...]
    amounts: tuple[Amount, ...]
    missing: tuple[str, ...]
    exhibits: tuple[Exhibit, ...]
    letters: tuple[Letter, ...]
    records: tuple[Record, ...]
    recorded: Mapping[int, str]
    """The SHA-256 that the timeline names for each exhibit."""
    originals: bool
    names: bool
    unchecked: tuple[int, ...]
    """Pictures in it that were not looked at for what must be covered."""
    words: Mapping[str, str]
    """The template's own words by text key, without the prefix "packet."."""
