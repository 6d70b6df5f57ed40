"""What was said in a conversation, both sides, for showing it."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from storage import models
from storage.records import Received, Sent
from storage.sql import columns_of

_i = models.inbox
_o = models.outbox
_RECEIVED = (
    select(*columns_of(_i, Received))
    .where(_i.c.conversation_id == bindparam("of_conversation"), _i.c.erasure_id.is_(None))
    .order_by(_i.c.id.desc())
    .limit(bindparam("count"))
)
_SENT = (
    select(*columns_of(_o, Sent))
    .where(_o.c.conversation_id == bindparam("of_conversation"), _o.c.erasure_id.is_(None))
    .order_by(_o.c.id.desc())
    .limit(bindparam("count"))
)
_RECEIVED_BEFORE = _RECEIVED.where(_i.c.received_at < bindparam("before"))
_SENT_BEFORE = _SENT.where(_o.c.created_at < bindparam("before"))


def read(
    connection: Connection, conversation_id: int, *, before: datetime | None = None, limit: int = 100
) -> list[Received | Sent]:
    """The last `limit` updates and messages, oldest first; what was received leads what was sent at its moment."""
    values = {"of_conversation": conversation_id, "count": limit, "before": before}
    if before is None:
        del values["before"]
    received = connection.execute(_RECEIVED if before is None else _RECEIVED_BEFORE, values)
    sent = connection.execute(_SENT if before is None else _SENT_BEFORE, values)
    said: list[Received | Sent] = [*(Received(*row) for row in received), *(Sent(*row) for row in sent)]
    return sorted(said, key=_moment)[-limit:]


def _moment(said: Received | Sent) -> tuple[datetime, bool, int]:
    if isinstance(said, Received):
        return said.received_at, False, said.id
    return said.created_at, True, said.id
