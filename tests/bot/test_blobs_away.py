"""Requirement 21: bytes that cannot be had at the moment are not lost, and nobody is told that they are."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels.base import Unavailable
from bot.messages import Origin
from bot.settings import Settings
from storage import Blob, BlobsAway, Keyring
from tests.bot.end_to_end.case import picture
from tests.bot.house import MATTER, house
from tests.bot.packet.parts import jpeg
from tests.bot.reading.test_reading_loop import SLIP, knowing, sends
from tests.support.away import AwayFolder
from tests.support.program import NOON, running
from tests.support.reader import reading

PAGE = {"x-requested-with": "zgb"}


@pytest.fixture(autouse=True)
def _places(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def place(
        settings: Settings, beside: str = "", *, keys: Keyring | None = None, encrypt: bool = False
    ) -> AwayFolder:
        return AwayFolder(Path(f"{settings.blobs}{beside}"), keys, encrypt=encrypt)

    monkeypatch.setattr("bot.keys.place", place)
    yield
    AwayFolder.away = False


async def test_the_page_is_told_to_come_back(sqlite_url: str, tmp_path: Path) -> None:
    async with running(sqlite_url, tmp_path, NOON) as (app, _):
        transport = httpx.ASGITransport(app.asgi())
        async with httpx.AsyncClient(transport=transport, base_url="http://shop", headers=PAGE) as page:
            await page.post("/chat/messages", json={"id": "m-1", "text": MATTER})
            await page.post("/chat/messages", data={"id": "m-2"}, files={"f": ("a.jpg", jpeg(), "image/jpeg")})
            await page.post("/chat/messages", json={"id": "m-3", "choice": "1:!packet=self"})
            while await app.orders.work():
                pass
            state = (await page.get("/chat/state")).json()
            (exhibit,) = state["case"]["evidence"]
            packets = [file["url"] for message in state["messages"] for file in message.get("files", ())]
            addresses = [exhibit["url"], exhibit["original"], *packets]
            assert len(addresses) == 4
            AwayFolder.away = True
            assert {(await page.get(address)).status_code for address in addresses} == {503}
            AwayFolder.away = False
            assert {(await page.get(address)).status_code for address in addresses} == {200}


async def test_a_packet_waits_instead_of_leaving_exhibits_out(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        await it.says("对方说资金审核中", kind="forward", origin=Origin("客服", NOON))
        await it.says("", kind="choice", choice="1:!packet=self")
        it.app.blobs.away = True  # type: ignore[attr-defined] - packets could be kept
        for _ in range(20):
            assert not await it.app.orders.work()
            it.passes(minutes=2)
        it.app.blobs.away = False  # type: ignore[attr-defined]
        await it.runs(it.app.orders)
        with it.app.store.read() as work:
            (packet,) = [one for one in (work.packets.get(1),) if one]
        assert packet.status == "made"
        assert packet.files[0]["inside"]["originals"] == 1


async def test_who_has_waited_an_hour_for_a_packet_is_told(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        await it.says("对方说资金审核中", kind="forward", origin=Origin("客服", NOON))
        await it.says("", kind="choice", choice="1:!packet=self")
        AwayFolder.away = True
        it.passes(hours=1)
        for _ in range(4):
            await it.app.orders.work()
            it.passes(minutes=4)
        assert it.outbox()[-1].body["key"] == "handover.failed"


async def test_a_picture_waits_to_be_read_as_long_as_it_takes(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path, reader=knowing(p1=reading("slip", SLIP))) as it:
        await it.says(MATTER)
        await sends(it, picture(1))
        AwayFolder.away = True
        for _ in range(20):
            await it.runs(it.app.reading)
            it.passes(minutes=2)
        assert it.file().evidence[0].reading == "due"
        AwayFolder.away = False
        await it.runs(it.app.reading)
        assert it.file().evidence[0].items[0]["amount"]["value"] == SLIP["amount"]


async def test_a_copy_of_everything_breaks_off_instead_of_calling_a_file_missing(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        await it.says("对方说资金审核中", kind="forward", origin=Origin("客服", NOON))
        holdings = it.app.exporter.gather(1)
        assert holdings is not None
        AwayFolder.away = True
        with pytest.raises(BlobsAway):
            b"".join(it.app.exporter.pack(holdings, NOON))


async def test_a_forwarded_text_that_cannot_be_kept_is_to_come_again(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        forward = it.update("对方说资金审核中", kind="forward", origin=Origin("客服", NOON))
        AwayFolder.away = True
        with pytest.raises(Unavailable):
            await it.app.handle(forward)
        assert it.file().evidence == ()
        AwayFolder.away = False
        assert not (await it.app.handle(forward)).repeated
        assert [one.status for one in it.file().evidence] == ["stored"]


async def test_words_are_kept_outside_the_turn_so_that_nobody_waits_for_the_place(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        threads: list[str] = []
        put = it.app.blobs.put

        def watched(data: Any, *, case_id: int) -> Blob:
            threads.append(threading.current_thread().name)
            return put(data, case_id=case_id)

        monkeypatch.setattr(it.app.blobs, "put", watched)
        await it.says("对方说资金审核中", kind="forward", origin=Origin("客服", NOON))
        (one,) = it.file().evidence
        assert b"".join(it.app.blobs.open(one.case_id, one.sha256 or "")) == "对方说资金审核中".encode()
        assert len(threads) == 1
        assert not threads[0].startswith("turns")
