"""Advice: always at least one next action, in every state; danger first; dues in the merchant's own time."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.advice import due, is_due, suggest
from dialogs.guide import Slot
from dialogs.view import Attempt, CaseView, Exhibit, Fact, Position
from tests.dialogs.walking import GUIDE, NOW, TEXTS, case

VALUES = {
    "amount": ["299", "18000", "120000"],
    "rate": ["0.38", "0.6", "3"],
    "time": ["2026-11-23", "2026-11-10", "2026-08-01", "2026-12-01"],
}


def values(slot: Slot) -> list[str]:
    return list(slot.values) or VALUES.get(slot.kind) or ["x"]


@st.composite
def cases(draw: st.DrawFn) -> CaseView:
    """Any case whatever is known of it."""
    known = draw(st.sets(st.sampled_from(sorted(GUIDE.slots)), max_size=12))
    facts = {name: Fact(draw(st.sampled_from(values(GUIDE.slots[name])))) for name in sorted(known)}
    if draw(st.booleans()):
        facts["fraud_signs"] = Fact(",".join(draw(st.sets(st.sampled_from(GUIDE.signs), min_size=1, max_size=2))))
    results = draw(st.lists(st.sampled_from(["silent", "stalling", "refused", "promised", "answered"]), max_size=5))
    items = draw(st.sets(st.sampled_from(sorted(GUIDE.items)), max_size=4))
    return CaseView(
        no=1,
        section=draw(st.sampled_from(GUIDE.sections)),
        now=NOW,
        position=Position(done=tuple(draw(st.sets(st.sampled_from(GUIDE.sections))))),
        facts=facts,
        attempts=tuple(Attempt(NOW - timedelta(days=days), result) for days, result in enumerate(results)),
        exhibits=tuple(Exhibit(no, "photo", item) for no, item in enumerate(sorted(items), 1)),
    )


@settings(max_examples=300)
@given(cases())
def test_there_is_always_a_next_action_with_words_and_a_reason(view: CaseView) -> None:
    found = suggest(GUIDE, view)

    assert 1 <= len(found) <= 3
    for one in found:
        assert TEXTS.has(one.key)
        assert TEXTS.has(f"{one.key}.why")
        assert one.due is None or one.due >= view.now
        assert set(one.facts) <= set(GUIDE.grounds)
    assert len({one.key for one in found}) == len(found)


@given(cases(), st.sampled_from(["paid", "told_code", "shared_screen"]))
def test_money_lost_to_a_swindler_leads_to_the_police_whatever_else_is_known(view: CaseView, loss: str) -> None:
    facts = {name: fact for name, fact in view.facts.items() if name != "outcome"} | {"fraud_loss": Fact(loss)}
    exhibits = tuple(one for one in view.exhibits if one.item != "police_receipt")
    view = CaseView(1, view.section, view.now, view.position, facts, view.attempts, exhibits)

    assert suggest(GUIDE, view)[0].key == "advice.fraud_police"


@pytest.mark.parametrize("section", GUIDE.sections)
@pytest.mark.parametrize("sign", GUIDE.signs)
def test_after_a_sign_of_fraud_the_first_advice_is_about_it_in_every_section(section: str, sign: str) -> None:
    about_fraud = ("advice.fraud_stop", "advice.fraud_tell", "advice.agent_vanished", "advice.other_shop")

    assert suggest(GUIDE, case(section, "fee_dispute", {"fraud_signs": sign}))[0].key in about_fraud


@pytest.mark.parametrize(
    ("words", "now", "expected"),
    [
        ("", NOW, None),
        ("now", NOW, NOW),
        ("today", NOW, "2026-11-24T18:00"),
        ("today", "2026-11-24T19:00", "2026-11-24T22:00"),
        ("next_workday", NOW, "2026-11-25T18:00"),
        ("next_workday", "2026-11-27T10:00", "2026-11-30T18:00"),
        ("+3d", NOW, "2026-11-27T18:00"),
        ("+1w", NOW, "2026-12-01T18:00"),
    ],
)
def test_a_due_is_a_moment(words: str, now: datetime | str, expected: datetime | str | None) -> None:
    def moment(value: datetime | str | None) -> datetime | None:
        return datetime.fromisoformat(value).replace(tzinfo=NOW.tzinfo) if isinstance(value, str) else value

    begin = moment(now)
    assert begin is not None
    assert due(words, begin) == moment(expected)
    assert is_due(words)


@pytest.mark.parametrize("words", ["tomorrow", "+3", "3d", "+x d", "+3m"])
def test_other_words_are_no_due(words: str) -> None:
    assert not is_due(words)
