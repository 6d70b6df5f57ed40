"""Guards: each named condition, true and false."""

from datetime import timedelta
from typing import Any

import pytest

from dialogs.guards import ANY, GUARDS, checklist, checks, days_since, holds, missing_items
from dialogs.view import Attempt, CaseView, Exhibit, Position, ReadValue
from tests.dialogs.walking import GUIDE, NOW, case

SILENT = Attempt(NOW - timedelta(days=1), "silent")
BROKEN = Attempt(NOW - timedelta(days=3), "promised", promised_until=NOW - timedelta(hours=1))
KEPT = Attempt(NOW - timedelta(days=3), "promised", promised_until=NOW + timedelta(hours=1))
DELAY = case("assess", "settlement_delay", {"amount": "18000", "since": "2026-11-20"})
LIST = GUIDE.problems["settlement_delay"].checklist
READ = ({"amount": ReadValue("12.00", 0.99)},)
CHECKED = ({"amount": ReadValue("12.00", 0.99, "12.00")},)

TABLE: list[tuple[str, Any, CaseView, bool]] = [
    ("problem", ["settlement_delay"], DELAY, True),
    ("problem", "device_fault", DELAY, False),
    ("fact", {"amount": "18000"}, DELAY, True),
    ("fact", {"amount": ["1", "18000"], "since": "2026-11-20"}, DELAY, True),
    ("fact", {"amount": "18000", "since": "x"}, DELAY, False),
    ("known", "amount", DELAY, True),
    ("known", ["amount", "company"], DELAY, False),
    ("missing", "company", DELAY, True),
    ("missing", ["company", "amount"], DELAY, False),
    ("asked_already", "amount", DELAY, True),
    ("asked_already", "ticket", case(position=Position(skipped=("ticket",))), True),
    ("asked_already", "ticket", DELAY, False),
    ("severity", 2, DELAY, True),
    ("severity", 4, DELAY, False),
    ("section", ["assess", "legal"], DELAY, True),
    ("section", "legal", DELAY, False),
    ("section_done", "assess", case(position=Position(done=("assess",))), True),
    ("section_done", "assess", DELAY, False),
    ("shown", "checks", case(position=Position(shown=("checks",))), True),
    ("shown", "checks", DELAY, False),
    ("self_check_shown", None, case(position=Position(shown=("checks",))), True),
    ("self_check_shown", None, DELAY, False),
    ("cannot_collect", None, case(facts={"can_collect": "no"}), True),
    ("cannot_collect", None, case(facts={"can_collect": "yes"}), False),
    ("checks_ready", None, DELAY, True),
    ("checks_ready", None, case("assess", "device_fault"), False),
    ("checks_ready", None, case("assess", "device_fault", {"symptom_device": "power"}), True),
    ("money_problem", None, DELAY, True),
    ("money_problem", None, case("assess", "device_fault"), False),
    ("terminal_problem", None, case("assess", "device_fault"), True),
    ("terminal_problem", None, DELAY, False),
    ("functional_problem", None, case("assess", "network_fault"), True),
    ("functional_problem", None, case("assess", "transaction_failed"), False),
    ("days_over", 3, DELAY, True),
    ("days_over", 4, DELAY, False),
    ("days_over", 0, case(), False),
    ("amount_over", 17999, DELAY, True),
    ("amount_over", 18000, DELAY, False),
    ("amount_over", 1, case(), False),
    ("attempts_over", 0, case(attempts=(SILENT,)), True),
    ("attempts_over", 1, case(attempts=(SILENT,)), False),
    ("last_result", ["silent"], case(attempts=(BROKEN, SILENT)), True),
    ("last_result", ["promised"], case(attempts=(BROKEN, SILENT)), False),
    ("last_result", ["silent"], case(), False),
    ("promise_over", None, case(attempts=(BROKEN,)), True),
    ("promise_over", None, case(attempts=(KEPT,)), False),
    ("promise_over", None, case(), False),
    ("has_item", "slip", case(exhibits=(Exhibit(1, "photo", "slip"),)), True),
    ("has_item", "slip", case(exhibits=(Exhibit(1, "photo", ""),)), False),
    ("being_read", None, case(exhibits=(Exhibit(1, "photo", reading="due"),)), True),
    ("being_read", None, case(exhibits=(Exhibit(1, "photo", reading="told", items=READ),)), True),
    ("being_read", None, case(exhibits=(Exhibit(1, "photo", reading="told", items=CHECKED),)), False),
    ("being_read", None, case(exhibits=(Exhibit(1, "photo", reading="told"),)), False),
    ("has_exhibit", None, case(exhibits=(Exhibit(1, "photo", ""),)), True),
    ("has_exhibit", None, case(), False),
    (
        "checklist_complete",
        None,
        case(problem="settlement_delay", exhibits=tuple(Exhibit(no, "photo", item) for no, item in enumerate(LIST, 1))),
        True,
    ),
    ("checklist_complete", None, DELAY, False),
    ("checklist_complete", None, case(), False),
    ("fraud_sign", True, case(facts={"fraud_signs": "one_time_code"}), True),
    ("fraud_sign", ["one_time_code"], case(facts={"fraud_signs": "agent_vanished,one_time_code"}), True),
    ("fraud_sign", ["screen_sharing"], case(facts={"fraud_signs": "agent_vanished"}), False),
    ("fraud_sign", True, case(), False),
    ("contacted_party", ["pboc"], case(attempts=(Attempt(NOW, "sent", party="pboc"),)), True),
    ("contacted_party", ["company"], case(attempts=(Attempt(NOW, "sent", party="pboc"),)), False),
    ("contacted_party", ["company"], case(facts={"contacted": "yes"}), True),
    ("attempts_over", 0, case(attempts=(Attempt(NOW, "sent", party="pboc"),)), False),
    ("last_result", ["silent"], case(attempts=(Attempt(NOW, "silent"), Attempt(NOW, "refused", party="agent"))), True),
    ("bank_acquirer", None, case(facts={"company": "某某银行"}), True),
    ("bank_acquirer", None, case(facts={"company": "银盛"}), False),
    (ANY, ((("known", True, "company"),), (("known", True, "amount"),)), DELAY, True),
    (ANY, ((("known", True, "company"),), (("known", False, "amount"),)), DELAY, False),
]


@pytest.mark.parametrize(("name", "argument", "view", "expected"), TABLE)
def test_a_guard(name: str, argument: Any, view: CaseView, expected: bool) -> None:
    assert GUARDS[name](GUIDE, view, argument) is expected


def test_every_guard_stands_in_the_table() -> None:
    assert {row[0] for row in TABLE} == set(GUARDS)


def test_all_lines_of_a_condition_must_hold_and_not_turns_one_round() -> None:
    assert holds((("known", True, "amount"), ("known", False, "company")), GUIDE, DELAY)
    assert not holds((("known", True, "amount"), ("known", True, "company")), GUIDE, DELAY)
    assert holds((), GUIDE, DELAY)


def test_days_are_counted_by_calendar_days() -> None:
    assert days_since(case(facts={"since": "2026-11-23T23:59"})) == 1
    assert days_since(case(facts={"since": "nonsense"})) is None
    assert days_since(case()) is None


def test_what_was_said_to_be_unavailable_is_not_missing_any_more() -> None:
    view = case(problem="settlement_delay", position=Position(skipped=("item:slip",)))

    assert "slip" in checklist(GUIDE, view)
    assert "slip" not in missing_items(GUIDE, view)


def test_the_checks_follow_the_symptom() -> None:
    assert checks(GUIDE, case(problem="device_fault", facts={"symptom_device": "paper"}))[0].startswith(
        "check.device.paper"
    )
    assert checks(GUIDE, case(problem="device_fault", position=Position(skipped=("symptom_device",))))
    assert checks(GUIDE, case()) == ()
