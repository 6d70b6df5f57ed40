"""Wandering about at random never ends in an error, in silence, without advice or without a way on."""

import random
from datetime import timedelta

import pytest

from dialogs.turn import Entity, Incoming, Turn
from tests.dialogs.walking import GUIDE, NOW, Walker, keys

WALKS = 60
STEPS = 40
INTENTS = (
    *GUIDE.problems,
    *GUIDE.jumps,
    *GUIDE.answers,
    *("affirm", "deny", "dont_know", "skip", "go_back", "correct_answer", "done", "pause", "delete_data"),
    *("company_silent", "company_stalling", "company_refused", "company_promised"),
    *("ask_human", "ask_status", "ask_letter", "ask_why", "check_fee", "ask_reminder", "stop_reminders"),
)
WORDS = (
    "嗯嗯",
    "客服说系统升级",
    "一万八",
    "小票",
    "套现",
    "律师",
    "写投诉信",
    "没人接",
    "个人",
    "公司",
    "。",
    "今天",
    "0.6%",
)
ENTITIES = (
    Entity("amount", "18000", "一万八"),
    Entity("amount", "60000", "六万"),
    Entity("time", "2026-11-20", "11月20日"),
    Entity("time", "2026-11-30T15:00", "11月30日下午三点"),
    Entity("duration", "40", "四十天"),
    Entity("company", "银盛", "银盛"),
    Entity("response_code", "05", "05"),
    Entity("rate", "0.38", "0.38%"),
    Entity("merchant_no", "898510000000001", "898510000000001"),
)


def wander(dice: random.Random, walker: Walker) -> Turn:
    """A turn as a tired, distracted person takes it: mostly what is offered, sometimes anything."""
    chance = dice.random()
    if chance < 0.55 and walker.buttons:
        button = dice.choice(walker.buttons)
        return Turn("pick", pick=button.pick)
    if chance < 0.62:
        no = len(walker.view.exhibits) + 1
        kind = dice.choice(("photo", "document", "voice", "forward"))
        return Turn(
            "words", incoming=(Incoming(no, kind, sha256="0" * 64, caption=dice.choice(("", "小票", "银行流水"))),)
        )
    signs = (dice.choice(GUIDE.signs),) if dice.random() < 0.05 else ()
    return Turn(
        "words",
        text=dice.choice(WORDS),
        intent=dice.choice(INTENTS),
        secondary=tuple(dice.sample(INTENTS, dice.randint(0, 2))),
        confidence=dice.choice((0.3, 0.6, 0.95)),
        entities=tuple(dice.sample(ENTITIES, dice.randint(0, 2))),
        signs=signs,
    )


@pytest.mark.parametrize("seed", range(WALKS))
def test_a_walk_is_always_answered_and_always_goes_on(seed: int) -> None:
    """Each turn gets a reply, a suggestion and a choice or an open question, whatever came before it."""
    dice = random.Random(seed)
    walker = Walker()
    for _ in range(STEPS):
        turn = wander(dice, walker)
        outcome = walker.does(turn, dice.choice((0.01, 0.01, 0.01, 30)))

        where = f"{turn}\n{walker.view.section} {walker.view.position}\n{keys(outcome)}"
        answered_elsewhere = ("new_case", "switch_case", "delete", "export")
        elsewhere = any(effect.startswith(answered_elsewhere) for effect in outcome.effects)
        assert outcome.replies or elsewhere, where
        assert outcome.suggestions, where
        assert outcome.section in GUIDE.sections, where
        assert elsewhere or "pause" in outcome.effects or walker.view.position.asked or walker.buttons, where
        assert all(reply.text.strip() for reply in outcome.replies), where
        assert 1 <= outcome.severity <= 4, where
        assert all(one.due > NOW - timedelta(days=1) for one in outcome.reminders), where


@pytest.mark.parametrize("problem", GUIDE.problems)
def test_going_on_leads_from_every_problem_to_the_end(problem: str) -> None:
    """Someone who only ever presses "next" sees every turn say something and comes to the last section."""
    walker = Walker()
    walker.picks("problem", problem)
    for _ in range(12):
        if walker.view.section == GUIDE.sections[-1]:
            break
        outcome = walker.says("done", "下一步")
        assert outcome.replies

    assert walker.view.section == GUIDE.sections[-1]


@pytest.mark.parametrize("problem", GUIDE.problems)
@pytest.mark.parametrize("choice", [0, -1])
def test_answering_leads_from_every_problem_to_the_end(problem: str, choice: int) -> None:
    """Someone who always takes the first (or last) way that is offered ends in the last section, is never asked the
    same twice, and reads short turns."""
    walker = Walker()
    walker.picks("problem", problem)
    asked = []
    for _ in range(60):
        assert walker.outcome is not None
        if walker.view.section == GUIDE.sections[-1]:
            break
        last = [
            reply
            for reply in walker.outcome.replies
            if reply.buttons and reply.key.startswith(("ask.", "done.", "check"))
        ]
        assert last, keys(walker.outcome)
        assert last[-1].key not in asked or last[-1].key == "ask.item", last[-1].key
        asked.append(last[-1].key)
        answers = [
            button for button in last[-1].buttons if button.pick.name not in ("!human", "!topic", "!letter", "!letters")
        ]
        button = answers[choice] if last[-1].key.startswith("ask.") else answers[0]
        outcome = walker.picks(button.pick.name, button.pick.value)
        assert len(outcome.replies) <= 4, keys(outcome)

    assert walker.view.section == GUIDE.sections[-1]
