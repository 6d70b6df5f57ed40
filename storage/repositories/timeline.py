"""The append-only record of a case: each entry holds the hash of the one before, so a change shows."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select

from storage import models
from storage.records import Case, Event, EventKind
from storage.types import to_canonical_json

_RESERVED = frozenset({"at", "kind", "prev", "seq"})
_t = models.timeline
_ADD = insert(_t)
_ALL = select(_t).where(_t.c.case_id == bindparam("of_case")).order_by(_t.c.seq)

_LAST = (
    select(_t.c.case_id, func.max(_t.c.seq).label("seq"))
    .where(
        _t.c.at >= bindparam("begin"), _t.c.at < bindparam("end"), _t.c.kind.not_in(bindparam("but", expanding=True))
    )
    .group_by(_t.c.case_id)
    .subquery()
)
_HEADS = (
    select(_t.c.hash).join(_LAST, (_LAST.c.case_id == _t.c.case_id) & (_LAST.c.seq == _t.c.seq)).order_by(_t.c.case_id)
)


def heads(connection: Connection, begin: datetime, end: datetime, but: Collection[str]) -> list[str]:
    """The hash of the last entry from `begin` to before `end` in each case that has one, kinds in `but` left aside."""
    values = {"begin": begin, "end": end, "but": sorted(but)}
    return list(connection.execute(_HEADS, values).scalars())


def append(
    connection: Connection, case: Case, at: datetime, entries: Sequence[tuple[EventKind, Mapping[str, Any]]]
) -> Case:
    """Write the entries and return the case with its new head."""
    rows = []
    seq, head = case.timeline_seq, case.timeline_head
    moment = at.astimezone(UTC).isoformat()
    for kind, body in entries:
        if not _RESERVED.isdisjoint(body):
            raise ValueError(f"a timeline body cannot name {', '.join(sorted(_RESERVED & body.keys()))}")
        seq += 1
        text = to_canonical_json({**body, "at": moment, "kind": kind, "prev": head, "seq": seq})
        head = hashlib.sha256(text.encode()).hexdigest()
        rows.append({"case_id": case.id, "seq": seq, "at": at, "kind": kind, "body": text, "hash": head})
    if rows:
        connection.execute(_ADD, rows if len(rows) > 1 else rows[0])
    return replace(case, timeline_seq=seq, timeline_head=head)


def read(connection: Connection, case_id: int) -> list[Event]:
    """All entries of a case, oldest first."""
    rows = connection.execute(_ALL, {"of_case": case_id})
    return [Event(row.seq, row.at, row.kind, json.loads(row.body), row.hash) for row in rows]


def first_fault(rows: Iterable[Any], seq: int, head: str) -> int | None:
    """The number of the first entry that is missing, added or changed; None if they end as (seq, head) says."""
    expected, previous = 0, ""
    for row in rows:
        expected += 1
        if row.seq != expected or not _is_sound(row, previous):
            return expected
        previous = row.hash
    if expected != seq:
        return min(expected, seq) + 1
    return None if previous == head else expected


def verify(connection: Connection, case_id: int, seq: int, head: str) -> int | None:
    """The number of the first bad entry of a case, None if all are sound."""
    return first_fault(connection.execute(_ALL, {"of_case": case_id}), seq, head)


def _is_sound(row: Any, previous: str) -> bool:
    if hashlib.sha256(row.body.encode()).hexdigest() != row.hash:
        return False
    try:
        body = json.loads(row.body)
        at = datetime.fromisoformat(body["at"])
        return bool((body["prev"], body["seq"], body["kind"], at) == (previous, row.seq, row.kind, row.at))
    except (ValueError, KeyError, TypeError):
        return False
