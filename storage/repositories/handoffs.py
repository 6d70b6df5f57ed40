"""Wishes to speak with a person."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from storage import models
from storage.records import Handoff, HandoffStatus
from storage.sql import columns_of, values_of

_t = models.handoff
_ROW = columns_of(_t, Handoff)
_ADD = insert(_t).returning(_t.c.id)
_OPEN = select(*_ROW).where(_t.c.status != "done").order_by(_t.c.asked_at, _t.c.id)
_OF_CONVERSATION = _OPEN.where(_t.c.conversation_id == bindparam("of_conversation")).limit(1)
_FINISH = update(_t).where(_t.c.id == bindparam("handoff_id")).values(values_of("status", "ended_at"))


class Handoffs:
    """A wish is open until someone took it and is done with it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, case_id: int | None, conversation_id: int, *, reason: str, now: datetime) -> Handoff:
        """Record a wish."""
        values = {
            "case_id": case_id,
            "conversation_id": conversation_id,
            "asked_at": now,
            "reason": reason,
            "status": "open",
            "ended_at": None,
        }
        handoff_id = self._connection.execute(_ADD, values).scalar_one()
        return Handoff(handoff_id, case_id, conversation_id, now, reason, "open", None)

    def open(self) -> list[Handoff]:
        """Wishes not done yet, longest wait first."""
        return [Handoff(*row) for row in self._connection.execute(_OPEN)]

    def of_conversation(self, conversation_id: int) -> Handoff | None:
        """The conversation's wish that is not done yet, None if it has none."""
        row = self._connection.execute(_OF_CONVERSATION, {"of_conversation": conversation_id}).first()
        return None if row is None else Handoff(*row)

    def finish(self, handoff_id: int, status: HandoffStatus, now: datetime) -> None:
        """Record that someone took it, or that it is done."""
        ended_at = now if status == "done" else None
        self._connection.execute(_FINISH, {"handoff_id": handoff_id, "new_status": status, "new_ended_at": ended_at})
