"""GET /packet/<signed>: a packet's file, always as an attachment of a fixed type."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.channels.base import Unavailable
from bot.packet.desk import Download
from storage import BlobFault, BlobsAway

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

Find = Callable[[str], Awaitable[Download | None]]
"""The file behind a token; None when it has ended, is none of ours, or is gone. Raises `Unavailable`."""


@dataclass(frozen=True, slots=True)
class Packets:
    """The download. `gone` is said where there is nothing."""

    find: Find
    gone: str

    def routes(self) -> Sequence[BaseRoute]:
        """The one address."""
        return (Route("/packet/{token}", self.get, methods=["GET"]),)

    async def get(self, request: Request) -> Response:
        """The file that the link is about."""
        try:
            found = await self.find(request.path_params["token"])
        except Unavailable:
            return _later()
        if found is None:
            return PlainTextResponse(self.gone, 404)
        ending = found.name.rpartition(".")[2]
        headers = {
            **HEADERS,
            "Content-Length": str(found.size),
            "Content-Disposition": f"attachment; filename=\"packet.{ending}\"; filename*=UTF-8''{quote(found.name)}",
        }
        if request.method == "HEAD":
            return Response(headers=headers, media_type=found.mime)
        try:
            chunks = await asyncio.to_thread(found.open)
        except BlobsAway:
            return _later()
        except BlobFault:
            return PlainTextResponse(self.gone, 404)
        return StreamingResponse(_stream(chunks), media_type=found.mime, headers=headers)


def _later() -> Response:
    return PlainTextResponse("503", 503, headers={"Retry-After": "2"})


async def _stream(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
        yield chunk
