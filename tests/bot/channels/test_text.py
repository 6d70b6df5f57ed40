"""Cutting long texts: nothing lost, nothing torn, at borders a reader would choose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.text import split_message, split_text, utf8_bytes, utf16_units
from bot.messages import Choice, OutgoingFile, OutgoingMessage

EMOJI = ["👨‍👩‍👧", "👍🏽", "🇨🇳", "é", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"]
PIECES = st.lists(st.sampled_from(["钱", "到", "a", "1", "。", "，", "\n", " ", "\n\n", *EMOJI]), max_size=120).map(
    "".join
)
MEASURES = pytest.mark.parametrize("measure", [len, utf8_bytes, utf16_units])


def without_space(text: str) -> str:
    return "".join(text.split())


@MEASURES
@given(text=st.text(max_size=300) | PIECES, limit=st.integers(4, 60))
def test_every_part_fits_and_nothing_but_white_space_is_lost(measure, text, limit):
    parts = split_text(text, limit, measure)

    assert parts
    assert all(measure(part) <= limit for part in parts)
    assert without_space("".join(parts)) == without_space(text)


@MEASURES
@given(text=st.lists(st.sampled_from(["钱", *EMOJI]), min_size=1, max_size=60), limit=st.integers(40, 90))
def test_no_emoji_is_torn(measure, text, limit):
    whole = set(text)

    for part in split_text("".join(text), limit, measure):
        for emoji in sorted(whole, key=len, reverse=True):
            part = part.replace(emoji, "")
        assert part == ""


@given(st.text(max_size=50))
def test_a_text_that_fits_stays_as_it_is(text):
    assert split_text(text, 1000, utf8_bytes) == [text]


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("一二三四\n\n五六\n七八九", 9, ["一二三四", "五六\n七八九"]),
        ("一二三四\n五六七。八九", 8, ["一二三四", "五六七。八九"]),
        ("一二。三四，五六七", 6, ["一二。", "三四，五六七"]),
        ("短\n" + "长" * 10, 8, ["短\n" + "长" * 6, "长" * 4]),
        ("商户到账 1,234.50 元", 9, ["商户到账", "1,234.50", "元"]),
        ("说：“没到。”真的没到", 8, ["说：“没到。”", "真的没到"]),
        ("字" * 5, 2, ["字字", "字字", "字"]),
    ],
)
def test_cuts_are_made_where_a_reader_would_make_them(text, limit, parts):
    assert split_text(text, limit, len) == parts


def test_a_heap_of_accents_longer_than_a_part_still_ends():
    text = "a" + "\u0301" * 50

    assert "".join(split_text(text, 10, len)) == text


def test_a_lone_surrogate_is_measured_not_refused():
    assert utf8_bytes("\ud800") == 3
    assert utf16_units("😀") == 2


def test_choices_and_files_go_with_the_last_part_and_find_room_there():
    file = OutgoingFile("a.pdf", "application/pdf", "0" * 64)
    message = OutgoingMessage("k", "字" * 20, (Choice("y", "好"),), (file,))

    parts = split_message(message, 10, len, tail=4)

    assert [part.text for part in parts] == ["字" * 10, "字" * 6, "字" * 4]
    assert [part.choices for part in parts] == [(), (), message.choices]
    assert [part.files for part in parts] == [(), (), message.files]
    assert {part.key for part in parts} == {"k"}


def test_a_message_that_fits_with_its_choices_is_not_touched():
    message = OutgoingMessage("k", "字", (Choice("y", "好"),))

    assert split_message(message, 10, len, tail=4) == [message]
