"""Reminders: one for each rule that holds and lies ahead, never in the quiet hours."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.reminders import after_quiet, plan
from dialogs.view import Attempt
from tests.dialogs.walking import GUIDE, NOW, case

NIGHT = (time(21, 30), time(8, 30))


def rules(view: object, quiet: object = None) -> dict[str, datetime]:
    return {one.rule: one.due for one in plan(GUIDE, view, quiet)}  # type: ignore[arg-type]


def test_a_rule_counts_from_the_day_it_names() -> None:
    planned = rules(case("assess", "settlement_delay", {"since": "2026-11-23"}))

    assert planned["settle_arrived"] == datetime.fromisoformat("2026-11-25T10:00:00+08:00")
    assert planned["thirty_days"] == datetime.fromisoformat("2026-12-24T09:30:00+08:00")


def test_after_a_call_without_an_answer_it_is_asked_whether_they_answered() -> None:
    view = case("contact_support", "settlement_delay", attempts=(Attempt(NOW, "silent"),))

    assert rules(view)["company_answered"] == datetime.fromisoformat("2026-11-27T10:00:00+08:00")
    assert "contact_first" not in rules(view)


def test_after_a_promise_it_is_asked_whether_it_was_kept() -> None:
    view = case(
        "contact_support",
        "settlement_delay",
        {"contact_result": "promised", "promised_until": "2026-11-28"},
        attempts=(Attempt(NOW, "promised"),),
    )

    assert rules(view)["promise_kept"] == datetime.fromisoformat("2026-11-29T10:00:00+08:00")
    assert "company_answered" not in rules(view)


def test_what_lies_behind_is_not_planned() -> None:
    assert "settle_arrived" not in rules(case("assess", "settlement_delay", {"since": "2026-11-01"}))


def test_a_solved_case_has_no_reminders() -> None:
    assert not rules(case("closing", "settlement_delay", {"outcome": "solved", "since": "2026-11-23"}))


def test_a_day_that_cannot_be_read_plans_nothing() -> None:
    assert "thirty_days" not in rules(case("assess", "settlement_delay", {"since": "nonsense"}))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-24T21:29", "2026-11-24T21:29"),
        ("2026-11-24T21:30", "2026-11-25T08:30"),
        ("2026-11-25T00:00", "2026-11-25T08:30"),
        ("2026-11-25T08:29", "2026-11-25T08:30"),
        ("2026-11-25T08:30", "2026-11-25T08:30"),
        ("2026-12-31T23:00", "2027-01-01T08:30"),
    ],
)
def test_quiet_hours_move_a_moment_to_their_end(moment: str, expected: str) -> None:
    def at(value: str) -> datetime:
        return datetime.fromisoformat(value).replace(tzinfo=NOW.tzinfo)

    assert after_quiet(at(moment), NIGHT) == at(expected)
    assert after_quiet(at(moment), None) == at(moment)


def test_quiet_hours_may_lie_within_a_day() -> None:
    noon = (time(12), time(14))

    assert after_quiet(NOW.replace(hour=13), noon) == NOW.replace(hour=14, minute=0)
    assert after_quiet(NOW.replace(hour=15), noon) == NOW.replace(hour=15)


@given(
    minutes=st.integers(0, 60 * 24 * 400),
    begin=st.times(),
    end=st.times(),
)
def test_a_moved_moment_is_never_quiet_and_never_a_day_late(minutes: int, begin: time, end: time) -> None:
    moment = NOW + timedelta(minutes=minutes)
    moved = after_quiet(moment, (begin, end))

    assert moment <= moved <= moment + timedelta(days=1)
    assert after_quiet(moved, (begin, end)) == moved or begin == end


@given(
    since=st.dates(min_value=date(2026, 9, 1), max_value=NOW.date()),
    sections=st.sampled_from(GUIDE.sections),
)
def test_what_is_planned_lies_ahead_and_outside_the_night(since: object, sections: str) -> None:
    view = case(sections, "settlement_delay", {"since": str(since)}, attempts=(Attempt(NOW, "silent"),))

    for due in rules(view, NIGHT).values():
        assert due > NOW
        assert time(8, 30) <= due.timetz().replace(tzinfo=None) < time(21, 30)
