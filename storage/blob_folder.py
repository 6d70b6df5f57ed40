"""Blobs in a folder of this machine."""

import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.blobs import BlobStore, Key, name_of
from storage.encryption import Keyring
from storage.files import INCOMING, destroy, explained, make_folder, replace, sync, write_new


class BlobFolder(BlobStore):
    """Keeps blobs below `root`."""

    def __init__(self, root: Path, keys: Keyring | None = None, *, encrypt: bool = False) -> None:
        super().__init__(keys, encrypt=encrypt)
        self._root = root

    def path(self, case_id: int, sha256: str) -> Path:
        """Where a blob is or would be. The file may be encrypted: read it with `open`."""
        return self._root / name_of(case_id, sha256)

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

    def probe(self) -> None:
        """Can bytes be kept here? Raises `BlobFault` with what is wrong."""
        with explained("bytes cannot be kept"):
            make_folder(self._root / INCOMING)
            with tempfile.TemporaryFile(dir=self._root / INCOMING):
                pass

    def cases(self) -> list[int]:
        """The ids of the cases that have blobs here."""
        return sorted(int(path.name) for path in self._root.glob("*") if path.name.isdigit())

    @contextmanager
    def _incoming(self, case_id: int) -> Iterator[io.FileIO]:
        with explained("bytes cannot be kept"):
            folder = self._root / str(case_id)
            make_folder(folder)
            descriptor, name = tempfile.mkstemp(dir=folder, prefix=INCOMING)
            os.close(descriptor)
        path = Path(name)
        try:
            with path.open("r+b", buffering=0) as file:
                yield file
        finally:
            path.unlink(missing_ok=True)

    def _add(self, file: io.FileIO, name: str, key: Key | None) -> bool:
        target = self._root / name
        with explained("bytes cannot be kept"):
            os.fchmod(file.fileno(), 0o400)
            make_folder(target.parent)
            if key is not None:
                write_new(self._root / key.name, key.wrapped)
            try:
                os.link(file.name, target)  # never in place of what is there
            except BaseException as fault:
                if key is not None:
                    destroy(self._root / key.name)
                if not isinstance(fault, FileExistsError):
                    raise
                return False
            finally:
                sync(target.parent)
        return True

    def _file(self, name: str) -> io.BufferedReader:
        with explained("bytes cannot be read"):
            return (self._root / name).open("rb")

    def _small(self, name: str) -> bytes | None:
        path = self._root / name
        with explained("a key cannot be read"):
            return path.read_bytes() if path.exists() else None

    def _replace(self, name: str, data: bytes) -> None:
        with explained("a key cannot be wrapped"):
            replace(self._root / name, data)

    def _names(self) -> Iterator[str]:
        return (path.relative_to(self._root).as_posix() for path in sorted(self._root.glob("*/*/*")))
