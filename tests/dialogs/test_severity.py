"""Severity: the highest rule that holds, and never below what the problem itself is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.severity import judge
from tests.dialogs.walking import GUIDE, case


@pytest.mark.parametrize(
    ("problem", "facts", "level", "rule"),
    [
        ("", {}, 1, ""),
        ("device_fault", {}, 1, ""),
        ("device_fault", {"symptom_device": "locked"}, 2, "device_locked"),
        ("device_fault", {"can_collect": "no"}, 3, "cannot_collect"),
        ("settlement_delay", {}, 2, ""),
        ("settlement_delay", {"since": "2026-11-21"}, 2, ""),
        ("settlement_delay", {"since": "2026-11-20"}, 3, "several_days"),
        ("settlement_delay", {"since": "2026-10-20"}, 3, "over_30_days"),
        ("settlement_delay", {"amount": "50001"}, 3, "large_amount"),
        ("settlement_delay", {"payer_seen": "person"}, 4, "money_unlicensed"),
        ("deposit_refund", {"payer_seen": "person"}, 3, "unlicensed_payer"),
        ("deposit_refund", {"amount": "299"}, 1, ""),
        ("deposit_refund", {"amount": "1001"}, 2, "fee_large"),
        ("funds_frozen", {}, 3, ""),
        ("funds_frozen", {"frozen_by": "police"}, 3, "court_frozen"),
        ("transaction_failed", {"debited": "yes"}, 3, "debited"),
        ("transaction_dispute", {"dispute_kind": "chargeback"}, 3, "chargeback"),
        ("fee_dispute", {"effect": "customers"}, 2, "customers"),
        ("suspected_fraud", {}, 3, ""),
        ("suspected_fraud", {"fraud_loss": "told_code"}, 4, "fraud_loss"),
        ("fee_dispute", {"fraud_loss": "paid"}, 4, "fraud_loss"),
        ("fee_dispute", {"fraud_signs": "one_time_code"}, 4, "fraud_stop"),
        ("fee_dispute", {"fraud_signs": "one_time_code", "fraud_loss": "nothing_yet"}, 3, "fraud_contact"),
        ("fee_dispute", {"fraud_signs": "agent_vanished"}, 4, "agent_vanished"),
        ("fee_dispute", {"fraud_signs": "swap_by_phone"}, 3, "fraud_contact"),
    ],
)
def test_a_case_is_as_serious_as_its_rule_says(problem: str, facts: dict[str, str], level: int, rule: str) -> None:
    assert judge(GUIDE, case("assess", problem, facts)) == (level, rule)


@given(problem=st.sampled_from(sorted(GUIDE.problems)), loss=st.sampled_from(["paid", "told_code", "shared_screen"]))
def test_a_loss_to_a_swindler_is_always_the_highest_level(problem: str, loss: str) -> None:
    assert judge(GUIDE, case("evidence", problem, {"fraud_loss": loss}))[0] == 4


def test_every_rule_can_be_the_one_that_speaks() -> None:
    """A rule below the level of every problem it is for would be dead weight."""
    for rule in GUIDE.severity:
        problems = next((argument for name, _, argument in rule.when if name == "problem"), GUIDE.problems)
        assert any(rule.level >= GUIDE.problems[problem].severity for problem in problems), rule.id
