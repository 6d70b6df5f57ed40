"""What the tests of the WeChat channel are put together from."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
from starlette.applications import Starlette

from bot.channels.wechat.channel import WeChat
from bot.messages import Answer, OutgoingMessage, Update
from bot.settings import Settings
from tests.doubles.wechat import ApiDouble, Mode, WeChatDouble

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OPENID = "oPerson_000000000000000000-1"


@dataclass
class Clock:
    """Time that moves when told to."""

    moment: datetime = START

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass
class Recorder:
    """Stands for the conversation: records each update once, answers with what `reply` says, repeats it on repeats.

    `hold` is awaited first; only the first `inline` messages go into the response.
    """

    reply: Callable[[Update], tuple[str, ...]] = lambda update: (f"收到：{update.text}",)
    hold: Callable[[Update], Awaitable[None]] | None = None
    inline: int = 99
    updates: list[Update] = field(default_factory=list)
    fault: Exception | None = None
    _answers: dict[str, Answer] = field(default_factory=dict)

    async def __call__(self, update: Update) -> Answer:
        if self.hold:
            await self.hold(update)
        if self.fault:
            raise self.fault
        if known := self._answers.get(update.update_id):
            return Answer(known.messages, known.inline, repeated=True)
        self.updates.append(update)
        messages = tuple(OutgoingMessage("k", text) for text in self.reply(update))
        self._answers[update.update_id] = Answer(messages, min(len(messages), self.inline))
        return self._answers[update.update_id]


async def no_files(_conversation: str, sha256: str) -> AsyncIterator[bytes]:
    raise AssertionError(f"nobody sends files on WeChat: {sha256}")
    yield b""


def settings(**changes: object) -> Settings:
    known = {
        "wechat_app_id": "wx0123456789abcdef",
        "wechat_app_secret": "s3cret",
        "wechat_token": "test_token",
        "wechat_aes_key": KEY,
        "wechat_account": "gh_0123456789ab",
        "wechat_account_type": "service",
        "_env_file": None,
    }
    return Settings(**{**known, **changes})


@dataclass
class House:
    """The channel between a person's WeChat on one side and a recorder on the other, with the API beside it."""

    clock: Clock
    recorder: Recorder
    api: ApiDouble
    channel: WeChat
    web: httpx.AsyncClient
    wechat: WeChatDouble


def build(mode: Mode = "safe", *, recorder: Recorder | None = None, patience: float = 5.0, **changes: object) -> House:
    clock = Clock()
    recorder = recorder or Recorder()
    api = ApiDouble(clock)
    if mode == "plain":
        changes = {"wechat_aes_key": "", "wechat_plaintext": True, **changes}
    channel = WeChat(settings(**changes), recorder, clock, no_files, api.client())
    app = Starlette(routes=list(channel.routes))
    web = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://bot")
    wechat = WeChatDouble(web, clock, mode=mode, api=api, patience=patience, aes_key=KEY)
    return House(clock, recorder, api, channel, web, wechat)
