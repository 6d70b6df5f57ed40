"""Encryption of blobs at rest: AES-256-GCM in chunks under a key of each blob's own, which a master key wraps.

An encrypted file is `MAGIC`, a random prefix, and sealed chunks. A chunk's nonce is the prefix, its number and whether
it is the last, so that none can be changed, cut off, added, doubled or moved. Chunks are bound to their case; the
wrapped key is bound to case and SHA-256 (which is known only when all bytes have passed), and so are the chunks by it.

Wrapped keys lie beside the blobs and not in the database: a row lives on in logs and backups of the database, while a
small file can be written over, and left out of backups that keep erased blobs for years.
"""

import secrets
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.errors import BlobFault

MAGIC = b"ZGB\x01"
CHUNK = 64 * 1024
PREFIX = 7
HEAD = len(MAGIC) + PREFIX
_TAG = 16
_KEY_MAGIC = b"ZGK\x01"
_ID = 8
_NONCE = 12
_WRAPPED = len(_KEY_MAGIC) + _ID + _NONCE + 32 + _TAG


class Keyring:
    """The master keys, made from the program's secret and those it had before. New keys are wrapped by the current."""

    def __init__(self, secret: bytes, previous: Sequence[bytes] = ()) -> None:
        if not secret:
            raise ValueError("an empty secret protects nothing")
        self._current = _derive(secret, b"zhanggui blob master key id", _ID)
        self._masters = {
            _derive(one, b"zhanggui blob master key id", _ID): AESGCM(_derive(one, b"zhanggui blob master key", 32))
            for one in (secret, *previous)
        }

    @property
    def id(self) -> str:
        """Which master key is the current one; says nothing of the key itself."""
        return self._current.hex()

    def wrap(self, key: bytes, about: bytes) -> bytes:
        """The key as it may be written down, bound to `about`."""
        head, nonce = _KEY_MAGIC + self._current, secrets.token_bytes(_NONCE)
        return head + nonce + self._masters[self._current].encrypt(nonce, key, head + about)

    def unwrap(self, wrapped: bytes, about: bytes) -> bytes:
        """The key that `wrap` was given. Raises `BlobFault` for another master key, another `about`, other bytes."""
        head, rest = wrapped[: len(_KEY_MAGIC) + _ID], wrapped[len(_KEY_MAGIC) + _ID :]
        if len(wrapped) != _WRAPPED or not head.startswith(_KEY_MAGIC):
            raise BlobFault("its key was altered")
        master = self._masters.get(head[len(_KEY_MAGIC) :])
        if master is None:
            raise BlobFault(f"its key is wrapped by a master key we do not have ({head[len(_KEY_MAGIC) :].hex()})")
        try:
            return master.decrypt(rest[:_NONCE], rest[_NONCE:], head + about)
        except InvalidTag:
            raise BlobFault("its key was altered or belongs to another blob or case") from None

    def is_current(self, wrapped: bytes) -> bool:
        """Was it wrapped by the current master key?"""
        return wrapped[len(_KEY_MAGIC) : len(_KEY_MAGIC) + _ID] == self._current


class Sealing:
    """Seals the bytes of one blob as they pass; holds one chunk at a time."""

    def __init__(self, key: bytes, prefix: bytes, about: bytes) -> None:
        self._chunks = _Chunks(key, prefix, about)
        self._rest = bytearray()

    def update(self, data: bytes) -> Iterator[bytes]:
        """What can be written now. A full chunk is held back: it may be the last."""
        for start in range(0, len(data), CHUNK):
            self._rest += memoryview(data)[start : start + CHUNK]
            if len(self._rest) > CHUNK:
                yield self._chunks.seal(bytes(self._rest[:CHUNK]), last=False)
                del self._rest[:CHUNK]

    def finish(self) -> bytes:
        """The last chunk, empty if nothing came."""
        return self._chunks.seal(bytes(self._rest), last=True)


def unseal(file: BinaryIO, key: bytes, prefix: bytes, about: bytes) -> Iterator[bytes]:
    """The plain bytes of a file that stands behind its head, a chunk at a time. Raises `BlobFault` where it was
    changed, after giving only what is sound."""
    chunks = _Chunks(key, prefix, about)
    sealed = file.read(CHUNK + _TAG)
    while True:
        following = file.read(CHUNK + _TAG)
        try:
            yield chunks.open(sealed, last=not following)
        except InvalidTag:
            raise BlobFault(f"was altered in chunk {chunks.count}") from None
        if not following:
            return
        sealed = following


class _Chunks:
    def __init__(self, key: bytes, prefix: bytes, about: bytes) -> None:
        self._cipher = AESGCM(key)
        self._prefix = prefix
        self._about = about
        self.count = 0

    def seal(self, plain: bytes, *, last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(last), plain, self._about)

    def open(self, sealed: bytes, *, last: bool) -> bytes:
        return self._cipher.decrypt(self._nonce(last), sealed, self._about)

    def _nonce(self, last: bool) -> bytes:
        nonce = self._prefix + self.count.to_bytes(4, "big") + bytes([last])
        self.count += 1
        return nonce


def _derive(secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(secret)
