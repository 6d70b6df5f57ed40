"""What was read from a photo reaches the person on the platforms after their photo was answered: with taps by Telegram,
with numbers by WeChat, and where nothing can be pushed, ahead of the next answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from bot.app import App
from bot.channels.wechat.channel import WeChat
from bot.reading.reading import Reading
from storage.records import Conversation
from tests.bot.end_to_end.case import PICTURES, look, until
from tests.bot.end_to_end.guests import OPENID, TelegramGuest, WeChatGuest
from tests.doubles.telegram import TelegramDouble
from tests.doubles.wechat import ApiDouble, WeChatDouble
from tests.support.program import assemble
from tests.support.reader import FakeReader, reading
from tests.support.served import PATIENCE

SLIP: dict[str, Any] = {"amount": "1280.00", "time": "2026-11-20T14:30:05", "reference_no": "142536475869"}
PICTURE = "http://mmbiz.qpic.cn/x"
CONFIRM = "!read=ok.1.0"


class SlowReader(FakeReader):
    """It takes as long as the test wants: longer than any platform waits for an answer."""

    def __init__(self) -> None:
        super().__init__()
        self.may_end = asyncio.Event()
        self.knows(PICTURES[0], reading("slip", SLIP))

    async def read(self, source: bytes) -> Reading:
        found = await super().read(source)
        await self.may_end.wait()
        return found


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def started(app: App, reader: SlowReader) -> AsyncIterator[App]:
    """The program with its background loops, on the real clock."""
    await app.start()
    try:
        yield app
    finally:
        reader.may_end.set()
        await app.stop()


@asynccontextmanager
async def account(
    database_url: str, folder: Path, reader: SlowReader, kind: str
) -> AsyncIterator[tuple[App, WeChatGuest]]:
    """The program with an Official Account of this type, and a follower of it."""
    api = ApiDouble(now)
    api.files[PICTURE] = PICTURES[0]
    platform = WeChatDouble(httpx.AsyncClient(), now, patience=PATIENCE, api=api)
    values = {
        "wechat_app_id": platform.app_id,
        "wechat_app_secret": api.secret if kind != "unverified" else "",
        "wechat_token": platform.token,
        "wechat_aes_key": platform.aes_key,
        "wechat_account": platform.account,
        "wechat_account_type": kind,
    }
    app = assemble(database_url, folder, reader=reader, quiet_hours="", **values)
    app.channels["wechat"] = WeChat(app.settings, app.handle, now, app.downloads.opener("wechat"), api.client())
    transport = httpx.ASGITransport(app.asgi())
    async with (
        started(app, reader),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=PATIENCE) as client,
    ):
        platform.client = client
        yield app, WeChatGuest(platform, api)


def talk(app: App) -> Conversation:
    """The follower's conversation."""
    with app.store.read() as work:
        both = work.people.find("wechat", OPENID)
        assert both is not None
        return both[1]


def is_read(database_url: str, channel: str) -> bool:
    evidence = look(database_url, channel).file.evidence
    return bool(evidence) and evidence[0].reading == "told"


async def test_by_telegram_it_comes_with_taps(sqlite_url: str, tmp_path: Path) -> None:
    reader = SlowReader()
    async with TelegramDouble(now=now) as telegram:
        guest = TelegramGuest(telegram.person())
        values = {"telegram_token": telegram.token, "telegram_api_base": telegram.address}
        app = assemble(sqlite_url, tmp_path, reader=reader, quiet_hours="", **values)
        async with started(app, reader):
            await guest.say("钱没到账")
            await guest.show(PICTURES[0], "小票")
            await until(lambda: len(reader.read_files) == 1)
            assert not _offering(guest)
            reader.may_end.set()
            await until(lambda: bool(_offering(guest)))
            [proposal] = _offering(guest)
            assert "1,280.00" in proposal.text
            await guest.choose(CONFIRM)

            fact = look(sqlite_url, "telegram").file.facts["amount"]
            assert (fact.value, fact.state) == ("1280.00", "confirmed")
            assert len(_offering(guest)) <= 1


def _offering(guest: TelegramGuest) -> list[Any]:
    """The messages with a button that confirms what was read."""
    taps = [(sent, data) for sent in guest.person.reads for row in sent.buttons for _, data in row]
    return [sent for sent, data in taps if data.endswith(CONFIRM)]


async def test_by_wechat_it_comes_with_numbers(sqlite_url: str, tmp_path: Path) -> None:
    reader = SlowReader()
    async with account(sqlite_url, tmp_path, reader, "service") as (app, guest):
        await guest.say("钱没到账")
        await guest.show(PICTURES[0], "")
        await until(lambda: len(reader.read_files) == 1)
        before = len(guest.api.sent)
        reader.may_end.set()
        await until(lambda: len(guest.api.sent) > before)
        await until(lambda: is_read(sqlite_url, "wechat"))
        [(_, proposal)] = [sent for sent in guest.api.sent if "1,280.00" in sent[1]]
        assert "1. " in proposal
        await until(lambda: talk(app).offered[0].endswith(CONFIRM))
        await guest.say("1")

        assert look(sqlite_url, "wechat").file.facts["amount"].state == "confirmed"


async def test_where_nothing_can_be_pushed_it_leads_the_next_answer(sqlite_url: str, tmp_path: Path) -> None:
    reader = SlowReader()
    async with account(sqlite_url, tmp_path, reader, "unverified") as (app, guest):
        await guest.say("钱没到账")
        await guest.show(PICTURES[0], "")
        await until(lambda: len(reader.read_files) == 1)
        reader.may_end.set()
        await until(lambda: is_read(sqlite_url, "wechat"))
        await until(lambda: talk(app).parked > 0)
        assert guest.api.sent == []
        await guest.say("在吗")
        assert "1,280.00" in guest.read[-1]
        await guest.say("1")

        assert look(sqlite_url, "wechat").file.facts["amount"].state == "confirmed"
