"""Requirement 18: a picture with a full card number is said to be so; its original is kept, or refused by setting."""

from pathlib import Path
from typing import Any

from bot.reading.reading import Reading
from tests.bot.end_to_end.case import picture
from tests.bot.house import MATTER, House, house
from tests.bot.reading.test_reading_loop import knowing, said, sends, text_of

CORNERS = [[1, 1], [50, 1], [50, 9], [1, 9]]
CARD = Reading("text", covers=({"kind": "card", "corners": CORNERS},))
NAME = Reading("text", covers=({"kind": "name", "corners": CORNERS},))


def kept(folder: Path) -> list[Path]:
    return [path for path in (folder / "blobs").glob("*/*/*") if path.is_file()]


def covers(it: House) -> dict[str, list[dict[str, Any]]]:
    with it.app.store.read() as work:
        return work.covers.of_case(it.file().case.id)


async def test_it_is_said_once_and_what_is_to_be_covered_is_kept(database_url: str, tmp_path: Path) -> None:
    async with house(database_url, tmp_path, reader=knowing(p1=CARD, p2=NAME)) as it:
        await it.says(MATTER)
        await sends(it, picture(1), picture(2))
        await it.runs(it.app.reading)
        assert said(it).count("exhibit.covered") == 1
        assert "证据 1 号" in text_of(it, "exhibit.covered")
        assert sorted(box["kind"] for boxes in covers(it).values() for box in boxes) == ["card", "name"]
    assert len(kept(tmp_path)) == 2


async def test_where_originals_are_encrypted_that_is_said(sqlite_url: str, tmp_path: Path) -> None:
    secret = "a secret of the tests, long enough"
    async with house(sqlite_url, tmp_path, reader=knowing(p1=CARD), encrypt=True, secret_key=secret) as it:
        await it.says(MATTER)
        await sends(it, picture(1))
        await it.runs(it.app.reading)
        assert "加密" in text_of(it, "exhibit.covered.encrypted")
    assert picture(1)[:64] not in b"".join(path.read_bytes() for path in kept(tmp_path))


async def test_where_they_are_refused_nothing_is_left_of_it(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path, reader=knowing(p1=CARD), secret_pictures="refuse") as it:
        await it.says(MATTER)
        await sends(it, picture(1))
        assert len(kept(tmp_path)) == 1
        await it.runs(it.app.reading)
        (one,) = it.file().evidence
        assert one.status == "refused"
        assert said(it).count("exhibit.refused.card_photo") == 1
        assert "exhibit.covered" not in said(it)
        with it.app.store.read() as work:
            assert work.cases.timeline(it.file().case.id)[-1].kind == "evidence_refused"
            assert work.cases.verify_timeline(it.file().case.id) is None
    assert kept(tmp_path) == []


async def test_that_it_was_refused_is_said_also_while_a_person_speaks(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path, reader=knowing(p1=CARD), secret_pictures="refuse") as it:
        await it.says(MATTER)
        await sends(it, picture(1))
        it.change(taken_over=True)
        await it.runs(it.app.reading)
        assert said(it).count("exhibit.refused.card_photo") == 1
