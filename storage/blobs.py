"""Bytes under their SHA-256 in a folder, `<case>/<first two digits>/<sha256>`, written once and never altered.

Encrypted or plain, the name is the SHA-256 of the plain bytes; both kinds may lie side by side. The key of an encrypted
blob lies beside it, named by the random prefix in the blob's own head: a key without a blob, left by a crash, is
nobody's, and two who keep the same bytes at once cannot take each other's.
"""

import hashlib
import io
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from storage.encryption import HEAD, MAGIC, PREFIX, Keyring, Sealing, unseal
from storage.errors import BlobFault
from storage.files import INCOMING, destroy, explained, make_folder, replace, sync, write_all, write_new

_CHUNK = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")
_KEY = re.compile(rf"([0-9a-f]{{64}})\.[0-9a-f]{{{2 * PREFIX}}}\.key")


@dataclass(frozen=True, slots=True)
class Blob:
    """Stored bytes: their SHA-256 in hex and their number."""

    sha256: str
    size: int


class BlobFolder:
    """Keeps blobs below `root`, those of a case together. A blob that was returned by `put` survives a power cut.

    `keys` opens encrypted blobs; new ones are encrypted if `encrypt` says so.
    """

    def __init__(self, root: Path, keys: Keyring | None = None, *, encrypt: bool = False) -> None:
        if encrypt and keys is None:
            raise ValueError("encryption needs keys")
        self._root = root
        self._keys = keys
        self._encrypt = encrypt

    def put(self, data: bytes | Iterable[bytes], *, case_id: int) -> Blob:
        """Keep the bytes, given whole or in chunks. Raises `BlobFault`, and whatever the chunks raise; either way
        nothing is left behind."""
        with explained("bytes cannot be kept"):
            folder = self._root / str(int(case_id))
            make_folder(folder)
            descriptor, name = tempfile.mkstemp(dir=folder, prefix=INCOMING)
        path = Path(name)
        seal = _Seal(int(case_id)) if self._encrypt else None
        try:
            with os.fdopen(descriptor, "w+b", buffering=0) as file:
                blob = _write(file, [data] if isinstance(data, bytes) else data, seal)
            with explained("bytes cannot be kept"):
                self._link(path, case_id, blob, seal)
        finally:
            path.unlink(missing_ok=True)
        return blob

    def path(self, case_id: int, sha256: str) -> Path:
        """Where a blob is or would be. The file may be encrypted: read it with `open`."""
        if not _SHA256.fullmatch(sha256):
            raise ValueError("not a SHA-256 in lower-case hex")
        return self._root / str(int(case_id)) / sha256[:2] / sha256

    def open(self, case_id: int, sha256: str) -> Iterator[bytes]:
        """The plain bytes in chunks. Raises `BlobFault` at once if they are not there or have no key, and as soon as
        they prove to be altered: at the end at the latest."""
        path = self.path(case_id, sha256)
        try:
            with explained("bytes cannot be read"):
                file = path.open("rb")
            return self._read(file, path)
        except BlobFault as fault:
            raise _named(fault, case_id, sha256) from fault

    def delete_case(self, case_id: int) -> None:
        """Remove all blobs of a case, their keys first; nothing happens if it has none. May be repeated."""
        folder = self._root / str(int(case_id))
        with explained("bytes cannot be removed"):
            if folder.exists():
                for key in folder.glob("*/*.key"):
                    destroy(key)
                shutil.rmtree(folder)
                sync(self._root)

    def delete(self, case_id: int, sha256: str) -> None:
        """Remove one blob, its keys first; nothing happens if it is not there. May be repeated."""
        path = self.path(case_id, sha256)
        with explained("bytes cannot be removed"):
            for key in path.parent.glob(f"{sha256}.*.key"):
                destroy(key)
            path.unlink(missing_ok=True)

    def writable(self) -> bool:
        """Can bytes be kept here now?"""
        try:
            make_folder(self._root / INCOMING)
            with tempfile.TemporaryFile(dir=self._root / INCOMING):
                return True
        except OSError:
            return False

    def cases(self) -> list[int]:
        """The ids of the cases that have blobs here."""
        return sorted(int(path.name) for path in self._root.glob("*") if path.name.isdigit())

    def check(self) -> Iterator[str]:
        """Read every blob; a sentence for each that is not what its name says."""
        for path in sorted(self._root.glob("*/*/*")):
            where = path.relative_to(self._root).as_posix()
            if _KEY.fullmatch(path.name) or path.name.startswith(INCOMING):
                continue  # a key is looked at with its blob; what was left behind goes with its case
            if not _SHA256.fullmatch(path.name) or path.parent.name != path.name[:2]:
                yield f"{where}: not a blob"
                continue
            try:
                for _ in self._read(path.open("rb"), path):
                    pass
            except OSError as fault:
                yield f"{where}: cannot be read: {fault.strerror}"
            except BlobFault as fault:
                yield f"{where}: {fault}"

    def rewrap(self) -> Iterator[str | None]:
        """Wrap every key anew that is not wrapped by the current master key, leaving the blobs as they are. Gives None
        for each key done and a sentence for each that cannot be; may be killed at any point and repeated."""
        if self._keys is None:
            raise BlobFault("there is no secret key to wrap with")
        for path in sorted(self._root.glob("*/*/*.key")):
            found = _KEY.fullmatch(path.name)
            about = _about(int(path.parents[1].name), found.group(1)) if found else b""
            try:
                with explained("a key cannot be wrapped"):
                    wrapped = path.read_bytes()
                    if found and not self._keys.is_current(wrapped):
                        replace(path, self._keys.wrap(self._keys.unwrap(wrapped, about), about))
                        yield None
            except BlobFault as fault:
                yield f"{path.relative_to(self._root).as_posix()}: {fault}"

    def _read(self, file: io.BufferedReader, path: Path) -> Iterator[bytes]:
        """The plain bytes of the open file, which is closed at their end or by a fault."""
        sha256, case_id = path.name, int(path.parents[1].name)
        try:
            with explained("bytes cannot be read"):
                head = file.read(HEAD)
                key_path = _key_path(path, head[len(MAGIC) :])
                wrapped = key_path.read_bytes() if head.startswith(MAGIC) and key_path.exists() else None
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
            key = self._keys.unwrap(wrapped, _about(case_id, sha256))
            return _checked(file, unseal(file, key, head[len(MAGIC) :], _about(case_id)), sha256)
        except BaseException:
            file.close()
            raise

    def _link(self, path: Path, case_id: int, blob: Blob, seal: "_Seal | None") -> None:
        target = self.path(case_id, blob.sha256)
        make_folder(target.parent)
        key_path = None
        if seal is not None:
            assert self._keys is not None
            key_path = _key_path(target, seal.prefix)
            write_new(key_path, self._keys.wrap(seal.key, _about(int(case_id), blob.sha256)))
        try:
            os.link(path, target)  # never in place of what is there
        except BaseException as fault:
            if key_path is not None:
                destroy(key_path)
            if not isinstance(fault, FileExistsError):
                raise
            self._compare(target, case_id, blob)
        sync(target.parent)

    def _compare(self, target: Path, case_id: int, blob: Blob) -> None:
        """The same bytes are here already: are they sound?"""
        try:
            for _ in self._read(target.open("rb"), target):
                pass
        except BlobFault as fault:
            raise _named(fault, case_id, blob.sha256) from fault


class _Seal:
    """What one blob is encrypted with, before its SHA-256 is known."""

    def __init__(self, case_id: int) -> None:
        self.key = secrets.token_bytes(32)
        self.prefix = secrets.token_bytes(PREFIX)
        self.about = _about(case_id)


def _about(case_id: int, sha256: str = "") -> bytes:
    return f"case {case_id} sha256 {sha256}".encode()


def _key_path(path: Path, prefix: bytes) -> Path:
    return path.with_name(f"{path.name}.{prefix.hex()}.key")


def _named(fault: BlobFault, case_id: int, sha256: str) -> BlobFault:
    return BlobFault(f"blob {sha256} of case {case_id}: {fault}")


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
        os.fchmod(file.fileno(), 0o400)
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
