"""Picks travel as short ASCII ids; positions survive newer and older programs; a step is pure."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.turn import Entity, Pick, Turn
from dialogs.view import Position
from tests.dialogs.walking import GUIDE, TEXTS, Walker, case, step

NAMES = st.from_regex(r"!?[a-z_]{1,20}", fullmatch=True)
VALUES = st.from_regex(r"[A-Za-z0-9_.]{0,20}", fullmatch=True)


@given(number=st.integers(0, 999999999), name=NAMES, value=VALUES)
def test_a_pick_comes_back_from_its_id(number: int, name: str, value: str) -> None:
    pick = Pick(number, name, value)

    assert Pick.parse(pick.id) == pick
    assert pick.id.isascii()


@pytest.mark.parametrize("text", ["", "hello", "a:b=c", ":x", "1:", "１:x", "-1:x", "1" * 10 + ":x", "1=2"])
def test_what_is_no_id_of_ours_is_no_pick(text: str) -> None:
    assert Pick.parse(text) is None


def test_all_ids_the_guide_can_offer_fit_into_every_channel() -> None:
    """64 bytes, with a case number of six digits."""
    picks = [Pick(999999, "!topic", topic.key) for topic in GUIDE.topics]
    picks += [Pick(999999, "!source", rule.key) for rule in GUIDE.advice]
    picks += [Pick(999999, "!sort", f"9999.{item}") for item in GUIDE.items]
    picks += [Pick(999999, "!channel", channel.id) for channel in GUIDE.channels]
    picks += [Pick(999999, "!letter", letter) for letter in GUIDE.letters]
    picks += [Pick(999999, slot.name, value) for slot in GUIDE.slots.values() for value in slot.values]

    assert max(len(pick.id.encode()) for pick in picks) <= 64


def test_a_position_comes_back_from_its_json() -> None:
    position = Position(
        "amount", (("assess", "problem"),), ("since",), ("opening",), ("checks",), "advice.x", 2, "complaint"
    )

    assert Position.from_json(position.as_json()) == position


def test_an_old_position_loads_with_what_is_missing_and_what_is_unknown() -> None:
    assert Position.from_json({}) == Position()
    assert Position.from_json({"asked": "amount", "mood": "tired", "trail": []}) == Position(asked="amount")


def test_the_same_view_and_turn_give_the_same_outcome_and_change_nothing() -> None:
    walker = Walker()
    walker.picks("problem", "settlement_delay")
    view, before = walker.view, copy.deepcopy(walker.view)
    turn = Turn(
        "words",
        text="昨天刷了一万八没到账",
        intent="settlement_delay",
        secondary=("company_silent",),
        confidence=0.9,
        entities=(Entity("amount", "18000", "一万八"), Entity("time", "2026-11-23", "昨天")),
    )

    assert step(view, turn) == step(view, turn)
    assert view == before


def test_a_step_says_words_only_of_known_keys() -> None:
    walker = Walker()
    outcome = walker.picks("problem", "funds_frozen")

    assert all(TEXTS.has(reply.key) for reply in outcome.replies)


def test_an_old_fact_the_guide_no_longer_has_does_no_harm() -> None:
    view = case("assess", "settlement_delay", {"gone_slot": "x"}, position=Position(asked="another_gone_slot"))

    assert step(view, Turn("start")).replies
