"""Who is at the other end of a browser: a random cookie, and the conversation id made from it."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from bot.settings import Settings

COOKIE = "zgb"
_LONGEST = 400 * 24 * 3600  # seconds; browsers keep no cookie longer
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 bits


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser. `conversation` is safe to store and log by; `token` is its secret and leaves only in the cookie."""

    conversation: str
    token: str = field(repr=False)

    @classmethod
    def of(cls, request: Request) -> "Visitor | None":
        """The visitor a request's cookie names; None without a usable one."""
        token = request.cookies.get(COOKIE, "")
        return cls._from(token) if _TOKEN.fullmatch(token) else None

    @classmethod
    def new(cls) -> "Visitor":
        """Someone not seen before."""
        return cls._from(secrets.token_urlsafe(32))

    @classmethod
    def _from(cls, token: str) -> "Visitor":
        return cls(conversation=hashlib.sha256(token.encode()).hexdigest(), token=token)

    def remember(self, response: Response, settings: Settings) -> None:
        """Set the cookie, for as long as the person's data is kept or a browser allows."""
        response.set_cookie(
            COOKIE,
            self.token,
            max_age=min(settings.retention_days * 24 * 3600, _LONGEST),
            path="/",
            secure=settings.public_url.startswith("https://"),
            httponly=True,
            samesite="lax",
        )
