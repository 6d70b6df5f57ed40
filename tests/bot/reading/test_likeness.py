"""Two pictures that show the same are known by their prints and words; two that do not are not."""

import random

import pytest

from bot.reading.likeness import Likeness, differ, is_alike, tell_the_same, words_of

SLIP = (
    "商户名称:张记小吃店",
    "商户编号:898440353110001",
    "参考号:142536475869",
    "金额:1280.00",
    "凭证号:000123",
    "谢谢",
)


def bits(luck: random.Random) -> str:
    return f"{luck.getrandbits(256):064x}"


def test_few_bits_apart_is_the_same_and_half_of_them_is_not() -> None:
    luck = random.Random(1)
    one = bits(luck)
    near = f"{int(one, 16) ^ 0b1011:064x}"

    assert is_alike(Likeness((one,)), Likeness((near,)))
    assert not is_alike(Likeness((one,)), Likeness((bits(luck),)))


def test_the_whole_is_held_against_each_cut_of_the_other() -> None:
    luck = random.Random(2)
    whole, cut = bits(luck), bits(luck)

    assert is_alike(Likeness((whole, cut)), Likeness((cut,)))
    assert not is_alike(Likeness((whole, cut)), Likeness((bits(luck), cut)))  # two cuts say nothing


def test_pictures_of_other_words_are_not_the_same_however_they_look() -> None:
    one = bits(random.Random(3))
    other = ("转账记录", "张三", "李四", "今天")

    assert not is_alike(Likeness((one,), words_of(SLIP)), Likeness((one,), words_of(other)))


def test_the_same_words_are_the_same_picture_taken_twice() -> None:
    luck = random.Random(4)
    first, second = Likeness((bits(luck),), words_of(SLIP)), Likeness((bits(luck),), words_of((*SLIP[:-1], "谢 谢")))

    assert is_alike(first, second)


def test_nothing_is_like_nothing() -> None:
    assert not is_alike(Likeness(), Likeness())


def test_words_are_kept_as_numbers_only() -> None:
    assert all(len(word) == 8 and int(word, 16) >= 0 for word in words_of(SLIP))


def test_prints_of_a_plain_picture_are_none() -> None:
    numpy = pytest.importorskip("numpy")
    pytest.importorskip("cv2")
    from bot.reading.prints import take_prints

    assert take_prints(numpy.full((300, 200, 3), 200, dtype="uint8")) == ()


READ = {"reference_no": "142536475869", "amount": "1280.00", "time": "2026-11-20T14:35:22"}


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (READ, True),
        ({**READ, "merchant_name": "张记小吃店"}, True),
        ({"reference_no": READ["reference_no"], "time": READ["time"]}, True),
        ({"reference_no": READ["reference_no"]}, False),  # too little
        ({**READ, "amount": "1286.00"}, False),
        ({**READ, "reference_no": "142536475868"}, False),
        ({"amount": READ["amount"], "time": READ["time"]}, False),  # two customers may pay the same at once
    ],
)
def test_a_slip_from_another_side_is_known_by_its_number_and_its_sum_or_time(other: dict[str, str], same: bool) -> None:
    assert tell_the_same([READ], [other]) is same


def test_two_slips_in_one_picture_are_not_the_one_of_them() -> None:
    second = {**READ, "reference_no": "999999999999"}

    assert not tell_the_same([READ], [READ, second])
    assert not tell_the_same([], [])
    assert not differ([READ], [READ, second])
