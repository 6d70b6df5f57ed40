"""Days without their year, and days told as today: made whole only where the picture itself tells them."""

from datetime import date

import pytest

from nlu.receipt import read_receipt
from tests.nlu.reading.lines import NOW, at, column
from tests.nlu.reading.test_lists import page, told


def test_a_row_under_a_month_is_in_its_year_however_long_ago() -> None:
    lines = page(
        ((20, "2025年3月"), (480, "收入¥108.00")),
        ((20, "二维码收款"), (620, "+88.00")), "3月18日 14:35", "",
        ((20, "二维码收款"), (620, "+20.00")), "03-02 08:59",
    )  # fmt: skip

    assert told(lines, "time", "amount") == [("2025-03-18T14:35", "88.00"), ("2025-03-02T08:59", "20.00")]


@pytest.mark.parametrize(("weekday", "year"), [("周二", "2025"), ("周三", "2026"), ("星期三", "2026")])
def test_the_day_of_the_week_tells_the_year(weekday: str, year: str) -> None:
    lines = page(
        f"3月18日 {weekday}", ((20, "微信支付"), (620, "+10.00")), ((20, "14:35"), (620, "已到账")), "",
        ((20, "支付宝"), (620, "+20.50")), ((20, "09:02"), (620, "已到账")),
    )  # fmt: skip

    assert told(lines, "time") == [(f"{year}-03-18T14:35",), (f"{year}-03-18T09:02",)]


def test_a_day_in_a_message_is_of_the_year_above_it_also_at_the_turn_of_the_year() -> None:
    lines = column("2026年1月2日 09:00", "【工商银行】您尾号4471卡12月30日14:36收入人民币12,846.30元,余额38,201.77元。")

    assert told(lines, "time") == [("2025-12-30T14:36",)]


TODAY = page(
    "今天", ((20, "微信支付"), (620, "+10.00")), ((20, "14:35"), (620, "已到账")), "",
    "昨天 周日", ((20, "支付宝"), (620, "+20.50")), ((20, "09:02"), (620, "已到账")),
)  # fmt: skip


def test_today_is_a_day_where_the_file_says_when_it_was_taken() -> None:
    items = read_receipt(TODAY, NOW, taken=date(2026, 11, 23)).items

    assert [item["time"].value for item in items] == ["2026-11-23T14:35", "2026-11-22T09:02"]
    assert all(item["time"].score < 0.95 for item in items)


def test_today_is_no_day_where_nothing_says_when_it_was_taken() -> None:
    assert told(TODAY, "time", "amount") == [("", "10.00"), ("", "20.50")]


def test_a_term_or_a_number_is_no_day() -> None:
    lines = column("签购单", "凭证号:000456", "终端号:10023456", "有效期 12/28", "日期时间:2026-11-20 10:00", "第1-2联")
    items = read_receipt([*lines, at("金额:1.00", 20, 400)], NOW).items

    assert [item["time"].value for item in items] == ["2026-11-20T10:00"]
