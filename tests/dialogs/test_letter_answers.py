"""Answers to what only letters ask."""

import pytest

from dialogs import letter_answers


def test_a_name_is_taken_as_it_was_said_without_the_words_around_it() -> None:
    read = letter_answers.READERS["name"]

    assert read("我们店叫老王五金店") == "老王五金店"
    assert read("店名是：在水一方餐厅。") == "在水一方餐厅"
    assert read("叫了个鸡") == "叫了个鸡"
    assert read("公司全称叫银盛支付服务股份有限公司") == "银盛支付服务股份有限公司"
    assert read("x") == ""


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("138 0013 8000", "13800138000"),
        ("我的手机+86 138-0013-8000", "13800138000"),
        ("028-87654321", "028-87654321"),
        ("400-820-8820", "400-820-8820"),
        ("822290058120001", ""),
        ("1380013800", ""),
        ("213800138000", ""),
    ],
)
def test_a_telephone_number_has_the_form_of_one(said: str, number: str) -> None:
    assert letter_answers.READERS["phone"](said) == number
