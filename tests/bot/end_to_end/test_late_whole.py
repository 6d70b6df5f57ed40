"""What comes late by Telegram: the stamp of a packet that was handed over, the bytes of a photo that was withdrawn."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.commands.chat import MovingClock
from bot.packet.verifying import verify
from tests.bot.end_to_end.case import PICTURES, look, until
from tests.bot.end_to_end.guests import TelegramGuest
from tests.bot.house import MATTER
from tests.bot.packet.parts import new_authority, serving
from tests.doubles.telegram import TelegramDouble
from tests.support.program import assemble
from tests.support.served import free_port


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble(now=MovingClock()) as double:
        yield double


@asynccontextmanager
async def program(
    database_url: str, folder: Path, telegram: TelegramDouble, **values: Any
) -> AsyncIterator[tuple[App, MovingClock]]:
    """The program with its background loops, on a clock that can be put forward."""
    clock = MovingClock()
    of_telegram = {"telegram_token": telegram.token, "telegram_api_base": telegram.address}
    app = assemble(database_url, folder, clock, quiet_hours="", **of_telegram, **values)
    await app.start()
    try:
        yield app, clock
    finally:
        await app.stop()


async def test_the_stamped_packet_comes_as_a_file_once_the_authority_answers(
    telegram: TelegramDouble, sqlite_url: str, tmp_path: Path
) -> None:
    """evidence.md requirement 15: an authority that is away delays the stamp, not the packet."""
    guest, port = TelegramGuest(telegram.person()), free_port()
    authority = new_authority(tmp_path / "authority")
    (tmp_path / "roots.pem").write_bytes(authority.roots)
    values = {"tsa_urls": f"http://127.0.0.1:{port}/", "tsa_roots": str(tmp_path / "roots.pem")}

    def packets() -> list[bytes]:
        return [sent.file for sent in guest.person.reads if sent.file_name.endswith(".zip")]

    async with program(sqlite_url, tmp_path, telegram, **values) as (app, clock):
        await guest.say(MATTER)
        await guest.say("材料包")
        await guest.choose("!packet=court")
        await until(lambda: len(packets()) == 1)
        with serving(authority, port=port):
            clock.ahead += timedelta(minutes=2)
            app.restamping.wake()
            await until(lambda: len(packets()) == 2)
        texts = "".join(sent.text for sent in guest.person.reads)
    moments = []
    for name, data in zip(("before.zip", "after.zip"), packets(), strict=True):
        (tmp_path / name).write_bytes(data)
        moments.append(verify(tmp_path / name, roots=authority.roots).stamped_at)

    assert moments[0] is None
    assert moments[1] is not None
    assert "补好时间戳" in texts
    assert telegram.faults == []


async def test_a_photo_withdrawn_on_its_way_stays_out_when_it_comes(
    telegram: TelegramDouble, sqlite_url: str, tmp_path: Path
) -> None:
    guest = TelegramGuest(telegram.person())
    async with program(sqlite_url, tmp_path, telegram) as (app, clock):
        await guest.say(MATTER)
        telegram.refuses("getFile", 500, "Internal Server Error")
        await guest.show(PICTURES[0], "小票")
        await until(lambda: look(sqlite_url, "telegram").file.evidence[0].reason != "")
        await guest.say("撤回证据1")
        clock.ahead += timedelta(minutes=2)
        app.fetching.wake()
        await until(lambda: look(sqlite_url, "telegram").file.evidence[0].sha256 is not None)
        memory = look(sqlite_url, "telegram")

        assert [one.status for one in memory.file.evidence] == ["withdrawn"]
        assert "exhibit.stored" not in memory.sent
        await guest.say("恢复证据1")
        assert len(look(sqlite_url, "telegram").stored) == 1
