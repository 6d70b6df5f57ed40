"""Texts: placeholders filled, values as people read them."""

import pytest

from dialogs.texts import Text, Texts, amount_words

TEXTS = Texts(
    {
        "zh-Hans": {
            "plain": Text("好。"),
            "named": Text("{what}，{when}。"),
            "lines": Text("一\n{gone}\n二 {gone}\n\n三"),
            "only": Text("只有这里有"),
        },
        "en": {"plain": Text("Fine.")},
    },
    {"zh-Hans": {"letter": "致：{{ company }}\n{% if amount %}金额：{{ amount }}{% endif %}\n"}},
)


def test_a_text_is_said_in_the_language_asked_for() -> None:
    assert TEXTS.say("en", "plain") == "Fine."
    assert TEXTS.say("zh-Hans", "plain") == "好。"


def test_what_a_language_lacks_is_said_in_the_first_one() -> None:
    assert TEXTS.say("en", "only") == "只有这里有"
    assert TEXTS.say("xx", "plain") == "好。"


def test_placeholders_are_filled_and_lines_without_a_value_left_out() -> None:
    assert TEXTS.say("zh-Hans", "named", {"what": "甲", "when": "乙"}) == "甲，乙。"
    assert TEXTS.say("zh-Hans", "lines") == "一\n二 \n\n三"
    assert TEXTS.say("zh-Hans", "lines", {"gone": "在"}) == "一\n在\n二 在\n\n三"


def test_a_key_that_no_language_has_is_an_error() -> None:
    with pytest.raises(KeyError):
        TEXTS.say("zh-Hans", "nothing")


def test_braces_in_a_value_are_only_words() -> None:
    assert TEXTS.say("zh-Hans", "named", {"what": "{when}", "when": "{0.__class__}"}) == "{when}，{0.__class__}。"


def test_the_fields_of_a_text_are_its_placeholders() -> None:
    assert TEXTS.get("zh-Hans", "named").fields == {"what", "when"}


@pytest.mark.parametrize(
    ("value", "words"), [("18000", "18,000"), ("1280.5", "1,280.50"), ("0.10", "0.10"), ("3.00", "3")]
)
def test_an_amount_has_separators_and_no_needless_zeros(value: str, words: str) -> None:
    assert amount_words(value) == words
