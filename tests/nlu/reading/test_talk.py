"""What people tell of payments in a chat: read where the day, the clock time and one sum are named, never guessed."""

import pytest

from nlu.receipt import read_receipt
from nlu.receipt_lines import Line
from tests.nlu.reading.lines import NOW, at


def chat(*said: tuple[str, ...]) -> list[Line]:
    """Bubbles of one or more lines, by turns at the left and the right side, each under the name of who speaks."""
    lines = [at("售后群(4)", 300, 20)]
    y = 100.0
    for number, bubble in enumerate(said):
        x = 100.0 if number % 2 == 0 else 640 - max(20 * len(text) for text in bubble)
        lines.append(at("服" if number % 2 == 0 else "我", 40 if number % 2 == 0 else 680, y, height=40))
        for text in bubble:
            lines.append(at(text, x, y))
            y += 28
        y += 60
    return lines


def told(lines: list[Line]) -> list[dict[str, str]]:
    """The values of each payment read from a chat."""
    receipt = read_receipt(lines, NOW)
    assert receipt.kind == "chat"
    return [{name: field.value for name, field in item.items()} for item in receipt.items]


ASKED = ("您好,请您提供一下交易的日期",)
PAYMENTS = {
    "a number over the end of a line, a blank not seen": (
        (("我刷的,2026-05-0818:16刷了一笔", "1,479.00元,参考号", "151621774782,到现在没有到账"),),
        [{"amount": "1479.00", "reference_no": "151621774782", "time": "2026-05-08T18:16"}],
    ),
    "two payments in two bubbles, the second told twice": (
        (
            ("我的是2026年5月9日16:39,金额", "3,048.43元,参考号452544440077"),
            ("收到了,请稍等一会",),
            ("还有2026/10/3119:21:51刷的", "16.41元,一直没有结算"),
            ("您是说2026年10月31日19:21:51的", "16.41元吧",),
        ),
        [
            {"amount": "3048.43", "reference_no": "452544440077", "time": "2026-05-09T16:39"},
            {"amount": "16.41", "time": "2026-10-31T19:21:51"},
        ],
    ),
    "a day without its year gives no time": (
        (("7月23日下午3点20分刷的8600元", "还没有到"),),
        [{"amount": "8600"}],
    ),
    "a deposit is no payment": ((("2026年5月9日16:39交的押金299元", "你还没有退给我呢"),), []),
    "two sums in one bubble": ((("2026年5月9日16:39刷了299元,到了200元", "你们扣了我的钱吧"),), []),
    "no clock time": ((("2026年5月9日刷了299元没有到", "你们查一下吧"),), []),
}  # fmt: skip


@pytest.mark.parametrize("name", PAYMENTS)
def test_a_payment_told_in_a_chat_is_read(name: str) -> None:
    said, expected = PAYMENTS[name]

    assert told(chat(ASKED, *said, ("好的,签购单照片请您发到这里来,一般3到5天",), ("早就发给你们了",))) == expected
