"""Bytes under their SHA-256, `<case>/<first two digits>/<sha256>`, written once and never altered, wherever they lie.

Encrypted or plain, the name is the SHA-256 of the plain bytes; both kinds may lie side by side. The key of an encrypted
blob lies beside it, named by the random prefix in the blob's own head: a key without a blob, left by a crash, is
nobody's, and two who keep the same bytes at once cannot take each other's.
"""

import hashlib
import io
import os
import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from storage.encryption import HEAD, MAGIC, PREFIX, Keyring, Sealing, unseal
from storage.errors import BlobFault, BlobsAway
from storage.files import INCOMING, explained, write_all

PROBE = ".probe"  # what a bucket is tried with
_CHUNK = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")
_BLOB = re.compile(r"(\d+)/([0-9a-f]{2})/\2[0-9a-f]{62}")
_KEY = re.compile(rf"(\d+)/[0-9a-f]{{2}}/([0-9a-f]{{64}})\.[0-9a-f]{{{2 * PREFIX}}}\.key")


@dataclass(frozen=True, slots=True)
class Blob:
    """Stored bytes: their SHA-256 in hex and their number."""

    sha256: str
    size: int


class Key(NamedTuple):
    """The wrapped key of a blob, and the name it lies under."""

    name: str
    wrapped: bytes


class BlobStore(ABC):
    """Keeps blobs, those of a case together. A blob that was returned by `put` survives a power cut.

    `keys` opens encrypted blobs; new ones are encrypted if `encrypt` says so. The methods with a leading underscore are
    what a place for bytes must be able to do; all names there are relative to it.
    """

    def __init__(self, keys: Keyring | None = None, *, encrypt: bool = False) -> None:
        if encrypt and keys is None:
            raise ValueError("encryption needs keys")
        self._keys = keys
        self._encrypt = encrypt

    def put(self, data: bytes | Iterable[bytes], *, case_id: int) -> Blob:
        """Keep the bytes, given whole or in chunks. Raises `BlobFault`, and whatever the chunks raise; either way
        nothing is left behind."""
        seal = _Seal(int(case_id)) if self._encrypt else None
        with self._incoming(int(case_id)) as file:
            blob = _write(file, [data] if isinstance(data, bytes) else data, seal)
            name, key = name_of(case_id, blob.sha256), None
            if seal is not None:
                assert self._keys is not None
                key = Key(_key_name(name, seal.prefix), self._keys.wrap(seal.key, _about(int(case_id), blob.sha256)))
            if not self._add(file, name, key):
                self._compare(name)
        return blob

    def open(self, case_id: int, sha256: str) -> Iterator[bytes]:
        """The plain bytes in chunks. Raises `BlobFault` at once if they are not there or have no key, and as soon as
        they prove to be altered: at the end at the latest."""
        name = name_of(case_id, sha256)
        try:
            return self._read(name)
        except BlobFault as fault:
            raise _named(fault, name) from fault

    @abstractmethod
    def delete_case(self, case_id: int) -> None:
        """Remove all blobs of a case, their keys first; nothing happens if it has none. May be repeated."""

    @abstractmethod
    def delete(self, case_id: int, sha256: str) -> None:
        """Remove one blob, its keys first; nothing happens if it is not there. May be repeated."""

    @abstractmethod
    def probe(self) -> None:
        """Can bytes be kept here and be removed again? Raises `BlobFault` with what is wrong."""

    def writable(self) -> bool:
        """Can bytes be kept here now?"""
        try:
            self.probe()
        except BlobFault:
            return False
        return True

    @abstractmethod
    def cases(self) -> list[int]:
        """The ids of the cases that have blobs here."""

    def check(self) -> Iterator[str]:
        """Read every blob; a sentence for each that is not what its name says."""
        for name in self._names():
            last = name.rpartition("/")[2]
            if _KEY.fullmatch(name) or last.startswith(INCOMING) or name == PROBE:
                continue  # a key is looked at with its blob; what was left behind goes with its case
            if not _BLOB.fullmatch(name):
                yield f"{name}: not a blob"
                continue
            try:
                self._compare(name)
            except BlobsAway:
                raise
            except BlobFault as fault:
                yield str(fault)

    def rewrap(self) -> Iterator[str | None]:
        """Wrap every key anew that is not wrapped by the current master key, leaving the blobs as they are. Gives None
        for each key done and a sentence for each that cannot be; may be killed at any point and repeated."""
        if self._keys is None:
            raise BlobFault("there is no secret key to wrap with")
        for name in self._names():
            found = _KEY.fullmatch(name)
            if found is None:
                continue
            about = _about(int(found.group(1)), found.group(2))
            try:
                wrapped = self._small(name)
                if wrapped is not None and not self._keys.is_current(wrapped):
                    self._replace(name, self._keys.wrap(self._keys.unwrap(wrapped, about), about))
                    yield None
            except BlobsAway:
                raise
            except BlobFault as fault:
                yield f"{name}: {fault}"

    # the place

    @abstractmethod
    def _incoming(self, case_id: int) -> AbstractContextManager[io.FileIO]:
        """A file on the disk for bytes whose hash is not known yet; gone in the end."""

    @abstractmethod
    def _add(self, file: io.FileIO, name: str, key: Key | None) -> bool:
        """Keep the whole file under this name, its key before it, never in place of what is there: False if there is
        something."""

    @abstractmethod
    def _file(self, name: str) -> io.BufferedReader:
        """What lies under a name, to be read. Raises `BlobFault`."""

    @abstractmethod
    def _small(self, name: str) -> bytes | None:
        """The whole of something small; None if it is not there."""

    @abstractmethod
    def _replace(self, name: str, data: bytes) -> None:
        """Put something small in place of what is there, as a whole."""

    @abstractmethod
    def _names(self) -> Iterator[str]:
        """Everything that lies here, in order."""

    def _read(self, name: str) -> Iterator[bytes]:
        """The plain bytes under a name. What is opened is closed at their end or by a fault."""
        case, _, sha256 = name.split("/")
        file = self._file(name)
        try:
            with explained("bytes cannot be read"):
                head = file.read(HEAD)
                wrapped = self._small(_key_name(name, head[len(MAGIC) :])) if head.startswith(MAGIC) else None
                file.seek(HEAD if wrapped else 0)
                if wrapped is None and head.startswith(MAGIC):
                    # Either its key was destroyed, or it is a plain file that happens to begin like this.
                    if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                        raise BlobFault("its key is gone: it was erased, or restored without its keys")
                    file.seek(0)
            if wrapped is None:
                return _checked(file, _pieces(file), sha256)
            if self._keys is None:
                raise BlobFault("it is encrypted, and there is no secret key here")
            key = self._keys.unwrap(wrapped, _about(int(case), sha256))
            return _checked(file, unseal(file, key, head[len(MAGIC) :], _about(int(case))), sha256)
        except BaseException:
            file.close()
            raise

    def _compare(self, name: str) -> None:
        """Is what lies there sound? Raises `BlobFault`."""
        try:
            for _ in self._read(name):
                pass
        except BlobFault as fault:
            raise _named(fault, name) from fault


def name_of(case_id: int, sha256: str) -> str:
    """Where a blob is or would be. Raises ValueError for what is no hash."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not a SHA-256 in lower-case hex")
    return f"{int(case_id)}/{sha256[:2]}/{sha256}"


class _Seal:
    """What one blob is encrypted with, before its SHA-256 is known."""

    def __init__(self, case_id: int) -> None:
        self.key = secrets.token_bytes(32)
        self.prefix = secrets.token_bytes(PREFIX)
        self.about = _about(case_id)


def _about(case_id: int, sha256: str = "") -> bytes:
    return f"case {case_id} sha256 {sha256}".encode()


def _key_name(name: str, prefix: bytes) -> str:
    return f"{name}.{prefix.hex()}.key"


def _named(fault: BlobFault, name: str) -> BlobFault:
    case, _, sha256 = name.split("/")
    return type(fault)(f"blob {sha256} of case {case}: {fault}")


def _write(file: io.FileIO, chunks: Iterable[bytes], seal: _Seal | None) -> Blob:
    digest, size = hashlib.sha256(), 0
    sealing = Sealing(seal.key, seal.prefix, seal.about) if seal else None
    if seal:
        with explained("bytes cannot be kept"):
            write_all(file, MAGIC + seal.prefix)
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
        with explained("bytes cannot be kept"):
            for part in sealing.update(chunk) if sealing else (chunk,):
                write_all(file, part)
    with explained("bytes cannot be kept"):
        if sealing:
            write_all(file, sealing.finish())
        os.fsync(file.fileno())
        file.seek(HEAD if seal else 0)
        written = hashlib.sha256()
        for part in unseal(file, seal.key, seal.prefix, seal.about) if seal else _pieces(file):
            written.update(part)
        if written.hexdigest() != digest.hexdigest():
            raise BlobFault("bytes cannot be kept: what was written reads differently")
    return Blob(digest.hexdigest(), size)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: file.read(_CHUNK), b"")


def _checked(file: BinaryIO, parts: Iterator[bytes], sha256: str) -> Iterator[bytes]:
    digest = hashlib.sha256()
    with file:
        while True:
            with explained("bytes cannot be read"):
                part = next(parts, None)
            if part is None:
                break
            digest.update(part)
            if part:
                yield part
    if digest.hexdigest() != sha256:
        raise BlobFault(f"was altered, its SHA-256 is {digest.hexdigest()}")
