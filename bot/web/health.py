"""Is the program alive, and can it do its work?"""

import logging
from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

log = logging.getLogger(__name__)

Ready = Callable[[], Awaitable[dict[str, bool]]]
"""Asks each part the program needs (database, blobs …) whether it answers."""


def health_routes(ready: Ready) -> Sequence[BaseRoute]:
    """`/healthz`: 200 while the program runs. `/readyz`: 200 if every part answers, else 503 naming each."""

    async def get_health(request: Request) -> Response:  # noqa: ARG001
        return JSONResponse({"alive": True})

    async def get_readiness(request: Request) -> Response:  # noqa: ARG001
        try:
            parts = await ready()
        except Exception as fault:  # a probe that fails is an answer, too
            log.error("readiness could not be found out: %s", type(fault).__name__)
            return JSONResponse({"ready": False, "parts": {}}, 503)
        good = all(parts.values())
        return JSONResponse({"ready": good, "parts": parts}, 200 if good else 503)

    return Route("/healthz", get_health, methods=["GET"]), Route("/readyz", get_readiness, methods=["GET"])
