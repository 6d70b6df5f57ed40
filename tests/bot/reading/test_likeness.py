"""Two pictures that show the same are known by their prints and words; two that do not are not."""

import random

import pytest

from bot.reading.likeness import Likeness, is_alike, words_of

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
