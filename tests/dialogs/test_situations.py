"""Special cases, told in words: they bring their problem, what is known with it, their level and a step."""

import pytest

from dialogs import situations, special
from dialogs.recognised import Situation
from tests.dialogs.walking import GUIDE, Walker, case, keys


@pytest.mark.parametrize("one", GUIDE.situations, ids=lambda one: one.id)
def test_every_special_case_has_a_step_of_its_own_or_says_how_urgent_it_is(one: Situation) -> None:
    """A row that changes nothing would only be read."""
    named = any(
        name == "fact" and wanted and one.id in str(argument.get("situation", ""))
        for rule in GUIDE.advice
        for name, wanted, argument in rule.when
    )
    assert named or one.level or one.facts or one.keeps_out


def test_one_word_of_each_list_must_be_said() -> None:
    assert situations.find(GUIDE, "", "代理说风控要押半年") is not None
    assert situations.find(GUIDE, "", "风控要押半年") is None
    assert situations.find(GUIDE, "", "代理说押金要等半年") is None


def test_a_special_case_can_be_told_in_more_than_one_way() -> None:
    several = [one for one in GUIDE.situations if len(one.ways) > 2]  # one way and English are everybody's

    assert several
    assert all(all(all(words) for words in way) and way for one in several for way in one.ways)


def test_a_special_case_of_another_problem_is_not_taken() -> None:
    assert situations.find(GUIDE, "device_fault", "代理说风控要押半年") is None


def test_what_is_known_with_it_is_noted_and_what_was_said_stays() -> None:
    walker = Walker()
    walker.says("system_update", "代理先说系统升级，这会儿又讲风控要押半年")

    assert walker.view.problem == "settlement_delay"
    assert walker.view.value("excuse") == "half_year"
    assert walker.outcome is not None
    assert walker.outcome.severity == 3
    assert walker.outcome.suggestions[0].key == "advice.hold_verify"
    assert "excuse.half_year" not in keys(walker.outcome)


def test_the_level_of_a_special_case_takes_the_place_of_the_problems_own() -> None:
    """A corrected problem makes it one like others again."""
    frozen = case(problem="funds_frozen", facts={"situation": "papers_again"})
    other = case(problem="settlement_delay", facts={"situation": "papers_again"})

    assert special.of(GUIDE, frozen) is not None
    assert special.of(GUIDE, other) is None
