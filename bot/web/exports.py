"""Downloads of everything that is kept of a person: by the browser's own cookie, or by a signed link."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.channels.base import Unavailable
from bot.web.visitor import Visitor

HEADERS = {
    "Content-Disposition": 'attachment; filename="zhanggui-export.zip"',
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}

Own = Callable[[str], Awaitable[Iterator[bytes] | None]]
"""The ZIP of whoever talks in a web conversation; None for nobody. Raises `Unavailable` when the store is away."""
Signed = Callable[[str], Awaitable[Iterator[bytes] | None]]
"""The same for a link's token; None when it has ended, is none of ours, or its person is gone."""


@dataclass(frozen=True, slots=True)
class Exports:
    """GET /chat/export.zip and GET /export/<signed>. `gone` is said where there is nothing."""

    own: Own
    signed: Signed
    gone: str

    def routes(self) -> Sequence[BaseRoute]:
        """The two downloads."""
        return (
            Route("/chat/export.zip", self.get_own, methods=["GET"]),
            Route("/export/{token}", self.get_signed, methods=["GET"]),
        )

    async def get_own(self, request: Request) -> Response:
        """Everything about the person whose cookie this is."""
        visitor = Visitor.of(request)
        return await self._respond(request, self.own, visitor.conversation if visitor else "")

    async def get_signed(self, request: Request) -> Response:
        """Everything about the person the link was given to."""
        return await self._respond(request, self.signed, request.path_params["token"])

    async def _respond(self, request: Request, find: Own | Signed, key: str) -> Response:
        if request.method == "HEAD":  # hands nothing out, so nothing is recorded
            return Response(headers=HEADERS, media_type="application/zip")
        try:
            chunks = await find(key) if key else None
        except Unavailable:
            return PlainTextResponse("503", 503, headers={"Retry-After": "2"})
        if chunks is None:
            return PlainTextResponse(self.gone, 404)
        return StreamingResponse(_stream(chunks), media_type="application/zip", headers=HEADERS)


async def _stream(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
        if chunk:
            yield chunk
