"""WeChat as an Official Account meets it: pushes that are signed and sealed, five seconds, three attempts, strict
about what it accepts, and an API server with tokens, credit and media.

Written from Tencent's documents with its own cryptography, checked against Tencent's published examples, so that it
can contradict our code. It shows a person's side: what they would see after each thing they send.
"""

import asyncio
import base64
import hashlib
import itertools
import json
import os
import struct
import xml.etree.ElementTree as ElementTree
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

TEXT_LIMIT = 2048
Mode = Literal["plain", "compatible", "safe"]


class Broken(AssertionError):
    """The account answered something WeChat would not accept."""


class Seal:
    """Signature and encryption of callbacks (AES-256-CBC, padded to 32 bytes, the IV being the key's first half)."""

    def __init__(self, token: str, app_id: str, aes_key: str) -> None:
        self.token = token
        self.app_id = app_id
        self.key = base64.b64decode(aes_key + "=") if aes_key else b""

    def sign(self, *parts: str) -> str:
        return hashlib.sha1("".join(sorted([self.token, *parts])).encode()).hexdigest()

    def encrypt(self, plain: bytes, prefix: bytes | None = None) -> str:
        body = (os.urandom(16) if prefix is None else prefix) + struct.pack(">I", len(plain)) + plain
        body += self.app_id.encode()
        missing = 32 - len(body) % 32
        cipher = Cipher(algorithms.AES(self.key), modes.CBC(self.key[:16])).encryptor()
        return base64.b64encode(cipher.update(body + bytes([missing]) * missing) + cipher.finalize()).decode()

    def decrypt(self, sealed: str) -> bytes:
        """The plain bytes; every length, the padding and the app id are checked."""
        raw = base64.b64decode(sealed, validate=True)
        cipher = Cipher(algorithms.AES(self.key), modes.CBC(self.key[:16])).decryptor()
        padded = cipher.update(raw) + cipher.finalize()
        missing = padded[-1]
        if not 1 <= missing <= 32 or padded[-missing:] != bytes([missing]) * missing:
            raise Broken("padding")
        body = padded[:-missing]
        (size,) = struct.unpack(">I", body[16:20])
        plain, app_id = body[20 : 20 + size], body[20 + size :]
        if len(plain) != size or app_id != self.app_id.encode():
            raise Broken("length or app id")
        return plain


@dataclass(frozen=True)
class Push:
    """One callback as it travels: the same for all its attempts."""

    query: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Seen:
    """What came of a push. `status` per attempt, None where the line was cut; `text` is what the person reads."""

    kind: Literal["reply", "nothing", "fault"]
    text: str = ""
    status: tuple[int | None, ...] = ()


@dataclass
class WeChatDouble:
    """The platform towards one account; `client` reaches the account's server (its `/wechat`)."""

    client: httpx.AsyncClient
    now: Callable[[], datetime]
    token: str = "test_token"
    app_id: str = "wx0123456789abcdef"
    account: str = "gh_0123456789ab"
    aes_key: str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
    mode: Mode = "safe"
    patience: float = 5.0
    attempts: int = 3
    api: "ApiDouble | None" = None
    _ids: Any = field(default_factory=lambda: itertools.count(7_000_000_000_000_000_001))

    @property
    def seal(self) -> Seal:
        return Seal(self.token, self.app_id, self.aes_key)

    async def verify(self, echo: str = "4375120948345356249") -> httpx.Response:
        """The request that is made when the address is entered in the account's settings."""
        return await self.client.get("/wechat", params={**self._signed(), "echostr": echo})

    async def say(self, openid: str, text: str, **fields: object) -> Seen:
        return await self.message(openid, "text", Content=text, **fields)

    async def message(self, openid: str, kind: str, **fields: object) -> Seen:
        if self.api:
            self.api.grant(openid, 5, timedelta(hours=48))
        return await self.send(self.push(self.xml(openid, kind, MsgId=next(self._ids), **fields), openid))

    async def event(self, openid: str, event: str, **fields: object) -> Seen:
        if self.api and event in ("CLICK", "subscribe", "SCAN", "scancode_push", "scancode_waitmsg"):
            self.api.grant(openid, 3, timedelta(minutes=1))
        return await self.send(self.push(self.xml(openid, "event", Event=event, **fields), openid))

    def xml(self, openid: str, kind: str, **fields: object) -> str:
        """The body before sealing. Numbers stand bare, texts in CDATA; control characters are left as they are."""
        known = {
            "ToUserName": self.account,
            "FromUserName": openid,
            "CreateTime": int(self.now().timestamp()),
            "MsgType": kind,
        }
        return "<xml>" + "".join(_element(name, value) for name, value in {**known, **fields}.items()) + "</xml>"

    def push(self, xml: str | bytes, openid: str = "") -> Push:
        plain = xml if isinstance(xml, bytes) else xml.encode()
        query = {**self._signed(), **({"openid": openid} if openid else {})}
        if self.mode == "plain":
            return Push(query, plain)
        sealed = self.seal.encrypt(plain)
        query["encrypt_type"] = "aes"
        query["msg_signature"] = self.seal.sign(query["timestamp"], query["nonce"], sealed)
        if self.mode == "compatible":
            inner = plain.removeprefix(b"<xml>").removesuffix(b"</xml>").decode()
        else:
            inner = _element("ToUserName", self.account)
        return Push(query, f"<xml>{inner}{_element('Encrypt', sealed)}</xml>".encode())

    async def send(self, push: Push) -> Seen:
        """Deliver a push as the platform does: again with the very same query when no proper answer came."""
        status: list[int | None] = []
        for _ in range(self.attempts):
            try:
                answer = await asyncio.wait_for(self.post(push), self.patience)
            except TimeoutError:
                status.append(None)
                continue
            status.append(answer.status_code)
            if answer.status_code != 200:
                continue
            if answer.content in (b"success", b""):
                return Seen("nothing", "", tuple(status))
            try:
                return Seen("reply", self.read(push, answer.content), tuple(status))
            except Broken:
                break
        return Seen("fault", "", tuple(status))

    async def post(self, push: Push) -> httpx.Response:
        return await self.client.post(
            "/wechat", params=push.query, content=push.body, headers={"content-type": "text/xml"}
        )

    def read(self, push: Push, body: bytes) -> str:
        """The text of a passive reply. Raises `Broken` for anything but a well-formed reply to this very person."""
        if self.mode == "plain":
            reply = _children(body)
        else:
            envelope = _children(body)
            if set(envelope) != {"Encrypt", "MsgSignature", "TimeStamp", "Nonce"}:
                raise Broken("envelope")
            parts = envelope["TimeStamp"], envelope["Nonce"], envelope["Encrypt"]
            if self.seal.sign(*parts) != envelope["MsgSignature"]:
                raise Broken("signature")
            reply = _children(self.seal.decrypt(envelope["Encrypt"]))
        if set(reply) != {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"}:
            raise Broken("elements")
        if reply["MsgType"] != "text" or reply["FromUserName"] != self.account or not reply["CreateTime"].isdigit():
            raise Broken("head")
        if not reply["Content"] or len(reply["Content"].encode()) > TEXT_LIMIT:
            raise Broken("length")
        if (openid := push.query.get("openid")) and reply["ToUserName"] != openid:
            raise Broken("addressee")
        return reply["Content"]

    def _signed(self) -> dict[str, str]:
        timestamp, nonce = str(int(self.now().timestamp())), str(int.from_bytes(os.urandom(4)))
        return {"signature": self.seal.sign(timestamp, nonce), "timestamp": timestamp, "nonce": nonce}


class ApiDouble:
    """api.weixin.qq.com and the hosts that media lie on, for one account; `app` serves all of them.

    `errors` are the next answers to a send or download instead of a proper one; an HTTP status is meant from 500 on.
    """

    def __init__(self, now: Callable[[], datetime], app_id: str = "wx0123456789abcdef", secret: str = "s3cret") -> None:
        self.now = now
        self.app_id = app_id
        self.secret = secret
        self.lifetime = timedelta(seconds=7200)
        self.errors: deque[int] = deque()
        self.token_errors: deque[int] = deque()
        self.sent: list[tuple[str, str]] = []
        self.media: dict[str, bytes | str] = {}
        self.files: dict[str, bytes] = {}
        self.redirects: dict[str, str] = {}
        self.calls: list[str] = []
        self.gate: asyncio.Event | None = None
        self.dead = False
        self._credit: dict[str, tuple[int, datetime]] = {}
        self._token = ""
        self._token_until = now()
        self._tokens = itertools.count(1)
        self.app = Starlette(
            routes=[
                Route("/cgi-bin/stable_token", self._stable_token, methods=["POST"]),
                Route("/cgi-bin/message/custom/send", self._send, methods=["POST"]),
                Route("/cgi-bin/media/get", self._media, methods=["GET"]),
                Route("/{path:path}", self._file, methods=["GET"]),
            ]
        )

    def client(self) -> httpx.AsyncClient:
        """A client for which this server is the whole internet."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app))

    def grant(self, openid: str, messages: int, lifetime: timedelta) -> None:
        self._credit[openid] = (messages, self.now() + lifetime)

    def kill_token(self) -> None:
        """Somebody else fetched a token: the one given out is worth nothing from now on."""
        self._token = ""

    async def _stable_token(self, request: Request) -> Response:
        self.calls.append("token")
        await self._wait()
        asked = await request.json()
        if self.token_errors:
            return _error(self.token_errors.popleft())
        if asked.get("grant_type") != "client_credential" or asked.get("appid") != self.app_id:
            return _error(40013)
        if asked.get("secret") != self.secret:
            return _error(40125)
        if not self._token or self._token_until - self.now() <= timedelta(minutes=5):
            self._token = f"access-token-{next(self._tokens)}"
            self._token_until = self.now() + self.lifetime
        left = self._token_until - self.now()
        return JSONResponse({"access_token": self._token, "expires_in": int(left.total_seconds())})

    async def _send(self, request: Request) -> Response:
        self.calls.append("send")
        await self._wait()
        if fault := self._fault(request):
            return fault
        asked = json.loads(await request.body())
        if (
            set(asked) != {"touser", "msgtype", "text"}
            or asked["msgtype"] != "text"
            or set(asked["text"]) != {"content"}
        ):
            return _error(40008)
        openid, text = asked["touser"], asked["text"]["content"]
        if len(text.encode()) > TEXT_LIMIT:
            return _error(45002)
        left, until = self._credit.get(openid, (0, self.now()))
        if self.now() >= until:
            return _error(45015)
        if not left:
            return _error(45047)
        self._credit[openid] = (left - 1, until)
        self.sent.append((openid, text))
        return JSONResponse({"errcode": 0, "errmsg": "ok"})

    async def _media(self, request: Request) -> Response:
        self.calls.append("media")
        if fault := self._fault(request):
            return fault
        media = self.media.get(request.query_params.get("media_id", ""))
        if media is None:
            return _error(40007)
        if isinstance(media, str):
            return JSONResponse({"video_url": media})
        return Response(media, media_type="image/jpeg", headers={"Content-disposition": 'attachment; filename="m.jpg"'})

    async def _file(self, request: Request) -> Response:
        self.calls.append("file")
        address = str(request.url)
        if address in self.redirects:
            return RedirectResponse(self.redirects[address])
        if address not in self.files:
            return Response("gone", 404)
        return Response(self.files[address], media_type="image/jpeg")

    def _fault(self, request: Request) -> Response | None:
        if request.query_params.get("access_token") != self._token or self.dead:
            return _error(40001)
        if not self.errors:
            return None
        error = self.errors.popleft()
        return Response("bad gateway", error) if 500 <= error < 600 else _error(error)

    async def _wait(self) -> None:
        if self.gate:
            await self.gate.wait()


def _error(code: int) -> Response:
    return Response(json.dumps({"errcode": code, "errmsg": "hint: [secret-hint]"}), media_type="text/plain")


def _element(name: str, value: object) -> str:
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    return f"<{name}><![CDATA[{str(value).replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"


def _children(body: bytes) -> dict[str, str]:
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError) as fault:
        raise Broken("not XML") from fault
    names = [child.tag for child in root]
    if root.tag != "xml" or len(names) != len(set(names)) or any(len(child) for child in root):
        raise Broken("shape")
    return {child.tag: child.text or "" for child in root}
