"""The tables. Ids are never used again, children go with their parent, and moments are UTC."""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    FromClause,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)

from storage.types import BigId, CleanText, Json, Moment

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", BigId, primary_key=True, autoincrement=True)


def _erasure() -> Column[int]:
    # The erasure that marked the row: it is shown nowhere and goes when that is due. Without a foreign key, which would
    # make the tables point at each other.
    return Column("erasure_id", BigId)


def _parent(name: str, table: str, *, nullable: bool = False, ondelete: str = "CASCADE") -> Column[int]:
    return Column(name, BigId, ForeignKey(f"{table}.id", ondelete=ondelete), nullable=nullable)


person = Table(
    "person",
    metadata,
    _id(),
    Column("created_at", Moment, nullable=False),
    Column("language", Text, nullable=False),
    Column("quiet_begin", Text),
    Column("quiet_end", Text),
    Column("reminders_stopped", Boolean, nullable=False),
    Column("last_case", Integer, nullable=False),  # highest case number given, so that none is given twice
    sqlite_autoincrement=True,
)

case_file = Table(
    "case_file",
    metadata,
    _id(),
    _parent("person_id", "person"),
    Column("no", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("section", Text, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("intent", Text, nullable=False),
    Column("position", Json, nullable=False),
    Column("guide_version", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("timeline_seq", Integer, nullable=False),
    Column("timeline_head", Text, nullable=False),
    Column("last_attempt", Integer, nullable=False),
    Column("last_exhibit", Integer, nullable=False),
    _erasure(),
    UniqueConstraint("person_id", "no"),
    Index("ix_case_file_status_updated_at", "status", "updated_at"),
    sqlite_autoincrement=True,
)

conversation = Table(
    "conversation",
    metadata,
    _id(),
    _parent("person_id", "person"),
    Column("channel", Text, nullable=False),
    Column("external_id", CleanText, nullable=False),
    _parent("case_id", "case_file", nullable=True, ondelete="SET NULL"),
    Column("offered", Json, nullable=False),
    Column("taken_over", Boolean, nullable=False),
    Column("reachable", Boolean, nullable=False),
    Column("parked", Integer, nullable=False),
    Column("state", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("last_update_at", Moment),
    UniqueConstraint("channel", "external_id"),
    Index("ix_conversation_person_id", "person_id"),
    Index("ix_conversation_case_id", "case_id"),
    sqlite_autoincrement=True,
)

fact = Table(
    "fact",
    metadata,
    _parent("case_id", "case_file"),
    Column("name", Text, nullable=False),
    Column("value", Json),
    Column("state", Text, nullable=False),
    Column("source", Json, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("case_id", "name"),
)

timeline = Table(
    "timeline",
    metadata,
    _parent("case_id", "case_file"),
    Column("seq", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),  # the exact text that was hashed
    Column("hash", Text, nullable=False),
    PrimaryKeyConstraint("case_id", "seq"),
)

attempt = Table(
    "attempt",
    metadata,
    _id(),
    _parent("case_id", "case_file"),
    Column("no", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("way", Text, nullable=False),
    Column("party", CleanText, nullable=False),
    Column("number", CleanText, nullable=False),
    Column("who", CleanText, nullable=False),
    Column("answer", CleanText, nullable=False),
    Column("ticket", CleanText, nullable=False),
    Column("promised_until", Moment),
    Column("count", Integer, nullable=False),
    Column("note", CleanText, nullable=False),
    Column("update_ref", CleanText, nullable=False),
    UniqueConstraint("case_id", "no"),
    sqlite_autoincrement=True,
)

evidence = Table(
    "evidence",
    metadata,
    _id(),
    _parent("case_id", "case_file"),
    Column("no", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("sha256", Text),
    Column("size", BigId),
    Column("mime", CleanText, nullable=False),
    Column("name", CleanText, nullable=False),
    Column("caption", CleanText, nullable=False),
    Column("item", Text, nullable=False),
    Column("origin", Json),
    Column("items", Json, nullable=False),
    Column("reference", Json),
    Column("channel", Text, nullable=False),
    Column("update_id", CleanText, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("stored_at", Moment),
    Column("text", CleanText, nullable=False),
    Column("reason", CleanText, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try_at", Moment),
    Column("reading", Text, nullable=False, server_default="none"),
    Column("reading_tries", Integer, nullable=False, server_default="0"),
    Column("reading_due_at", Moment),
    Column("seen", Json),
    UniqueConstraint("case_id", "no"),
    sqlite_autoincrement=True,
)

reminder = Table(
    "reminder",
    metadata,
    _id(),
    _parent("case_id", "case_file"),
    _parent("conversation_id", "conversation"),
    Column("key", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("status", Text, nullable=False),
    Column("params", Json, nullable=False),
    Column("planned_at", Moment, nullable=False),
    Column("ended_at", Moment),
    UniqueConstraint("case_id", "rule", "due_at"),
    Index("ix_reminder_conversation_id", "conversation_id"),
    sqlite_autoincrement=True,
)

inbox = Table(
    "inbox",
    metadata,
    _id(),
    Column("channel", Text, nullable=False),
    Column("update_id", CleanText, nullable=False),
    _parent("conversation_id", "conversation", nullable=True),
    Column("received_at", Moment, nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("status", Text, nullable=False),
    Column("body", Json, nullable=False),
    Column("answer", Json),
    _erasure(),
    UniqueConstraint("channel", "update_id"),
    Index("ix_inbox_conversation_id_id", "conversation_id", "id"),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    _parent("conversation_id", "conversation"),
    Column("inbox_id", BigId),  # no foreign key: it goes with its conversation anyway, and a key would need an index
    Column("channel", Text, nullable=False),
    Column("external_id", CleanText, nullable=False),
    Column("body", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("status", Text, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("reference", CleanText, nullable=False),
    Column("reason", CleanText, nullable=False),
    Column("sent_at", Moment),
    Column("claimed_until", Moment),
    _erasure(),
    Index("ix_outbox_conversation_id_id", "conversation_id", "id"),
    sqlite_autoincrement=True,
)

handoff = Table(
    "handoff",
    metadata,
    _id(),
    _parent("case_id", "case_file", nullable=True),
    _parent("conversation_id", "conversation"),
    Column("asked_at", Moment, nullable=False),
    Column("reason", CleanText, nullable=False),
    Column("status", Text, nullable=False),
    Column("ended_at", Moment),
    Index("ix_handoff_conversation_id", "conversation_id"),
    Index("ix_handoff_case_id", "case_id"),
    sqlite_autoincrement=True,
)

erasure = Table(
    "erasure",
    metadata,
    _id(),
    _parent("person_id", "person", nullable=True, ondelete="SET NULL"),
    Column("scope", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("cases", Integer, nullable=False),
    Column("messages", Integer, nullable=False),
    Column("exhibits", Integer, nullable=False),
    Column("reminders", Integer, nullable=False),
    Index("ix_erasure_status_due_at", "status", "due_at"),
    Index("ix_erasure_person_id", "person_id"),
    sqlite_autoincrement=True,
)

packet = Table(
    "packet",
    metadata,
    _id(),
    _parent("case_id", "case_file"),
    _parent("conversation_id", "conversation"),
    Column("recipient", Text, nullable=False),
    Column("discreet", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("files", Json, nullable=False),
    Column("made_at", Moment),
    Column("ends_at", Moment),
    Index("ix_packet_case_id", "case_id"),
    Index("ix_packet_conversation_id", "conversation_id"),
    sqlite_autoincrement=True,
)

cover = Table(
    "cover",
    metadata,
    _parent("case_id", "case_file"),
    Column("sha256", Text, nullable=False),
    Column("boxes", Json, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("case_id", "sha256"),
)


def pending(table: FromClause) -> ColumnElement[bool]:
    """Is the outbox row pending? Written out rather than bound, as `_status` says."""
    return _status(table, "pending")


def _status(table: FromClause, value: str) -> ColumnElement[bool]:
    # A partial index is only used where the planner can see the value.
    return table.c.status == literal_column(f"'{value}'")


IS_PLANNED = _status(reminder, "planned")
IS_WANTED = _status(packet, "wanted")


def _partial(name: str, value: str, *columns: Column[Any]) -> None:
    condition = text(f"status = '{value}'")
    Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


_partial("ix_outbox_pending_due_at", "pending", outbox.c.due_at)
_partial("ix_outbox_pending_conversation_id_id", "pending", outbox.c.conversation_id, outbox.c.id)
_partial("ix_reminder_planned_due_at", "planned", reminder.c.due_at)
_partial("ix_packet_wanted_due_at", "wanted", packet.c.due_at)

# Announced, or withdrawn before the bytes came: they may be put back, so they are fetched all the same.
IS_TO_FETCH = evidence.c.next_try_at.is_not(None)
_to_fetch = text("next_try_at IS NOT NULL")
Index("ix_evidence_next_try_at", evidence.c.next_try_at, sqlite_where=_to_fetch, postgresql_where=_to_fetch)

IS_UNREAD = evidence.c.reading == literal_column("'due'")
_unread = text("reading = 'due'")
Index("ix_evidence_unread_reading_due_at", evidence.c.reading_due_at, sqlite_where=_unread, postgresql_where=_unread)

IS_UNTOLD = evidence.c.reading == literal_column("'read'")
_untold = text("reading = 'read'")
Index("ix_evidence_untold_case_id", evidence.c.case_id, sqlite_where=_untold, postgresql_where=_untold)

for _table in (case_file, inbox, outbox):
    _marked = text("erasure_id IS NOT NULL")
    Index(f"ix_{_table.name}_erasure_id", _table.c.erasure_id, sqlite_where=_marked, postgresql_where=_marked)
