"""What proves that a callback comes from WeChat, and how its body is opened and an answer sealed."""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from wechatpy.crypto.base import WeChatCipher

BODY_LIMIT = 64 * 1024
WINDOW = timedelta(minutes=5)
_BLOCK = 32

_SHAPES = {
    "signature": re.compile(r"[0-9a-f]{40}"),
    "msg_signature": re.compile(r"[0-9a-f]{40}"),
    "timestamp": re.compile(r"[0-9]{10}"),
    "nonce": re.compile(r"[0-9A-Za-z]{1,128}"),
    "echostr": re.compile(r"[0-9A-Za-z+/=_-]{1,256}"),
}
_SEALED = re.compile(rb"<Encrypt>\s*+(?:<!\[CDATA\[)?([0-9A-Za-z+/]++={0,2})(?:\]\]>)?\s*+</Encrypt>")


class Refused(Exception):
    """The request cannot be shown to come from WeChat, or not to be meant for us. `reason` is for the log only."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooLarge(Exception):
    """The body is longer than any callback."""


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of a callback whose signature over them has been checked."""

    signature: str
    timestamp: str
    nonce: str
    echo: str = ""
    body_signature: str = ""
    is_sealed: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """An authentic body; `proof` is the signature that vouches for it, `key` (base64) the one that opened it."""

    xml: bytes
    proof: str
    key: str = ""


class Edge:
    """The account's side of the callback protocol: token, app id and keys, the current key first; none for plain mode.

    Raises `ValueError` for a token or key that proves nothing.
    """

    def __init__(self, token: str, app_id: str, keys: Sequence[str]) -> None:
        if not token:
            raise ValueError("an empty token lets anyone sign")
        self._token = token
        self._app_id = app_id
        self._ciphers = {key: WeChatCipher(_key_bytes(key)) for key in keys}

    def check(self, parameters: Sequence[tuple[str, str]], now: datetime) -> Query:
        """The parameters, if they are of the right shape, once each, signed and fresh. Raises `Refused`."""
        given = dict(parameters)
        if len(given) != len(parameters):
            raise Refused("repeated parameter")
        for name, shape in _SHAPES.items():
            needed = name in ("signature", "timestamp", "nonce")
            if (needed or name in given) and not shape.fullmatch(given.get(name, "")):
                raise Refused(f"shape of {name}")
        timestamp, nonce = given["timestamp"], given["nonce"]
        is_signed = self._is_signed(given["signature"], timestamp, nonce)
        is_fresh = abs(now.timestamp() - int(timestamp)) <= WINDOW.total_seconds()
        if not is_signed:
            raise Refused("signature")
        if not is_fresh:
            raise Refused("timestamp")
        return Query(
            given["signature"],
            timestamp,
            nonce,
            given.get("echostr", ""),
            given.get("msg_signature", ""),
            given.get("encrypt_type") == "aes",
        )

    def open(self, query: Query, body: bytes) -> Opened:
        """The XML of a body. With keys configured only what was sealed is ever looked at. Raises `Refused`."""
        if query.is_sealed != bool(self._ciphers):
            raise Refused("sealed without a key for it" if query.is_sealed else "not sealed")
        if not query.is_sealed:
            return Opened(body, query.signature)
        # In compatible mode a person can write an <Encrypt> into the plain part; only ours has the right signature.
        for found in _SEALED.finditer(body):
            sealed = found[1].decode()
            if self._is_signed(query.body_signature, query.timestamp, query.nonce, sealed):
                return self._decrypt(sealed, query.body_signature)
        raise Refused("body signature")

    def seal(self, xml: str, opened: Opened, query: Query, now: datetime) -> str:
        """The answer to an opened body: sealed with the key that opened it, as it is in plain mode."""
        if not opened.key:
            return xml
        sealed = self._encrypt(xml, opened.key)
        timestamp = str(int(now.timestamp()))
        return (
            f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{self._sign(timestamp, query.nonce, sealed)}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{query.nonce}]]></Nonce></xml>"
        )

    def _decrypt(self, sealed: str, proof: str) -> Opened:
        for key, cipher in self._ciphers.items():
            try:
                padded = cipher.decrypt(base64.b64decode(sealed, validate=True))
            except ValueError:
                break
            # sixteen random bytes, four of length, the XML, the app id, one to 32 bytes that say how many they are
            missing, end = padded[-1], 20 + int.from_bytes(padded[16:20])
            if 1 <= missing <= _BLOCK and hmac.compare_digest(padded[end:-missing], self._app_id.encode()):
                return Opened(padded[20:end], proof, key)
        raise Refused("decryption")

    def _encrypt(self, xml: str, key: str) -> str:
        plain = xml.encode()
        body = secrets.token_hex(8).encode() + len(plain).to_bytes(4) + plain + self._app_id.encode()
        missing = _BLOCK - len(body) % _BLOCK
        return base64.b64encode(self._ciphers[key].encrypt(body + bytes([missing]) * missing)).decode()

    def _is_signed(self, signature: str, *parts: str) -> bool:
        return hmac.compare_digest(self._sign(*parts), signature)

    def _sign(self, *parts: str) -> str:
        return hashlib.sha1("".join(sorted([self._token, *parts])).encode()).hexdigest()


class Repeats:
    """Remembers what each signature of the last minutes came with, so that none vouches for a second thing."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[datetime, str]] = OrderedDict()

    def check(self, proof: str, update_id: str, now: datetime) -> None:
        """Raises `Refused` if the signature came with something else before; the same again is WeChat's retry."""
        while self._known and next(iter(self._known.values()))[0] < now - 2 * WINDOW:
            self._known.popitem(last=False)
        if self._known.setdefault(proof, (now, update_id))[1] != update_id:
            raise Refused("signature used before")


async def read_body(stream: AsyncIterator[bytes], announced: str | None) -> bytes:
    """The whole body, at most `BODY_LIMIT` bytes. Raises `TooLarge` before more than that is kept in memory."""
    if announced and announced.isdecimal() and int(announced[:20]) > BODY_LIMIT:
        raise TooLarge
    body = bytearray()
    async for chunk in stream:
        body += chunk
        if len(body) > BODY_LIMIT:
            raise TooLarge
    return bytes(body)


def _key_bytes(key: str) -> bytes:
    try:
        raw = base64.b64decode(key + "=", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32 or len(key) != 43:
        raise ValueError("an AES key has 43 characters")
    return raw
