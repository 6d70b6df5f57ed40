"""The web app: page, chat, health and the channels' own routes behind one set of security headers."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.base import Handler
from bot.channels.web import WebChannel
from bot.settings import Settings
from bot.web.chat import Chat, Reader
from bot.web.events import Events, Pace
from bot.web.evidence import Evidence, Exhibits
from bot.web.health import Ready, health_routes
from bot.web.intake import Limits
from bot.web.page import page_routes

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
"""On every response that does not set its own: nothing from elsewhere, nothing guessed, nothing kept."""


class SecurityHeaders:
    """Adds `HEADERS` where they are missing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, complete its response."""

        async def send_completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_completed if scope["type"] == "http" else send)


def build(
    *,
    handle: Handler,
    reader: Reader,
    exhibits: Exhibits,
    web: WebChannel,
    routes: Sequence[BaseRoute],
    ready: Ready,
    settings: Settings,
    now: Callable[[], datetime],
    limits: Limits = Limits(),  # noqa: B008 (frozen)
    pace: Pace = Pace(),  # noqa: B008 (frozen)
    lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]] | None = None,
) -> Starlette:
    """The app of this program. `routes` are those the channels receive on; `lifespan` starts and stops the rest."""
    chat = Chat(handle, reader, web, settings, now, limits)
    events = Events(reader, web, pace)
    return Starlette(
        routes=[
            *health_routes(ready),
            *chat.routes(),
            *events.routes(),
            *Evidence(exhibits).routes(),
            *routes,
            *page_routes(settings, limits, reader),
        ],
        middleware=[Middleware(SecurityHeaders)],
        lifespan=lifespan,
    )
