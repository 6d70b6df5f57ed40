"""Facts of a case -> the reminders that should exist, and the hours in which none may leave."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from dialogs import guards, ladder
from dialogs.guide import Guide, ReminderRule
from dialogs.outcome import Planned
from dialogs.view import CaseView

Quiet = tuple[time, time] | None


def plan(guide: Guide, view: CaseView, quiet: Quiet) -> tuple[Planned, ...]:
    """One reminder for each rule that holds and still lies ahead, moved out of the quiet hours."""
    planned = []
    for rule in guide.reminders:
        if not guards.holds(rule.when, guide, view):
            continue
        begin = _start(rule.start, guide, view)
        if begin is None:
            continue
        due = after_quiet(_at(rule, begin, view), quiet)
        if due > view.now:
            planned.append(Planned(rule.rule, rule.key, due))
    for one in ladder.plan(guide, view):
        due = after_quiet(one.due, quiet)
        if due > view.now:
            planned.append(replace(one, due=due))
    return tuple(planned)


def _at(rule: ReminderRule, begin: datetime, view: CaseView) -> datetime:
    day = begin + timedelta(days=rule.days)
    if not rule.at:
        return day
    return datetime.combine(day.date(), time.fromisoformat(rule.at), view.now.tzinfo)


def _start(name: str, guide: Guide, view: CaseView) -> datetime | None:
    if name == "last_activity":
        return view.now
    if name == "last_attempt":
        own = guards.of_company(guide, view)
        return own[-1].at.astimezone(view.now.tzinfo) if own else None
    value = view.value(name)
    try:
        day = date.fromisoformat(value[:10]) if value else None
    except ValueError:
        return None
    return datetime.combine(day, time(0), view.now.tzinfo) if day else None


def after_quiet(moment: datetime, quiet: Quiet) -> datetime:
    """The moment itself, or the end of the quiet hours it falls into. `quiet` is local time in the moment's zone.

    >>> from datetime import UTC
    >>> after_quiet(datetime(2026, 11, 24, 23, 0, tzinfo=UTC), (time(21, 30), time(8, 30))).isoformat()
    '2026-11-25T08:30:00+00:00'
    """
    if quiet is None:
        return moment
    begin, end = quiet
    clock = moment.time()
    inside = begin <= clock < end if begin <= end else clock >= begin or clock < end
    if not inside:
        return moment
    day = moment.date() if clock < end else moment.date() + timedelta(days=1)
    return datetime.combine(day, end, moment.tzinfo)
