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


@pytest.mark.parametrize(
    ("text", "case_id"),
    [
        ("刷卡的机器往我那张卡打钱，可那卡我挂失补领了", "card_gone"),
        ("收款卡给降成二类户", "card_gone"),
        ("换了新机器，卡号变了吗", None),
        ("不想用了，机器咋注销，卡里还会不会扣钱", "wants_out"),
        ("我间铺卖茶叶，个客手机银行显示系湖北一间加油站", "other_shop"),
        ("我们店在四川，银联的流水显示都正常", None),
        ("先讲系统维护，如今又讲风控，要押到明年", "hold_by_agent"),
        ("支付公司要关门，余下的钱怎么退", "licence_gone"),
        ("支付公司说我的卡过期了要更新", None),
        ("推销机子的卷钱走佬了，我十万块在里头", "seller_gone"),
        ("代理跑了，押金要不回来", None),
        ("后台有人，给两千块就能把钱放出来", "fee_for_unfreezing"),
        ("经侦把我的账户止付了", "frozen_by_police"),
        ("对方自称公安，说我的卡冻结了", None),
        ("支付宝商家码说我违规，提不出钱", "app_collection"),
        ("微信上业务员说系统异常让我等", None),
        ("装机没讲过有平台费，静静鸡扣咗", "hidden_fee"),
        ("上网费今年又收一次", "data_fee_again"),
        ("机器没信号流量又停了", "data_card"),
        ("一连六天的货款都没下来", "many_days"),
    ],
)
def test_a_special_case_is_told_in_many_words(text: str, case_id: str | None) -> None:
    found = situations.find(GUIDE, "", text)
    assert (found and found.id) == case_id


def test_a_sum_said_of_a_target_is_not_the_deposits_own_and_its_own_is_kept() -> None:
    target = situations.find(GUIDE, "", "流水早就做到十万了，押金还不退")

    assert target is not None
    assert target.keeps_out == ("amount",)
    assert situations.find(GUIDE, "", "刷满二十万退押金299，刷满了又不退") is None


def test_a_sign_that_a_special_case_only_sounds_like_is_no_warning() -> None:
    walker = Walker()
    walker.says("settlement_delay", "支付公司要关门，余下的钱怎么退", signs=("agent_vanished",))

    assert not walker.view.signs
    assert walker.outcome is not None
    assert walker.outcome.suggestions[0].key == "advice.licence_gone"


def test_what_only_sounds_like_a_request_to_be_refused_is_taken() -> None:
    walker = Walker()
    walker.says("illicit_request", "风控压住我的款，要我补顾客的证件")

    assert walker.view.value("situation") == "papers_of_customer"


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
