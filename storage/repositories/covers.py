"""What is covered in the display copies of a case's pictures, by the SHA-256 of the original."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from storage import models
from storage.sql import per_dialect

_t = models.cover
_PUT = per_dialect(
    lambda insert: (put := insert(_t)).on_conflict_do_update(
        index_elements=[_t.c.case_id, _t.c.sha256], set_={"boxes": put.excluded.boxes, "at": put.excluded.at}
    )
)
_OF_CASE = select(_t.c.sha256, _t.c.boxes).where(_t.c.case_id == bindparam("of_case"))


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
