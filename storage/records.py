"""Rows as frozen values: what crosses the border of this package.

Every datetime is aware and UTC. Field order equals column order, so that a row becomes a record by position.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

CaseStatus = Literal["open", "paused", "closed", "deleted"]
FactState = Literal["said", "read", "confirmed", "unknown"]
EvidenceStatus = Literal["announced", "stored", "failed", "refused", "withdrawn"]
ReadingStatus = Literal["none", "due", "read", "told"]
"""Nothing to read; to be read; read, or found that it cannot be, but not spoken of yet; spoken of."""
ReminderStatus = Literal["planned", "sent", "cancelled", "done"]
InboxStatus = Literal["done", "failed"]
OutboxStatus = Literal["inline", "pending", "sent", "parked", "refused", "unknown"]
HandoffStatus = Literal["open", "taken", "done"]
ErasureScope = Literal["all", "case", "old"]
ErasureStatus = Literal["waiting", "erasing", "erased", "undone"]
PacketStatus = Literal["wanted", "made", "failed", "gone"]
EventKind = Literal[
    "case_opened",
    "fact",
    "fact_dropped",
    "attempt",
    "letter",
    "section",
    "severity",
    "status",
    "language",
    "evidence_added",
    "evidence_stored",
    "evidence_failed",
    "evidence_refused",
    "evidence_read",
    "evidence_checked",
    "human_asked",
    "reminders_stopped",
    "reminded",
    "exported",
    "evidence_opened",
    "deletion_undone",
    "packet_made",
    "packet_stamped",
    "undone",
    "attempt_withdrawn",
    "attempt_changed",
    "evidence_sorted",
    "evidence_renamed",
    "evidence_withdrawn",
    "evidence_restored",
    "letter_stale",
]
"""All that a timeline can tell of; the packet has words for each (packet.event.<kind>)."""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone we know. `quiet_begin` and `quiet_end` are local "HH:MM", None for the program's own quiet hours."""

    id: int
    created_at: datetime
    language: str
    quiet_begin: str | None = None
    quiet_end: str | None = None
    reminders_stopped: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """A person on one channel. `offered` are the ids of the choices offered last; `parked` counts messages that
    wait for the person to write again; `state` belongs to the conversation layer."""

    id: int
    person_id: int
    channel: str
    external_id: str
    case_id: int | None
    offered: list[str]
    taken_over: bool
    reachable: bool
    parked: int
    state: dict[str, Any]
    created_at: datetime
    last_update_at: datetime | None


@dataclass(frozen=True, slots=True)
class Case:
    """A person's matter. `no` counts from 1 per person; `position` is the dialog's own; (`timeline_seq`,
    `timeline_head`) is the last event's number and hash, (0, "") before the first."""

    id: int
    person_id: int
    no: int
    status: CaseStatus
    section: str
    severity: int
    intent: str
    position: dict[str, Any]
    guide_version: str
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    timeline_seq: int
    timeline_head: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A slot's value in a case and where it came from."""

    name: str
    value: Any
    state: FactState
    source: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a timeline. `body` holds everything, including seq, at, kind and the hash of the one before."""

    seq: int
    at: datetime
    kind: str
    body: dict[str, Any]
    hash: str


AMENDED = ("at", "number", "who", "ticket", "promised_until", "count")
"""What of an attempt can be set right later."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One contact with the company or an authority. `no` 0 means: not stored yet."""

    at: datetime
    way: str
    party: str = ""
    number: str = ""
    who: str = ""
    answer: str = ""
    ticket: str = ""
    promised_until: datetime | None = None
    count: int = 1
    note: str = ""
    update_ref: str = ""
    no: int = 0
    id: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """One item of proof. `item` is the checklist item it fulfils or ""; `origin` {author, at} of a forwarded thing;
    `items` the lines of a chat record, or the transactions read from a picture; `reference` how its channel fetches
    the bytes; `text` what was typed; `seen` what was made out besides: {kind, note, …}."""

    id: int
    case_id: int
    no: int
    kind: str
    status: EvidenceStatus
    sha256: str | None
    size: int | None
    mime: str
    name: str = field(repr=False)
    caption: str = field(repr=False)
    item: str
    origin: dict[str, Any] | None = field(repr=False)
    items: list[Any] = field(repr=False)
    reference: dict[str, Any] | None = field(repr=False)
    channel: str
    update_id: str
    received_at: datetime
    stored_at: datetime | None
    text: str = field(repr=False)
    reason: str
    tries: int
    next_try_at: datetime | None
    reading: ReadingStatus = "none"
    reading_tries: int = 0
    reading_due_at: datetime | None = None
    seen: dict[str, Any] | None = field(default=None, repr=False)

    @property
    def counts(self) -> bool:
        """Is it proof now, or on its way?"""
        return self.status in ("stored", "announced")

    @property
    def put_back(self) -> EvidenceStatus:
        """The status in which it counts again after it was withdrawn: its bytes may not have come yet."""
        return "stored" if self.sha256 else "announced" if self.next_try_at else "failed"


@dataclass(frozen=True, slots=True)
class Reminder:
    """One message due at a time; `key` is its text key, `rule` what it was planned from."""

    id: int
    case_id: int
    conversation_id: int
    key: str
    rule: str
    due_at: datetime
    status: ReminderStatus
    params: dict[str, Any]
    planned_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Received:
    """An update already handled: what came (masked) and the answer that was given."""

    id: int
    channel: str
    update_id: str
    conversation_id: int | None
    received_at: datetime
    sent_at: datetime
    status: InboxStatus
    body: dict[str, Any] = field(repr=False)
    answer: dict[str, Any] | list[Any] | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that left or is to leave. `tries` counts claims, this one included; `interrupted` says that an earlier
    claim ended without a result, so the message may have arrived."""

    id: int
    conversation_id: int
    inbox_id: int | None
    channel: str
    external_id: str
    body: dict[str, Any] = field(repr=False)
    created_at: datetime
    status: OutboxStatus
    due_at: datetime
    tries: int
    reference: str
    reason: str
    sent_at: datetime | None
    claimed_until: datetime | None
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Handoff:
    """A wish to speak with a person."""

    id: int
    case_id: int | None
    conversation_id: int
    asked_at: datetime
    reason: str
    status: HandoffStatus
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Erasure:
    """A deletion: of everything, of a case, or of a case that was left alone for too long. Until `due_at` it can be
    undone. It outlives what it erases and then holds no more than that it took place, when, and how much went.

    `messages` counts both sides, `reminders` those still planned. `person_id` is None once the person is gone or has
    begun anew.
    """

    id: int
    person_id: int | None
    scope: ErasureScope
    status: ErasureStatus
    asked_at: datetime
    due_at: datetime
    ended_at: datetime | None
    cases: int
    messages: int
    exhibits: int
    reminders: int


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet that was asked for. `state` names what of the case it says, `files` its bytes: [{name, mime, sha256,
    size}], with the hashes of those a file `replaced`. They may be had until `ends_at`; then they are gone. `tries`
    counts claims, this one included."""

    id: int
    case_id: int
    conversation_id: int
    recipient: str
    discreet: bool
    status: PacketStatus
    asked_at: datetime
    due_at: datetime
    tries: int
    state: str
    files: list[dict[str, Any]] = field(repr=False)
    made_at: datetime | None
    ends_at: datetime | None

    @property
    def hashes(self) -> frozenset[str]:
        """The SHA-256 of all bytes that are on file for it."""
        return frozenset(sha256 for file in self.files for sha256 in (file["sha256"], *file.get("replaced", ())))


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with all that belongs to it, except its timeline."""

    case: Case
    facts: Mapping[str, Fact]
    attempts: tuple[Attempt, ...]
    evidence: tuple[Evidence, ...]
    reminders: tuple[Reminder, ...]


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A line of the operator's list. `asked_at` is when the person asked for a human, None if they did not."""

    case_id: int
    no: int
    section: str
    severity: int
    intent: str
    updated_at: datetime
    asked_at: datetime | None
