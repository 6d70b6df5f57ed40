"""What must not be kept is masked in all that reading returns."""

from bot.reading.hiding import hide_item, hide_lines
from bot.reading.reading import ReadField


def test_a_full_card_number_is_masked_and_counted() -> None:
    assert hide_lines(["卡号 6222 0212 3456 7890 128"]) == (("卡号 622202*********0128",), 1)


def test_a_card_number_is_masked_after_its_label_even_when_a_digit_was_misread() -> None:
    lines, count = hide_lines(["结算卡号", "6222 0212 3456 7890 123"])

    assert lines == ("结算卡号", "622202*********0123")
    assert count == 1


def test_identity_number_and_code_are_masked() -> None:
    lines, count = hide_lines(["身份证号:330106199003071231", "验证码583920，请勿泄露"])

    assert lines == ("身份证号:**************1231", "验证码******，请勿泄露")
    assert count == 2


def test_an_identity_number_is_masked_where_a_digit_was_misread_and_where_the_card_itself_is_shown() -> None:
    """evidence.md requirement 18: no check digit decides over what a picture shows of a person."""
    for line in ("公民身份号码 330106199003071231", "公民身份號碼", "330106199003071231"):
        lines, _ = hide_lines([line])
        assert "19900307" not in lines[0]


def test_numbers_of_merchant_reference_and_order_stay() -> None:
    orders = ("订单号:2026112012345678901234", "订单号:100001202611240001")
    lines = ("商户编号:898330153110001", "参考号:123456789012", *orders)

    assert hide_lines(lines) == (lines, 0)


def test_a_field_does_not_carry_what_a_line_may_not() -> None:
    def field(value: str) -> ReadField:
        return ReadField(value, 1.0, (0, 0, 1, 1))

    shown = hide_item({"order_no": field("6222021234567890128"), "merchant_name": field("张三 6222021234567890128")})

    assert "order_no" not in shown
    assert shown["merchant_name"].value == "张三 622202*********0128"
