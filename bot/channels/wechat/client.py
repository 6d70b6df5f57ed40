"""Calls to api.weixin.qq.com: the access token, a customer-service text, the bytes of media."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx
from pydantic import SecretStr

log = logging.getLogger(__name__)

TIMEOUT = httpx.Timeout(10, connect=3, pool=3)
TOKEN_CODES = frozenset({40001, 40014, 42001})
_RENEW_EARLY = timedelta(minutes=5)
_REDIRECTS = 3
_JSON_LIMIT = 64 * 1024
_CHUNK = 32 * 1024


class ClientFault(Exception):
    """A call came to nothing.

    - `Declined`: WeChat answered with an error code.
    - `NotSent`: it did not get there; trying again is safe.
    - `NoAnswer`: it may have got there.
    - `Unfit`: what came back is not what was asked for, or not from where it may come.

    No message of these holds an address, a token or an id, and none has a cause that does.
    """


class Declined(ClientFault):
    """WeChat's error code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"errcode {code}")
        self.code = code


class NotSent(ClientFault):
    """No connection."""


class NoAnswer(ClientFault):
    """The connection was there, a usable answer was not."""


class Unfit(ClientFault):
    """Wrong host, wrong kind of content, or too much of it."""


class Client:
    """One account's access to the API. The token is fetched when needed, once for all who wait for it."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        base: str,
        app_id: str,
        secret: SecretStr,
        now: Callable[[], datetime],
        media_hosts: tuple[str, ...],
    ) -> None:
        self._http = http
        self._base = base
        self._app_id = app_id
        self._secret = secret
        self._now = now
        self._media_hosts = media_hosts
        self._lock = asyncio.Lock()
        self._token = ""
        self._token_until = now()
        # httpx writes whole addresses to its log, and WeChat wants the token in the address.
        logging.getLogger("httpx").addFilter(_hide_query)

    async def send_text(self, openid: str, text: str) -> None:
        """Send a customer-service text. Raises `ClientFault`."""
        message = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        await self._with_token(lambda token: self._post("/cgi-bin/message/custom/send", message, token))

    async def media(self, media_id: str, limit: int) -> AsyncIterator[bytes]:
        """Stream what a person sent, at most `limit` bytes. Raises `ClientFault`; `Declined` where it is gone."""
        token = await self._get_token()
        for attempt in (1, 2):
            try:
                async for chunk in self._download(media_id, token, limit):
                    yield chunk
                return
            except Declined as fault:
                if attempt == 2 or fault.code not in TOKEN_CODES:
                    raise
                token = await self._get_token(instead_of=token)

    async def file(self, address: str, limit: int) -> AsyncIterator[bytes]:
        """Stream a file from one of the media hosts, following redirects among them only. Raises `ClientFault`."""
        for _ in range(_REDIRECTS):
            async with self._stream(self._allowed(address)) as answer:
                if answer.has_redirect_location:
                    with _translated():
                        address = str(answer.url.join(answer.headers["location"]))
                    continue
                if answer.status_code != 200:
                    raise NoAnswer(f"status {answer.status_code}")
                if _is_markup(answer):
                    raise Unfit("not a file")
                async for chunk in _limited(answer.aiter_bytes(_CHUNK), limit):
                    yield chunk
                return
        raise Unfit("too many redirects")

    async def _download(self, media_id: str, token: str, limit: int) -> AsyncIterator[bytes]:
        parameters = {"access_token": token, "media_id": media_id}
        video = ""
        async with self._stream(self._base + "/cgi-bin/media/get", parameters) as answer:
            if answer.status_code != 200:
                raise NoAnswer(f"status {answer.status_code}")
            chunks = answer.aiter_bytes(_CHUNK)
            first = await anext(chunks, b"")
            if "content-disposition" in answer.headers and not first.startswith(b'{"errcode"'):
                async for chunk in _limited(chunks, limit, first):
                    yield chunk
                return
            body = first
            async for chunk in _limited(chunks, _JSON_LIMIT):
                body += chunk
            video = str(_read_json(body).get("video_url", ""))
        if not video:
            raise Unfit("not a file")
        async for chunk in self.file(video, limit):
            yield chunk

    def _allowed(self, address: str) -> httpx.URL:
        try:
            url = httpx.URL(address)
        except (httpx.InvalidURL, ValueError):
            raise Unfit("not an address") from None
        is_known = any(url.host == known or url.host.endswith("." + known) for known in self._media_hosts)
        if url.scheme not in ("http", "https") or not is_known or url.userinfo:
            raise Unfit("a host that media do not come from")
        return url

    async def _with_token(self, call: Callable[[str], Awaitable[object]]) -> None:
        """Call with the token; once more with a new one if WeChat does not know it any longer."""
        token = await self._get_token()
        try:
            await call(token)
        except Declined as fault:
            if fault.code not in TOKEN_CODES:
                raise
            await call(await self._get_token(instead_of=token))

    async def _get_token(self, instead_of: str = "") -> str:
        async with self._lock:
            if not self._token or self._token == instead_of or self._now() >= self._token_until:
                await self._fetch_token()
            return self._token

    async def _fetch_token(self) -> None:
        credentials = {"appid": self._app_id, "secret": self._secret.get_secret_value()}
        try:
            answer = await self._post("/cgi-bin/stable_token", {"grant_type": "client_credential", **credentials})
        except NoAnswer as fault:
            raise NotSent(str(fault)) from None
        token, lifetime = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(lifetime, int):
            raise NotSent("no token in the answer")
        self._token = token
        self._token_until = self._now() + max(timedelta(seconds=lifetime) - _RENEW_EARLY, timedelta(minutes=1))

    async def _post(self, path: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
        parameters = {"access_token": token} if token else None
        content = json.dumps(body, ensure_ascii=False).encode()  # WeChat shows \u escapes as they are
        with _translated():
            answer = await self._http.post(
                self._base + path,
                params=parameters,
                content=content,
                headers={"content-type": "application/json; charset=utf-8"},
                timeout=TIMEOUT,
                follow_redirects=False,
            )
        if answer.status_code != 200:
            raise NoAnswer(f"status {answer.status_code}")
        return _read_json(answer.content)

    @asynccontextmanager
    async def _stream(
        self, address: httpx.URL | str, parameters: dict[str, str] | None = None
    ) -> AsyncIterator[httpx.Response]:
        with _translated():
            async with self._http.stream(
                "GET", address, params=parameters, timeout=TIMEOUT, follow_redirects=False
            ) as answer:
                yield answer


@contextmanager
def _translated() -> Iterator[None]:
    """Turns httpx's errors, which hold the whole request, into ours."""
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as fault:
        raise NotSent(type(fault).__name__) from None
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        raise NoAnswer(type(fault).__name__) from None


async def _limited(chunks: AsyncIterator[bytes], limit: int, first: bytes = b"") -> AsyncIterator[bytes]:
    taken = len(first)
    if first:
        yield first
    async for chunk in chunks:
        taken += len(chunk)
        if taken > limit:
            raise Unfit("too large")
        yield chunk


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError:
        raise NoAnswer("not JSON") from None
    if not isinstance(answer, dict):
        raise NoAnswer("not a JSON object")
    code = answer.get("errcode", 0)
    if code != 0:
        raise Declined(code if isinstance(code, int) else -1)
    return answer


def _is_markup(answer: httpx.Response) -> bool:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in ("text/html", "text/plain", "text/xml", "application/json")


def _hide_query(record: logging.LogRecord) -> bool:
    if isinstance(record.args, tuple):
        record.args = tuple(arg.copy_with(query=None) if isinstance(arg, httpx.URL) else arg for arg in record.args)
    return True
