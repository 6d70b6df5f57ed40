"""Updates already handled, so that handling one again gives the same answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from storage import models
from storage.records import InboxStatus, Received
from storage.sql import columns_of, per_dialect, values_of

_t = models.inbox
_CLAIM = per_dialect(lambda insert: insert(_t).on_conflict_do_nothing().returning(_t.c.id))
_FIND = select(*columns_of(_t, Received)).where(
    _t.c.channel == bindparam("channel"), _t.c.update_id == bindparam("update_id")
)
_LATEST = (
    select(*columns_of(_t, Received))
    .where(_t.c.conversation_id == bindparam("of_conversation"), _t.c.erasure_id.is_(None))
    .order_by(_t.c.id.desc())
    .limit(bindparam("count"))
)
_FINISH = update(_t).where(_t.c.id == bindparam("inbox_id")).values(values_of("conversation_id", "status", "answer"))
_FINISH_WITH_BODY = _FINISH.values(values_of("body"))


class Inbox:
    """(channel, update_id) is claimed once for ever."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._claim = _CLAIM[connection.dialect.name]

    def claim(
        self,
        channel: str,
        update_id: str,
        *,
        conversation_id: int | None,
        received_at: datetime,
        sent_at: datetime,
        body: Mapping[str, Any],
    ) -> tuple[int, Received | None]:
        """The row's id; with it the earlier record if this update had been handled before."""
        values = {
            "channel": channel,
            "update_id": update_id,
            "conversation_id": conversation_id,
            "received_at": received_at,
            "sent_at": sent_at,
            "status": "done",
            "body": body,
            "answer": None,
        }
        inbox_id = self._connection.execute(self._claim, values).scalar()
        if inbox_id is not None:
            return inbox_id, None
        earlier = self.find(channel, update_id)
        assert earlier is not None
        return earlier.id, earlier

    def find(self, channel: str, update_id: str) -> Received | None:
        """The record of an update, None if it was never handled."""
        row = self._connection.execute(_FIND, {"channel": channel, "update_id": update_id}).first()
        return None if row is None else Received(*row)

    def latest(self, conversation_id: int, limit: int) -> list[Received]:
        """The last updates of a conversation, newest first."""
        rows = self._connection.execute(_LATEST, {"of_conversation": conversation_id, "count": limit})
        return [Received(*row) for row in rows]

    def finish(
        self,
        inbox_id: int,
        conversation_id: int | None,
        status: InboxStatus,
        answer: Any,
        body: Mapping[str, Any] | None = None,
    ) -> None:
        """Record how it was answered. A `body` replaces the one given when claiming."""
        values = {
            "inbox_id": inbox_id,
            "new_conversation_id": conversation_id,
            "new_status": status,
            "new_answer": answer,
        }
        if body is None:
            self._connection.execute(_FINISH, values)
        else:
            self._connection.execute(_FINISH_WITH_BODY, {**values, "new_body": body})
