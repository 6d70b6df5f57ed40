"""The exhibits of the visitor's own current case: pictures as display copies, everything as it came as a download."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.channels.base import Unavailable
from bot.web.visitor import Visitor

OPAQUE = "application/octet-stream"
SANDBOX = {"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'"}
LAST_NO = 1_000_000  # beyond any case, within any database's integers


class Exhibits(Protocol):
    """Where exhibits come from. Both raise `Unavailable` when the store is away."""

    async def picture(self, conversation: str, no: int, known: str) -> tuple[str, bytes] | None:
        """The display copy (JPEG) of picture `no` of the current case, covered where it must be, and the mark of this
        version of it; no bytes if that is the `known` one. None where there is none."""
        ...

    async def original(self, conversation: str, no: int) -> AsyncIterator[bytes] | None:
        """The bytes of exhibit `no` as they came; that they were opened is on record. None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Evidence:
    """GET /chat/evidence/<no> and /chat/evidence/<no>/original."""

    exhibits: Exhibits

    def routes(self) -> Sequence[BaseRoute]:
        """The two addresses."""
        return (
            Route("/chat/evidence/{no:int}", self.get_picture, methods=["GET"]),
            Route("/chat/evidence/{no:int}/original", self.get_original, methods=["GET"]),
        )

    async def get_picture(self, request: Request) -> Response:
        """The display copy of a picture."""
        visitor, no = Visitor.of(request), request.path_params["no"]
        known = request.headers.get("if-none-match", "").strip('"')
        try:
            found = await self.exhibits.picture(visitor.conversation, no, known) if visitor and no <= LAST_NO else None
        except Unavailable:
            return JSONResponse({"error": "unavailable"}, 503, headers={"Retry-After": "2"})
        if found is None:
            return JSONResponse({"error": "not_found"}, 404)
        mark, data = found
        headers = {
            **SANDBOX,
            "Content-Disposition": f'inline; filename="evidence-{no}.jpg"',
            "Cache-Control": "private, no-cache",  # the number means another exhibit in another case
            "ETag": f'"{mark}"',
        }
        return Response(data, media_type="image/jpeg", headers=headers) if data else Response(None, 304, headers)

    async def get_original(self, request: Request) -> Response:
        """An exhibit as it came: a download without a type."""
        visitor, no = Visitor.of(request), request.path_params["no"]
        headers = {
            **SANDBOX,
            "Content-Disposition": f'attachment; filename="evidence-{no}"',
            "Cache-Control": "no-store",
        }
        if request.method == "HEAD":  # hands nothing out, so nothing is recorded
            return Response(headers=headers, media_type=OPAQUE)
        try:
            chunks = await self.exhibits.original(visitor.conversation, no) if visitor and no <= LAST_NO else None
        except Unavailable:
            return JSONResponse({"error": "unavailable"}, 503, headers={"Retry-After": "2"})
        if chunks is None:
            return JSONResponse({"error": "not_found"}, 404)
        return StreamingResponse(chunks, media_type=OPAQUE, headers=headers)
