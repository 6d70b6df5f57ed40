"""Values are read as the conventions say, and nothing else is."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu import Matcher
from nlu.identifiers import passes_luhn

NOW = datetime.fromisoformat("2026-03-18T10:30:00+08:00")


def read(matcher: Matcher, text: str) -> list[tuple[str, str]]:
    return [(entity.type, entity.value) for entity in matcher.understand(text, now=NOW).entities]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("3万2没到", [("amount", "32000")]),
        ("刷了一千五", [("amount", "1500")]),
        ("三万五万的都有", [("amount", "30000"), ("amount", "50000")]),
        ("两块五一笔", [("amount", "2.5")]),
        ("几百块的事", []),
        ("十几万呢", []),
        ("一二百块", []),
        ("打12315没用", []),
        ("千分之六", [("rate", "0.6")]),
        ("万分之五十五", [("rate", "0.55")]),
        ("费率万六十", [("rate", "0.6")]),
        ("腊月二十八刷的", [("time", "2026-02-15")]),
        ("大前天下午", [("time", "2026-03-15")]),
        ("下周三", [("time", "2026-03-25")]),
        ("昨晚十二点", [("time", "2026-03-18T00:00")]),
        ("周五刷的", [("time", "2026-03-13")]),
        ("周五给我", [("time", "2026-03-20")]),
        ("半个月了", [("duration", "15")]),
        ("72小时内", [("duration", "3")]),
        ("一年扣三次", []),
        ("提示05", [("response_code", "05")]),
        ("05号桌", []),
        ("since the 19th, about 40 thousand", [("time", "2026-02-19"), ("amount", "40000")]),
        ("20 grand is stuck since monday", [("amount", "20000"), ("time", "2026-03-16")]),
        ("they pay by the 3rd", [("time", "2026-04-03")]),
        ("i took 3.5k on friday", [("amount", "3500"), ("time", "2026-03-13")]),
        ("they promised it on friday", [("time", "2026-03-20")]),
        ("called two thousand times, 3 thousand messages", []),
        ("12363 told me to wait", []),
        ("swiped 30580 and got 29662.66", [("amount", "30580"), ("amount", "29662.66")]),
        ("rate is 0.68 percent", [("rate", "0.68")]),
        ("the day before yesterday, about 3.5k", [("time", "2026-03-16"), ("amount", "3500")]),
        ("two weeks ago", [("duration", "14")]),
        ("元月5号的没给，等了廿日", [("time", "2026-01-05"), ("duration", "20")]),
        ("每月一号扣6块", [("amount", "6")]),
        ("010-62889153转2", [("phone", "01062889153")]),
        ("新大陆的机器，拉卡拉的", [("company", "拉卡拉")]),
        ("上礼拜四万给扣了一千一百", [("amount", "40000"), ("amount", "1100")]),
        ("还扣了120，打120没用", [("amount", "120")]),
        ("从28号到现在没给", [("time", "2026-02-28")]),
        ("I called on monday", [("time", "2026-03-16")]),
        ("刷了八万七一分都没有", [("amount", "87000")]),
        ("新大陆的", [("company", "新大陆")]),
        ("不是想赚快钱", []),
        ("卡号6222 0200 0000 1234 567", []),
        ("身份证110101199003071234", []),
    ],
)
def test_a_value_is_read_by_the_conventions(matcher: Matcher, text: str, values: list[tuple[str, str]]) -> None:
    assert read(matcher, text) == values


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_no_text_breaks_it_and_every_value_stands_where_it_says(text: str) -> None:
    matcher = shared()
    understanding = matcher.understand(text, now=NOW, explain=True)

    assert 0 <= understanding.confidence <= 1
    for entity in understanding.entities:
        assert text[entity.start : entity.end] == entity.text


@given(st.decimals(min_value=1, max_value=999_999, places=2))
@settings(max_examples=100, deadline=None)
def test_an_amount_comes_back(amount: Decimal) -> None:
    found = read(shared(), f"扣了我{amount}元")

    assert [(kind, Decimal(value)) for kind, value in found] == [("amount", amount)]


@given(st.dates(date(2025, 1, 1), date(2026, 12, 31)))
@settings(max_examples=100, deadline=None)
def test_a_date_comes_back(day: date) -> None:
    assert read(shared(), f"{day.year}年{day.month}月{day.day}日刷的") == [("time", day.isoformat())]


CARDS = st.from_regex(r"[3-6][0-9]{15,18}", fullmatch=True)
FRAMES = st.sampled_from(["卡号{}", "{}", "我的卡{}没到账", "绑的{}这张"])


@given(CARDS, FRAMES)
@settings(max_examples=200, deadline=None)
def test_a_card_number_is_never_a_value(number: str, frame: str) -> None:
    assert read(shared(), frame.format(number)) == []
    spaced = " ".join(number[i : i + 4] for i in range(0, len(number), 4))
    assert read(shared(), frame.format(spaced)) == []


def test_the_check_digit_of_a_card_is_known() -> None:
    assert passes_luhn("4111111111111111")
    assert not passes_luhn("4111111111111112")


@cache
def shared() -> Matcher:
    """Return one matcher for the property tests, which cannot take a fixture for each example."""
    return Matcher.load()
