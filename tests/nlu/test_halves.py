"""Words without punctuation that hold two things, and what comes with a greeting."""

from datetime import datetime

import pytest

from nlu import Matcher
from nlu.halves import Halves

NOW = datetime.fromisoformat("2026-11-24T10:30:00+08:00")
MATCHER = Matcher.load()


def test_a_clause_is_cut_at_its_first_turns_and_no_half_is_a_scrap() -> None:
    halves = Halves(["现在", "谢谢"])

    assert list(halves.of("机器坏了现在怎么收钱谢谢你啊")) == [
        ("机器坏了", "现在怎么收钱谢谢你啊"),
        ("机器坏了现在怎么收钱", "谢谢你啊"),
    ]
    assert list(halves.of("现在怎么收钱呢老板")) == []
    assert list(halves.of("坏了现在咋办")) == []
    assert list(Halves([]).of("机器坏了现在怎么收钱")) == []


@pytest.mark.parametrize(
    ("text", "intent", "secondary"),
    [
        ("机器坏了现在咋收钱啊", "device_fault", "ask_alternatives"),
        ("费率涨了我问他们他们说不退", "fee_dispute", "company_refused"),
        ("你好，想问下怎么投诉", "ask_rights", "greet"),
    ],
)
def test_the_trouble_comes_first_then_the_wish_then_the_chat(text: str, intent: str, secondary: str) -> None:
    found = MATCHER.understand(text, now=NOW)

    assert found.intent == intent
    assert secondary in found.secondary


def test_a_wish_with_such_a_word_stays_a_wish() -> None:
    assert MATCHER.understand("没有机器的时候现在能不能用码收", now=NOW).intent == "ask_alternatives"
