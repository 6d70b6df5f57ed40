"""Messages of banks and pages of apps, as they are worded: the one payment each tells of, or nothing."""

import pytest

from nlu.receipt import read_receipt
from nlu.receipt_lines import Line
from tests.nlu.reading.lines import NOW, at, column
from tests.nlu.reading.test_lists import told

MESSAGES = {
    "【工商银行】您尾号4471卡11月18日14:36收入(银联商务清算)12,846.30元,余额38,201.77元。": (
        "12846.30",
        "2026-11-18T14:36",
    ),
    "您尾号0925的储蓄卡11月2日20时10分消费支出人民币356.00元,活期余额1.55元。[建设银行]": (
        "356.00",
        "2026-11-02T20:10",
    ),
    "【中国农业银行】您尾号1234账户11月20日14:35完成代付交易人民币2,980.15,余额9,000.70。": (
        "2980.15",
        "2026-11-20T14:35",
    ),
    "您的借记卡账户1234,于11月20日收入人民币996.20元,交易后余额1,996.20【中国银行】": ("996.20", "2026-11-20"),
    "【招商银行】您账户1234于11月20日09:12收款人民币996.20,余额5000.00,备注:拉卡拉支付": ("996.20", "2026-11-20T09:12"),
    "【浦发银行】您尾号1234卡人民币活期11:20存入996.20[互联汇入]可用余额5996.20。": ("996.20", ""),
    "【邮储银行】26年11月20日14:35您尾号123账户提现金额500.00元,余额1000.00元。": ("500.00", "2026-11-20T14:35"),
    "【通联支付】商户您好,您于2026/07/10 12:56刷卡交易24.00元失败(响应码:62)。终端号90830239。": (
        "24.00",
        "2026-07-10T12:56",
    ),
    "【拉卡拉】尊敬的商户,您11月20日14:35的交易款266.01元已到账,请查收。": ("266.01", "2026-11-20T14:35"),
    "【交通银行】您尾号*1234的卡于11月20日14:35转入996.20元,交易后余额为5996.20元。": ("996.20", "2026-11-20T14:35"),
}


@pytest.mark.parametrize("text", MESSAGES)
def test_a_message_gives_what_moved_and_when(text: str) -> None:
    lines = column(*(text[start : start + 22] for start in range(0, len(text), 22)))

    assert told(lines, "amount", "time") == [MESSAGES[text]]


@pytest.mark.parametrize(
    "text",
    [
        "【拉卡拉】验证码123456,5分钟内有效,请勿泄露。",
        "【拉卡拉】尊敬的商户,您11月20日的交易款1,000.00元(手续费3.80元)已结算到尾号1234的银行卡,实到996.20元。",
        "【拉卡拉】尊敬的客户,您的机具流量费99.00元将于12月1日扣收,如有疑问请致电客服。",
        "【招商银行】您尾号1234信用卡11月20日14:35消费美元12.00元。",
    ],
)
def test_a_message_with_no_sum_or_two_or_in_another_currency_gives_nothing(text: str) -> None:
    assert told(column(*(text[start : start + 22] for start in range(0, len(text), 22))), "amount") == []


def screen(*rows: tuple[str, str], title: str, hero: str = "", state: str = "") -> list[Line]:
    """A page of an app: a title, a sum in large print, and names at the left with values at the right edge."""
    lines = [at(title, 300, 20), at(hero, 300, 90, height=44), at(state, 300, 140)]
    for number, (name, value) in enumerate(rows):
        width = sum(20 if ord(character) > 0x2E7F else 10 for character in value)
        lines += [at(name, 20, 200 + 50 * number), at(value, 700 - width, 200 + 50 * number)]
    return lines


PAGES = {
    "what a payout came to, not what was taken before its fee": (
        screen(
            ("交易日期", "2026-11-20"), ("结算时间", "2026-11-21 08:00:12"), ("交易金额", "¥1,000.00"),
            ("手续费", "¥3.80"), ("到账银行卡", "工商银行(1234)"),
            ("失败原因", "账户状态异常"), ("结算单号", "JS20261121000012345"),
            title="结算详情", hero="¥996.20", state="结算失败",
        ),
        {"amount": "996.20", "status": "结算失败", "order_no": "JS20261121000012345"},
    ),
    "a payer's own page": (
        screen(
            ("当前状态", "支付成功"), ("支付时间", "2026年11月20日 15:04:02"), ("商户全称", "阿强早餐铺"),
            ("交易单号", "4200001234202611201234567890"), title="阿强早餐铺", hero="-58.50",
        ),
        {"amount": "-58.50", "time": "2026-11-20T15:04:02", "order_no": "4200001234202611201234567890"},
    ),
    "what was paid, of which a part was given back": (
        screen(
            ("退款金额", "¥28.00"), ("支付时间", "2026-11-20 15:04:02"), ("订单号", "2026112022001481234567890123"),
            title="账单详情", hero="¥128.00", state="交易成功",
        ),
        {"amount": "128.00", "time": "2026-11-20T15:04:02"},
    ),
    "a payment given back": (
        screen(
            ("退款时间", "2026-11-20 15:04:02"), ("原交易金额", "¥128.00"), ("退款金额", "¥28.00"),
            ("退款状态", "退款成功"), ("退款单号", "50300001234202611201234567890"), title="退款详情",
        ),
        {"amount": "28.00", "trade_type": "退款", "time": "2026-11-20T15:04:02"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_a_page_gives_the_payment_it_is_about(name: str) -> None:
    lines, expected = PAGES[name]
    (item,) = read_receipt(lines, NOW).items

    assert {name: item[name].value for name in expected} == expected


@pytest.mark.parametrize(
    "lines",
    [
        column("外卖订单", "订单号:20261120123", "牛肉面 x1 18.00", "合计 ¥18.00", "下单时间 2026-11-20 12:00"),
        column("快递单号 SF1234567890123", "收件人 张三", "代收货款 ¥128.00"),
        column("电子普通发票", "发票号码 12345678", "开票日期 2026年11月20日", "合计金额 ¥128.00"),
        column("促销价", "¥19.90", "原价 29.90"),
        column("今日营业额", "¥1,280.00", "订单数 36", "昨日 ¥980.00"),
    ],
)
def test_a_bill_a_parcel_or_a_price_is_no_payment(lines: list[Line]) -> None:
    assert read_receipt(lines, NOW).items == ()


def test_a_message_may_name_its_reference_number() -> None:
    text = "【拉卡拉】尊敬的商户,您的终端29861329于2026-11-13 08:19:47消费3415.08元,参考号640047124602。请致电95016。"
    lines = column(*(text[start : start + 20] for start in range(0, len(text), 20)))

    assert told(lines, "amount", "time", "reference_no") == [("3415.08", "2026-11-13T08:19:47", "640047124602")]


def test_a_state_beside_a_label_is_not_its_value() -> None:
    lines = [
        at("订单信息", 300, 20),
        at("订单金额", 20, 100),
        at("冻结中", 600, 100),
        at("RMB 1,368.00", 20, 150, height=40),
    ]
    lines += [at("交易时间", 20, 220), at("2026年9月10日09:13:24", 20, 250)]

    assert told(lines, "amount", "time") == [("1368.00", "2026-09-10T09:13:24")]


@pytest.mark.parametrize(
    ("title", "expected"), [("退款单", "2026-06-03T15:18:43"), ("订单详情", "2026-06-01T15:18:43")]
)
def test_the_time_is_that_of_what_the_page_is_about(title: str, expected: str) -> None:
    rows = (("退款时间", "2026.06.03 15:18:43"), ("付款时间", "2026.06.01 15:18:43"))

    assert told(screen(*rows, title=title, hero="-1,782.34"), "time") == [(expected,)]
