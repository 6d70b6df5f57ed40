"""The ladder: who has which rungs, how long each is waited for and by what right, and which comes next."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dialogs import ladder
from dialogs.reminders import plan
from dialogs.view import Attempt, CaseView
from tests.dialogs.walking import GUIDE, NOW, TEXTS, case


def trouble(problem: str = "settlement_delay", *contacts: tuple[str, str, int], **facts: str) -> CaseView:
    """A case with contacts, each a party, what it answered, and how many days ago."""
    attempts = tuple(Attempt(NOW - timedelta(days=ago), result, party=party) for party, result, ago in contacts)
    return case(problem=problem, facts=facts, attempts=attempts)


def states(view: CaseView) -> dict[str, str]:
    return {step.rung.id: step.state for step in ladder.climb(GUIDE, view)}


def following(view: CaseView) -> str:
    rung = ladder.following(GUIDE, view)
    return rung.id if rung else ""


def test_the_first_rung_is_the_company_itself() -> None:
    assert following(trouble()) == "company"


def test_a_rung_is_next_while_the_one_before_is_waited_for() -> None:
    found = states(trouble("settlement_delay", ("company", "silent", 0)))
    assert (found["company"], found["company_hq"], found["pboc"]) == ("waiting", "next", "later")


def test_who_wrote_to_headquarters_is_not_sent_to_the_hotline() -> None:
    assert following(trouble("settlement_delay", ("company_hq", "sent", 30))) == "pboc"


def test_nobody_is_sent_to_the_regulator_before_the_company_was_asked() -> None:
    view = trouble("settlement_delay", ("agent", "stalling", 3), ("police", "refused", 2))
    assert following(view) == "company"


def test_who_was_sent_to_the_company_first_goes_back_once_it_was_asked_in_vain() -> None:
    sent_back = ("pboc", "company_first", 1)
    assert following(trouble("settlement_delay", ("company_hq", "sent", 0), sent_back)) != "pboc"
    assert following(trouble("settlement_delay", ("company_hq", "sent", 30), sent_back)) == "pboc"


def test_a_refused_complaint_to_the_market_authority_is_taken_again_once_as_a_report() -> None:
    refused = ("market", "not_theirs", 0)
    assert following(trouble("fee_dispute", refused)) == "market"
    assert states(trouble("fee_dispute", refused, refused))["market"] == "done"


def test_fraud_goes_to_the_police_before_anyone() -> None:
    assert following(trouble("settlement_delay", fraud_signs="agent_vanished")) == "police"


def test_what_the_police_froze_has_no_rung_that_cannot_free_it() -> None:
    found = states(trouble("funds_frozen", frozen_by="police"))
    assert next(iter(found)) == "freezer"
    assert not {"company", "company_hq", "pboc", "pcac", "suit"} & set(found)


def test_what_a_bank_restricted_goes_to_the_bank_and_then_to_its_regulator() -> None:
    asked = trouble("funds_frozen", ("bank", "refused", 1), frozen_by="bank")
    assert following(trouble("funds_frozen", frozen_by="bank")) == "freezer"
    assert following(asked) == "bank_regulator"
    assert not {"pboc", "pcac"} & set(states(asked))


def test_a_wrong_shop_name_and_a_lost_payment_may_be_told_to_the_central_bank() -> None:
    for problem in ("merchant_mismatch", "transaction_failed", "system_update"):
        assert "pboc" in states(trouble(problem)), problem


def test_a_terminal_that_is_broken_is_no_matter_of_the_regulator_or_the_court() -> None:
    assert set(states(trouble("device_fault"))) == {"company", "company_hq"}


def test_a_contract_with_an_arbitration_clause_leads_to_arbitration_and_not_to_court() -> None:
    found = states(trouble("settlement_delay", arbitration_clause="yes"))
    assert "arbitration" in found
    assert not {"suit", "payment_order"} & set(found)


def test_a_promise_is_waited_for_until_its_day_and_no_law_is_named() -> None:
    view = trouble()
    until = NOW + timedelta(days=9)
    view = replace(view, attempts=(Attempt(NOW, "promised", party="company_hq", promised_until=until),))
    step = next(step for step in ladder.climb(GUIDE, view) if step.attempt)
    assert (step.due, step.clock, step.state) == (until, None, "waiting")


@pytest.mark.parametrize(("who", "kind"), [("person", "law"), ("sole_trader", "advice"), ("company", "advice")])
def test_the_legal_time_limit_of_the_central_bank_is_only_for_persons(who: str, kind: str) -> None:
    view = trouble("settlement_delay", ("company", "silent", 9), ("pboc", "accepted", 0), merchant_type=who)
    step = next(step for step in ladder.climb(GUIDE, view) if step.rung.id == "pboc")
    assert step.clock is not None
    assert (step.clock.kind, step.clock.days, step.clock.unit) == (kind, 7, "workdays")


def test_an_answer_that_ends_it_is_not_waited_for() -> None:
    assert states(trouble("settlement_delay", ("company", "refused", 0)))["company"] == "done"


def test_a_reminder_comes_the_morning_after_a_clock_ran_out() -> None:
    view = trouble("settlement_delay", ("company_hq", "sent", 0))
    due = next(one.due for one in plan(GUIDE, view, None) if one.rule == "rung:company_hq")
    step = next(step for step in ladder.climb(GUIDE, view) if step.rung.id == "company_hq")
    assert step.due is not None
    assert (due.date() - step.due.date(), due.hour) == (timedelta(days=1), 10)


def test_nothing_is_reminded_of_once_the_money_is_there() -> None:
    view = trouble("settlement_delay", ("company_hq", "sent", 0), outcome="solved")
    assert not [one for one in plan(GUIDE, view, None) if one.rule.startswith("rung:")]


def test_a_channel_that_is_switched_off_takes_its_rung_along() -> None:
    channels = tuple(replace(one, enabled=one.id != "pboc") for one in GUIDE.channels)
    assert "pboc" not in {step.rung.id for step in ladder.climb(replace(GUIDE, channels=channels), trouble())}


def test_law_is_never_claimed_for_a_clock_without_a_rule() -> None:
    for rung in GUIDE.ladder:
        for clock in rung.clocks:
            assert clock.kind != "law" or clock.facts, rung.id
            assert TEXTS.has(f"ladder.due.{clock.kind}")


def test_telling_of_silence_once_more_does_not_set_the_clock_back() -> None:
    view = trouble("settlement_delay", ("company", "silent", 7), ("company", "silent", 0))
    assert states(view)["company"] == "done"
    promised = trouble(
        "settlement_delay", ("company", "silent", 7), ("company", "promised", 1), ("company", "silent", 0)
    )
    assert states(promised)["company"] == "waiting"
