"""Items of proof: announced by an update, then stored; the bytes themselves are blobs."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, bindparam, case, func, insert, literal, select, update

from storage import models
from storage.records import Evidence, EvidenceStatus
from storage.sql import columns_of, values_of

_t = models.evidence
_ROW = columns_of(_t, Evidence)
_ID: BindParameter[int] = bindparam("evidence_id")
_NEXT_NO = (
    update(models.case_file)
    .where(models.case_file.c.id == bindparam("of_case"))
    .values(last_exhibit=models.case_file.c.last_exhibit + 1)
    .returning(models.case_file.c.last_exhibit)
)
_ADD = insert(_t).returning(_t.c.id)
_GET = select(*_ROW).where(_t.c.id == _ID)
_BY_NO = select(*_ROW).where(_t.c.case_id == bindparam("of_case"), _t.c.no == bindparam("of_no"))
_DUE = (
    select(*_ROW)
    .where(models.IS_TO_FETCH, _t.c.next_try_at <= bindparam("now"))
    .order_by(_t.c.next_try_at, _t.c.id)
    .limit(bindparam("count"))
)
_CLAIM = _DUE.with_for_update(skip_locked=True)
_LEASE = (
    update(_t)
    .where(_t.c.id.in_(bindparam("ids", expanding=True)))
    .values(next_try_at=bindparam("until"), tries=_t.c.tries + 1)
)
_NEXT_DUE = select(func.min(_t.c.next_try_at)).where(models.IS_TO_FETCH)
_SAME = (
    select(*_ROW)
    .where(_t.c.case_id == bindparam("of_case"), _t.c.sha256 == bindparam("hash"), _t.c.status == "stored")
    .order_by(_t.c.no)
    .limit(1)
)
_SAVED = tuple(column.name for column in _ROW if column.name not in {"id", "case_id", "no"})
_SAVE = update(_t).where(_t.c.id == _ID).values(values_of(*_SAVED))
_CHANGE = update(_t).where(_t.c.id == _ID).values(values_of("item", "caption", "status"))


def _unless_withdrawn(status: ColumnElement[str]) -> ColumnElement[str]:
    """What was withdrawn before its bytes came stays so, whatever comes of them."""
    return case((_t.c.status == "withdrawn", _t.c.status), else_=status)


_STORED = (
    update(_t)
    .where(_t.c.id == _ID)
    .values(
        **values_of("sha256", "size", "mime", "stored_at", "reading", "reading_due_at"),
        status=_unless_withdrawn(literal("stored")),
        reason="",
        next_try_at=None,
    )
)
_LATER = update(_t).where(_t.c.id == _ID).values(values_of("reason", "next_try_at"))
_ENDED = update(_t).where(_t.c.id == _ID).values(**values_of("status", "reason"), next_try_at=None)


class EvidenceItems:
    """A case's exhibits, numbered from 1 without gaps or repeats."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        case_id: int,
        *,
        kind: str,
        channel: str,
        update_id: str,
        received_at: datetime,
        status: EvidenceStatus = "announced",
        sha256: str | None = None,
        size: int | None = None,
        mime: str = "",
        name: str = "",
        caption: str = "",
        item: str = "",
        origin: Mapping[str, Any] | None = None,
        items: Sequence[Any] = (),
        reference: Mapping[str, Any] | None = None,
        stored_at: datetime | None = None,
        text: str = "",
        reason: str = "",
        readable: bool = False,
    ) -> Evidence:
        """A new exhibit with the case's next number. An announced one is due for fetching at once, a stored one that
        is `readable` for reading."""
        values: dict[str, Any] = {
            "case_id": case_id,
            "no": self._connection.execute(_NEXT_NO, {"of_case": case_id}).scalar_one(),
            "kind": kind,
            "status": status,
            "sha256": sha256,
            "size": size,
            "mime": mime,
            "name": name,
            "caption": caption,
            "item": item,
            "origin": origin,
            "items": list(items),
            "reference": reference,
            "channel": channel,
            "update_id": update_id,
            "received_at": received_at,
            "stored_at": stored_at,
            "text": text,
            "reason": reason,
            "tries": 0,
            "next_try_at": received_at if status == "announced" else None,
            "reading": "due" if readable else "none",
            "reading_due_at": received_at if readable else None,
        }
        return Evidence(id=self._connection.execute(_ADD, values).scalar_one(), **values)

    def get(self, evidence_id: int) -> Evidence | None:
        """The exhibit of this id, None if it is gone."""
        row = self._connection.execute(_GET, {"evidence_id": evidence_id}).first()
        return None if row is None else Evidence(*row)

    def by_no(self, case_id: int, no: int) -> Evidence | None:
        """The case's exhibit of this number, None if there is none."""
        row = self._connection.execute(_BY_NO, {"of_case": case_id, "of_no": no}).first()
        return None if row is None else Evidence(*row)

    def same(self, case_id: int, sha256: str) -> Evidence | None:
        """The first stored exhibit of the case with these bytes."""
        row = self._connection.execute(_SAME, {"of_case": case_id, "hash": sha256}).first()
        return None if row is None else Evidence(*row)

    def change(self, evidence: Evidence) -> None:
        """Write what people decide about an exhibit: the checklist item it fulfils, its caption, whether it counts."""
        values = {"new_item": evidence.item, "new_caption": evidence.caption, "new_status": evidence.status}
        self._connection.execute(_CHANGE, {**values, "evidence_id": evidence.id})

    def update(self, evidence: Evidence) -> None:
        """Write everything of the exhibit but its case and number."""
        values: dict[str, Any] = {f"new_{name}": getattr(evidence, name) for name in _SAVED}
        self._connection.execute(_SAVE, {**values, "evidence_id": evidence.id})

    def due(self, now: datetime, limit: int = 10) -> list[Evidence]:
        """Exhibits whose bytes are to be fetched now, without claiming them."""
        return [Evidence(*row) for row in self._connection.execute(_DUE, {"now": now, "count": limit})]

    def claim(self, now: datetime, *, lease: timedelta = timedelta(minutes=5), limit: int = 1) -> list[Evidence]:
        """Exhibits to fetch now; nobody else is given them before the lease ends. `tries` counts this one."""
        rows = self._connection.execute(_CLAIM, {"now": now, "count": limit}).all()
        if not rows:
            return []
        until = now + lease
        self._connection.execute(_LEASE, {"ids": [row.id for row in rows], "until": until})
        return [Evidence(**{**row._mapping, "tries": row.tries + 1, "next_try_at": until}) for row in rows]

    def next_due(self) -> datetime | None:
        """When the next exhibit is to be fetched, None if there is none."""
        return self._connection.execute(_NEXT_DUE).scalar()

    def stored(
        self, evidence_id: int, *, sha256: str, size: int, mime: str, now: datetime, readable: bool = False
    ) -> None:
        """The bytes are kept under this hash; if they are `readable`, they are due for reading. One that was withdrawn
        meanwhile stays so."""
        self._connection.execute(
            _STORED,
            {
                "evidence_id": evidence_id,
                "new_sha256": sha256,
                "new_size": size,
                "new_mime": mime,
                "new_stored_at": now,
                "new_reading": "due" if readable else "none",
                "new_reading_due_at": now if readable else None,
            },
        )

    def failed(
        self,
        evidence_id: int,
        reason: str,
        next_try_at: datetime | None,
        *,
        status: EvidenceStatus = "failed",
    ) -> None:
        """Fetching did not work: again at `next_try_at`, or for good with `status` if that is None."""
        values: dict[str, Any] = {"evidence_id": evidence_id, "new_reason": reason}
        if next_try_at is None:
            self._connection.execute(_ENDED, {**values, "new_status": status})
        else:
            self._connection.execute(_LATER, {**values, "new_next_try_at": next_try_at})
