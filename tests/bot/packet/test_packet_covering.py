"""Requirement 18: nobody but those who get originals sees what lies under a cover, or others' telephone numbers."""

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.packet import laying
from bot.packet.copying import Copier, copier
from bot.packet.covers import Cover
from bot.packet.making import Packet
from bot.packet.pictures import display_copies
from bot.packet.verifying import verify
from storage.records import Attempt
from tests.bot.packet.parts import OPENED, World, jpeg, png, run

CARD = [[40, 20], [120, 20], [120, 40], [40, 40]]


def look_at(world: World, no: int, boxes: list[dict[str, Any]]) -> None:
    """Say what is to be covered in an exhibit's picture."""
    with world.case() as (work, case):
        one = work.evidence.by_no(case.id, no)
        assert one is not None
        assert one.sha256 is not None
        work.covers.put(case.id, one.sha256, boxes, OPENED)


def make(world: World, recipient: str, *, discreet: bool = False) -> Packet:
    target = world.folder / f"{recipient}.zip"
    return world.maker().make(world.case_id, target, recipient=recipient, discreet=discreet)  # type: ignore[arg-type]


def names(packet: Packet) -> list[str]:
    with zipfile.ZipFile(packet.path) as archive:
        return sorted(name.partition("/")[2] for name in archive.namelist())


def read(packet: Packet, name: str) -> bytes:
    with zipfile.ZipFile(packet.path) as archive:
        return archive.read(f"{archive.namelist()[0].partition('/')[0]}/{name}")


def text_of(packet: Packet, folder: Path) -> str:
    (folder / "of.pdf").write_bytes(read(packet, "data/packet.pdf"))
    return run("pdftotext", "-layout", folder / "of.pdf", "-").stdout


def pixel(data: bytes, x: int, y: int) -> int:
    """How light a place is, 0 to 255."""
    with Image.open(io.BytesIO(data)) as image:
        return int(image.convert("L").getpixel((x, y)))  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [(300, 230), (4000, 3000), (300, 1200)])
def test_a_cover_is_black_in_a_copy_of_any_size(size: tuple[int, int]) -> None:
    width, height = size
    left, top, right, bottom = width // 2, 100, width - 20, 160
    cover = Cover("card", ((left, top), (right, top), (right, bottom), (left, bottom)))
    copy = display_copies(jpeg(width, height), [cover])[0]
    scale = copy.width / width
    assert pixel(copy.data, round((left + 20) * scale), round(130 * scale)) < 60
    assert pixel(copy.data, round((left - 20) * scale), round((bottom + height // 4) * scale)) > 150


def test_a_cover_turns_with_the_picture() -> None:
    """Corners are those of the upright picture, 200 wide and 300 high here."""
    (copy,) = display_copies(
        jpeg(300, 200, orientation=6), [Cover("card", ((10, 250), (100, 250), (100, 280), (10, 280)))]
    )
    assert pixel(copy.data, 50, 265) < 60
    assert pixel(copy.data, 150, 265) > 150


def test_the_company_gets_a_covered_copy_and_the_hash_of_the_original(told: World) -> None:
    no = told.add(jpeg(), "photo", "image/jpeg")
    told.add(png(200, 2400), "photo", "image/png")
    look_at(told, no, [{"kind": "card", "corners": CARD}])
    look_at(told, no + 1, [])
    packet = make(told, "company")
    assert packet.originals == 0
    assert packet.copies == 2
    copies = [name for name in names(packet) if name.startswith("data/exhibits")]
    assert copies[0] == "data/exhibits/E001.masked.jpg"
    assert copies[1] == "data/exhibits/E002-01.masked.jpg"
    assert pixel(read(packet, copies[0]), 100, 30) < 60
    text = text_of(packet, told.folder)
    assert hashlib.sha256(jpeg()).hexdigest() in text
    assert "遮盖过的副本" in text
    assert verify(packet.path).files == len([name for name in names(packet) if name.startswith("data/")])


def test_no_byte_of_an_original_picture_is_in_the_companys_packet(told: World) -> None:
    told.add(jpeg(orientation=1), "photo", "image/jpeg")
    look_at(told, 1, [])
    assert b"SECRET MAKER" not in make(told, "company").path.read_bytes()
    assert b"SECRET MAKER" in make(told, "court").path.read_bytes()


def test_a_picture_that_could_not_be_read_counts_as_not_looked_at(told: World) -> None:
    told.add(jpeg(), "photo", "image/jpeg")
    look_at(told, 1, [{"kind": "unread"}])
    assert make(told, "company").left_out == (1,)
    court = make(told, "court")
    assert court.unchecked == (1,)
    assert "没有用程序检查过里面有没有卡号" in text_of(court, told.folder)


def test_names_are_covered_only_where_others_names_are(told: World) -> None:
    told.add(jpeg(), "photo", "image/jpeg")
    look_at(told, 1, [{"kind": "name", "corners": CARD}])
    with told.store.read() as work:
        shown = {who: told.gatherer.gather(work, told.case_id, who).exhibits[0].covers for who in ("court", "company")}  # type: ignore[arg-type]
        on_request = told.gatherer.gather(work, told.case_id, "court", discreet=True).exhibits[0].covers
    assert shown["court"] == ()
    assert [cover.kind for cover in shown["company"] or ()] == ["name"]
    assert on_request == shown["company"]


def test_on_request_others_numbers_and_names_are_covered_everywhere(told: World) -> None:
    with told.case() as (work, case):
        work.cases.attempt(case.id, Attempt(at=OPENED, way="phone", number="13812345678", who="李经理", answer="等"))
    text = "李经理说打13812345678,找小赵"
    origin = {"author": "小赵", "at": "2026-11-19T15:20:00+08:00"}
    told.add(text.encode(), "forward", "text/plain", text=text, origin=origin, caption="小赵的话")
    plain = text_of(make(told, "court"), told.folder)
    assert "13812345678" in plain
    assert "李经理" in plain
    packet = make(told, "court", discreet=True)
    covered = text_of(packet, told.folder)
    assert "138****5678" in covered
    for word in ("13812345678", "李经理", "小赵"):
        assert word not in covered
        assert word.encode() not in packet.path.read_bytes()
    assert "某人甲" in covered
    assert "data/chain.jsonl" not in names(packet)


def test_the_company_reads_no_mobile_number_of_others_but_the_merchants_own(told: World) -> None:
    with told.case() as (work, case):
        work.cases.attempt(case.id, Attempt(at=OPENED, way="phone", number="13812345678", answer="等"))
    text = "打13812345678,或者打我13900001111"
    told.add(text.encode(), "text", "text/plain", text=text)
    told.state_fact("contact_phone", "13900001111")
    packet = make(told, "company")
    covered = text_of(packet, told.folder)
    assert "13900001111" in covered
    assert "138****5678" in covered
    assert b"13812345678" not in packet.path.read_bytes()
    assert packet.left_out == (1,)


def test_pictures_of_a_big_case_are_printed_smaller_and_copies_for_the_company_stay_as_they_are(
    told: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(laying, "MOST_PIXELS", 40_000)
    monkeypatch.setattr(laying, "LEAST_SIDE", 90)
    for colour in ("red", "green", "blue"):
        look_at(told, told.add(jpeg(colour=colour), "photo", "image/jpeg"), [])
    packet = make(told, "company")
    with Image.open(io.BytesIO(read(packet, "data/exhibits/E001.masked.jpg"))) as copy:
        assert copy.size == (300, 200)
    (told.folder / "small.pdf").write_bytes(read(packet, "data/packet.pdf"))
    rows = run("pdfimages", "-list", told.folder / "small.pdf").stdout.splitlines()[2:]
    sizes = [(int(row.split()[3]), int(row.split()[4])) for row in rows]
    assert len(sizes) == 3
    assert sum(width * height for width, height in sizes) < 45_000


def test_a_case_with_everything_in_it_makes_every_packet(world: World) -> None:
    for no in (1, 2, 3, 6):
        look_at(world, no, [])
    for recipient in ("company", "police", "self"):
        assert verify(make(world, recipient).path).packet


def test_a_picture_that_is_too_much_for_the_child_ends_it_and_not_us(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(jpeg())
    with copier() as one:
        assert one.copy(tmp_path / "missing.jpg", tmp_path / "x") == []
        assert [row["name"] for row in one.copy(tmp_path / "a.jpg", tmp_path / "y")] == ["y-0.jpg"]
    slow = Copier(deadline=0.0)
    assert slow.copy(tmp_path / "a.jpg", tmp_path / "z") == []
    slow.close()
