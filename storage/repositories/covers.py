"""What is covered in the display copies of a case's pictures, by the SHA-256 of the original."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from storage import models
from storage.records import Evidence
from storage.sql import columns_of, per_dialect

_t = models.cover
_e = models.evidence
_case = models.case_file
_PUT = per_dialect(
    lambda insert: (put := insert(_t)).on_conflict_do_update(
        index_elements=[_t.c.case_id, _t.c.sha256], set_={"boxes": put.excluded.boxes, "at": put.excluded.at}
    )
)
_OF_CASE = select(_t.c.sha256, _t.c.boxes).where(_t.c.case_id == bindparam("of_case"))
_UNSEEN = (
    select(*columns_of(_e, Evidence))
    .join_from(_e, _case, _e.c.case_id == _case.c.id)
    .outerjoin(_t, (_t.c.case_id == _e.c.case_id) & (_t.c.sha256 == _e.c.sha256))
    .where(_e.c.status == "stored", _e.c.mime.like("image/%"), _t.c.sha256.is_(None), _case.c.erasure_id.is_(None))
    .order_by(_e.c.id)
)
_NEXT_UNSEEN = _UNSEEN.where(_e.c.id > bindparam("after")).limit(bindparam("count"))
_UNSEEN_OF_CASE = _UNSEEN.where(_e.c.case_id == bindparam("of_case"))


class Covers:
    """A picture that was looked at has a row, also when nothing in it is to be covered."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._put = _PUT[connection.dialect.name]

    def put(self, case_id: int, sha256: str, boxes: Sequence[Mapping[str, Any]], now: datetime) -> None:
        """What is to be covered in a picture: {kind, box: [left, top, right, bottom]} each."""
        self._connection.execute(
            self._put, {"case_id": case_id, "sha256": sha256, "boxes": [dict(box) for box in boxes], "at": now}
        )

    def of_case(self, case_id: int) -> dict[str, list[dict[str, Any]]]:
        """The boxes of all pictures of a case that were looked at, by SHA-256."""
        return {row.sha256: row.boxes for row in self._connection.execute(_OF_CASE, {"of_case": case_id})}

    def unseen(self, after: int = 0, limit: int = 1) -> list[Evidence]:
        """Stored pictures with a higher id that nobody looked at yet."""
        rows = self._connection.execute(_NEXT_UNSEEN, {"after": after, "count": limit})
        return [Evidence(*row) for row in rows]

    def unseen_of(self, case_id: int) -> list[Evidence]:
        """The same of one case, all of them."""
        return [Evidence(*row) for row in self._connection.execute(_UNSEEN_OF_CASE, {"of_case": case_id})]
