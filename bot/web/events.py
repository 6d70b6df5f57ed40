"""The live stream of a page: Server-Sent Events with what is new, woken by the channel and by a slow poll."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.channels.base import Unavailable
from bot.channels.web import WebChannel
from bot.web.chat import Reader, name_own
from bot.web.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two looks without being woken (another process may have written), and between heartbeats.

    The looks begin at `poll` apart and grow to `slowest` on a page where nothing happens.
    """

    poll: float = 2.0
    slowest: float = 10.0
    heartbeat: float = 15.0


@dataclass(frozen=True, slots=True)
class Events:
    """GET /chat/events: `update` with what is new (its id is the reader's `last`), `beat` when nothing was for a while,
    `parted` when a newer page took the place."""

    reader: Reader
    web: WebChannel
    pace: Pace

    def routes(self) -> Sequence[BaseRoute]:
        """The stream's route."""
        return (Route("/chat/events", self.get_events, methods=["GET"]),)

    async def get_events(self, request: Request) -> Response:
        """Open the stream, going on after `Last-Event-ID` or, on a page's first call, after `?after=`."""
        visitor = Visitor.of(request)
        if visitor is None:
            return JSONResponse({"error": "forbidden"}, 403)
        after = request.headers.get("last-event-id") or request.query_params.get("after", "")
        return StreamingResponse(
            self._stream(visitor, int(after) if re.fullmatch(r"\d{1,18}", after) else 0),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def _stream(self, visitor: Visitor, after: int) -> AsyncIterator[str]:
        clock = asyncio.get_running_loop().time
        shown: Any = None
        news = beat = clock()
        yield "retry: 2000\n\n"
        with self.web.listen(visitor.conversation) as listener:
            while not listener.ending:
                try:
                    state = await self.reader.since(visitor.conversation, after)
                except Unavailable:
                    state = None
                if state is not None and (state["messages"] or _panel(state) != shown):
                    after, shown, news = state["last"], _panel(state), clock()
                    beat = news
                    yield f"event: update\nid: {after}\ndata: {json.dumps(name_own(state, visitor))}\n\n"
                elif clock() - beat >= self.pace.heartbeat:
                    beat = clock()
                    # Keeps proxies from closing, and lets either side find out that the other has gone.
                    yield "event: beat\ndata: {}\n\n"
                await listener.wait(min(self.pace.slowest, max(self.pace.poll, (clock() - news) / 10)))
            if listener.ending == "parted":
                yield "event: parted\ndata: {}\n\n"


def _panel(state: dict[str, Any]) -> Any:
    return state.get("case"), state.get("cases")
