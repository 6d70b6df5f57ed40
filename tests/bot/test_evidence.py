"""Announced exhibits: fetched, kept unaltered, told about when odd, given up in the end and then said so."""

import hashlib
from pathlib import Path

from bot.channels.base import FetchFailed
from bot.taking import LARGEST
from tests.bot.end_to_end.case import picture
from tests.bot.house import MATTER, House, house, keys
from tests.support.reader import FakeReader


def said(it: House) -> list[str]:
    return [one.body["key"] for one in it.outbox()]


async def test_bytes_are_fetched_and_kept_under_their_hash(database_url: str, tmp_path: Path) -> None:
    async with house(database_url, tmp_path) as it:
        await it.says(MATTER)
        it.channel.files["a"] = picture(1)
        await it.announces("a")
        assert [one.status for one in it.file().evidence] == ["announced"]
        await it.runs(it.app.fetching)
        [one] = it.file().evidence

        assert (one.status, one.sha256, one.mime) == ("stored", hashlib.sha256(picture(1)).hexdigest(), "image/png")
        assert b"".join(it.app.blobs.open(one.case_id, one.sha256 or "")) == picture(1)


async def test_a_fetch_that_fails_is_tried_again_later(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        it.channel.files["a"] = FetchFailed("network", lasting=False)
        await it.announces("a")
        await it.runs(it.app.fetching)
        assert [one.status for one in it.file().evidence] == ["announced"]
        it.channel.files["a"] = picture(1)
        await it.runs(it.app.fetching)
        assert [one.status for one in it.file().evidence] == ["announced"]  # not yet
        it.passes(minutes=5)
        await it.runs(it.app.fetching)

        assert [one.status for one in it.file().evidence] == ["stored"]


async def test_a_fetch_that_never_will_work_is_said_once(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        it.channel.files["a"] = FetchFailed("media_expired", lasting=True)
        await it.announces("a")
        await it.runs(it.app.fetching)
        await it.runs(it.app.fetching)

        assert [one.status for one in it.file().evidence] == ["failed"]
        assert [key for key in said(it) if key.startswith("exhibit.refused")] == ["exhibit.refused.lost"]


async def test_trying_ends_when_no_platform_keeps_media_any_longer(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        it.channel.files["a"] = FetchFailed("network", lasting=False)
        await it.announces("a")
        for _ in range(40):
            await it.runs(it.app.fetching)
            it.passes(hours=4)

        assert [one.status for one in it.file().evidence] == ["failed"]
        assert said(it).count("exhibit.refused.lost") == 1


async def test_a_file_that_is_too_big_is_refused_while_it_is_fetched(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        it.channel.files["a"] = bytes(LARGEST + (2 << 20))
        await it.announces("a", "document")
        await it.runs(it.app.fetching)

        assert [one.status for one in it.file().evidence] == ["failed"]
        assert "exhibit.refused.too_big" in said(it)
        assert it.app.blobs.cases() == []


async def test_the_same_bytes_again_are_said_to_be_the_same(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        it.channel.files["a"] = picture(1)
        await it.announces("a")
        await it.announces("a")
        await it.runs(it.app.fetching)

        assert said(it).count("exhibit.same") == 1


async def test_an_odd_file_is_kept_and_named_odd(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        it.channel.files["a"] = picture(1)[:-20]
        await it.announces("a")
        await it.runs(it.app.fetching)

        assert [one.status for one in it.file().evidence] == ["stored"]
        assert "exhibit.note.truncated" in said(it)


async def test_a_fetch_cut_off_by_a_crash_is_begun_again_when_its_lease_ends(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        it.channel.files["a"] = picture(1)
        await it.announces("a")
        with it.app.store.work() as work:  # claimed by a process that died
            assert work.evidence.claim(it.clock())
            work.commit()
        await it.runs(it.app.fetching)
        assert [one.status for one in it.file().evidence] == ["announced"]
        it.passes(minutes=6)
        await it.runs(it.app.fetching)

        assert [one.status for one in it.file().evidence] == ["stored"]


async def test_what_is_withdrawn_before_its_bytes_come_stays_out_and_can_be_put_back(
    database_url: str, tmp_path: Path
) -> None:
    async with house(database_url, tmp_path, reader=FakeReader()) as it:
        await it.says(MATTER)
        it.channel.files["a"], it.channel.files["b"] = picture(1), picture(2)
        await it.announces("a")
        await it.announces("b")
        assert keys(await it.says("撤回证据1"))[0] == "exhibit.withdrawn"
        assert [one.status for one in it.file().evidence] == ["withdrawn", "announced"]
        await it.runs(it.app.fetching)

        assert [one.status for one in it.file().evidence] == ["withdrawn", "stored"]
        [codes] = [one.body["text"] for one in it.outbox() if one.body["key"] == "exhibit.stored"]
        assert "证据 1 号" not in codes
        assert "证据 2 号" in codes
        assert keys(await it.says("恢复证据1"))[0] == "exhibit.restored"
        [first, _] = it.file().evidence
        assert (first.status, first.sha256, first.reading) == (
            "stored",
            hashlib.sha256(picture(1)).hexdigest(),
            "due",
        )
        with it.app.store.read() as work:
            assert work.cases.verify_timeline(it.file().case.id) is None


async def test_put_back_before_its_bytes_come_it_is_on_its_way_again(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        it.channel.files["a"] = FetchFailed("network", lasting=False)
        await it.announces("a")
        await it.says("撤回证据1")
        await it.runs(it.app.fetching)
        assert [one.status for one in it.file().evidence] == ["withdrawn"]
        await it.says("撤销")
        assert [one.status for one in it.file().evidence] == ["announced"]
        it.channel.files["a"] = picture(1)
        it.passes(minutes=5)
        await it.runs(it.app.fetching)

        assert [one.status for one in it.file().evidence] == ["stored"]


async def test_sending_is_undone_while_the_bytes_are_on_their_way(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        it.channel.files["a"] = picture(1)
        await it.announces("a")
        await it.says("撤销")
        await it.runs(it.app.fetching)

        assert [one.status for one in it.file().evidence] == ["withdrawn"]
        assert "exhibit.stored" not in said(it)


async def test_of_a_withdrawn_one_that_never_comes_nothing_is_said(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        it.channel.files["a"] = FetchFailed("media_expired", lasting=True)
        await it.announces("a")
        await it.says("撤回证据1")
        await it.runs(it.app.fetching)

        assert not [key for key in said(it) if key.startswith("exhibit.refused")]
