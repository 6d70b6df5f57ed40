"""Files that survive a power cut, files that are gone for good, and faults of the disk in plain words."""

import errno
import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from storage.errors import BlobFault

INCOMING = ".incoming-"  # begins the name of what is not whole yet; a killed process leaves it behind


def write_all(file: io.FileIO, chunk: bytes) -> None:
    """Write all bytes to a file that is not buffered."""
    # Not buffered, so that no write is left for the moment of closing, where its failure would be another's.
    rest = memoryview(chunk)
    while rest:
        rest = rest[file.write(rest) :]


def write_new(path: Path, data: bytes) -> None:
    """A small file that nobody may write to; raises `FileExistsError` if it is there. Its folder is not synced."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    try:
        os.write(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace(path: Path, data: bytes) -> None:
    """Put new content in the place of a file: after a power cut it is the old or the new."""
    fresh = path.with_name(INCOMING + secrets.token_hex(8))
    try:
        write_new(fresh, data)
        fresh.replace(path)
        sync(path.parent)
    finally:
        fresh.unlink(missing_ok=True)


def destroy(path: Path) -> None:
    """Write over a key and remove it; what was encrypted with it cannot be read again."""
    with suppress(FileNotFoundError):
        path.chmod(0o600)
        with path.open("r+b", buffering=0) as file:
            file.write(bytes(path.stat().st_size))
            os.fsync(file.fileno())
        path.unlink()


def make_folder(folder: Path) -> None:
    """Make a folder that survives a power cut."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync(folder.parent)


def sync(folder: Path) -> None:
    """Make what was added to or removed from a folder last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Faults of the disk as `BlobFault`s that say what is wrong with it."""
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
