"""Deletions in two steps: rows are marked and shown nowhere, and go for good when their time has come."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.sql.base import Executable

from storage import models
from storage.records import Erasure, ErasureScope
from storage.sql import columns_of, values_of

_t = models.erasure
_p = models.person
_c = models.conversation
_case = models.case_file
_e = models.evidence
_r = models.reminder
_h = models.handoff
_i = models.inbox
_o = models.outbox
_ROW = columns_of(_t, Erasure)
_ID: BindParameter[int] = bindparam("of_erasure")
_PERSON: BindParameter[int] = bindparam("of_person")
_OWN: BindParameter[int] = bindparam("own_inbox")
_MARKED = (_case, _i, _o)

_conversations = select(_c.c.id).where(_c.c.person_id == _PERSON)
_cases = select(_case.c.id).where(_case.c.erasure_id == _ID)

_ADD = insert(_t).returning(_t.c.id)
_GET = select(*_ROW).where(_t.c.id == _ID)
_WAITING = (
    select(*_ROW)
    .where(_t.c.person_id == _PERSON, _t.c.status == "waiting", _t.c.scope != "old")
    .order_by(_t.c.asked_at.desc(), _t.c.id.desc())
    .limit(1)
)
_COUNTED = update(_t).where(_t.c.id == _ID).values(values_of("cases", "messages", "exhibits", "reminders"))


def _mark(table: Any, *conditions: ColumnElement[bool]) -> Executable:
    return update(table).where(table.c.erasure_id.is_(None), *conditions).values(erasure_id=_ID)


_MARK_ALL: tuple[Executable, ...] = (
    _mark(_case, _case.c.person_id == _PERSON),
    _mark(_i, _i.c.conversation_id.in_(_conversations), _i.c.id != _OWN),
    _mark(_o, _o.c.conversation_id.in_(_conversations)),
    update(_c).where(_c.c.person_id == _PERSON).values(case_id=None, parked=0, offered=[], state={}),
    update(_h)
    .where(_h.c.conversation_id.in_(_conversations), _h.c.status != "done")
    .values(status="done", ended_at=bindparam("now")),
)
_begins_with_no: ColumnElement[bool] = _o.c.body[("choices", 0, 0)].as_string().like(bindparam("choices_of"))
_MARK_CASE: tuple[Executable, ...] = (
    _mark(_case, _case.c.person_id == _PERSON, _case.c.no == bindparam("of_no")),
    _mark(
        _i,
        _i.c.conversation_id.in_(_conversations),
        _i.c.id != _OWN,
        _i.c.body["case"].as_integer() == bindparam("of_no"),
    ),
    _mark(_o, _o.c.inbox_id.in_(select(_i.c.id).where(_i.c.erasure_id == _ID))),
    # What was sent on our own account: a reminder offers choices of its case.
    _mark(_o, _o.c.conversation_id.in_(_conversations), _o.c.inbox_id.is_(None), _begins_with_no),
    update(_c).where(_c.c.case_id.in_(_cases)).values(case_id=None),
    update(_h).where(_h.c.case_id.in_(_cases), _h.c.status != "done").values(status="done", ended_at=bindparam("now")),
)
_SILENCE: tuple[Executable, ...] = (
    update(_o)
    .where(_o.c.erasure_id == _ID, _o.c.status.in_(["pending", "parked"]))
    .values(status="refused", reason="deleted", claimed_until=None),
    update(_r).where(_r.c.case_id.in_(_cases), models.IS_PLANNED).values(status="cancelled", ended_at=bindparam("now")),
)


def _count(table: Any, *conditions: ColumnElement[bool]) -> Select[int]:
    return select(func.count()).select_from(table).where(*conditions)


_HAS_EXHIBIT = and_(_e.c.case_id.in_(_cases), _e.c.status.in_(["announced", "stored", "withdrawn"]))
_COUNTS = {
    "cases": _count(_case, _case.c.erasure_id == _ID),
    "received": _count(_i, _i.c.erasure_id == _ID),
    "sent": _count(_o, _o.c.erasure_id == _ID),
    "exhibits": _count(_e, _HAS_EXHIBIT),
    "reminders": _count(_r, _r.c.case_id.in_(_cases), _r.c.status == "cancelled", _r.c.ended_at == bindparam("now")),
}
_EXHIBITS = (
    select(_case.c.no, _e.c.no, _e.c.sha256)
    .join_from(_e, _case, _e.c.case_id == _case.c.id)
    .where(_HAS_EXHIBIT)
    .order_by(_case.c.no, _e.c.no)
)
_CASE_IDS = _cases.order_by(_case.c.id)
_LATEST_CASE = (
    select(_case.c.id).where(_case.c.erasure_id == _ID).order_by(_case.c.updated_at.desc(), _case.c.id.desc()).limit(1)
)

_UNDO = (
    update(_t)
    .where(_t.c.id == _ID, _t.c.person_id == _PERSON, _t.c.status == "waiting", _t.c.due_at > bindparam("now"))
    .values(status="undone", ended_at=bindparam("now"), person_id=None)
    .returning(_t.c.asked_at)
)
_UNMARK: tuple[Executable, ...] = (
    update(_r)
    .where(_r.c.case_id.in_(_cases), _r.c.status == "cancelled", _r.c.ended_at == bindparam("marked_at"))
    .values(status="planned", ended_at=None),
    update(_h)
    .where(_h.c.status == "done", _h.c.ended_at == bindparam("marked_at"))
    .where(_h.c.conversation_id.in_(_conversations))
    .values(status="open", ended_at=None),
    *(update(table).where(table.c.erasure_id == _ID).values(erasure_id=None) for table in _MARKED),
)

_DUE = (
    select(*_ROW)
    .where(_t.c.status.in_(["waiting", "erasing"]), _t.c.due_at <= bindparam("now"))
    .order_by(_t.c.due_at, _t.c.id)
    .limit(bindparam("count"))
)
_BEGIN = update(_t).where(_t.c.id == _ID, _t.c.status.in_(["waiting", "erasing"])).values(status="erasing")
_ERASE = tuple(delete(table).where(table.c.erasure_id == _ID) for table in (_i, _o, _case))
_FINISH = update(_t).where(_t.c.id == _ID, _t.c.status == "erasing").values(status="erased", ended_at=bindparam("now"))
_LET_GO = update(_t).where(_t.c.id == _ID).values(person_id=None)
_LET_GO_OF_PART = _LET_GO.where(_t.c.scope != "all")

_EMPTIED = (
    select(_t.c.id, _t.c.person_id)
    .where(_t.c.status == "erased", _t.c.person_id.is_not(None), _t.c.asked_at <= bindparam("before"))
    .order_by(_t.c.id)
    .limit(bindparam("count"))
)
_came_back = exists().where(_c.c.person_id == _p.c.id, _c.c.reachable, _c.c.last_update_at > _t.c.asked_at)
_DELETE_PERSON = delete(_p).where(
    _p.c.id == _PERSON,
    ~exists().where(_case.c.person_id == _p.c.id),
    ~exists(select(_t.c.id).where(_t.c.id == _ID, _came_back)),
)


class Erasures:
    """Nothing of what an erasure has marked is read by any other repository."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def mark_all(self, person_id: int, *, inbox_id: int, now: datetime, due_at: datetime) -> Erasure:
        """Mark everything about a person but the update that asks for it (`inbox_id`). Nothing marked leaves any more,
        nobody is reminded, wishes for a person end, and all conversations are as new."""
        return self._marked(_MARK_ALL, "all", {"of_person": person_id, "own_inbox": inbox_id}, now, due_at)

    def mark_case(
        self, person_id: int, no: int, *, inbox_id: int, now: datetime, due_at: datetime, scope: ErasureScope = "case"
    ) -> Erasure:
        """The same for one case and what was said about it. `inbox_id` may be 0 for none."""
        values = {"of_person": person_id, "own_inbox": inbox_id, "of_no": no, "choices_of": f"{no}:%"}
        return self._marked(_MARK_CASE, scope, values, now, due_at)

    def get(self, erasure_id: int) -> Erasure | None:
        """The erasure of this id."""
        row = self._connection.execute(_GET, {"of_erasure": erasure_id}).first()
        return None if row is None else Erasure(*row)

    def exhibits(self, erasure_id: int) -> list[tuple[int, int, str | None]]:
        """What it marks of proof: number of the case, number in it, SHA-256 if there are bytes."""
        return [(row[0], row[1], row[2]) for row in self._connection.execute(_EXHIBITS, {"of_erasure": erasure_id})]

    def cases(self, erasure_id: int) -> list[int]:
        """The ids of the cases it marks."""
        return list(self._connection.execute(_CASE_IDS, {"of_erasure": erasure_id}).scalars())

    def waiting(self, person_id: int) -> Erasure | None:
        """The newest deletion that the person asked for and that waits, None if there is none."""
        row = self._connection.execute(_WAITING, {"of_person": person_id}).first()
        return None if row is None else Erasure(*row)

    def undo(self, erasure_id: int, person_id: int, now: datetime) -> int | None:
        """Everything is as it was, if it is this person's and not too late: the id of the case worked on last (0: there
        was none). None if it cannot be undone. Messages that had not left stay unsent."""
        values: dict[str, Any] = {"of_erasure": erasure_id, "of_person": person_id, "now": now}
        asked_at = self._connection.execute(_UNDO, values).scalar()
        if asked_at is None:
            return None
        latest = self._connection.execute(_LATEST_CASE, values).scalar() or 0
        self._run(_UNMARK, {**values, "marked_at": asked_at})
        return latest

    def due(self, now: datetime, limit: int = 10) -> list[Erasure]:
        """Those whose time has come, without claiming them: erasing twice does no harm."""
        return [Erasure(*row) for row in self._connection.execute(_DUE, {"now": now, "count": limit})]

    def begin(self, erasure_id: int) -> list[int]:
        """From now on it cannot be undone; the ids of the cases whose blobs are to go before `finish`."""
        self._connection.execute(_BEGIN, {"of_erasure": erasure_id})
        return self.cases(erasure_id)

    def finish(self, erasure_id: int, now: datetime) -> None:
        """Delete all it marks. A person who wanted everything gone is left, empty, for `release`."""
        values: dict[str, Any] = {"of_erasure": erasure_id, "now": now}
        self._run((*_ERASE, _FINISH, _LET_GO_OF_PART), values)

    def release(self, before: datetime, limit: int = 10) -> int:
        """Delete those people whose everything was to go, asked for until `before`, and who did not come back since;
        how many erasures were looked at."""
        rows = self._connection.execute(_EMPTIED, {"before": before, "count": limit}).all()
        for row in rows:
            self._run((_DELETE_PERSON, _LET_GO), {"of_erasure": row.id, "of_person": row.person_id})
        return len(rows)

    def _marked(
        self,
        statements: Sequence[Executable],
        scope: ErasureScope,
        values: dict[str, Any],
        now: datetime,
        due_at: datetime,
    ) -> Erasure:
        row = {
            "person_id": values["of_person"],
            "scope": scope,
            "status": "waiting",
            "asked_at": now,
            "due_at": due_at,
            "ended_at": None,
            **dict.fromkeys(("cases", "messages", "exhibits", "reminders"), 0),
        }
        erasure_id: int = self._connection.execute(_ADD, row).scalar_one()
        values = {**values, "of_erasure": erasure_id, "now": now}
        self._run((*statements, *_SILENCE), values)
        counts = {name: self._connection.execute(count, values).scalar_one() for name, count in _COUNTS.items()}
        counts["messages"] = counts.pop("received") + counts.pop("sent")
        named: dict[str, Any] = {f"new_{name}": count for name, count in counts.items()}
        self._connection.execute(_COUNTED, {**named, "of_erasure": erasure_id})
        return Erasure(id=erasure_id, **{**row, **counts})

    def _run(self, statements: Sequence[Executable], values: dict[str, Any]) -> None:
        for statement in statements:
            self._connection.execute(statement, values)
