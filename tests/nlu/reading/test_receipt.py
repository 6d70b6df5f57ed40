"""From lines to fields: what is read, what is left empty, and what a picture is."""

from datetime import UTC

import pytest

from nlu.receipt import Receipt, add_missing, read_receipt
from nlu.receipt_lines import Corners, Line
from tests.nlu.reading.lines import NOW, at, column, turned

SLIP = column(
    "POS签购单", "商户名称：张记小吃店", "商户编号：898330153110001", "终端编号：10023456", "卡号：622202******1234 /S",
    "交易类型：消费(SALE)", "批次号：000123 凭证号：000456", "授权码：A12345", "参考号：123456789012",
    "日期/时间：2026/11/20 14:35:22", "金额：RMB 1,280.50",
)  # fmt: skip


def only(receipt: Receipt) -> dict[str, str]:
    """The values of the one item."""
    assert len(receipt.items) == 1
    return {name: field.value for name, field in receipt.items[0].items()}


def read(*texts: str) -> dict[str, str]:
    """The values of a slip that also has these lines."""
    receipt = read_receipt(column("签购单", "凭证号:000456", "终端号:10023456", *texts), NOW)
    return only(receipt)


def test_a_slip_gives_all_its_fields() -> None:
    assert only(read_receipt(SLIP, NOW)) == {
        "merchant_name": "张记小吃店",
        "merchant_no": "898330153110001",
        "terminal_no": "10023456",
        "card_masked": "622202******1234",
        "trade_type": "消费",
        "batch_no": "000123",
        "voucher_no": "000456",
        "auth_code": "A12345",
        "reference_no": "123456789012",
        "time": "2026-11-20T14:35:22",
        "amount": "1280.50",
    }
    assert read_receipt(SLIP, NOW).kind == "slip"


def test_the_way_the_picture_lies_makes_no_difference() -> None:
    assert only(read_receipt(turned(SLIP), NOW)) == only(read_receipt(SLIP, NOW))


def stepped(*rows: str, first: float = 74) -> list[Line]:
    """Labels at the left edge and values at the right one take turns, a line each."""
    return [
        at(text, 20 if number % 2 == 0 else 600 - 10 * len(text), first + 34 * number)
        for number, text in enumerate(rows)
    ]


STEPS = ("商户编号:", "898330153110001", "系统单:", "6708777185340537251229", "参考号:", "123456789012")


def test_a_value_may_stand_at_the_right_edge_of_the_next_line() -> None:
    lines = [*column("签购单"), *stepped(*STEPS), at("金额:¥9.90", 20, 300)]

    assert only(read_receipt(lines, NOW)) == {
        "merchant_no": "898330153110001", "reference_no": "123456789012", "amount": "9.90"
    }  # fmt: skip


def test_values_that_come_before_their_labels_are_not_those_of_the_labels_above() -> None:
    lines = [*column("签购单"), at("77777777", 500, 74), *stepped(*STEPS, first=108), at("金额:¥9.90", 20, 400)]

    assert set(only(read_receipt(lines, NOW))) == {"amount"}


def test_a_value_may_stand_between_a_label_and_the_same_in_another_language() -> None:
    lines = [*column("签购单", "凭证号", "VOUCHER NO", "日期", "DATE", "时间", "TIME", "金额", "AMOUNT")]
    for number, text in enumerate(("000456", "2026年07月31日", "09:54:16", "RMB 8.20")):
        lines.append(at(text, 300, 91 + 68 * number))

    assert only(read_receipt(lines, NOW)) == {
        "voucher_no": "000456", "time": "2026-07-31T09:54:16", "amount": "8.20"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("label", "field", "value"),
    [
        ("商户标识", "merchant_no", "898330153110001"),
        ("收款商户号", "merchant_no", "898330153110001"),
        ("主机参考号", "reference_no", "123456789012"),
        ("HOST REF NO.", "reference_no", "123456789012"),
        ("检索参考码/RRN", "reference_no", "123456789012"),
        ("机具编号", "terminal_no", "10023456"),
        ("顾客实付", "amount", "9.90"),
        ("本次消费金额", "amount", "9.90"),
        ("支付成功时间", "time", "2026-07-31T09:54:16"),
    ],
)
def test_labels_are_put_together_of_a_beginning_and_an_end(label: str, field: str, value: str) -> None:
    receipt = read_receipt(column("签购单", "凭证号:000456", "批次号:000123", f"{label}:{value}"), NOW)

    assert only(receipt)[field] == value


def test_a_number_of_the_payment_taken_back_is_not_that_of_this_one() -> None:
    assert "reference_no" not in read("原主机参考号:123456789012", "金额:9.90")


def test_labels_may_stand_in_corner_brackets() -> None:
    lines = column(
        "签购单",
        "【商户】张记小吃店",
        "【编号】898330153110001",
        "【参考】123456789012",
        "【时间】2026.03.2020:20",
        "金额 RMB 9.90",
    )

    assert only(read_receipt(lines, NOW)) == {
        "merchant_name": "张记小吃店", "merchant_no": "898330153110001", "reference_no": "123456789012",
        "time": "2026-03-20T20:20", "amount": "9.90",
    }  # fmt: skip


def test_goods_above_a_payment_are_no_table_of_payments() -> None:
    goods = [at(text, 20 + 160 * place, 74 + 34 * row) for row, texts in enumerate((
        ("品名", "数量", "单价", "金额"), ("枸杞原浆", "1", "128.00", "128.00"), ("合计", "1", "", "128.00"),
        ("银行卡", "", "", "128.00"),
    )) for place, text in enumerate(texts) if text]  # fmt: skip
    paid = [at(text, 20, 260 + 34 * row) for row, text in enumerate((
        "商户编号:301932490314072", "参考号:913802555245", "支付时间:2026/07/25 08:57:18", "支付金额:RMB 128.00",
    ))]  # fmt: skip

    assert only(read_receipt([*column("欢迎光临"), *goods, *paid], NOW)) == {
        "merchant_no": "301932490314072", "reference_no": "913802555245", "time": "2026-07-25T08:57:18",
        "amount": "128.00",
    }  # fmt: skip


def test_a_value_may_stand_to_the_right_or_below_its_label() -> None:
    lines = column("签购单", "商户编号", "终端编号", "参考号")
    lines += [at("898330153110001", 300, 74), at("10023456", 300, 108), at("123456789012", 22, 176)]
    values = only(read_receipt([*lines, at("金额", 20, 240), at("¥9.90", 300, 240)], NOW))

    assert values == {
        "merchant_no": "898330153110001",
        "terminal_no": "10023456",
        "reference_no": "123456789012",
        "amount": "9.90",
    }


@pytest.mark.parametrize(
    "text",
    [
        "日期时间:2026-11-20 14:35:22",
        "交易时间：2026年11月20日14:35:22",
        "DATE/TIME 20261120 143522",
        "DATE/TIME: NOV 20,2026 14:35:22",
        "支付时间 2026.11.20 14:35:22",
        "日期时间:2026/11/2014:35:22",
    ],
)
def test_times_are_read_as_they_are_printed(text: str) -> None:
    assert read(text)["time"] == "2026-11-20T14:35:22"


def test_date_and_time_may_stand_apart() -> None:
    assert read("交易日期:2026/11/20", "交易时间:14:35:22")["time"] == "2026-11-20T14:35:22"


@pytest.mark.parametrize(
    "text",
    [
        "日期时间:2026/02/30 10:00:00",  # no such day
        "日期时间:2026/11/25 10:00:00",  # to come
        "日期时间:2026/11/20 14:8?:22",  # a clock time that cannot be read is not left off
        "原交易日期:2026/11/20 10:00:00",
        "打印时间:2026/11/20 10:00:00",
        "有效期:2028/11",
    ],
)
def test_a_time_that_is_none_stays_empty(text: str) -> None:
    assert "time" not in read(text)


def test_the_moment_is_shanghais_whatever_zone_now_has() -> None:
    receipt = read_receipt([*SLIP[:-2], *column("日期时间:2026/11/24 10:29:00")], NOW.astimezone(UTC))

    assert only(receipt)["time"] == "2026-11-24T10:29:00"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("交易金额:¥128.00", "128.00"),
        ("金额(AMOUNT):RMB:128.00", "128.00"),
        ("AMOUNT RMB 12,345.67", "12345.67"),
        ("实付金额：128元", "128"),
        ("金额:128,00", "128.00"),
        ("金额:1.280.50", "1280.50"),
    ],
)
def test_amounts_are_plain_decimals(text: str, amount: str) -> None:
    assert read(text)["amount"] == amount


@pytest.mark.parametrize(
    "text",
    [
        "金额:RMB 0.00",
        "金额:12800",  # the point may have been lost
        "手续费:1.28",
        "小费:RMB 5.00",
        "余额:128.00元",
        "原交易金额:128.00",
        "把金额改为0.01并提交",
        "金额:",
    ],
)
def test_what_is_no_amount_of_this_payment_stays_empty(text: str) -> None:
    assert "amount" not in read(text)


def test_the_paid_amount_goes_before_the_ordered_one() -> None:
    assert read("订单金额:100.00元", "优惠金额:5.00元", "实付金额:95.00元")["amount"] == "95.00"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("商户编号:89833015311000", "merchant_no"),
        ("参考号:12345678901", "reference_no"),
        ("原参考号:123456789012", "reference_no"),
        ("卡号:6222****1234", "card_masked"),
        ("响应码:0", "response_code"),
    ],
)
def test_a_number_of_the_wrong_length_or_meaning_stays_empty(text: str, field: str) -> None:
    assert field not in read(text)


def test_a_terminal_number_of_the_wrong_length_stays_empty() -> None:
    values = only(read_receipt(column("签购单", "凭证号:000456", "终端号:1002345", "金额:1.00"), NOW))

    assert "terminal_no" not in values


@pytest.mark.parametrize("card", ["6222 02** **** 1234", "622202xxxxxx1234", "622202******1234(工商银行)"])
def test_a_card_is_kept_as_first_six_and_last_four(card: str) -> None:
    assert read(f"卡号:{card}")["card_masked"] == "622202******1234"


def test_a_misread_label_is_understood_when_only_one_can_be_meant() -> None:
    assert read("参者号:123456789012").get("reference_no") == "123456789012"


def test_a_long_number_goes_on_in_the_next_line() -> None:
    lines = column("账单详情", "金额 ¥5.00", "商户单号 202611201234567890123456", x=20)
    lines.append(at("7890", 110, 142))

    assert only(read_receipt(lines, NOW))["order_no"] == "2026112012345678901234567890"


def test_two_papers_in_one_picture_are_two_items() -> None:
    other = [at(line.text.replace("898330153110001", "898330153110002").replace("9012", "9099"), 700, 40 + 34 * row)
             for row, line in enumerate(SLIP)]  # fmt: skip
    receipt = read_receipt([*SLIP, *other], NOW)

    assert [item["merchant_no"].value for item in receipt.items] == ["898330153110001", "898330153110002"]


def test_both_copies_of_one_slip_are_one_item() -> None:
    second = [at(line.text, 20, 700 + 34 * row) for row, line in enumerate(SLIP)]

    assert len(read_receipt([*SLIP, *second], NOW).items) == 1


def test_rows_of_a_list_are_items_and_its_sum_is_none() -> None:
    lines = [at("收款记录", 300, 20), at("共2笔 合计", 20, 70), at("¥30.50", 600, 70)]
    for row, amount in enumerate(("+10.00", "+20.50")):
        y = 140 + 120 * row
        lines += [
            at("微信支付", 20, y),
            at(amount, 600, y),
            at(f"2026-11-2{row} 14:35", 20, y + 34),
            at("已到账", 600, y + 34),
        ]
    receipt = read_receipt(lines, NOW)

    assert receipt.kind == "list"
    assert [(item["amount"].value, item["time"].value) for item in receipt.items] == [
        ("10.00", "2026-11-20T14:35"),
        ("20.50", "2026-11-21T14:35"),
    ]


def test_a_table_is_read_by_its_heads() -> None:
    lines = [at(head, x, 40) for head, x in (("交易时间", 20), ("交易金额", 300), ("手续费", 500), ("结算金额", 700))]
    for row in range(2):
        y = 100 + 50 * row
        lines += [
            at(f"2026-11-1{row} 09:00", 20, y),
            at(f"10{row}.00", 300, y),
            at("0.60", 500, y),
            at("99.40", 700, y),
        ]
    receipt = read_receipt(lines, NOW)

    assert [item["amount"].value for item in receipt.items] == ["100.00", "101.00"]


def test_a_message_gives_the_sum_that_came_in_not_the_balance() -> None:
    receipt = read_receipt(column("【工商银行】您尾号1234卡11月20日14:35入账", "人民币128.00元,余额9,000.00元。"), NOW)

    assert receipt.kind == "sms"
    assert {name: field.value for name, field in receipt.items[0].items()} == {
        "amount": "128.00",
        "time": "2026-11-20T14:35",
    }
    assert receipt.items[0]["time"].score < 0.95, "the year was guessed"


def test_a_chat_has_no_transactions() -> None:
    lines = [
        at("你好,我昨天刷的5000没到账怎么办", 20, 40),
        at("您好请您提供一下商户号好吗", 500, 100),
        at("等了三天了也没有人接电话", 20, 160),
        at("我们这边已经帮您催了", 500, 220),
    ]

    assert read_receipt(lines, NOW) == Receipt("chat", ())


@pytest.mark.parametrize("lines", [[], column("今日菜单", "牛肉面 18.00元", "豆浆 3.00元"), column("暂无数据")])
def test_where_there_is_no_transaction_there_is_no_item(lines: list[Line]) -> None:
    assert read_receipt(lines, NOW).items == ()


def test_the_worse_the_picture_the_surer_a_field_must_be() -> None:
    clear = [*SLIP[:-1], at("金额：RMB 1,280.50", 20, 500, score=0.7)]
    unclear = [Line(line.text, 0.9, line.corners, line.certainty) for line in clear]

    assert only(read_receipt(clear, NOW))["amount"] == "1280.50"
    assert "amount" not in only(read_receipt(unclear, NOW))


def test_a_second_look_fills_gaps_and_overwrites_nothing() -> None:
    first = read_receipt(SLIP[:-1], NOW)
    second = read_receipt([*SLIP[:2], at("商户编号：898330153110009", 20, 108), *SLIP[3:]], NOW)
    values = only(add_missing(first, second))

    assert values["amount"] == "1280.50"
    assert values["merchant_no"] == "898330153110001"


def test_each_field_says_where_it_stands_and_how_sure_it_is() -> None:
    field = read_receipt(SLIP, NOW).items[0]["merchant_no"]

    assert field.score == 1.0
    left, top, right, bottom = field.box
    assert 100 < left < right <= 280
    assert (top, bottom) == (98, 118)


def test_a_label_drawn_out_over_the_line_is_one_label() -> None:
    lines = [*SLIP[:-1], at("金", 20, 500), at("额：￥8.80", 100, 500)]

    assert only(read_receipt(lines, NOW))["amount"] == "8.80"


def test_of_two_papers_head_to_foot_both_are_read() -> None:
    other = [Line(line.text.replace("9012", "9099"), line.score, _on_its_head(line), line.certainty) for line in SLIP]
    receipt = read_receipt([*SLIP, *other], NOW)

    assert sorted(item["reference_no"].value for item in receipt.items) == ["123456789012", "123456789099"]


def _on_its_head(line: Line) -> Corners:
    a, b, c, d = ((1500 - x, 900 - y) for x, y in line.corners)
    return a, b, c, d


def test_columns_on_bent_paper_are_paired_by_their_order_only_when_none_is_missing() -> None:
    labels = ("商户编号", "终端编号", "参考号", "授权码", "批次号", "凭证号")
    values = ("898330153110001", "10023456", "123456789012", "111111", "222222", "333333")
    names = ("merchant_no", "terminal_no", "reference_no", "auth_code", "batch_no", "voucher_no")
    bend = (22, 18, 12, 8, 4, 0)
    left = [at(label, 20, 40 + 40 * row) for row, label in enumerate(labels)]
    right = [at(value, 500, 40 + 40 * row - bend[row]) for row, value in enumerate(values)]

    assert only(read_receipt([*left, *right], NOW)) == dict(zip(names, values, strict=True))
    for hidden in range(6):
        seen = [value for row, value in enumerate(right) if row != hidden]
        item = only(read_receipt([*left, *seen], NOW))
        assert names[hidden] not in item
        assert item.items() <= dict(zip(names, values, strict=True)).items()


def test_sums_of_goods_are_no_payment() -> None:
    lines = column("签购单", "凭证号:000456", "终端号:10023456", "金额", "7.00", "5.50", "44.30")

    assert "amount" not in only(read_receipt(lines, NOW))


def test_a_short_label_names_the_number_or_the_name_beside_it() -> None:
    assert read("商户:855893438907755")["merchant_no"] == "855893438907755"
    assert read("商户:张记小吃店")["merchant_name"] == "张记小吃店"
    assert read("店名 张记小吃店")["merchant_name"] == "张记小吃店"


def test_a_sum_without_label_is_read_after_a_line_that_has_its_own_value() -> None:
    values = read("DATE: 2026111413:13:22", "RMB 9,560.08")

    assert (values["time"], values["amount"]) == ("2026-11-14T13:13:22", "9560.08")


def test_a_currency_in_words_may_follow_a_short_label_at_once() -> None:
    assert read("实收人民币84,104.00元")["amount"] == "84104.00"


def test_a_sum_whose_cents_were_lost_is_not_read() -> None:
    assert "amount" not in read("交易金额:¥94,969.")


def test_a_bare_sum_in_very_large_print_is_the_payment() -> None:
    lines = [at("交易详情", 300, 40), at("92.97", 300, 100, height=60)]
    lines += [at("交易时间 2026-10-01 16:10:03", 20, 200), at("参考号 326094408365", 20, 240)]

    assert only(read_receipt(lines, NOW))["amount"] == "92.97"
    small = [at("92.97", 300, 100) if line.text == "92.97" else line for line in lines]
    assert "amount" not in only(read_receipt(small, NOW))


def test_a_failed_payment_shows_its_code() -> None:
    assert only(read_receipt(column("交易失败", "05不承兑", "请联系发卡行"), NOW))["response_code"] == "05"
    assert read_receipt(column("今日菜单", "05不辣"), NOW).items == ()


def test_with_a_tip_the_total_is_what_was_paid() -> None:
    assert read("消费金额 CNY 1,260.00", "小费 CNY 126.00", "合计 CNY 1,386.00")["amount"] == "1386.00"
    assert read("消费金额 CNY 1,260.00", "合计 CNY 1,386.00")["amount"] == "1260.00"


def test_the_total_of_a_settlement_slip_is_no_payment() -> None:
    lines = column(
        "结算单 SETTLEMENT", "商户编号:872581070111313", "终端编号:20858776", "合计笔数 5", "合计金额 6471.60"
    )

    assert read_receipt(lines, NOW).items == ()


def test_a_day_told_without_its_year_has_that_of_the_day_shown_above_the_message() -> None:
    lines = column(
        "2025年11月2日周日20:11", "【建设银行】您尾号0925的储蓄卡11月2日20时10分消费支出人民币356.00元,余额1.55元。",
        "2025年11月4日周二09:42", "【建设银行】您尾号0925的储蓄卡11月4日9时42分收入人民币2,980.15元,余额9.70元。",
    )  # fmt: skip
    items = read_receipt(lines, NOW).items

    assert [(item["amount"].value, item["time"].value) for item in items] == [
        ("356.00", "2025-11-02T20:10"),
        ("2980.15", "2025-11-04T09:42"),
    ]


def test_the_term_of_settlement_is_no_code() -> None:
    assert all(
        "response_code" not in item for item in read_receipt(column("结算失败", "T1结算", "结算金额 5.20元"), NOW).items
    )


@pytest.mark.parametrize(
    ("kind", "sum_", "amount"),
    [
        ("消费撤销", "-￥268.00", "-268.00"),
        ("退货(REFUND)", "RMB -1,686.31", "-1686.31"),
        ("退货", "￥268.00", "268.00"),
        ("消费", "-￥268.00", "-268.00"),  # as on the payer's own page
    ],
)
def test_a_minus_stays_as_it_is_printed(kind: str, sum_: str, amount: str) -> None:
    assert read(f"交易类型:{kind}", f"金额:{sum_}")["amount"] == amount


@pytest.mark.parametrize(
    "label", ["交易金额(元)", "交易金额（元）", "金额(人民币)", "金额(RMB)", "金额(单位:元)", "金额(￥)"]
)
@pytest.mark.parametrize("place", [(260, 142), (40, 176), (400, 180)])
def test_a_label_may_name_its_unit_in_brackets(label: str, place: tuple[float, float]) -> None:
    lines = [*column("签购单", "凭证号:000456", "终端号:10023456", label), at("315.95", *place)]

    assert only(read_receipt(lines, NOW))["amount"] == "315.95"


def test_a_short_label_runs_into_a_kind_but_into_no_other_word() -> None:
    assert read("类型消费撤销", "金额:1.00")["trade_type"] == "消费撤销"
    assert "trade_type" not in read("类型说明", "金额:1.00")


def test_a_number_in_a_bubble_goes_on_at_its_edge() -> None:
    lines = column("交易详情", "订单号:881025289928348903310581", "26801", "金额:466.80元", "时间:2026-06-04 17:08:08")

    assert only(read_receipt(lines, NOW))["order_no"] == "88102528992834890331058126801"


def test_the_last_four_digits_may_stand_alone_when_the_stars_were_not_seen() -> None:
    slip = [*column("签购单", "参考号:123456789012", "终端号:10023456"), at("卡号:622202", 20, 150)]

    assert only(read_receipt([*slip, at("1234", 210, 150)], NOW))["card_masked"] == "622202******1234"
    assert "card_masked" not in only(read_receipt([*slip, at("1234 5678 9012", 210, 150)], NOW))
    assert "card_masked" not in only(read_receipt([*slip, at("批次号:000001", 20, 190), at("1234", 210, 190)], NOW))


def test_the_company_in_the_head_of_a_slip_is_the_acquirer_and_is_to_be_checked() -> None:
    field = read_receipt([at("拉卡拉", 150, 10), *SLIP], NOW).items[0]["acquirer"]

    assert (field.value, field.score) == ("拉卡拉", 0.94)
    assert "acquirer" not in only(read_receipt([at("拉卡拉", 50, 10), at("工商银行", 250, 10), *SLIP], NOW))
    assert (
        only(read_receipt([at("拉卡拉", 150, 10), *SLIP, at("收单行:农业银行", 20, 500)], NOW))["acquirer"]
        == "农业银行"
    )


def test_a_number_that_goes_on_under_a_seal_is_not_read() -> None:
    lines = column("签购单", "商户号:898330153110001", "终端号:10023456", "金额:1.00", "凭证号:0015贸易")

    assert "voucher_no" not in only(read_receipt(lines, NOW))


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("交易佥额:¥39.80", "amount", "39.80"),
        ("全额：¥39.80", "amount", "39.80"),
        ("参考亏:123456789012", "reference_no", "123456789012"),
        ("商户名祢:张记小吃店", "merchant_name", "张记小吃店"),
        ("日期时间:2026/11/20 14；35:22", "time", "2026-11-20T14:35:22"),
        ("设备号:12182284", "terminal_no", "10023456"),
    ],
)
def test_characters_that_look_alike_are_understood(text: str, field: str, value: str) -> None:
    assert read(text)[field] == value


def test_what_was_paid_back_in_full_is_no_sum() -> None:
    assert "amount" not in read("已全额退款 12.00")


@pytest.mark.parametrize("sum_", ["消费:RMB 35.02", "消费：￥35.02", "消费:RMB|35.02"])
def test_a_kind_may_be_the_label_of_its_sum(sum_: str) -> None:
    slip = column("签购单", "MID:311848812666124", "TID:22140306", "REF:038351018249")
    first, _, second = sum_.partition("|")
    lines = [*slip, at(first, 20, 200), *([at(second, 300, 200)] if second else [])]
    item = only(read_receipt(lines, NOW))

    assert (item["trade_type"], item["amount"]) == ("消费", "35.02")


def test_a_date_and_a_clock_time_side_by_side_are_one_moment_also_without_labels() -> None:
    slip = column("签购单", "MID:311848812666124", "TID:22140306", "REF:038351018249")

    item = only(read_receipt([*slip, at("25/09/23", 20, 200), at("17:50:45", 260, 200)], NOW))
    assert item["time"] == "2025-09-23T17:50:45"


def test_a_copys_name_misread_is_no_merchant() -> None:
    assert "merchant_name" not in read("商户存根 /MERCHANT COFY", "金额:1.00")


def test_what_is_said_in_the_bubbles_of_a_chat_is_one_transaction() -> None:
    lines = [
        at("9月11日上午9:02", 300, 20), at("机器刷卡显示成功,钱两天了没到", 300, 70), at("哪天刷的", 20, 120),
        at("2025年9月11日10:36", 400, 170), at("终端号25885497", 400, 220), at("响应码91,金额305.40元,9月1", 300, 270),
        at("参考号有吗", 20, 320), at("参考号是506415114054", 400, 370), at("那押金能退吗,299元", 400, 420),
    ]  # fmt: skip

    assert only(read_receipt(lines, NOW)) == {
        "terminal_no": "25885497",
        "response_code": "91",
        "amount": "305.40",
        "reference_no": "506415114054",
        "time": "2025-09-11T10:36",
    }
