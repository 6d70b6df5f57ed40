"""The Telegram channel: receives by polling or webhook, delivers, fetches."""

import asyncio
import json
import logging
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from telegram import BotCommand, BotCommandScopeAllPrivateChats, InputFile
from telegram.error import TelegramError
from telegram.request import BaseRequest, HTTPXRequest

from bot.channels.base import Handler, Unavailable
from bot.channels.telegram import files, inbound, outbound
from bot.channels.telegram.polling import ALLOWED_UPDATES, Api, Patience, Raw, poll
from bot.messages import Delivery, OutgoingMessage, Update
from bot.settings import Settings

logger = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"

BODY_LIMIT = 1 << 20
"""Bytes of one webhook request; a real one has a few kilobytes."""

_LANES = 32
"""Chats whose updates are handled at the same time."""

_REMEMBERED_PRESSES = 1024


class Telegram:
    """Telegram as a `Channel`. `commands` maps the names of commands to the descriptions shown in the menu.

    `requests` stands in for the two HTTP clients of the library, the one that polls and the one for the rest; `pause`
    is the first rest after a fault, in seconds.
    """

    name = "telegram"
    largest_file = files.UPLOAD_LIMIT

    def __init__(
        self,
        settings: Settings,
        handle: Handler,
        now: Callable[[], datetime],
        open_blob: Callable[[str, str], AsyncIterator[bytes]],
        *,
        commands: Mapping[str, str] | None = None,
        requests: tuple[BaseRequest, BaseRequest] | None = None,
        pause: float = 1.0,
    ) -> None:
        _hush()
        self._settings = settings
        self._handle = handle
        self._now = now
        self._open_blob = open_blob
        self._commands = dict(commands or {})
        self._requests = requests or (_client(connection_pool_size=2), _client(connection_pool_size=32))
        self._api = Api(
            settings.telegram_token.get_secret_value(),
            base_url=f"{settings.telegram_api_base}/bot",
            base_file_url=f"{settings.telegram_file_base or settings.telegram_api_base}/file/bot",
            get_updates_request=self._requests[0],
            request=self._requests[1],
        )
        self._downloads = httpx.AsyncClient(timeout=httpx.Timeout(20.0))
        self._patience = Patience(pause)
        self._lanes = asyncio.Semaphore(_LANES)
        self._loops: list[asyncio.Task[None]] = []
        self._under_way: set[asyncio.Task[Any]] = set()
        self._answered: OrderedDict[str, None] = OrderedDict()

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """The webhook, in webhook mode."""
        return [Route("/telegram", self._receive, methods=["POST"])] if self._has_webhook else []

    @property
    def _has_webhook(self) -> bool:
        return self._settings.telegram_mode == "webhook"

    def inline(self, messages: Sequence[OutgoingMessage]) -> int:
        """None: what the response to a webhook asks for is never confirmed, so it could be lost unseen."""
        del messages
        return 0

    def fit(self, message: OutgoingMessage) -> list[OutgoingMessage]:
        """The message as parts that are one request each; each file is a part of its own, after the text."""
        return outbound.fit(message)

    async def start(self) -> None:
        """Begin to receive; Telegram is told how in the background, for as long as that takes."""
        self._loops = [asyncio.create_task(self._run()), asyncio.create_task(self._publish_commands())]

    async def stop(self) -> None:
        """Stop receiving, finish what is under way, close connections."""
        self._patience.stop()
        await asyncio.gather(*self._loops, return_exceptions=True)
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await asyncio.gather(*(request.shutdown() for request in self._requests), self._downloads.aclose())

    async def deliver(self, conversation: str, message: OutgoingMessage, key: str) -> Delivery:
        """Send one message. Telegram knows no idempotency key: a message without an answer ends as `unknown`.

        A message that `fit` has not cut is sent in its parts all the same; when a later part fails it is `unknown`.
        """
        del key
        delivery = Delivery("refused", reason="empty")
        for number, part in enumerate(outbound.fit(message)):
            try:
                delivery = await self._send(conversation, part)
            except Exception as fault:
                delivery = outbound.classify(fault)
            if delivery.status != "sent":
                return Delivery("unknown", reason=f"cut off: {delivery.reason}") if number else delivery
        return delivery

    async def fetch(self, reference: Mapping[str, Any]) -> AsyncIterator[bytes]:
        """Stream the bytes of an attachment this channel announced. Raises `FetchFailed`."""
        async for chunk in files.download(self._api, self._downloads, reference):
            yield chunk

    async def _send(self, conversation: str, part: OutgoingMessage) -> Delivery:
        try:
            chat, markup = int(conversation), outbound.keyboard(part.choices)
        except ValueError as fault:
            return Delivery("refused", reason=str(fault))
        if not part.files:
            text = outbound.sendable(part.text)
            if not text.strip():
                return Delivery("refused", reason="empty")
            sent = await self._api.send_message(chat, text, reply_markup=markup)
            return Delivery("sent", reference=str(sent.message_id))
        [file] = part.files
        with files.spooled() as body:
            try:
                await files.spool(self._open_blob(conversation, file.sha256), body)
            except files.TooBig:
                return Delivery("refused", reason="too_big")
            except Exception as fault:
                logger.warning("telegram: a file to send could not be read: %s", type(fault).__name__)
                return Delivery("retry", reason="blob")
            upload = InputFile(body, filename=outbound.sendable(file.name) or "file", read_file_handle=False)
            sent = await self._api.send_document(chat, upload, reply_markup=markup, read_timeout=60)
            return Delivery("sent", reference=str(sent.message_id))

    async def _run(self) -> None:
        if self._has_webhook:
            await self._patience.insist("setting the webhook", self._set_webhook)
            return
        # A webhook that is still set would refuse every poll. Neither call drops what is pending.
        await self._patience.insist("removing the webhook", self._api.delete_webhook)
        await poll(self._api, self._take_all, self._patience)

    async def _set_webhook(self) -> None:
        await self._api.set_webhook(
            f"{self._settings.public_url}/telegram",
            secret_token=self._settings.telegram_webhook_secret.get_secret_value(),
            allowed_updates=ALLOWED_UPDATES,
        )

    async def _publish_commands(self) -> None:
        if self._commands:
            menu = [BotCommand(name, words) for name, words in self._commands.items()]
            scope = BotCommandScopeAllPrivateChats()
            await self._patience.insist("setting the commands", lambda: self._api.set_my_commands(menu, scope=scope))

    async def _receive(self, request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "").encode()
        wanted = self._settings.telegram_webhook_secret.get_secret_value().encode()
        if not wanted or not secrets.compare_digest(given, wanted):
            return Response(status_code=403)
        if self._patience.is_over:
            return Response(status_code=503)
        body = bytearray()
        try:
            async for chunk in request.stream():
                body += chunk
                if len(body) > BODY_LIMIT:
                    return Response(status_code=413)
        except ClientDisconnect:
            return Response(status_code=400)
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            logger.warning("telegram: a webhook request was no JSON")
            return Response(status_code=200)
        recorded = await asyncio.shield(self._begin(self._take_all([raw])))
        return Response(status_code=200 if recorded else 503)

    async def _take_all(self, batch: Sequence[Raw]) -> bool:
        """Handle updates: one chat in order, several chats at once. Have all been recorded?"""
        chats: dict[str, list[Update]] = {}
        for raw in batch:
            self._answer_press(inbound.press(raw))
            update = inbound.translate(raw, self._now())
            if update is None:
                logger.warning("telegram: an update that names no chat was passed over")
            else:
                chats.setdefault(update.conversation, []).append(update)
        return all(await asyncio.gather(*(self._take_in_order(updates) for updates in chats.values())))

    async def _take_in_order(self, updates: list[Update]) -> bool:
        async with self._lanes:
            for update in sorted(updates, key=lambda update: int(update.update_id)):
                if self._patience.is_over:
                    return False
                try:
                    await self._handle(update)
                except Unavailable:
                    return False
                except Exception as fault:
                    # A promise of the handler was broken. To ask again for ever would stop everybody's updates.
                    logger.error("telegram: update %s failed: %s", update.update_id, type(fault).__name__)
        return True

    def _answer_press(self, query: str) -> None:
        """End the waiting shown on a pressed button: once, at once, whatever becomes of the update."""
        if not query or query in self._answered:
            return
        self._answered[query] = None
        if len(self._answered) > _REMEMBERED_PRESSES:
            self._answered.popitem(last=False)
        self._begin(self._say_answered(query))

    async def _say_answered(self, query: str) -> None:
        try:
            await self._api.answer_callback_query(query)
        except TelegramError as fault:
            logger.info("telegram: a press was not answered: %s", outbound.describe(fault))

    def _begin(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task


def _client(connection_pool_size: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connection_pool_size,
        connect_timeout=10.0,
        read_timeout=20.0,
        write_timeout=20.0,
        pool_timeout=10.0,
        media_write_timeout=60.0,
    )


def _hush() -> None:
    """The HTTP libraries log every address, and ours hold the token; the Telegram library logs what people wrote."""
    for name, level in (("httpx", logging.WARNING), ("httpcore", logging.WARNING), ("telegram", logging.CRITICAL + 1)):
        logging.getLogger(name).setLevel(level)
