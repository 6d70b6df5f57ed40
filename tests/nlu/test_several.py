"""Which of several things a message is about, and what shopkeepers say that other fields say too."""

from datetime import datetime

import pytest

from nlu import Matcher

NOW = datetime.fromisoformat("2026-11-24T10:30:00+08:00")


@pytest.mark.parametrize(
    ("text", "intent", "secondary"),
    [
        ("打印头不走了，而且押金也没退", "device_fault", "deposit_refund"),
        ("押金没退，另外打印头也不走了", "deposit_refund", "device_fault"),
        ("央行的举报电话发我，顺便帮我写封投诉信", "ask_rights", "ask_letter"),
    ],
)
def test_what_is_put_on_top_of_a_first_thing_comes_second(
    matcher: Matcher, text: str, intent: str, secondary: str
) -> None:
    found = matcher.understand(text, now=NOW)

    assert found.intent == intent
    assert secondary in found.secondary


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("客服说不归他们管，那我该找谁投诉", "ask_rights"),
        ("他们不认账，能帮我写封函吗", "ask_letter"),
        ("我先关店了，晚上八点叫我接着填", "ask_reminder"),
    ],
)
def test_news_told_to_ask_something_is_a_question(matcher: Matcher, text: str, intent: str) -> None:
    assert matcher.understand(text, now=NOW).intent == intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("事情办妥了，照片可以删掉了吗", "delete_data"),
        ("机子修好了，往后别再提醒我", "stop_reminders"),
        ("前天没到，今天到账了，谢谢", "resolved"),
    ],
)
def test_what_is_settled_does_not_drown_a_wish(matcher: Matcher, text: str, intent: str) -> None:
    assert matcher.understand(text, now=NOW).intent == intent


def test_a_fraud_counts_before_the_trouble_told_before_it(matcher: Matcher) -> None:
    found = matcher.understand("小票上店名不对，打电话的人还让我把验证码念给他", now=NOW)

    assert found.intent == "suspected_fraud"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("材料太少咋办，手里就两张照片", "ask_evidence"),
        ("经侦把我卡冻了，我是卖菜的老实人，怎么解开", "funds_frozen"),
        ("麻烦问下投诉要怎么弄", "ask_rights"),
        ("师傅，小票打印机又罢工了，怎么弄", "device_fault"),
        ("办公室的打印机没墨了", "out_of_scope"),
        ("机器被锁了，来的师傅说得换台新的，还要拍我身份证", "suspected_fraud"),
        ("没说这个，我问的是现在拿什么收钱", "ask_alternatives"),
        ("客人说付过了，要不要叫他再付一次", "transaction_failed"),
        ("昨晚刷了四万八，机子说成功，卡里啥都没有", "settlement_delay"),
        ("业务员推总部，总部推业务员", "company_stalling"),
        ("讲好十号给的，今天都十五了", "company_stalling"),
    ],
)
def test_words_of_the_counter(matcher: Matcher, text: str, intent: str) -> None:
    assert matcher.understand(text, now=NOW).intent == intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("does the guest need to pay twice? he says it went through", "transaction_failed"),
        ("the caller wants the sms code from my phone", "suspected_fraud"),
        ("support wanted me to install a program so they can watch my screen", "suspected_fraud"),
        ("my settlement is paid by some stranger", "suspected_fraud"),
        ("he says pay 800 to unlock my money", "suspected_fraud"),
        ("they told me to send the refund to a personal account", "suspected_fraud"),
        ("a man came to swap my terminal and asked for my id card", "suspected_fraud"),
        ("police blocked my bank card, it is an honest shop", "funds_frozen"),
        ("how can i tell if it's second clearing", "check_settlement"),
        ("only two screenshots, is that enough proof", "ask_evidence"),
    ],
)
def test_frauds_and_freezes_in_english(matcher: Matcher, text: str, intent: str) -> None:
    assert matcher.understand(text, now=NOW).intent == intent
