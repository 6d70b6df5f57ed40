"""Requirement 17: a tagged PDF with embedded subset fonts, real text that comes back unbroken, and bookmarks."""

import re
from pathlib import Path

import pytest

from bot.packet import document, fonts, instructions
from bot.packet.contents import PacketContents, Recipient
from bot.packet.errors import PacketFault
from tests.bot.packet.parts import World, jpeg, run


def written(world: World, recipient: Recipient = "self") -> Path:
    target = world.folder / f"{recipient}.pdf"
    world.maker().make(world.case_id, target, recipient=recipient)
    return target


def text_of(pdf: Path) -> str:
    done = run("pdftotext", "-layout", pdf, "-")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_number_comes_back_unbroken(world: World) -> None:
    text = text_of(written(world))
    for number in ("898440353110001", "TS001", "120345678901", "18,000", "ZG20261124-0000"):
        assert number in text
    with world.store.read() as work:
        contents = world.gatherer.gather(work, world.case_id)
    for exhibit in contents.exhibits:
        assert exhibit.sha256 in text
    assert contents.records[-1].hash in text


def test_the_commands_can_be_copied_out_of_it(world: World) -> None:
    lines = {line.strip() for line in text_of(written(world)).splitlines()}
    for command in (*instructions.FILES, *instructions.BAG, *instructions.SIGNED, *instructions.LINKED):
        assert command.strip() in lines


def test_markup_in_the_merchants_words_is_printed_as_it_is(world: World) -> None:
    text = text_of(written(world))
    assert '#read("/etc/passwd") $x^2$ *粗* <b>标签</b>' in text
    assert "root:" not in text


def test_characters_the_font_lacks_are_printed_as_their_code(world: World) -> None:
    text = "".join(text_of(written(world)).split())
    assert "〓(U+20BB7)先生〓(U+1F600)" in text


def test_it_is_tagged_archivable_and_its_fonts_are_embedded_subsets(world: World) -> None:
    pdf = written(world)
    about = run("pdfinfo", pdf).stdout
    assert re.search(r"Tagged:\s+yes", about)
    assert re.search(r"Encrypted:\s+no", about)
    assert re.search(r"JavaScript:\s+no", about)
    assert "收款纠纷证据材料" in about
    data = pdf.read_bytes()
    assert b"pdfuaid:part" in data
    assert re.search(rb"pdfaid:part>2<.*pdfaid:conformance>A<", data, re.S)
    rows = run("pdffonts", pdf).stdout.splitlines()[2:]
    assert len(rows) >= 2
    for row in rows:
        assert row.split()[-5:-2] == ["yes", "yes", "yes"], row  # embedded, subset, with Unicode


def test_it_has_bookmarks_for_sections_exhibits_and_letters(world: World) -> None:
    outline = run("pdftohtml", "-xml", "-i", "-stdout", written(world)).stdout.partition("<outline>")[2]
    for title in ("事实摘要", "事情经过", "证据目录", "证据 1", "证据 5", "怎样核对"):
        assert title in outline


def test_pictures_are_display_copies_without_the_originals_metadata(told: World) -> None:
    told.add(jpeg(orientation=6), "photo", "image/jpeg")
    assert b"SECRET MAKER" not in written(told).read_bytes()
    assert len(run("pdfimages", "-list", written(told)).stdout.splitlines()) == 3  # two lines of heading


def test_what_cannot_be_printed_is_a_card_with_name_size_and_hash(world: World) -> None:
    text = text_of(written(world))
    assert "合同.pdf" in text
    assert "这一种文件不能印在纸上" in text
    assert "图片打不开或太大" in text  # the one that was cut off


def test_the_companys_document_shows_no_picture_and_says_so(world: World) -> None:
    pdf = written(world, "company")
    assert len(run("pdfimages", "-list", pdf).stdout.splitlines()) == 2
    text = text_of(pdf)
    assert "不放图片、文件、录音的原件" in text
    assert "没有检查和遮盖过" in text


def test_an_empty_case_is_a_document_too(told: World) -> None:
    assert "还没有提交证据" in text_of(written(told))


def test_a_very_long_word_stays_on_the_page(told: World) -> None:
    told.add(b"x" * 3000, "text", "text/plain", text="x" * 3000)
    boxes = run("pdftotext", "-bbox", written(told), "-").stdout
    assert max(float(right) for right in re.findall(r'xMax="([\d.]+)"', boxes)) < 595 - 40


def contents_of(world: World) -> PacketContents:
    with world.store.read() as work:
        return world.gatherer.gather(work, world.case_id)


def test_setting_that_takes_too_long_is_stopped(told: World) -> None:
    with pytest.raises(PacketFault, match="took longer"):
        document.typeset(
            contents_of(told), "x", told.folder, {}, fonts.load(), fingerprint="", stamping=False, deadline=0.01
        )


def test_a_fault_of_the_typesetter_is_one_sentence(told: World) -> None:
    (told.folder / "1-0.jpg").write_bytes(b"no picture")
    broken = {1: [{"name": "1-0.jpg", "width": 1, "height": 1}]}
    told.add(jpeg(), "photo", "image/jpeg")
    with pytest.raises(PacketFault, match=r"The PDF cannot be set: .+") as fault:
        document.typeset(contents_of(told), "x", told.folder, broken, fonts.load(), fingerprint="", stamping=False)
    assert "\n" not in str(fault.value)
