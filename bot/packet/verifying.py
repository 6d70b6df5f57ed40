"""Checks a packet, ZIP or unpacked, and names the first thing that does not fit.

Order: the archive can be read, the signature, the tag files, the payload, nothing more or less, the timeline, the time
stamp, and last that the archive itself is byte for byte as it was packed.
"""

import filecmp
import hashlib
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from bot.packet import bag, stamping
from bot.packet.errors import PacketFault
from bot.packet.instructions import (
    CHAIN,
    HEADS,
    PUBLIC_KEY,
    ROOTS,
    SIGNATURE,
    STAMP,
    STAMP_LIST,
    STAMP_LIST_SIGNATURE,
    head_data,
)
from bot.packet.signing import fingerprint, is_signed

SMALL = 64 << 20  # no tag file or timeline is larger
UNLISTED = frozenset({bag.TAG_MANIFEST, SIGNATURE, STAMP, STAMP_LIST, STAMP_LIST_SIGNATURE})
_HEAD = re.compile(rf"{HEADS}/([1-9]\d*)\.(?:txt|tsr)")
_EXHIBIT = re.compile(r"data/exhibits/E(\d+)\.[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Verified:
    """A packet in which everything fits: whose key signed it, when it was stamped (None: it is not), and the daily
    stamps over its timeline, oldest first: up to which entry, and when."""

    packet: str
    files: int
    entries: int
    fingerprint: str
    stamped_at: datetime | None
    daily: tuple[tuple[int, datetime], ...]


class Opened:
    """The files of a packet by their path inside the bag."""

    def __init__(self, files: dict[str, Path | zipfile.ZipInfo], archive: zipfile.ZipFile | None) -> None:
        self._files = files
        self._archive = archive

    @property
    def names(self) -> frozenset[str]:
        """All paths."""
        return frozenset(self._files)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a file. Raises `PacketFault`."""
        where = self._files.get(name)
        if where is None:
            raise PacketFault(f"{name}: is missing")
        try:
            file = where.open("rb") if isinstance(where, Path) else self._in_archive(where)
            with file:
                while chunk := file.read(1 << 20):
                    yield chunk
        except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
            raise PacketFault(f"{name}: was altered, or cannot be read") from None

    def _in_archive(self, info: zipfile.ZipInfo) -> zipfile.ZipExtFile:
        assert self._archive is not None
        return self._archive.open(info)  # type: ignore[return-value]

    def read(self, name: str) -> bytes:
        """A small file whole."""
        data = bytearray()
        for chunk in self.chunks(name):
            data += chunk
            if len(data) > SMALL:
                raise PacketFault(f"{name}: is larger than any packet's")
        return bytes(data)

    def text(self, name: str) -> str:
        """A small text file."""
        try:
            return self.read(name).decode()
        except UnicodeDecodeError:
            raise PacketFault(f"{name}: was altered, it is no text") from None

    def sha256(self, name: str) -> str:
        """The hash of a file as it is now."""
        digest = hashlib.sha256()
        for chunk in self.chunks(name):
            digest.update(chunk)
        return digest.hexdigest()


def verify(path: Path, *, public_pem: bytes | None = None, roots: bytes | None = None) -> Verified:
    """Check everything. `public_pem`: the key that must have signed; `roots`: the certificates that a stamp must lead
    to. Without them those inside the packet are used, which anyone could have put there. Raises `PacketFault` with
    the first thing that does not fit."""
    with _opened(path) as packet:
        print_of_key = _check_signature(packet, public_pem)
        tags = _listed(packet, bag.TAG_MANIFEST)
        _check_files(packet, tags)
        payload = _listed(packet, bag.MANIFEST)
        _check_files(packet, payload)
        for name in sorted(packet.names - tags.keys() - payload.keys() - UNLISTED):
            if not _HEAD.fullmatch(name):
                raise PacketFault(f"{name}: was added, no manifest lists it")
        info = bag.read_info(packet.text(bag.INFO))
        if packet.text(bag.BAGIT) != bag.DECLARATION:
            raise PacketFault(f"{bag.BAGIT}: is not of BagIt 1.0 in UTF-8")
        chain = _check_chain(packet, info, payload)
        _check_stamp_list(packet, info)
        stamped_at = _check_stamp(packet, roots)
        daily = _check_heads(packet, chain, roots)
    if not path.is_dir():
        _check_frame(path)
    files = len(payload)
    return Verified(info.get("External-Identifier", ""), files, len(chain), print_of_key, stamped_at, daily)


@contextmanager
def _opened(path: Path) -> Iterator[Opened]:
    if path.is_dir():
        files: dict[str, Path | zipfile.ZipInfo] = {
            one.relative_to(path).as_posix(): one for one in path.rglob("*") if not one.is_dir()
        }
        yield Opened(files, None)
        return
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise PacketFault(f"{path}: there is no such file") from None
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        raise PacketFault(f"{path}: is not a ZIP archive, or it was cut or altered") from None
    with archive:
        yield Opened(_entries(archive), archive)


def _entries(archive: zipfile.ZipFile) -> dict[str, Path | zipfile.ZipInfo]:
    found: dict[str, Path | zipfile.ZipInfo] = {}
    tops = set()
    for info in archive.infolist():
        parts = PurePosixPath(info.filename).parts
        if len(parts) < 2 or ".." in parts or info.filename.startswith("/") or info.is_dir():
            raise PacketFault(f"{info.filename!r}: no packet has a file of this name")
        name = "/".join(parts[1:])
        if name in found:
            raise PacketFault(f"{name}: is in the archive twice")
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
            raise PacketFault(f"{name}: was packed anew, a packet's files are stored as they are")
        tops.add(parts[0])
        found[name] = info
    if len(tops) != 1:
        raise PacketFault("The archive was altered: a packet has one top folder")
    return found


def _check_signature(packet: Opened, expected: bytes | None) -> str:
    public_pem = packet.read(PUBLIC_KEY)
    listed = _listed(packet, bag.TAG_MANIFEST)
    if listed.get(PUBLIC_KEY) != hashlib.sha256(public_pem).hexdigest():
        raise PacketFault(f"{PUBLIC_KEY}: does not fit {bag.TAG_MANIFEST}, one of the two was altered")
    if not is_signed(packet.read(bag.TAG_MANIFEST), packet.read(SIGNATURE), public_pem):
        raise PacketFault(f"{SIGNATURE}: does not fit {bag.TAG_MANIFEST}, one of the two was altered")
    found = fingerprint(public_pem)
    if expected is not None and fingerprint(expected) != found:
        raise PacketFault(f"{PUBLIC_KEY}: signed with another key ({found}) than the one expected")
    return found


def _listed(packet: Opened, name: str) -> dict[str, str]:
    try:
        return bag.read_manifest(packet.text(name))
    except ValueError:
        raise PacketFault(f"{name}: was altered, a line is not of its form") from None


def _check_files(packet: Opened, listed: dict[str, str]) -> None:
    for name, sha256 in listed.items():
        if name not in packet.names:
            raise PacketFault(f"{name}: is missing")
        if packet.sha256(name) != sha256:
            raise PacketFault(f"{name}: was altered")


def _check_chain(packet: Opened, info: dict[str, str], payload: dict[str, str]) -> list[str]:
    """The timeline's entries follow from each other, end where the bag says, and name the exhibits that are there.
    Gives their hashes."""
    if CHAIN not in packet.names:
        return []
    previous, count, text = "", 0, packet.text(CHAIN)
    hashes: list[str] = []
    recorded: dict[int, str] = {}
    for line in text.removesuffix("\n").split("\n") if text else []:
        count += 1
        try:
            body = json.loads(line)
            fits = (body["seq"], body["prev"]) == (count, previous)
        except (ValueError, KeyError, TypeError):
            fits = False
        if not fits:
            raise PacketFault(f"{CHAIN}: entry {count} does not follow from the one before")
        if body.get("kind") in ("evidence_added", "evidence_stored") and body.get("sha256"):
            recorded[int(body["no"])] = body["sha256"]
        previous = hashlib.sha256(line.encode()).hexdigest()
        hashes.append(previous)
    if (info.get("Chain-Head"), info.get("Chain-Length")) != (previous, str(count)):
        raise PacketFault(f"{CHAIN}: does not end as {bag.INFO} says")
    for name, sha256 in payload.items():
        exhibit = _EXHIBIT.fullmatch(name)
        if exhibit and recorded.get(int(exhibit.group(1))) != sha256:
            raise PacketFault(f"{name}: is not the file that the timeline recorded")
    return hashes


def _check_stamp_list(packet: Opened, info: dict[str, str]) -> None:
    """Every time stamp is in the list, as it is, and the list is signed. Packets made before there was a list do not
    say that they have one."""
    stamps = {name for name in packet.names if name == STAMP or name.startswith(f"{HEADS}/")}
    if STAMP_LIST not in packet.names and (not stamps or "Stamp-List" not in info):
        return
    if not is_signed(packet.read(STAMP_LIST), packet.read(STAMP_LIST_SIGNATURE), packet.read(PUBLIC_KEY)):
        raise PacketFault(f"{STAMP_LIST_SIGNATURE}: does not fit {STAMP_LIST}, one of the two was altered")
    listed = _listed(packet, STAMP_LIST)
    _check_files(packet, listed)
    if added := sorted(stamps - listed.keys()):
        raise PacketFault(f"{added[0]}: was added, {STAMP_LIST} does not list it")


def _check_stamp(packet: Opened, roots: bytes | None) -> datetime | None:
    if STAMP not in packet.names:
        return None
    if roots is None:
        roots = packet.read(ROOTS)
    try:
        return stamping.check(packet.read(STAMP), packet.read(bag.TAG_MANIFEST), roots)
    except PacketFault as fault:
        raise PacketFault(f"{STAMP}: {fault}") from None


def _check_heads(packet: Opened, chain: list[str], roots: bytes | None) -> tuple[tuple[int, datetime], ...]:
    """Each daily stamp fits the entry of the timeline that it names."""
    found = []
    for number in sorted({int(head.group(1)) for name in packet.names if (head := _HEAD.fullmatch(name))}):
        name = f"{HEADS}/{number}"
        data = packet.read(f"{name}.txt")
        if number > len(chain) or data != head_data(chain[number - 1]):
            raise PacketFault(f"{name}.txt: is not entry {number} of the timeline")
        try:
            at = stamping.check(packet.read(f"{name}.tsr"), data, packet.read(ROOTS) if roots is None else roots)
        except PacketFault as fault:
            raise PacketFault(f"{name}.tsr: {fault}") from None
        found.append((number, at))
    return tuple(found)


def _check_frame(path: Path) -> None:
    """Packed again, the same files must give the same bytes: nothing hides between them or in their heads."""
    with TemporaryDirectory(prefix="verify-") as name, zipfile.ZipFile(path) as archive:
        again = Path(name) / "again.zip"
        with zipfile.ZipFile(again, "w", zipfile.ZIP_STORED) as copy:
            for info in archive.infolist():
                with copy.open(bag.entry(info.filename, info.file_size), "w") as out, archive.open(info) as file:
                    while chunk := file.read(1 << 20):
                        out.write(chunk)
        if not filecmp.cmp(path, again, shallow=False):
            raise PacketFault("All files fit, but the archive around them was altered or packed anew")
