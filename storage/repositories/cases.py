"""Cases with their facts, attempts and timeline."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, func, insert, select, update

from storage import models
from storage.records import AMENDED, Attempt, Case, CaseFile, Event, EventKind, Evidence, Fact, OpenCase, Reminder
from storage.repositories import timeline
from storage.sql import columns_of, per_dialect, values_of

_c = models.case_file
_f = models.fact
_a = models.attempt
_e = models.evidence
_r = models.reminder
_h = models.handoff
_CASE = columns_of(_c, Case)
_ID: BindParameter[int] = bindparam("of_case")

_NEXT_NO = (
    update(models.person)
    .where(models.person.c.id == bindparam("of_person"))
    .values(last_case=models.person.c.last_case + 1)
    .returning(models.person.c.last_case)
)
_OPEN = insert(_c).returning(_c.c.id)
_is_kept = _c.c.erasure_id.is_(None)
_LOAD = select(*_CASE, _c.c.last_attempt, _c.c.last_exhibit).where(_c.c.id == _ID, _is_kept)
_LOCK = _LOAD.with_for_update()
_HEAD = select(_c.c.timeline_seq, _c.c.timeline_head).where(_c.c.id == _ID)
_OF_PERSON = select(*_CASE).where(_c.c.person_id == bindparam("of_person"), _is_kept).order_by(_c.c.no)
_BY_NO = _OF_PERSON.where(_c.c.no == bindparam("of_no"))
_IDS = select(_c.c.id).order_by(_c.c.id)
_FACTS = select(*columns_of(_f, Fact)).where(_f.c.case_id == _ID).order_by(_f.c.name)
_ATTEMPTS = select(*columns_of(_a, Attempt)).where(_a.c.case_id == _ID).order_by(_a.c.no)
_EVIDENCE = select(*columns_of(_e, Evidence)).where(_e.c.case_id == _ID).order_by(_e.c.no)
_REMINDERS = select(*columns_of(_r, Reminder)).where(_r.c.case_id == _ID).order_by(_r.c.due_at, _r.c.id)
_SAVED = (
    "status",
    "section",
    "severity",
    "intent",
    "position",
    "guide_version",
    "updated_at",
    "closed_at",
    "timeline_seq",
    "timeline_head",
)
_SAVE = update(_c).where(_c.c.id == _ID).values(values_of(*_SAVED))
_DELETE = delete(_c).where(_c.c.id == _ID)
_PUT_FACT = per_dialect(
    lambda insert: (put := insert(_f)).on_conflict_do_update(
        index_elements=[_f.c.case_id, _f.c.name],
        set_={name: put.excluded[name] for name in ("value", "state", "source", "at")},
    )
)
_DROP_FACTS = delete(_f).where(_f.c.case_id == _ID, _f.c.name.in_(bindparam("names", expanding=True)))
_NEXT_ATTEMPT = update(_c).where(_c.c.id == _ID).values(last_attempt=_c.c.last_attempt + 1).returning(_c.c.last_attempt)
_ADD_ATTEMPT = insert(_a).returning(_a.c.id)
_DROP_ATTEMPTS = delete(_a).where(_a.c.case_id == _ID, _a.c.no.in_(bindparam("numbers", expanding=True)))
_CHANGE_ATTEMPT = update(_a).where(_a.c.case_id == _ID, _a.c.no == bindparam("of_no")).values(values_of(*AMENDED))
_asked = select(func.min(_h.c.asked_at)).where(_h.c.case_id == _c.c.id, _h.c.status == "open").scalar_subquery()
_OPEN_LIST = (
    select(_c.c.id, _c.c.no, _c.c.section, _c.c.severity, _c.c.intent, _c.c.updated_at, _asked.label("asked_at"))
    .where(_c.c.status.in_(["open", "paused"]), _is_kept)
    .order_by(_asked.is_(None), _asked, _c.c.updated_at.desc())
    .limit(bindparam("count"))
)


class Cases:
    """A case that is loaded in order to be changed is locked until the end of the unit of work. One that an erasure has
    marked is found by nothing but `ids`."""

    def __init__(self, connection: Connection, *, locking: bool) -> None:
        self._connection = connection
        self._load = _LOCK if locking else _LOAD
        self._put_fact = _PUT_FACT[connection.dialect.name]

    def open(self, person_id: int, *, now: datetime, section: str, guide_version: str) -> Case:
        """A new case with the person's next number; a number is never given twice."""
        no = self._connection.execute(_NEXT_NO, {"of_person": person_id}).scalar_one()
        values: dict[str, Any] = {
            "person_id": person_id,
            "no": no,
            "status": "open",
            "section": section,
            "severity": 0,
            "intent": "",
            "position": {},
            "guide_version": guide_version,
            "opened_at": now,
            "updated_at": now,
            "closed_at": None,
            "timeline_seq": 0,
            "timeline_head": "",
        }
        case_id = self._connection.execute(_OPEN, {**values, "last_attempt": 0, "last_exhibit": 0}).scalar_one()
        return Case(id=case_id, **values)

    def load(self, case_id: int) -> CaseFile | None:
        """The case with all that belongs to it, None if it is gone."""
        key = {"of_case": case_id}
        row = self._connection.execute(self._load, key).first()
        if row is None:
            return None
        *values, last_attempt, last_exhibit = row
        facts = {row[0]: Fact(*row) for row in self._connection.execute(_FACTS, key)}
        # A case without attempts or exhibits, the usual one, is spared the question.
        attempts = self._connection.execute(_ATTEMPTS, key).all() if last_attempt else ()
        evidence = self._connection.execute(_EVIDENCE, key).all() if last_exhibit else ()
        reminders = self._connection.execute(_REMINDERS, key).all()
        return CaseFile(
            Case(*values),
            facts,
            tuple(Attempt(*row) for row in attempts),
            tuple(Evidence(*row) for row in evidence),
            tuple(Reminder(*row) for row in reminders),
        )

    def save(self, case: Case) -> None:
        """Write everything about the case itself, with the head of its timeline."""
        values: dict[str, Any] = {f"new_{name}": getattr(case, name) for name in _SAVED}
        values["of_case"] = case.id
        self._connection.execute(_SAVE, values)

    def delete(self, case_id: int) -> None:
        """Remove a case with all that belongs to it. Its blobs: `BlobStore.delete_case`."""
        self._connection.execute(_DELETE, {"of_case": case_id})

    def put_facts(self, case_id: int, facts: Sequence[Fact]) -> None:
        """Add the facts, each in place of an earlier one of its name."""
        rows = [
            {
                "case_id": case_id,
                "name": fact.name,
                "value": fact.value,
                "state": fact.state,
                "source": fact.source,
                "at": fact.at,
            }
            for fact in facts
        ]
        if rows:
            self._connection.execute(self._put_fact, rows if len(rows) > 1 else rows[0])

    def drop_facts(self, case_id: int, names: Iterable[str]) -> None:
        """Remove the facts of these names."""
        listed = list(names)
        if listed:
            self._connection.execute(_DROP_FACTS, {"of_case": case_id, "names": listed})

    def log(self, case: Case, at: datetime, entries: Sequence[tuple[EventKind, Mapping[str, Any]]]) -> Case:
        """Append (kind, body) entries to the timeline. The case returned has the new head; `save` it."""
        return timeline.append(self._connection, case, at, entries)

    def timeline(self, case_id: int) -> list[Event]:
        """All that happened in the case, oldest first."""
        return timeline.read(self._connection, case_id)

    def verify_timeline(self, case_id: int) -> int | None:
        """The number of the first timeline entry that was changed, added or removed; None if all are sound."""
        case = self._connection.execute(_HEAD, {"of_case": case_id}).one()
        return timeline.verify(self._connection, case_id, case.timeline_seq, case.timeline_head)

    def heads(self, begin: datetime, end: datetime, but: Collection[str] = ()) -> list[str]:
        """The hash of the last timeline entry from `begin` to before `end` in each case that has one; kinds in `but`
        are left aside."""
        return timeline.heads(self._connection, begin, end, but)

    def attempt(self, case_id: int, attempt: Attempt) -> Attempt:
        """Record a contact; returned with its number."""
        no = self._connection.execute(_NEXT_ATTEMPT, {"of_case": case_id}).scalar_one()
        values = {column.name: getattr(attempt, column.name) for column in columns_of(_a, Attempt)}
        del values["id"]
        attempt_id = self._connection.execute(_ADD_ATTEMPT, {**values, "case_id": case_id, "no": no}).scalar_one()
        return replace(attempt, no=no, id=attempt_id)

    def change_attempt(self, case_id: int, attempt: Attempt) -> None:
        """Set a contact right, by its number; the timeline keeps what it was."""
        values = {f"new_{name}": getattr(attempt, name) for name in AMENDED}
        self._connection.execute(_CHANGE_ATTEMPT, {**values, "of_case": case_id, "of_no": attempt.no})

    def drop_attempts(self, case_id: int, numbers: Iterable[int]) -> None:
        """Remove contacts that never were, by number. The numbers are not given again, and the timeline keeps them."""
        listed = list(numbers)
        if listed:
            self._connection.execute(_DROP_ATTEMPTS, {"of_case": case_id, "numbers": listed})

    def of_person(self, person_id: int) -> list[Case]:
        """All cases of a person by number."""
        return [Case(*row) for row in self._connection.execute(_OF_PERSON, {"of_person": person_id})]

    def by_no(self, person_id: int, no: int) -> Case | None:
        """A person's case of this number, None if there is none."""
        row = self._connection.execute(_BY_NO, {"of_person": person_id, "of_no": no}).first()
        return None if row is None else Case(*row)

    def ids(self) -> list[int]:
        """The ids of all cases, those marked by an erasure too."""
        return list(self._connection.execute(_IDS).scalars())

    def open_list(self, limit: int = 100) -> list[OpenCase]:
        """Open cases, those whose person asked for a human first, longest wait first."""
        return [OpenCase(*row) for row in self._connection.execute(_OPEN_LIST, {"count": limit})]
