"""Requirement 17: what the font lacks is printed as its code, and nothing invisible gets through."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.packet.errors import FontMissing
from bot.packet.fonts import Fonts, load


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return load()


def test_the_font_has_what_chinese_needs(fonts: Fonts) -> None:
    for character in "商户掌柜，。“”…—〓①㎡Ａ喆珺堃龘䶮￥¥":
        assert ord(character) in fonts.characters, character


def test_gb2312_is_covered(fonts: Fonts) -> None:
    missing = []
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                character = bytes((high, low)).decode("gb2312")
            except UnicodeDecodeError:
                continue
            if ord(character) not in fonts.characters:
                missing.append(character)
    assert missing == []


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("𠮷先生", "〓(U+20BB7)先生"),
        ("好😀", "好〓(U+1F600)"),
        ("a\u202eb\u200bc\u00add", "abcd"),
        ("一\t二\r\n三", "一 二\n三"),
        ("\x00\x1b[31m", "[31m"),
        ("\ue000", "〓(U+E000)"),
        ("\ud800", "〓(U+D800)"),
    ],
)
def test_what_cannot_be_printed_is_named_or_goes(fonts: Fonts, text: str, printed: str) -> None:
    assert fonts.printable(text) == printed


def test_a_long_word_may_break_but_a_hash_may_not(fonts: Fonts) -> None:
    assert fonts.printable("ab" * 32) == "ab" * 32
    assert "\u200b" in fonts.printable("x" * 64)
    assert fonts.printable("120345678901" * 3) == "120345678901" * 3


@given(text=some.text())
def test_every_text_comes_out_in_characters_there_are(fonts: Fonts, text: str) -> None:
    assert all(ord(character) in fonts.characters or character in "\n\u200b" for character in fonts.printable(text))


def test_a_folder_without_a_font_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FontMissing, match="put an OTF or TTF font there"):
        load(tmp_path)
    (tmp_path / "broken.otf").write_bytes(b"OTTO\x00\xff")
    with pytest.raises(FontMissing, match=r"broken\.otf cannot be read"):
        load(tmp_path)
