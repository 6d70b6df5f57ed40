"""Messages planned for a time."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from storage import models
from storage.records import Reminder, ReminderStatus
from storage.sql import columns_of, per_dialect, values_of

_t = models.reminder
_ROW = columns_of(_t, Reminder)
_PLAN = per_dialect(
    lambda insert: (
        (plan := insert(_t))
        .on_conflict_do_update(
            index_elements=[_t.c.case_id, _t.c.rule, _t.c.due_at],
            set_={
                name: plan.excluded[name]
                for name in ("conversation_id", "key", "status", "params", "planned_at", "ended_at")
            },
            where=_t.c.status == "cancelled",
        )
        .returning(*_ROW)
    )
)
_CANCEL = (
    update(_t)
    .where(_t.c.case_id == bindparam("of_case"), models.IS_PLANNED)
    .values(status="cancelled", ended_at=bindparam("now"))
)
_CANCEL_RULES = _CANCEL.where(_t.c.rule.in_(bindparam("rules", expanding=True)))
_CANCEL_ONE = _CANCEL.where(_t.c.rule == bindparam("of_rule"), _t.c.due_at == bindparam("of_due"))
_CLAIM = (
    select(*_ROW)
    .where(models.IS_PLANNED, _t.c.due_at <= bindparam("now"))
    .order_by(_t.c.due_at, _t.c.id)
    .limit(bindparam("count"))
    .with_for_update(skip_locked=True)
)
_FINISH = update(_t).where(_t.c.id == bindparam("reminder_id")).values(values_of("status", "ended_at"))
_NEXT_DUE = select(func.min(_t.c.due_at)).where(models.IS_PLANNED)


class Reminders:
    """A case has one reminder for a rule and a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._plan = _PLAN[connection.dialect.name]

    def plan(
        self,
        case_id: int,
        conversation_id: int,
        key: str,
        rule: str,
        due_at: datetime,
        params: Mapping[str, Any],
        now: datetime,
    ) -> Reminder | None:
        """The reminder planned; None if the same one is planned already or was sent. A cancelled one is revived."""
        values = {
            "case_id": case_id,
            "conversation_id": conversation_id,
            "key": key,
            "rule": rule,
            "due_at": due_at,
            "status": "planned",
            "params": params,
            "planned_at": now,
            "ended_at": None,
        }
        row = self._connection.execute(self._plan, values).first()
        return None if row is None else Reminder(*row)

    def cancel(self, case_id: int, rules: Collection[str] | None, now: datetime) -> int:
        """Cancel what is planned from these rules (None: from any); how many there were."""
        values: dict[str, Any] = {"of_case": case_id, "now": now}
        if rules is None:
            return self._connection.execute(_CANCEL, values).rowcount
        if not rules:
            return 0
        return self._connection.execute(_CANCEL_RULES, {**values, "rules": list(rules)}).rowcount

    def cancel_one(self, case_id: int, rule: str, due_at: datetime, now: datetime) -> bool:
        """Cancel the reminder of this rule and time; False when it is not planned any more."""
        values = {"of_case": case_id, "of_rule": rule, "of_due": due_at, "now": now}
        return self._connection.execute(_CANCEL_ONE, values).rowcount > 0

    def claim_due(self, now: datetime, limit: int = 10) -> list[Reminder]:
        """Planned reminders that are due, locked until the end of this unit of work; `finish` each in it."""
        rows = self._connection.execute(_CLAIM, {"now": now, "count": limit})
        return [Reminder(*row) for row in rows]

    def finish(self, reminder_id: int, status: ReminderStatus, now: datetime) -> None:
        """Record how it ended."""
        self._connection.execute(_FINISH, {"reminder_id": reminder_id, "new_status": status, "new_ended_at": now})

    def next_due(self) -> datetime | None:
        """When the next reminder is due, None if none is planned."""
        return self._connection.execute(_NEXT_DUE).scalar()
