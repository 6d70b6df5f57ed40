"""The channel at a make-believe Telegram and a handler that remembers; nothing leaves the loopback."""

import asyncio
import hashlib
import socket
from collections.abc import AsyncIterator

import pytest

from bot.channels.base import Unavailable
from bot.channels.telegram import Telegram
from bot.messages import Answer, Update
from bot.settings import Settings
from tests.doubles.telegram import NOW, TelegramDouble

SECRET = "a-secret-of-the-webhook"
COMMANDS = {"start": "开始", "help": "帮助", "status": "进度", "cancel": "停下", "settings": "设置"}


class House:
    """Takes updates as the conversation will: remembers what was recorded; can be away, broken, or held up."""

    def __init__(self) -> None:
        self.asked: list[Update] = []
        self.recorded: list[Update] = []
        self.away = 0
        self.broken = False
        self.blobs: dict[str, bytes] = {}
        self.arrived = asyncio.Event()
        self.slow_chat = ""
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def handle(self, update: Update) -> Answer:
        self.asked.append(update)
        self.arrived.set()
        if update.conversation.startswith(self.slow_chat):
            await self.go_on.wait()
        if self.away:
            self.away -= 1
            raise Unavailable
        if self.broken:
            raise RuntimeError("a fault of ours")
        repeated = any(update.update_id == known.update_id for known in self.recorded)
        if not repeated:
            self.recorded.append(update)
        return Answer((), repeated=repeated)

    def keeps(self, data: bytes) -> str:
        name = hashlib.sha256(data).hexdigest()
        self.blobs[name] = data
        return name

    async def open_blob(self, conversation: str, sha256: str) -> AsyncIterator[bytes]:
        assert conversation
        data = self.blobs[sha256]
        for at in range(0, len(data), 65536):
            yield data[at : at + 65536]

    @property
    def texts(self) -> list[str]:
        return [update.text for update in self.recorded]


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for another machine fails."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        assert host in ("127.0.0.1", "::1", ""), f"a test reaches for {host}"
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble() as double:
        yield double


def settings_for(telegram: TelegramDouble, mode: str = "polling", public_url: str = "") -> Settings:
    return Settings(
        _env_file=None,
        telegram_token=telegram.token,
        telegram_api_base=telegram.address,
        telegram_mode=mode,
        telegram_webhook_secret=SECRET,
        public_url=public_url,
    )


@pytest.fixture
async def channel(telegram: TelegramDouble, house: House) -> AsyncIterator[Telegram]:
    """The channel, built and not started."""
    channel = build(telegram, house)
    yield channel
    await channel.stop()


def build(telegram: TelegramDouble, house: House, **settings: str) -> Telegram:
    return Telegram(
        settings_for(telegram, **settings),
        house.handle,
        lambda: NOW,
        house.open_blob,
        commands=COMMANDS,
        pause=0.01,
    )
