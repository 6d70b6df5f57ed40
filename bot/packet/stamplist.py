"""The list of a packet's time stamps, signed like the packet itself.

A stamp comes after the bag was sealed, so no manifest can name it; and an authority's answer holds bytes that its own
signature does not cover, such as certificates nobody needs. The list keeps one from being altered unseen.
"""

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

from bot.packet.bag import manifest, read_manifest, with_files
from bot.packet.instructions import STAMP, STAMP_LIST, STAMP_LIST_SIGNATURE
from bot.packet.signing import Signer


def listed(stamps: Mapping[str, str], signer: Signer) -> dict[str, bytes]:
    """The list and its signature, by path, for stamps given as path and SHA-256 in hex; nothing for none."""
    if not stamps:
        return {}
    lines = manifest(stamps)
    return {STAMP_LIST: lines, STAMP_LIST_SIGNATURE: signer.sign(lines)}


def with_stamp(source: Path, answer: bytes, signer: Signer, target: Path) -> None:
    """A copy of a packed bag with the time stamp that came late: the same bytes as if it had been packed with it.
    Raises ValueError if the archive is none of ours or has a stamp already."""
    try:
        with zipfile.ZipFile(source) as archive:
            top = archive.namelist()[0].partition("/")[0]
            if f"{top}/{STAMP}" in archive.namelist():
                raise ValueError(STAMP)
            before = f"{top}/{STAMP_LIST}"
            stamps = read_manifest(archive.read(before).decode()) if before in archive.namelist() else {}
    except (zipfile.BadZipFile, IndexError):
        raise ValueError("no packed bag") from None
    stamps[STAMP] = hashlib.sha256(answer).hexdigest()
    with_files(source, {STAMP: answer, **listed(stamps, signer)}, target)
