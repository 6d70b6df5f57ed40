"""A BagIt 1.0 bag laid by hand, and the ZIP around it: the same files always give the same bytes.

The bag library would move files about and stamp its own date; it serves as the checker in the tests.
"""

import hashlib
import shutil
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
INFO = "bag-info.txt"
BAGIT = "bagit.txt"
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Laid:
    """A file in the bag: its SHA-256 in hex and its size in bytes."""

    sha256: str
    size: int


class Bag:
    """A bag under construction in an empty folder. Paths are relative, ASCII, with `/`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[str, Laid] = {}

    def add(self, path: str, data: bytes | Iterable[bytes]) -> Laid:
        """Lay a file, given whole or in chunks; one below `data/` belongs to the payload, any other is a tag file."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with target.open("xb") as file:
            for chunk in [data] if isinstance(data, bytes) else data:
                digest.update(chunk)
                size += file.write(chunk)
        self._files[path] = Laid(digest.hexdigest(), size)
        return self._files[path]

    def remove(self, path: str) -> None:
        """Take a file out again; nothing happens if it is not there."""
        if not path:
            return
        (self.folder / path).unlink(missing_ok=True)
        self._files.pop(path, None)

    def seal(self, info: Mapping[str, str]) -> bytes:
        """Write the tag files and both manifests; returns the tag manifest, whose bytes stand for the whole bag."""
        payload = {path: laid.sha256 for path, laid in self._files.items() if path.startswith("data/")}
        size = sum(self._files[path].size for path in payload)
        fields = {**info, "Payload-Oxum": f"{size}.{len(payload)}"}
        self.add(BAGIT, DECLARATION.encode())
        self.add(INFO, "".join(f"{name}: {_one_line(value)}\n" for name, value in fields.items()).encode())
        self.add(MANIFEST, manifest(payload))
        tags = {path: laid.sha256 for path, laid in self._files.items() if not path.startswith("data/")}
        sealed = manifest(tags)
        self.add(TAG_MANIFEST, sealed)
        return sealed


def manifest(files: Mapping[str, str]) -> bytes:
    """The lines of a manifest from SHA-256 in hex by path, sorted, in the form that `sha256sum -c` reads."""
    return "".join(f"{files[path]}  {path}\n" for path in sorted(files)).encode()


def _one_line(value: str) -> str:
    return " ".join(value.split())


def write_zip(folder: Path, top: str, target: Path) -> None:
    """Pack the folder's files under one top folder, stored, sorted, with fixed times; `target` appears whole or not."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    names = [path.relative_to(folder).as_posix() for path in files]
    unfinished = target.with_name(f".{target.name}.part")
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED) as archive:
            for name, path in sorted(zip(names, files, strict=True)):
                with archive.open(entry(f"{top}/{name}", path.stat().st_size), "w") as out, path.open("rb") as file:
                    shutil.copyfileobj(file, out, _CHUNK)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def with_files(source: Path, files: Mapping[str, bytes], target: Path) -> None:
    """A copy of a packed bag with these files in it, new or in place of those of before: the same bytes as if it had
    been packed with them. Raises ValueError if the archive is none of ours."""
    try:
        with zipfile.ZipFile(source) as archive, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as copy:
            top = archive.namelist()[0].partition("/")[0]
            fresh = {f"{top}/{name}": data for name, data in files.items()}
            sizes = {info.filename: info.file_size for info in archive.infolist()}
            sizes |= {path: len(data) for path, data in fresh.items()}
            for path in sorted(sizes):
                with copy.open(entry(path, sizes[path]), "w") as out:
                    if path in fresh:
                        out.write(fresh[path])
                        continue
                    with archive.open(path) as file:
                        shutil.copyfileobj(file, out, _CHUNK)
    except (zipfile.BadZipFile, IndexError):
        raise ValueError("no packed bag") from None


def entry(name: str, size: int) -> zipfile.ZipInfo:
    """The head of a stored file: nothing in it depends on when or where it was packed."""
    info = zipfile.ZipInfo(name, FIXED_TIME)
    info.create_system = 3
    info.external_attr = 0o100644 << 16
    info.file_size = size
    return info


def read_manifest(text: str) -> dict[str, str]:
    """A manifest's paths and hashes. Raises ValueError for a line of another form or a path given twice."""
    found: dict[str, str] = {}
    if text and not text.endswith("\n"):
        raise ValueError("the end is missing")
    for line in text.split("\n")[:-1]:
        sha256, gap, path = line.partition("  ")
        if not gap or len(sha256) != 64 or not path or path in found:
            raise ValueError(line)
        found[path] = sha256
    return found


def read_info(text: str) -> dict[str, str]:
    """The fields of `bag-info.txt`."""
    rows: Sequence[tuple[str, str, str]] = [line.partition(": ") for line in text.split("\n")]
    return {name: value for name, gap, value in rows if gap}
