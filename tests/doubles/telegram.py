"""Telegram on the loopback: people who write and press, an API server that is strict about what the bot sends.

The server is `lo-bot-api-emulator`, extended by what it lacks; every request of the bot is also held against aiogram's
models of the Bot API, so an unknown method, an unknown or missing field or a wrong shape is a fault. `async with
TelegramDouble() as telegram:` fails at its end when there were faults or refusals nobody asked for.
"""

import asyncio
import copy
import itertools
import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from lo_bot_api_emulator import ApiRefusal, LoBotApiEmulator
from lo_bot_api_emulator.updates import UpdateQueues

from tests.doubles.telegram_schema import faults_of

BOT = {"id": 7, "is_bot": True, "first_name": "掌柜帮", "username": "zhanggui_test_bot"}
DOWNLOAD_LIMIT = 20 << 20
NOW = datetime(2026, 3, 9, 6, 3, tzinfo=UTC)


@dataclass(frozen=True)
class Sent:
    """One thing the bot sent, as the person sees it. `buttons` are rows of (label, data)."""

    chat: int
    message_id: int
    text: str = ""
    buttons: tuple[tuple[tuple[str, str], ...], ...] = ()
    file_name: str = ""
    file: bytes = b""

    @property
    def labels(self) -> list[str]:
        """The labels of all buttons."""
        return [label for row in self.buttons for label, _ in row]


@dataclass
class Person:
    """Somebody with a private chat. Each thing they do returns the id of its update."""

    telegram: "TelegramDouble"
    id: int
    language: str = "zh-hans"
    name: str = "王掌柜"
    chat: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.chat = {"id": self.id, "type": "private", "first_name": self.name}

    async def sends(self, kind: str = "message", **content: Any) -> int:
        """A message with exactly this content."""
        message = {"message_id": self.telegram.next_message_id(), **self._envelope(), **content}
        return await self.telegram.puts({kind: message})

    async def says(self, text: str, **more: Any) -> int:
        return await self.sends(text=text, **more)

    async def edits(self, message_id: int, text: str) -> int:
        return await self.sends("edited_message", message_id=message_id, edit_date=self.telegram.date(), text=text)

    async def forwards(self, text: str, author: str) -> int:
        origin = {"type": "hidden_user", "sender_user_name": author, "date": self.telegram.date() - 86_400}
        return await self.sends(text=text, forward_origin=origin)

    async def sends_photo(self, data: bytes, **more: Any) -> int:
        large = {**self.telegram.keeps(data), "width": 1280, "height": 960}
        small = {**self.telegram.keeps(data[:10]), "width": 90, "height": 67}
        return await self.sends(photo=[small, large], **more)

    async def sends_album(self, photos: list[bytes], caption: str = "") -> list[int]:
        album = {"media_group_id": f"album-{self.telegram.next_message_id()}"}
        first = {"caption": caption} if caption else {}
        return [await self.sends_photo(data, **album, **({} if n else first)) for n, data in enumerate(photos)]

    async def sends_document(self, data: bytes, name: str, mime: str, **more: Any) -> int:
        return await self.sends(document={**self.telegram.keeps(data), "file_name": name, "mime_type": mime}, **more)

    async def presses(self, button: str, *, query: str = "") -> int:
        """Press the newest button with this label or data; `query` repeats an earlier press."""
        for sent in reversed(self.reads):
            for label, data in (pair for row in sent.buttons for pair in row):
                if button in (label, data):
                    return await self.presses_on(sent.message_id, data, query)
        raise AssertionError(f"there is no button {button}")

    async def presses_on(self, message_id: int, data: str, query: str = "") -> int:
        press = {
            "id": query or self.telegram.next_query(),
            "from": self._envelope()["from"],
            "chat_instance": "1",
            "data": data,
            "message": {"message_id": message_id, "date": self.telegram.date(), "chat": self.chat, "from": BOT},
        }
        return await self.telegram.puts({"callback_query": press})

    async def blocks(self) -> int:
        self.telegram.blocked.add(self.id)
        return await self._becomes("member", "kicked")

    async def unblocks(self) -> int:
        self.telegram.blocked.discard(self.id)
        return await self._becomes("kicked", "member")

    @property
    def reads(self) -> list[Sent]:
        """What the bot sent to this person, oldest first."""
        return [sent for sent in self.telegram.sent if sent.chat == self.id]

    async def _becomes(self, old: str, new: str) -> int:
        members = {"old_chat_member": old, "new_chat_member": new}
        change = {name: {"user": BOT, "status": status} for name, status in members.items()}
        return await self.telegram.puts({"my_chat_member": {**self._envelope(), **change}})

    def _envelope(self) -> dict[str, Any]:
        person = {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": self.language}
        return {"date": self.telegram.date(), "chat": self.chat, "from": person}


class TelegramDouble(LoBotApiEmulator):
    """The server. `address` is what both base settings take; `calls` are (method, fields) of all requests."""

    def __init__(
        self, token: str = "700:double-token-of-no-account", now: Callable[[], datetime] = lambda: NOW
    ) -> None:
        super().__init__(allow_insecure_loopback_webhooks=True)
        self._update_queues = _Queues(record=self._record, insecure_webhooks=True)
        self.token = token
        self.address = ""
        self.sent: list[Sent] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answered: list[str] = []
        self.blocked: set[int] = set()
        self.faults: list[str] = []
        self._now = now
        self._planned: dict[str, deque[ApiRefusal | None]] = defaultdict(deque)
        self._queries: set[str] = set()
        self._numbers = itertools.count(1)

    async def __aenter__(self) -> "TelegramDouble":
        self._runner = web.AppRunner(self.app(), access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, kind: object, *_: object) -> None:
        await self._runner.cleanup()
        if kind is None:
            assert not self.faults, self.faults

    def person(self, number: int = 1001, language: str = "zh-hans", name: str = "王掌柜") -> Person:
        return Person(self, number, language, name)

    def refuses(self, method: str, status: int, description: str, parameters: dict[str, int] | None = None) -> None:
        """Answer the next such request with an error."""
        self._planned[method].append(ApiRefusal(description, status, parameters))

    def cuts(self, method: str) -> None:
        """Close the connection on the next such request, without an answer."""
        self._planned[method].append(None)

    async def puts(self, update: dict[str, Any]) -> int:
        """Queue any update at all."""
        if "callback_query" in update:
            self._queries.add(update["callback_query"]["id"])
        return await self.enqueue_update(update, token=self.token)

    async def delivers(self) -> int:
        """Try again what a webhook did not take; how many updates it takes now."""
        return await self.deliver_updates(token=self.token)

    @property
    def pending(self) -> int:
        """How many updates are not confirmed."""
        return self._update_queues.info(self.token)["pending_update_count"]

    def called(self, method: str) -> list[dict[str, Any]]:
        """The fields of all requests of that kind."""
        return [fields for name, fields in self.calls if name == method]

    async def until(self, condition: Callable[[], bool], seconds: float = 20) -> None:
        """Wait for something the bot's requests bring about."""
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.005)

    def keeps(self, data: bytes, size: int | None = None) -> dict[str, Any]:
        """The description of a file as messages carry it; `size` is what Telegram claims."""
        name = f"file-{next(self._numbers)}"
        self.assets[name] = {"data": data, "size": len(data) if size is None else size}
        return {"file_id": name, "file_unique_id": f"{name}-unique", "file_size": self.assets[name]["size"]}

    def vanishes(self, file: dict[str, Any]) -> None:
        """The link to a file is dead, though the file is known."""
        self.assets[file["file_id"]]["vanished"] = True

    def next_message_id(self) -> int:
        self.next_id += 1
        return self.next_id - 1

    def next_query(self) -> str:
        return f"query-{next(self._numbers)}"

    def date(self) -> int:
        return int(self._now().timestamp())

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if self._planned[method] and self._planned[method][0] is None:
            self._planned[method].popleft()
            assert request.transport is not None
            request.transport.abort()
        return await super().handle(request)

    async def download(self, request: web.Request) -> web.StreamResponse:
        if self.assets.get(request.match_info["path"], {}).get("vanished"):
            raise web.HTTPNotFound
        return await super().download(request)

    def validate(self, method: str, fields: dict[str, Any], uploads: dict[str, Any]) -> Any:
        self.calls.append((method, dict(fields)))
        self.faults.extend(faults_of(method, fields, uploads))
        if self._planned[method]:
            refusal = self._planned[method].popleft()
            assert refusal is not None
            raise refusal
        if str(fields.get("chat_id", "")) in map(str, self.blocked):
            raise ApiRefusal("Forbidden: bot was blocked by the user", 403)
        if method == "answerCallbackQuery":
            query = fields.get("callback_query_id", "")
            self.answered.append(query)
            if query not in self._queries:
                raise ApiRefusal("Bad Request: query is too old and response timeout expired or query ID is invalid")
        if method == "getFile" and self.assets.get(fields.get("file_id"), {}).get("size", 0) > DOWNLOAD_LIMIT:
            raise ApiRefusal("Bad Request: file is too big")
        try:
            result = super().validate(method, fields, uploads)
        except ApiRefusal as refusal:
            if method != "getFile":
                self.faults.append(f"{method}: {refusal.description}")
            raise
        if method == "getMe":
            return {**result, **BOT}
        if method == "getFile":
            return {**result, "file_size": self.assets[result["file_id"]]["size"]}
        if method.startswith("send") and isinstance(result, dict):
            return self._sent(result, fields)
        return result

    def _sent(self, message: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
        asset = self.assets.get(message.get("document", {}).get("file_id"), {})
        rows = json.loads(fields.get("reply_markup", "{}")).get("inline_keyboard", [])
        self.sent.append(
            Sent(
                message["chat"]["id"],
                message["message_id"],
                message.get("text", message.get("caption", "")),
                tuple(tuple((button["text"], button.get("callback_data", "")) for button in row) for row in rows),
                asset.get("filename", ""),
                asset.get("data", b""),
            )
        )
        return {**message, "date": self.date(), "from": BOT}


class _Queues(UpdateQueues):
    """Takes every kind of update, also such as Telegram should never send."""

    async def enqueue(self, token: str, update: dict[str, Any]) -> int:
        state = self._state(token)
        async with state.condition:
            number = update.get("update_id", state.next_id)
            state.next_id = number + 1
            state.updates.append({"update_id": number, **copy.deepcopy(update)})
            state.condition.notify_all()
        await self.deliver(token)
        return number
