"""The WeChat Official Account as a channel: its callback is answered within five seconds, the rest is delivered."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.base import FetchFailed, Handler, Unavailable, numbered
from bot.channels.wechat import replies
from bot.channels.wechat.client import Client, ClientFault, Declined, Unfit
from bot.channels.wechat.deliveries import WITHOUT_RIGHT, judge
from bot.channels.wechat.edge import Edge, Opened, Query, Refused, Repeats, TooLarge, read_body
from bot.channels.wechat.inbound import translate
from bot.messages import Answer, Delivery, OutgoingMessage, Update
from bot.settings import Settings

log = logging.getLogger(__name__)

MEDIA_HOSTS = ("qpic.cn", "qlogo.cn", "tc.qq.com", "weixin.qq.com")
MEDIA_LIMIT = 64 * 1024 * 1024
MEDIA_LIFETIME = timedelta(days=3)
SUCCESS = "success"


class WeChat:
    """A WeChat Official Account (see `bot.channels.base.Channel`).

    `success` is only said for what is recorded. A turn that takes too long goes on while WeChat cuts the line after
    five seconds and sends the same again, twice; the repeat finds the recorded answer.
    `media_hosts` are the only hosts (with their subdomains) that pictures and videos are fetched from.
    """

    name = "wechat"
    largest_file = 0  # an account cannot send files to a person

    def __init__(
        self,
        settings: Settings,
        handle: Handler,
        now: Callable[[], datetime],
        open_blob: Callable[[str, str], AsyncIterator[bytes]],
        client: httpx.AsyncClient | None = None,
        *,
        media_hosts: tuple[str, ...] = MEDIA_HOSTS,
        media_limit: int = MEDIA_LIMIT,
    ) -> None:
        keys = (settings.wechat_aes_key, settings.wechat_aes_key_previous)
        self._edge = Edge(
            settings.wechat_token.get_secret_value(),
            settings.wechat_app_id,
            [key.get_secret_value() for key in keys if key.get_secret_value()],
        )
        self._account = settings.wechat_account
        self._may_call = settings.wechat_account_type != "unverified"
        self._may_send = self._may_call
        self._handle = handle
        self._now = now
        self._open_blob = open_blob
        self._media_limit = media_limit
        self._repeats = Repeats()
        self._turns: set[asyncio.Task[Answer]] = set()
        self._owns_http = client is None
        self._http = client or httpx.AsyncClient()
        self._client = Client(
            self._http, settings.wechat_api_base, settings.wechat_app_id, settings.wechat_app_secret, now, media_hosts
        )

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """`/wechat`: the check of the address and the pushes."""
        return [Route("/wechat", self._verify, methods=["GET"]), Route("/wechat", self._receive, methods=["POST"])]

    def inline(self, messages: Sequence[OutgoingMessage]) -> int:
        """As many as fit into one text."""
        return replies.count_fitting(messages)

    def fit(self, message: OutgoingMessage) -> list[OutgoingMessage]:
        """Parts of at most 2,048 bytes with their choices as numbered lines."""
        return replies.fit(message)

    async def start(self) -> None:
        """Nothing: WeChat calls us."""

    async def stop(self) -> None:
        """Let the turns under way end and close the connections."""
        if self._turns:
            await asyncio.wait(self._turns)
        if self._owns_http:
            await self._http.aclose()

    async def deliver(self, conversation: str, message: OutgoingMessage, key: str) -> Delivery:
        """Send a customer-service text; parked where the account has no right to, or the person must write first.

        WeChat knows no idempotency key for these, so a lost answer is `unknown`. Files cannot be sent to a person.
        """
        if not self._may_send:
            return Delivery("parked", reason="no_right")
        if message.files:
            log.warning("files of message %s cannot be sent on WeChat", key)
        try:
            await self._client.send_text(conversation, replies.plain(numbered(message)))
        except ClientFault as fault:
            if isinstance(fault, Declined) and fault.code in WITHOUT_RIGHT:
                self._may_send = False
            return judge(fault, self._now())
        return Delivery("sent")

    async def fetch(self, reference: Mapping[str, Any]) -> AsyncIterator[bytes]:
        """Stream media by its id, or a picture by its address where the account may not call. Raises `FetchFailed`."""
        created = reference.get("created")
        if isinstance(created, int) and self._now() - datetime.fromtimestamp(created, UTC) > MEDIA_LIFETIME:
            raise FetchFailed("media_expired", lasting=True)
        try:
            if self._may_call and reference.get("media_id"):
                chunks = self._client.media(str(reference["media_id"]), self._media_limit)
            elif reference.get("pic_url"):
                chunks = self._client.file(str(reference["pic_url"]), self._media_limit)
            else:
                raise FetchFailed("no_right" if reference.get("media_id") else "no_reference", lasting=True)
            async for chunk in chunks:
                yield chunk
        except Declined as fault:
            raise FetchFailed(f"errcode_{fault.code}", lasting=fault.code in (40007, *WITHOUT_RIGHT)) from None
        except ClientFault as fault:
            raise FetchFailed(type(fault).__name__, lasting=isinstance(fault, Unfit)) from None

    async def _verify(self, request: Request) -> Response:
        try:
            query = self._edge.check(request.query_params.multi_items(), self._now())
            if not query.echo:
                raise Refused("no echostr")
        except Refused as refused:
            return _refuse(refused)
        return PlainTextResponse(query.echo)

    async def _receive(self, request: Request) -> Response:
        now = self._now()
        try:
            query = self._edge.check(request.query_params.multi_items(), now)
            body = await read_body(request.stream(), request.headers.get("content-length"))
            opened = self._edge.open(query, body)
            inbound = translate(opened.xml, self.name, now)
            if inbound.account and inbound.account != self._account:
                raise Refused("another account")
            if inbound.update:
                self._repeats.check(opened.proof, inbound.update.update_id, now)
        except Refused as refused:
            return _refuse(refused)
        except TooLarge:
            return PlainTextResponse("too large", 413)
        except ClientDisconnect:
            return PlainTextResponse("incomplete", 400)
        if inbound.update is None:
            return PlainTextResponse(SUCCESS)
        return await self._answer(inbound.update, opened, query)

    async def _answer(self, update: Update, opened: Opened, query: Query) -> Response:
        # A task of its own: the line may be cut, the turn must not be.
        turn = asyncio.create_task(self._turn(update))
        self._turns.add(turn)
        turn.add_done_callback(self._turns.discard)
        await asyncio.wait({turn})
        if fault := turn.exception():
            if not isinstance(fault, Unavailable):
                log.error("update %s failed: %s", update.update_id, type(fault).__name__)
            return PlainTextResponse("unavailable", 503)
        answer = turn.result()
        messages = answer.messages[: answer.inline]
        text = replies.render(messages) if messages else ""
        if not text.strip() or update.kind == "unfollow":
            return PlainTextResponse(SUCCESS)
        xml = replies.write_reply(text, self._account, update.conversation, self._now())
        return Response(self._edge.seal(xml, opened, query, self._now()), media_type="application/xml")

    async def _turn(self, update: Update) -> Answer:
        return await self._handle(update)


def _refuse(refused: Refused) -> Response:
    log.warning("a callback was refused: %s", refused.reason)
    return PlainTextResponse("forbidden", 403)
