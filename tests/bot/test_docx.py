"""Letters as Word files: whole, readable, and the same each time."""

import io
import zipfile
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from bot.docx import make_docx

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LETTER = "投诉信\n\n致：银盛支付服务股份有限公司 <总部> & 投诉部\n\n一、事情经过\n货款 18,000 元没有到账。\n"


def paragraphs(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        root = ElementTree.fromstring(packed.read("word/document.xml"))
    return ["".join(text.text or "" for text in one.iter(f"{W}t")) for one in root.iter(f"{W}p")]


def test_every_line_of_the_letter_is_a_paragraph_in_order() -> None:
    assert paragraphs(make_docx(LETTER)) == [
        "投诉信",
        "致：银盛支付服务股份有限公司 <总部> & 投诉部",
        "",
        "一、事情经过",
        "货款 18,000 元没有到账。",
    ]


def test_all_parts_are_well_formed_and_there_is_nothing_damaged() -> None:
    with zipfile.ZipFile(io.BytesIO(make_docx(LETTER))) as packed:
        assert packed.testzip() is None
        for name in packed.namelist():
            ElementTree.fromstring(packed.read(name))
        assert packed.namelist()[0] == "[Content_Types].xml"


def test_the_page_is_a4_and_chinese_has_a_font_of_its_own() -> None:
    with zipfile.ZipFile(io.BytesIO(make_docx(LETTER))) as packed:
        assert b'w:w="11906" w:h="16838"' in packed.read("word/document.xml")
        assert 'w:eastAsia="宋体"'.encode() in packed.read("word/styles.xml")


def test_the_same_letter_is_the_same_file() -> None:
    assert make_docx(LETTER) == make_docx(LETTER)


@given(st.text())
def test_any_text_becomes_a_file_that_can_be_read(text: str) -> None:
    paragraphs(make_docx(text))
