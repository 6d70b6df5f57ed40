"""People who write through WeChat: signed and sealed pushes over lines of their own, answers opened and checked."""

import asyncio
import itertools
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from urllib.parse import urlencode

import httpx

from benchmarks.server import WECHAT
from tests.doubles.wechat import Push, WeChatDouble

STORY = (
    "你好",
    "钱没到账，前天刷的一笔3860，客服电话打了三次都没人接，怎么办啊",
    "机器是网上买的，拉卡拉的",
    "1",
    "T+1",
    "不知道",
    "我该留什么证据",
    "今天又打了客服，说三个工作日内处理，工单号 20261124007",
    "跳过",
    "明天下午三点提醒我再打一次",
    "我想投诉，打什么电话",
    "个体户",
    "有没有别的办法收钱",
    "要不要找律师",
    "找人工",
    "谢谢",
)
"""What each person writes, one after the other: a whole case through most sections, some answers by number."""

_ids = itertools.count(time.time_ns() // 1000)


def account() -> WeChatDouble:
    """The platform's side of the account, for its seals; the requests are ours."""
    return WeChatDouble(
        httpx.AsyncClient(),
        lambda: datetime.now(UTC),
        token=WECHAT["WECHAT_TOKEN"],
        app_id=WECHAT["WECHAT_APP_ID"],
        account=WECHAT["WECHAT_ACCOUNT"],
        aes_key=WECHAT["WECHAT_AES_KEY"],
        mode="safe",
    )


@dataclass
class Line:
    """A kept-alive HTTP connection that does only what this needs: a full client would cost more than the program."""

    port: int
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> "Line":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Drop the connection; the next request opens another."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None

    async def post(self, target: str, body: bytes) -> tuple[int, bytes]:
        """Status and body. Raises `OSError` or `EOFError` when the other end is gone."""
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            head = f"POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\n"
            self._writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            raw = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            status = int(raw.split(" ", 2)[1])
            length = int(raw.partition("content-length:")[2].split("\r\n", 1)[0])
            return status, await self._reader.readexactly(length)
        except BaseException:
            self.close()
            raise


@dataclass
class Person:
    """Somebody at a phone. `said` are the texts that were answered, with the answer each got."""

    platform: WeChatDouble
    openid: str
    said: list[tuple[str, str]] = field(default_factory=list)

    def writes(self, text: str) -> tuple[str, Push]:
        """The message id of a text and the push that carries it."""
        number = str(next(_ids))
        return number, self.platform.push(self.platform.xml(self.openid, "text", MsgId=int(number), Content=text))

    async def sends(self, line: Line, push: Push) -> tuple[int, str]:
        """Status and what the person reads ("" for an answer without words)."""
        status, body = await line.post(f"/wechat?{urlencode(push.query)}", push.body)
        if status != 200 or body in (b"success", b""):
            return status, ""
        return status, self.platform.read(push, body)
