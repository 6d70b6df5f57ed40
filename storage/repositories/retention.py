"""What has been kept for long enough: cases nobody worked on, old messages, people of whom nothing is left."""

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, exists, func, or_, select

from storage import models
from storage.records import Case
from storage.sql import columns_of

RULE = "retention"
"""The rule of the reminder that warns."""

_case = models.case_file
_r = models.reminder
_h = models.handoff
_p = models.person
_c = models.conversation
_i = models.inbox
_o = models.outbox
_CUT: BindParameter[datetime] = bindparam("before")

_is_wished_for = exists().where(
    _h.c.status != "done",
    or_(_h.c.case_id == _case.c.id, _h.c.conversation_id.in_(select(_c.c.id).where(_c.c.case_id == _case.c.id))),
)
_IDLE = (
    select(*columns_of(_case, Case))
    .where(
        _case.c.status.in_(["open", "paused", "closed"]),
        _case.c.updated_at < _CUT,
        _case.c.erasure_id.is_(None),
        ~_is_wished_for,
    )
    .order_by(_case.c.updated_at)
    .limit(bindparam("count"))
)
_warning = exists().where(_r.c.case_id == _case.c.id, _r.c.rule == RULE)
_TO_WARN = _IDLE.where(~_warning.where(_r.c.planned_at >= _case.c.updated_at))
_TO_REMOVE = _IDLE.where(
    ~_warning.where(_r.c.status == "planned"),
    _warning.where(_r.c.ended_at > _case.c.updated_at, _r.c.ended_at <= bindparam("warned_before")),
)
_LAST_CONVERSATION = (
    select(_c.c.id)
    .where(_c.c.person_id == bindparam("of_person"))
    .order_by(_c.c.reachable.desc(), func.coalesce(_c.c.last_update_at, _c.c.created_at).desc())
    .limit(1)
)

# Messages belong to cases of their time: as long as one of those is kept, so are they.
_is_of_a_case = exists().where(_case.c.person_id == _c.c.person_id, _case.c.opened_at < _CUT)
_has_wish = exists().where(_h.c.conversation_id == _c.c.id, _h.c.status != "done")
_free = select(_c.c.id).where(~_is_of_a_case, ~_has_wish)
_MESSAGES = (
    delete(_o).where(_o.c.created_at < _CUT, _o.c.conversation_id.in_(_free), _o.c.status != "pending"),
    delete(_i).where(_i.c.received_at < _CUT, or_(_i.c.conversation_id.is_(None), _i.c.conversation_id.in_(_free))),
)
_was_here = exists().where(_c.c.person_id == _p.c.id, func.coalesce(_c.c.last_update_at, _c.c.created_at) >= _CUT)
_wishes = exists().where(
    _h.c.status != "done", _h.c.conversation_id.in_(select(_c.c.id).where(_c.c.person_id == _p.c.id))
)
_PEOPLE = delete(_p).where(_p.c.created_at < _CUT, ~exists().where(_case.c.person_id == _p.c.id), ~_was_here, ~_wishes)


class Retention:
    """A case under an open wish for a person is never among what is found."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def to_warn(self, before: datetime, limit: int = 20) -> list[Case]:
        """Cases not worked on since `before` whose person has not been warned since."""
        return self._cases(_TO_WARN, {"before": before, "count": limit})

    def to_remove(self, before: datetime, warned_before: datetime, limit: int = 20) -> list[Case]:
        """Cases not worked on since `before` whose warning has ended (sent, or not wanted) by `warned_before`."""
        return self._cases(_TO_REMOVE, {"before": before, "warned_before": warned_before, "count": limit})

    def conversation(self, person_id: int) -> int | None:
        """The conversation in which the person is most likely to be reached."""
        found: int | None = self._connection.execute(_LAST_CONVERSATION, {"of_person": person_id}).scalar()
        return found

    def delete_messages(self, before: datetime) -> int:
        """Delete messages from before that belong to no case any more; how many."""
        return sum(self._connection.execute(statement, {"before": before}).rowcount for statement in _MESSAGES)

    def delete_people(self, before: datetime) -> int:
        """Delete people of whom nothing is left and who were not here since; how many."""
        return self._connection.execute(_PEOPLE, {"before": before}).rowcount

    def _cases(self, statement: Any, values: dict[str, Any]) -> list[Case]:
        return [Case(*row) for row in self._connection.execute(statement, values)]
