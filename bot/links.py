"""Addresses that carry their own right to be opened: for one purpose, about one thing, until a moment, signed.

A token is `<subject>.<expiry in seconds>.<signature>`; it is made of characters that need no escaping in an address.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

_TOKEN = re.compile(r"([A-Za-z0-9_~-]{1,100})\.([0-9]{1,12})\.([A-Za-z0-9_-]{43})")


class Links:
    """Signs tokens and reads them back. `purpose` keeps a token for one kind of thing from opening another."""

    def __init__(self, secret: bytes) -> None:
        if not secret:
            raise ValueError("an empty secret signs nothing")
        self._key = hmac.digest(secret, b"zhanggui links", "sha256")

    def sign(self, purpose: str, subject: str, until: datetime) -> str:
        """A token; it is good until the whole second before `until`."""
        expiry = int(until.timestamp())
        token = f"{subject}.{expiry}.{self._signature(purpose, subject, expiry)}"
        if not _TOKEN.fullmatch(token):
            raise ValueError("a subject is made of A-Z a-z 0-9 _ ~ -")
        return token

    def read(self, purpose: str, token: str, now: datetime) -> str | None:
        """The subject; None for a token that is expired, for something else, or not ours."""
        found = _TOKEN.fullmatch(token)
        if found is None:
            return None
        subject, expiry, signature = found.group(1), int(found.group(2)), found.group(3)
        if not hmac.compare_digest(signature, self._signature(purpose, subject, expiry)):
            return None
        return subject if now.timestamp() < expiry else None

    def _signature(self, purpose: str, subject: str, expiry: int) -> str:
        signed = f"{purpose}\n{subject}\n{expiry}".encode()
        return urlsafe_b64encode(hmac.new(self._key, signed, hashlib.sha256).digest()).decode().rstrip("=")


def expiry(now: datetime, life: timedelta) -> datetime:
    """When a link handed out now ends, to the second, as it is told."""
    return (now + life).astimezone(UTC).replace(microsecond=0)
