"""Requirement 15: a time stamp that comes late reaches the packet that was handed over without one, and the merchant
is told so."""

import re
import socket
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import bagit
import httpx
import pytest

from bot.packet.composing import packet_maker, signer, stamper
from bot.packet.errors import PacketFault
from bot.packet.instructions import DAILY, STAMPED, head_data
from bot.packet.restamping import Restamping
from bot.packet.signing import Signer
from bot.packet.stamping import Stamper
from bot.packet.stamplist import with_stamp
from bot.packet.verifying import verify
from bot.replying import message_from
from storage.records import Packet, Sent
from tests.bot.house import MATTER, House, house
from tests.bot.packet.parts import OPENED, Authority, World, run, serving

SECRET = "a secret of the tests, long enough"


class Line:
    """An authority's address, which answers only while it is up."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port: int = one.getsockname()[1]
        self.asked = 0

    @contextmanager
    def up(self, *, useless: bool = False) -> Iterator[None]:
        """Answering; `useless`: with nothing that can be taken."""

        def counted(answer: bytes) -> bytes:
            self.asked += 1
            return b"" if useless else answer

        with serving(self._authority, port=self.port, spoil=counted):
            yield


@asynccontextmanager
async def stamped_house(url: str, folder: Path, authority: Authority, line: Line, **more: Any) -> AsyncIterator[House]:
    roots = folder / "roots.pem"
    roots.write_bytes(authority.roots)
    values = {"tsa_urls": f"http://127.0.0.1:{line.port}/", "tsa_roots": str(roots), "secret_key": SECRET, **more}
    async with house(url, folder, **values) as home:
        yield home


async def ordered(home: House, recipient: str = "police") -> None:
    """A packet is asked for and made."""
    await home.says("", kind="choice", choice=f"1:!packet={recipient}")
    await home.runs(home.app.orders)


def told(home: House, key: str) -> list[Sent]:
    return [sent for sent in home.outbox() if sent.body["key"] == key]


def packets(home: House) -> list[Packet]:
    with home.app.store.read() as work:
        return work.packets.of_case(home.file().case.id)


def kept(home: House, folder: Path, number: int = -1) -> Path:
    """The ZIP on file."""
    packet, target = packets(home)[number], folder / "kept.zip"
    target.write_bytes(b"".join(home.app.kept_packets.open(packet.case_id, packet.files[0]["sha256"])))
    return target


async def test_a_late_stamp_is_put_into_the_packet_on_file_and_told(
    sqlite_url: str, tmp_path: Path, authority: Authority
) -> None:
    line = Line(authority)
    async with stamped_house(sqlite_url, tmp_path, authority, line, public_url="https://shop.example") as home:
        await home.says(MATTER)
        await ordered(home)
        (ready,) = told(home, "handover.ready")
        assert "未加时间戳" in ready.body["text"]
        assert verify(kept(home, tmp_path)).stamped_at is None
        with line.up():
            await home.app.restamping.work()
        (late,) = told(home, "handover.stamped")
        assert late.body["text"].startswith("给公安的材料包补好时间戳了")
        assert verify(kept(home, tmp_path), roots=authority.roots).stamped_at is not None
        link = re.findall(r"https://shop\.example(/packet/\S+)", ready.body["text"])[1]
        async with httpx.AsyncClient(transport=httpx.ASGITransport(home.app.asgi()), base_url="http://shop") as client:
            answer = await client.get(link)  # the link of before gives it too
        assert answer.content == kept(home, tmp_path).read_bytes()


async def test_it_is_the_packet_that_would_have_been_made_with_the_stamp(
    sqlite_url: str, tmp_path: Path, authority: Authority
) -> None:
    line = Line(authority)
    async with stamped_house(sqlite_url, tmp_path, authority, line) as home:
        await home.says(MATTER)
        await ordered(home, "self")
        with line.up():
            await home.app.restamping.work()
        app = home.app
        maker = packet_maker(app.settings, app.store, app.blobs, app.dialog, app.viewer)
        made = maker.make(packets(home)[0].case_id, tmp_path / "again.zip")
        assert made.stamped_at is not None
        assert (tmp_path / "again.zip").read_bytes() == kept(home, tmp_path).read_bytes()


async def test_an_unchanged_case_gets_the_stamped_one_and_is_told_nothing_twice(
    sqlite_url: str, tmp_path: Path, authority: Authority
) -> None:
    line = Line(authority)
    async with stamped_house(sqlite_url, tmp_path, authority, line) as home:
        await home.says(MATTER)
        await ordered(home)
        with line.up():
            await home.app.restamping.work()
        await ordered(home)
        (same,) = told(home, "handover.same")
        assert "未加时间戳" not in same.body["text"]
        assert len(told(home, "handover.stamped")) == 1
        home.passes(hours=2)
        await home.app.restamping.work()
        assert len(told(home, "handover.stamped")) == 1


async def test_a_stamp_that_packing_anew_got_reaches_the_earlier_packet_without_a_word(
    sqlite_url: str, tmp_path: Path, authority: Authority
) -> None:
    line = Line(authority)
    async with stamped_house(sqlite_url, tmp_path, authority, line) as home:
        await home.says(MATTER)
        await ordered(home)
        with line.up():
            await ordered(home)
        assert "未加时间戳" not in home.outbox()[-1].body["text"]
        await home.app.restamping.work()
        first, second = packets(home)
        assert first.files[0]["sha256"] == second.files[0]["sha256"]
        assert not told(home, "handover.stamped")


async def test_it_asks_less_and_less_often(sqlite_url: str, tmp_path: Path, authority: Authority) -> None:
    line = Line(authority)
    async with stamped_house(sqlite_url, tmp_path, authority, line) as home:
        await home.says(MATTER)
        await ordered(home)
        asked: list[int] = []
        with line.up(useless=True):
            for minute in range(120):
                before = line.asked
                await home.app.restamping.work()
                asked += [minute] * (line.asked - before)
                home.passes(minutes=1)
        assert asked == [0, 2, 6, 14, 30, 60, 90]


async def test_it_is_not_told_at_night(sqlite_url: str, tmp_path: Path, authority: Authority) -> None:
    line = Line(authority)
    async with stamped_house(sqlite_url, tmp_path, authority, line) as home:
        await home.says(MATTER)
        await ordered(home)
        home.passes(hours=12)
        with line.up():
            await home.app.restamping.work()
        await home.runs(home.app.courier)
        assert "handover.stamped" not in home.channel.keys
        home.passes(hours=11)
        await home.runs(home.app.courier)
        assert home.channel.keys.count("handover.stamped") == 1


async def test_the_file_of_before_can_still_be_delivered_and_goes_with_the_packet(
    sqlite_url: str, tmp_path: Path, authority: Authority
) -> None:
    line = Line(authority)
    async with stamped_house(sqlite_url, tmp_path, authority, line) as home:
        home.channel.largest_file = 50_000_000
        await home.says(MATTER)
        await ordered(home)
        before = packets(home)[0].files[0]["sha256"]
        with line.up():
            await home.app.restamping.work()
        (late,) = told(home, "handover.stamped")
        (file,) = message_from(late.body).files
        assert file.sha256 == packets(home)[0].files[0]["sha256"] != before
        for sha256 in (before, file.sha256):
            opened = home.app.packets.open_for("fake", "p", sha256)
            assert opened is not None
            assert b"".join(opened).startswith(b"PK")
        home.passes(days=8)
        await home.runs(home.app.orders)
        assert not [path for path in tmp_path.glob("blobs-packets/*/*/*") if path.is_file()]


async def test_each_day_the_timeline_of_what_changed_is_stamped_and_the_packet_shows_it(
    database_url: str, tmp_path: Path, authority: Authority
) -> None:
    line = Line(authority)
    async with stamped_house(database_url, tmp_path, authority, line) as home:
        with line.up():
            await home.says(MATTER)
            await home.says("客服没人接", conversation="q")
            await home.app.restamping.work()
            assert line.asked == 0  # the day is not over
            home.passes(days=1)
            await home.app.restamping.work()
            assert line.asked == 2  # one for each case
            with home.app.store.read() as work:
                entries = len(work.cases.timeline(home.file().case.id))
            await home.says("机器是拉卡拉的")
            home.passes(hours=1)
            await home.app.restamping.work()
            assert line.asked == 2
            await ordered(home, "court")
            home.passes(days=1)
            await home.app.restamping.work()
            assert line.asked == 4  # the packet, and the case that changed; that it was handed out is no change
        found = verify(kept(home, tmp_path), roots=authority.roots)
        assert [entry for entry, _ in found.daily] == [entries]
        again = Restamping(
            home.app.runner,
            home.app.store,
            home.app.kept_packets,
            lambda: stamper(home.app.settings),
            lambda: signer(home.app.settings),
            home.app.orders._handing,
            home.app.channels,
            home.app.settings.zone,
            None,
            home.clock,
            lambda: None,
        )
        with line.up():
            await again.work()  # after a restart
        assert line.asked == 4


async def test_the_daily_stamps_of_a_packet_are_checked_with_standard_tools_and_by_verify(
    world: World, authority: Authority
) -> None:
    with serving(authority) as url, world.store.read() as work:
        stamps = Stamper(world.folder / "stamps", [url], authority.roots)
        heads = work.cases.heads(OPENED - timedelta(days=1), OPENED + timedelta(days=1))
        assert len(heads) == 1
        stamps.stamp(head_data(heads[0]))
        world.maker(stamps).make(world.case_id, world.folder / "packet.zip", recipient="court")
    with zipfile.ZipFile(world.folder / "packet.zip") as archive:
        archive.extractall(world.folder / "out")
    (folder,) = (world.folder / "out").iterdir()
    listed = run("bash", "-c", "\n".join(STAMPED), folder=folder).stdout
    assert "Verified OK" in listed
    assert listed.count(": OK\n") >= 3
    done = run("bash", "-c", "\n".join(DAILY), folder=folder)
    assert "Verification: OK" in done.stdout + done.stderr
    assert "BROKEN" not in done.stdout
    bagit.Bag(str(folder)).validate()
    ((entry, _),) = verify(folder, roots=authority.roots).daily
    (folder / f"signatures/heads/{entry}.txt").rename(folder / f"signatures/heads/{entry - 1}.txt")
    (folder / f"signatures/heads/{entry}.tsr").rename(folder / f"signatures/heads/{entry - 1}.tsr")
    with pytest.raises(PacketFault, match=rf"heads/{entry}\.\w+: is missing"):
        verify(folder, roots=authority.roots)
    assert "BROKEN" in run("bash", "-c", "\n".join(DAILY), folder=folder).stdout


async def test_without_an_authority_nothing_is_asked(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        await home.says(MATTER)
        await ordered(home)
        assert await home.app.restamping.work() is False
        assert not told(home, "handover.stamped")


def test_a_stamp_is_laid_in_once_and_only_into_a_packed_bag(world: World) -> None:
    source, target = world.folder / "packet.zip", world.folder / "more.zip"
    world.maker().make(world.case_id, source)
    key = Signer.load(world.folder / "key.pem")
    with_stamp(source, b"answer", key, target)
    with zipfile.ZipFile(target) as archive:
        assert archive.namelist() == sorted(archive.namelist())
    with pytest.raises(ValueError, match="timestamp"):
        with_stamp(target, b"answer", key, world.folder / "twice.zip")
    source.write_bytes(b"no archive")
    with pytest.raises(ValueError, match="packed"):
        with_stamp(source, b"answer", key, target)
