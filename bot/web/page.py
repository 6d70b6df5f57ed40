"""The chat page and its static files: words from one file per language, addresses that change with the content."""

import hashlib
import html
import json
import re
from collections.abc import Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.settings import Settings
from bot.web.intake import Limits
from bot.web.visitor import Visitor

STATIC = Path(__file__).parent / "static"
LANGUAGE = "zh-Hans"


class _Kept(StaticFiles):
    """Static files with the given `Cache-Control`."""

    def __init__(self, cache_control: str) -> None:
        super().__init__(directory=STATIC)
        self._cache_control = cache_control

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = self._cache_control
        return response


def page_routes(settings: Settings, limits: Limits) -> Sequence[BaseRoute]:
    """`/` and `/static`; files under `/static/<version>/` never change and may be kept for ever."""
    version = _version()
    page = fill_page((STATIC / "index.html").read_text("utf-8"), read_strings(), version, limits)

    async def get_page(request: Request) -> Response:
        response = HTMLResponse(page, headers={"Cache-Control": "no-store"})
        (Visitor.of(request) or Visitor.new()).remember(response, settings)
        return response

    return (
        Route("/", get_page, methods=["GET"]),
        Mount(f"/static/{version}", _Kept("public, max-age=31536000, immutable")),
        Mount("/static", _Kept("no-cache")),
    )


def read_strings(language: str = LANGUAGE) -> dict[str, str]:
    """The page's words in a language."""
    strings: dict[str, str] = json.loads((STATIC / f"strings.{language}.json").read_text("utf-8"))
    return strings


def fill_page(template: str, strings: dict[str, str], version: str, limits: Limits) -> str:
    """The page with `{{key}}` replaced by its word, escaped. Raises `KeyError` for a word that is missing.

    The page's script gets all words and limits in a JSON block: `<` is escaped, so that none can end the block.
    """
    config = {
        "language": LANGUAGE,
        "strings": strings,
        "limits": {"file": limits.file, "files": limits.files, "text": limits.text},
    }
    values = {
        **{key: html.escape(word) for key, word in strings.items()},
        "language": LANGUAGE,
        "static": f"/static/{version}",
        "config": json.dumps(config, ensure_ascii=False).replace("<", "\\u003c"),
    }
    return re.sub(r"\{\{([\w.]+)\}\}", lambda match: values[match[1]], template)


def _version() -> str:
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
