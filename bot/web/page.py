"""The chat page and its static files: words from one file per language, addresses that change with the content."""

import hashlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.channels.base import Unavailable
from bot.languages import accepted, closest
from bot.settings import Settings
from bot.web.chat import Reader
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


def page_routes(settings: Settings, limits: Limits, reader: Reader) -> Sequence[BaseRoute]:
    """`/` and `/static`; files under `/static/<version>/` never change and may be kept for ever."""
    version = _version()
    template = (STATIC / "index.html").read_text("utf-8")
    words = {language: read_strings(language) for language in languages()}
    names = {language: strings["app.language"] for language, strings in words.items()}
    pages = {
        language: fill_page(template, strings, version, limits, language, names) for language, strings in words.items()
    }

    async def get_page(request: Request) -> Response:
        known = Visitor.of(request)
        language = await _spoken(reader, known) if known else ""
        if language not in pages:
            language = closest(accepted(request.headers.get("accept-language", "")), tuple(pages))
        response = HTMLResponse(pages[language], headers={"Cache-Control": "no-store", "Vary": "Accept-Language"})
        (known or Visitor.new()).remember(response, settings)
        return response

    return (
        Route("/", get_page, methods=["GET"]),
        Mount(f"/static/{version}", _Kept("public, max-age=31536000, immutable")),
        Mount("/static", _Kept("no-cache")),
    )


async def _spoken(reader: Reader, visitor: Visitor) -> str:
    try:
        return await reader.language(visitor.conversation)
    except Unavailable:
        return ""  # the page says itself that the store is away


def languages() -> tuple[str, ...]:
    """The languages the page has words in, the first the one to begin with."""
    found = sorted(path.name.split(".")[1] for path in STATIC.glob("strings.*.json"))
    return (LANGUAGE, *(language for language in found if language != LANGUAGE))


def read_strings(language: str = LANGUAGE) -> dict[str, str]:
    """The page's words in a language."""
    strings: dict[str, str] = json.loads((STATIC / f"strings.{language}.json").read_text("utf-8"))
    return strings


def fill_page(
    template: str,
    strings: Mapping[str, str],
    version: str,
    limits: Limits,
    language: str = LANGUAGE,
    names: Mapping[str, str] = {LANGUAGE: LANGUAGE},
) -> str:
    """The page with `{{key}}` replaced by its word, escaped. Raises `KeyError` for a word that is missing.

    The page's script gets all words and limits in a JSON block: `<` is escaped, so that none can end the block.
    `names` are the languages to choose from, each with its own name.
    """
    config = {
        "language": language,
        "languages": names,
        "strings": strings,
        "limits": {"file": limits.file, "files": limits.files, "text": limits.text},
    }
    values = {
        **{key: html.escape(word) for key, word in strings.items()},
        "language": language,
        "static": f"/static/{version}",
        "config": json.dumps(config, ensure_ascii=False).replace("<", "\\u003c"),
    }
    return re.sub(r"\{\{([\w.]+)\}\}", lambda match: values[match[1]], template)


def _version() -> str:
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
