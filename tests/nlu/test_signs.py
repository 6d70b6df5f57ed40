"""A scam in progress is seen in any text, and not where the text denies it."""

import time
from datetime import datetime

import pytest

from nlu import Matcher

NOW = datetime.fromisoformat("2026-03-18T10:30:00+08:00")


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("他叫我开共享屏幕", "screen_sharing"),
        ("對方讓我下載騰訊會議開共享", "screen_sharing"),
        ("让我把验证码念给他听", "one_time_code"),
        ("问我要短信里的六位数", "one_time_code"),
        ("电话里说旧机子今天作废，马上换新机", "swap_by_phone"),
        ("有人说交两千块就能解冻", "paid_unfreezing"),
        ("打款的是个人账户，不是公司", "private_account"),
        ("网上搜的400客服，让我加他微信", "private_hotline"),
        ("退押金要先刷脸扫码", "deposit_refund_scan"),
        ("业务员失联了，电话空号", "agent_vanished"),
        ("小票上显示外省的商户，不是我的店", "other_shop_names"),
        ("机子锁了，来的师傅说要换新的", "swap_by_phone"),
        ("he wants me to install a program so he can see my screen", "screen_sharing"),
        ("a technician came to the shop to replace my terminal", "swap_by_phone"),
        ("a 300 yuan fee to unfreeze it", "paid_unfreezing"),
        ("my settlement is paid by an individual", "private_account"),
        ("he said to send the refund to a private account", "private_account"),
        ("the agent who sold it: his number is dead", "agent_vanished"),
        ("scan his code to get the deposit back", "deposit_refund_scan"),
        ("the bill shows a shop in another province", "other_shop_names"),
    ],
)
def test_a_sign_is_found(matcher: Matcher, text: str, sign: str) -> None:
    assert sign in matcher.understand(text, now=NOW).signs
    buried = "机器用了两年。" * 300 + text + "。后来就没事了" * 3000
    assert sign in matcher.understand(buried, now=NOW).signs


@pytest.mark.parametrize(
    "text",
    [
        "他没叫我开共享",
        "没有人问我要验证码",
        "请勿将验证码告诉他人",
        "我没有共享屏幕给他看",
        "钱没到账，三天了",
        "机子不出纸",
        "押金不退",
        "帮我把证据打包",
        "i can't see my screen, the display is dead",
        "when will they release my money",
        "the money came from my own account",
        "never share your screen",
    ],
)
def test_no_sign_where_there_is_none(matcher: Matcher, text: str) -> None:
    assert matcher.understand(text, now=NOW).signs == ()


def test_a_scam_is_the_intent_even_in_a_story(matcher: Matcher) -> None:
    text = "钱没到账，刚才有个自称客服的打来，让我开共享屏幕，还要我把验证码报给他"

    assert matcher.understand(text, now=NOW).intent == "suspected_fraud"


@pytest.mark.parametrize(
    "piece", ["给", "验证码", "一", "1", "客服加", "昨天", "9:", " ", "pay ", "money from ", "fee to ", "he came "]
)
def test_a_long_run_of_one_thing_takes_no_long_time(matcher: Matcher, piece: str) -> None:
    began = time.perf_counter()
    matcher.understand(piece * (100_000 // len(piece)), now=NOW)

    assert time.perf_counter() - began < 5
