"""No door is named that is closed to the merchant: advice, channels and letters name those that the ladder has."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from dialogs import advice, closed, guards, ladder, reminders
from dialogs.dialog import Dialog
from dialogs.turn import Turn
from dialogs.view import Attempt, CaseView
from tests.dialogs.walking import GUIDE, LANGUAGE, NOW, TEXTS, case

DOORS = {
    "pboc": re.compile("人民银行(?!官网)"),
    "pcac": re.compile("协会"),
    "market": re.compile("市场监管|12315"),
    "unionpay": re.compile("95516"),
}
ABOUT_DOORS = ("advice.report_line_refused", "advice.bank_says_company_first")  # asked of the door, whatever the case
STATES: tuple[Mapping[str, str], ...] = (
    {},
    {"merchant_type": "company"},
    {"merchant_type": "sole_trader"},
    {"merchant_type": "person"},
    {"payer_seen": "person"},
    {"settle_term": "T1", "payout_status": "paid"},
)
ANSWERS = ("silent", "refused", "promised")


def cases() -> Iterator[CaseView]:
    """Each trouble, each kind of merchant, with the company not asked, asked once, asked often in vain."""
    asked = [
        (),
        *((Attempt(NOW - timedelta(days=9), one, party="company", count=n),) for one in ANSWERS for n in (1, 5)),
    ]
    for problem in GUIDE.problems:
        for freezer in GUIDE.slots["frozen_by"].values if problem == "funds_frozen" else ("",):
            for state in STATES:
                for attempts in asked:
                    facts = {**state, "since": "2026-10-01"}
                    facts |= {"frozen_by": freezer} if freezer else {}
                    facts |= {"contacted": "yes"} if attempts else {}
                    yield case(problem=problem, facts=facts, attempts=attempts)


def rungs(view: CaseView) -> set[str]:
    return {step.rung.id for step in ladder.climb(GUIDE, view)}


def named(key: str) -> set[str]:
    words = TEXTS.get(LANGUAGE, key).text
    return {door for door, pattern in DOORS.items() if pattern.search(words)}


def told(view: CaseView) -> str:
    """What a merchant is told of a case, for messages of these tests."""
    return f"{view.problem} {view.value('frozen_by')} asked {sum(one.count for one in view.attempts)} times"


def test_advice_names_no_door_that_the_ladder_does_not_have() -> None:
    wrong = set()
    for view in cases():
        for section in GUIDE.sections:
            placed = replace(view, section=section)
            for said in {one.key for one in advice.suggest(GUIDE, placed)} - set(ABOUT_DOORS):
                doors = (named(said) | named(f"{said}.why")) - rungs(placed)
                wrong |= {f"{said}: {door} for {told(placed)}" for door in doors}

    assert sorted(wrong) == []


def test_no_channel_is_offered_that_the_ladder_does_not_have() -> None:
    known = {rung.channel: rung.id for rung in GUIDE.ladder if rung.channel and rung.channel != "court"}
    wrong = set()
    for view in cases():
        offered = {one.id for one in GUIDE.channels if guards.holds(one.when, GUIDE, view)}
        wrong |= {
            f"{channel} for {told(view)}" for channel in offered & set(known) if known[channel] not in rungs(view)
        }

    assert sorted(wrong) == []


def test_the_letter_of_a_rung_is_written_where_the_rung_is_open() -> None:
    wrong = set()
    for view in cases():
        for step in ladder.climb(GUIDE, view):
            letter = GUIDE.letters.get(step.rung.letter)
            if letter is not None and not guards.holds(letter.when, GUIDE, view):
                wrong.add(f"{letter.id} for {told(view)}")

    assert sorted(wrong) == []


def test_what_a_bank_or_the_police_froze_reminds_of_no_company() -> None:
    for freezer in ("bank", "police"):
        view = case(problem="funds_frozen", facts={"frozen_by": freezer})
        assert "contact_first" not in {one.rule for one in reminders.plan(GUIDE, view, None)}


def test_nobody_is_sent_to_the_regulator_as_the_first_step() -> None:
    wrong = set()
    for view in cases():
        if not view.attempts and view.problem != "suspected_fraud":
            said = advice.suggest(GUIDE, replace(view, section="assess"), 1)[0].key
            wrong |= {f"{said} for {told(view)}" for _ in named(said)}

    assert sorted(wrong) == []


def test_a_question_about_a_closed_place_is_answered_and_logs_nothing() -> None:
    places = tuple(replace(one, enabled=one.id != "market") for one in GUIDE.channels)
    dialog = Dialog(closed.without(replace(GUIDE, channels=places)), TEXTS)
    for words in ("12315管不管", "12315管吗"):
        outcome = dialog.step(
            case(problem="fee_dispute"), Turn("words", text=words, intent="company_refused"), LANGUAGE
        )
        assert outcome.replies[0].key == "channel.closed"
        assert outcome.replies[0].text.count("停用") == 1
        assert not outcome.attempts
