"""Named pure conditions on a case. Content names them, this module defines them."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from dialogs.condition import Condition
from dialogs.guide import Guide, Slot
from dialogs.view import Attempt, CaseView

Guard = Callable[[Guide, CaseView, Any], bool]


def holds(condition: Condition, guide: Guide, view: CaseView) -> bool:
    """Do all lines of the condition hold for the case?"""
    return all(GUARDS[name](guide, view, argument) is wanted for name, wanted, argument in condition)


def days_since(view: CaseView, name: str = "since") -> int | None:
    """Whole calendar days from a fact that is a date or moment until now; None when it is not known."""
    value = view.value(name)
    if not value:
        return None
    try:
        return (view.now.date() - date.fromisoformat(value[:10])).days
    except ValueError:
        return None


def applies(slot: Slot, guide: Guide, view: CaseView) -> bool:
    """Is the slot one that this case's problem and state call for?"""
    if slot.problems and view.problem not in slot.problems:
        return False
    if any(map(view.value, slot.covered_by)):
        return False
    return holds(slot.when, guide, view)


def missing_items(guide: Guide, view: CaseView) -> tuple[str, ...]:
    """The checklist items of the case's problem that no exhibit serves and that were not said to be unavailable."""
    have = {exhibit.item for exhibit in view.exhibits}
    gone = {name.removeprefix("item:") for name in view.position.skipped}
    return tuple(item for item in checklist(guide, view) if item not in have and item not in gone)


def checklist(guide: Guide, view: CaseView) -> tuple[str, ...]:
    """The items worth collecting for the case's problem, the most useful first."""
    problem = guide.problems.get(view.problem)
    return problem.checklist if problem else ()


def checks(guide: Guide, view: CaseView) -> tuple[str, ...]:
    """The self-check steps that fit what is known of the fault, in a safe order."""
    problem = guide.problems.get(view.problem)
    if problem is None:
        return ()
    for slot, by_value in problem.checks_by.items():
        found = by_value.get(view.value(slot))
        if found:
            return found
    if problem.checks_by and not any(slot in view.facts or slot in view.position.skipped for slot in problem.checks_by):
        return ()
    return problem.checks


def _as_tuple(value: Any) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)):
        return tuple(map(str, value))
    return (str(value),)


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _fact(_: Guide, view: CaseView, wanted: Mapping[str, Any]) -> bool:
    return all(view.value(name) in _as_tuple(values) for name, values in wanted.items())


def _fraud_sign(_: Guide, view: CaseView, wanted: Any) -> bool:
    return bool(view.signs) if wanted in (None, True) else bool(set(view.signs) & set(_as_tuple(wanted)))


def _over(value: int | None, limit: Any) -> bool:
    return value is not None and value > int(limit)


def _amount_over(_: Guide, view: CaseView, limit: Any) -> bool:
    amount = _decimal(view.value("amount")) if view.value("amount") else None
    return amount is not None and amount > Decimal(str(limit))


def _flag(name: str) -> Guard:
    def guard(guide: Guide, view: CaseView, _: Any) -> bool:
        problem = guide.problems.get(view.problem)
        return bool(problem and getattr(problem, name))

    return guard


def of_company(guide: Guide, view: CaseView) -> tuple[Attempt, ...]:
    """The contacts with the payment company itself; one whose party was never told is one of them."""
    own = {"", *guide.contacts.company}
    return tuple(attempt for attempt in view.attempts if attempt.party in own)


def _attempts_over(guide: Guide, view: CaseView, limit: Any) -> bool:
    return sum(attempt.count for attempt in of_company(guide, view)) > int(limit)


def _last_result(guide: Guide, view: CaseView, wanted: Any) -> bool:
    own = of_company(guide, view)
    return bool(own) and own[-1].result in _as_tuple(wanted)


def _promise_over(guide: Guide, view: CaseView, __: Any) -> bool:
    own = reversed(of_company(guide, view))
    promised = next((attempt.promised_until for attempt in own if attempt.promised_until), None)
    return promised is not None and aware(promised, view) < view.now


def _contacted_party(_: Guide, view: CaseView, wanted: Any) -> bool:
    named = {attempt.party or "company" for attempt in view.attempts}
    asked = "company" in _as_tuple(wanted) and view.value("contacted") == "yes"
    return asked or bool(named & set(_as_tuple(wanted)))


def aware(moment: datetime, view: CaseView) -> datetime:
    """The moment with a zone: the case's, where it had none."""
    return moment if moment.tzinfo else moment.replace(tzinfo=view.now.tzinfo)


ANY = "any"
"""The guard whose argument is a list of conditions, one of which must hold."""

GUARDS: Mapping[str, Guard] = {
    ANY: lambda guide, view, conditions: any(holds(condition, guide, view) for condition in conditions),
    "problem": lambda _, view, wanted: view.problem in _as_tuple(wanted),
    "fact": _fact,
    "known": lambda _, view, name: all(map(view.value, _as_tuple(name))),
    "missing": lambda _, view, name: not any(map(view.value, _as_tuple(name))),
    "asked_already": lambda _, view, name: name in view.facts or name in view.position.skipped,
    "severity": lambda guide, view, level: _severity(guide, view) >= int(level),
    "section": lambda _, view, wanted: view.section in _as_tuple(wanted),
    "section_done": lambda _, view, section: section in view.position.done,
    "shown": lambda _, view, what: what in view.position.shown,
    "cannot_collect": lambda _, view, __: view.value("can_collect") == "no",
    "checks_ready": lambda guide, view, _: bool(checks(guide, view)),
    "self_check_shown": lambda _, view, __: "checks" in view.position.shown,
    "money_problem": _flag("money"),
    "terminal_problem": _flag("terminal"),
    "functional_problem": _flag("functional"),
    "days_over": lambda _, view, limit: _over(days_since(view), limit),
    "amount_over": _amount_over,
    "attempts_over": _attempts_over,
    "last_result": _last_result,
    "contacted_party": _contacted_party,
    "promise_over": _promise_over,
    "has_item": lambda _, view, item: any(exhibit.item == item for exhibit in view.exhibits),
    "being_read": lambda _, view, __: any(one.reading in ("due", "read") or one.is_open for one in view.exhibits),
    "has_exhibit": lambda _, view, __: bool(view.exhibits),
    "checklist_complete": lambda guide, view, _: bool(checklist(guide, view)) and not missing_items(guide, view),
    "fraud_sign": _fraud_sign,
    "bank_acquirer": lambda _, view, __: "银行" in view.value("company") + view.value("company_full_name"),
}


def _severity(guide: Guide, view: CaseView) -> int:
    from dialogs.severity import judge  # the rules' own conditions are made of these guards

    return judge(guide, view)[0]
