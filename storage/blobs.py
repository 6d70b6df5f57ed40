"""Bytes under their SHA-256 in a folder, `<case>/<first two digits>/<sha256>`, written once and never altered."""

import errno
import hashlib
import io
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.errors import BlobFault

_CHUNK = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")
_INCOMING = ".incoming-"  # what a killed process leaves behind goes with its case


@dataclass(frozen=True, slots=True)
class Blob:
    """Stored bytes: their SHA-256 in hex and their number."""

    sha256: str
    size: int


class BlobFolder:
    """Keeps blobs below `root`, those of a case together. A blob that was returned by `put` survives a power cut."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, data: bytes | Iterable[bytes], *, case_id: int) -> Blob:
        """Keep the bytes, given whole or in chunks. Raises `BlobFault`, and whatever the chunks raise; either way
        nothing is left behind."""
        with _explained("bytes cannot be kept"):
            folder = self._root / str(int(case_id))
            _make(folder)
            descriptor, name = tempfile.mkstemp(dir=folder, prefix=_INCOMING)
        path = Path(name)
        try:
            with os.fdopen(descriptor, "w+b", buffering=0) as file:
                blob = _write(file, [data] if isinstance(data, bytes) else data)
            with _explained("bytes cannot be kept"):
                self._link(path, case_id, blob)
        finally:
            path.unlink(missing_ok=True)
        return blob

    def path(self, case_id: int, sha256: str) -> Path:
        """Where a blob is or would be."""
        if not _SHA256.fullmatch(sha256):
            raise ValueError("not a SHA-256 in lower-case hex")
        return self._root / str(int(case_id)) / sha256[:2] / sha256

    def open(self, case_id: int, sha256: str) -> Iterator[bytes]:
        """The bytes in chunks. Raises `BlobFault` at once if they are not there."""
        with _explained("bytes cannot be read"):
            file = self.path(case_id, sha256).open("rb")
        return _chunks(file)

    def delete_case(self, case_id: int) -> None:
        """Remove all blobs of a case; nothing happens if it has none."""
        folder = self._root / str(int(case_id))
        with _explained("bytes cannot be removed"):
            if folder.exists():
                shutil.rmtree(folder)
                _sync(self._root)

    def writable(self) -> bool:
        """Can bytes be kept here now?"""
        try:
            _make(self._root / _INCOMING)
            with tempfile.TemporaryFile(dir=self._root / _INCOMING):
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
            if not _SHA256.fullmatch(path.name) or path.parent.name != path.name[:2]:
                yield f"{where}: not a blob"
                continue
            try:
                with path.open("rb") as file:
                    found = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError as fault:
                yield f"{where}: cannot be read: {fault.strerror}"
                continue
            if found != path.name:
                yield f"{where}: was altered, its SHA-256 is {found}"

    def _link(self, path: Path, case_id: int, blob: Blob) -> None:
        target = self.path(case_id, blob.sha256)
        _make(target.parent)
        try:
            os.link(path, target)  # never in place of what is there
        except FileExistsError:
            with target.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != blob.sha256:
                    raise BlobFault(f"the stored blob {blob.sha256} of case {case_id} was altered") from None
        _sync(target.parent)


def _write(file: io.FileIO, chunks: Iterable[bytes]) -> Blob:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
        with _explained("bytes cannot be kept"):
            _write_all(file, chunk)
    with _explained("bytes cannot be kept"):
        os.fsync(file.fileno())
        size = file.tell()
        file.seek(0)
        if hashlib.file_digest(file, "sha256").hexdigest() != digest.hexdigest():
            raise BlobFault("bytes cannot be kept: what was written reads differently")
        os.fchmod(file.fileno(), 0o400)
    return Blob(digest.hexdigest(), size)


def _write_all(file: io.FileIO, chunk: bytes) -> None:
    # Not buffered, so that no write is left for the moment of closing, where its failure would be another's.
    rest = memoryview(chunk)
    while rest:
        rest = rest[file.write(rest) :]


def _chunks(file: io.BufferedReader) -> Iterator[bytes]:
    with file:
        while True:
            with _explained("bytes cannot be read"):
                chunk = file.read(_CHUNK)
            if not chunk:
                return
            yield chunk


def _make(folder: Path) -> None:
    """Make a folder that survives a power cut."""
    if folder.is_dir():
        return
    _make(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _explained(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            why = "the disk is full"
        elif fault.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            why = "the folder of the blobs may not be written to or read"
        else:
            why = fault.strerror or type(fault).__name__
        where = f": {fault.filename}" if fault.filename else ""
        raise BlobFault(f"{what}: {why}{where}") from fault
