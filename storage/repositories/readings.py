"""Reading of pictures: which exhibit is next, and what came of it. The rows are those of the exhibits."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, case, func, or_, select, update

from storage import models
from storage.records import Evidence, ReadingStatus
from storage.sql import columns_of, values_of

OLD = timedelta(hours=1)
"""What came before that is no longer waited for."""

_t = models.evidence
_case = models.case_file
_ID: BindParameter[int] = bindparam("evidence_id")
_DUE = (
    select(*columns_of(_t, Evidence))
    .join_from(_t, _case, _t.c.case_id == _case.c.id)
    # What an erasure has marked, or the person has withdrawn, is not looked at.
    .where(models.IS_UNREAD, _t.c.reading_due_at <= bindparam("now"), _t.c.status == "stored")
    .where(_case.c.erasure_id.is_(None))
    # What was just sent goes before what is only caught up on.
    .order_by(case((_t.c.received_at < bindparam("old"), 1), else_=0), _t.c.reading_due_at, _t.c.id)
    .limit(bindparam("count"))
)
_CLAIM = _DUE.with_for_update(of=_t, skip_locked=True)
_LEASE = (
    update(_t)
    .where(_t.c.id.in_(bindparam("ids", expanding=True)))
    .values(reading_due_at=bindparam("until"), reading_tries=_t.c.reading_tries + 1)
)
_END = (
    update(_t)
    .where(_t.c.id == _ID, models.IS_UNREAD)
    .values(**values_of("reading", "seen", "items"), reading_due_at=None)
    .returning(_t.c.id)
)
_AGAIN = update(_t).where(_t.c.id == _ID, models.IS_UNREAD).values(values_of("reading_due_at"))
_PUT_OFF = (
    update(_t)
    .where(_t.c.id == _ID, models.IS_UNREAD)
    .values(reading_due_at=bindparam("new_reading_due_at"), reading_tries=_t.c.reading_tries - 1)
)
_ENDED = update(_t).where(_t.c.id == _ID, models.IS_UNREAD).values(values_of("reading_due_at", "seen"))
_other = _t.alias()
_MISSED = (
    select(_t.c.id, _t.c.case_id)
    .join_from(_t, _case, _t.c.case_id == _case.c.id)
    .where(_t.c.reading == "none", _t.c.status == "stored", _case.c.erasure_id.is_(None))
    .where(or_(_t.c.mime.like("image/%"), _t.c.mime == "application/pdf"))
    # The same bytes are read once.
    .where(
        ~select(_other.c.id)
        .where(_other.c.case_id == _t.c.case_id, _other.c.sha256 == _t.c.sha256, _other.c.status == "stored")
        .where(or_(_other.c.reading != "none", _other.c.id < _t.c.id))
        .exists()
    )
)
_MISSED_LAST = _MISSED.order_by(_case.c.updated_at.desc(), _case.c.id.desc()).limit(1)
_MISSED_OF_CASE = _MISSED.where(_t.c.case_id == bindparam("of_case"))
_DUE_NOW = (
    update(_t)
    .where(_t.c.id.in_(bindparam("ids", expanding=True)), _t.c.reading == "none")
    .values(reading="due", reading_due_at=bindparam("now"))
)
_TOLD = update(_t).where(_t.c.id.in_(bindparam("ids", expanding=True)), _t.c.reading == "read").values(reading="told")
_inbox = models.inbox
_talk = models.conversation
_UNTOLD = (
    select(*columns_of(_t, Evidence))
    .join_from(_t, _case, _t.c.case_id == _case.c.id)
    .join(_inbox, (_inbox.c.channel == _t.c.channel) & (_inbox.c.update_id == _t.c.update_id))
    .join(_talk, _talk.c.id == _inbox.c.conversation_id)
    .where(models.IS_UNTOLD, _t.c.status == "stored", _talk.c.taken_over.is_(False), _case.c.erasure_id.is_(None))
    .order_by(_t.c.id.desc())
    .limit(bindparam("count"))
)
_ITEMS = update(_t).where(_t.c.id == _ID).values(values_of("items"))
_NEXT_DUE = select(func.min(_t.c.reading_due_at)).where(models.IS_UNREAD, _t.c.status == "stored")


class Readings:
    """Each stored picture is read once; what was read stays a proposal until the person confirms it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(self, now: datetime, *, lease: timedelta, limit: int = 1) -> list[Evidence]:
        """Exhibits to read now; nobody else is given them before the lease ends. `reading_tries` counts this one."""
        rows = self._connection.execute(_CLAIM, {"now": now, "count": limit, "old": now - OLD}).all()
        if not rows:
            return []
        until = now + lease
        self._connection.execute(_LEASE, {"ids": [row.id for row in rows], "until": until})
        changed = {"reading_due_at": until}
        return [Evidence(**{**row._mapping, **changed, "reading_tries": row.reading_tries + 1}) for row in rows]

    def end(
        self, evidence_id: int, status: ReadingStatus, seen: Mapping[str, Any], items: Sequence[Mapping[str, Any]]
    ) -> bool:
        """It was read, or cannot be. False if that is known already."""
        values = {"evidence_id": evidence_id, "new_reading": status, "new_seen": dict(seen), "new_items": list(items)}
        return self._connection.execute(_END, values).first() is not None

    def again(self, evidence_id: int, due: datetime) -> None:
        """It did not work this time; try again then."""
        self._connection.execute(_AGAIN, {"evidence_id": evidence_id, "new_reading_due_at": due})

    def put_off(self, evidence_id: int, due: datetime) -> None:
        """Its bytes cannot be had now; that does not count as a try."""
        self._connection.execute(_PUT_OFF, {"evidence_id": evidence_id, "new_reading_due_at": due})

    def ended(self, evidence_id: int, due: datetime, times: int) -> None:
        """It has ended the reader so many times; try again then."""
        values = {"evidence_id": evidence_id, "new_reading_due_at": due, "new_seen": {"ends": times}}
        self._connection.execute(_ENDED, values)

    def catch_up(self, now: datetime) -> int:
        """Make what was stored while nothing could be read due: all of one case, the one that was last at work.
        Returns how much that is."""
        found = self._connection.execute(_MISSED_LAST).first()
        if found is None:
            return 0
        ids = list(self._connection.execute(_MISSED_OF_CASE, {"of_case": found.case_id}).scalars())
        self._connection.execute(_DUE_NOW, {"ids": ids, "now": now})
        return len(ids)

    def told(self, ids: Collection[int]) -> None:
        """The person has been told what was read from these."""
        if ids:
            self._connection.execute(_TOLD, {"ids": list(ids)})

    def untold(self, limit: int = 50) -> list[Evidence]:
        """Exhibits that were read and not told of, in conversations that no person has taken over; latest first."""
        return [Evidence(*row) for row in self._connection.execute(_UNTOLD, {"count": limit})]

    def items(self, evidence_id: int, items: Sequence[Mapping[str, Any]]) -> None:
        """The transactions of an exhibit, with what was confirmed."""
        self._connection.execute(_ITEMS, {"evidence_id": evidence_id, "new_items": list(items)})

    def next_due(self) -> datetime | None:
        """When the next exhibit is to be read, None if there is none."""
        return self._connection.execute(_NEXT_DUE).scalar()
