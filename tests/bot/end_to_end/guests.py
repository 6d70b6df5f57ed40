"""Guests: one merchant, brought to the program by each channel."""

import asyncio
import itertools
import re
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.bot.end_to_end.case import until
from tests.doubles.telegram import Person
from tests.doubles.wechat import ApiDouble, Seen, WeChatDouble
from tests.support.served import PATIENCE, Served

OPENID = "oMerchant_0000000000000000001"


@dataclass
class WebGuest:
    """A page without a browser: the API as the page uses it, with its cookie."""

    program: Served
    client: httpx.AsyncClient = field(init=False)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.client = httpx.AsyncClient(
            base_url=self.program.address, headers={"X-Requested-With": "zgb"}, timeout=PATIENCE
        )

    async def post(self, **body: Any) -> httpx.Response:
        """Send, with an id of its own unless one is given; whatever comes back."""
        return await self.client.post("/chat/messages", json={"id": f"m{next(self._numbers)}", **body})

    async def upload(self, *files: tuple[str, bytes, str], **fields: str) -> httpx.Response:
        """Send files, each (name, bytes, type)."""
        data = {"id": f"m{next(self._numbers)}", **fields}
        return await self.client.post("/chat/messages", data=data, files=[("files", file) for file in files])

    async def say(self, text: str) -> None:
        _answered(await self.post(text=text))

    async def choose(self, pick: str) -> None:
        state = await self.state()
        [choice] = [
            choice["id"]
            for message in state["messages"][::-1]
            for choice in message["choices"]
            if choice["id"].partition(":")[2] == pick
        ][:1]
        _answered(await self.post(choice=choice))

    async def show(self, data: bytes, caption: str) -> None:
        _answered(await self.upload(("photo.png", data, "image/png"), caption=caption))

    async def state(self) -> dict[str, Any]:
        """Everything the page shows."""
        state: dict[str, Any] = (await self.client.get("/chat/state")).raise_for_status().json()
        return state


def _answered(answer: httpx.Response) -> None:
    assert answer.raise_for_status().json()["messages"]


@dataclass
class TelegramGuest:
    """Somebody in a private chat with the bot."""

    person: Person

    async def say(self, text: str) -> None:
        await self._answered(self.person.says(text))

    async def choose(self, pick: str) -> None:
        [data] = [
            data
            for sent in self.person.reads[::-1]
            for row in sent.buttons
            for _, data in row
            if data.partition(":")[2] == pick
        ][:1]
        await self._answered(self.person.presses(data))

    async def show(self, data: bytes, caption: str) -> None:
        await self._answered(self.person.sends_photo(data, **({"caption": caption} if caption else {})))

    async def _answered(self, act: Any) -> None:
        """Done, and all that was to be said to it has arrived: the next question is there to be answered."""
        before = len(self.person.reads)
        await act
        await self.person.telegram.until(lambda: len(self.person.reads) > before, PATIENCE)
        await settled(lambda: len(self.person.reads))


@dataclass
class WeChatGuest:
    """A follower of the account. Choices are numbered lines there: the number is typed."""

    platform: WeChatDouble
    api: ApiDouble
    openid: str = OPENID
    read: list[str] = field(default_factory=list)
    _media: Any = field(default_factory=lambda: itertools.count(1))

    async def say(self, text: str) -> None:
        self._hear(await self.platform.say(self.openid, text))
        await settled(lambda: len(self.api.sent))

    async def choose(self, pick: str) -> None:
        raise NotImplementedError("labels are what a follower sees; see `choose_label`")

    async def choose_label(self, label: str) -> None:
        """Type the number before the label in the newest list that has it."""
        texts = [*self.read, *(text for openid, text in self.api.sent if openid == self.openid)]
        [number] = [found[1] for text in texts[::-1] if (found := re.search(rf"^(\d+)\. {label}", text, re.M))][:1]
        await self.say(number)

    async def show(self, data: bytes, caption: str) -> None:
        media_id = f"media{next(self._media)}"
        self.api.media[media_id] = data
        self._hear(await self.platform.message(self.openid, "image", PicUrl="http://mmbiz.qpic.cn/x", MediaId=media_id))
        await settled(lambda: len(self.api.sent))
        if caption:
            await self.say(caption)

    def _hear(self, seen: Seen) -> None:
        assert seen.kind == "reply", seen
        self.read.append(seen.text)


async def settled(count: Any, rest: float = 0.3) -> None:
    """Wait until nothing more comes for a moment."""
    last = -1
    while last != count():
        last = count()
        await asyncio.sleep(rest)


__all__ = ["OPENID", "TelegramGuest", "WeChatGuest", "WebGuest", "settled", "until"]
