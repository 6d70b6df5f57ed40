"""The packet's PDF: contents and display copies in, a tagged PDF out, set by a child process under a deadline."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.packet.contents import PacketContents
from bot.packet.errors import PacketFault
from bot.packet.fonts import Fonts
from bot.packet.instructions import steps
from bot.packet.pictures import Picture

DEADLINE_SECONDS = 120.0
TEMPLATE = "packet.typ"


def typeset(
    contents: PacketContents,
    packet_id: str,
    pictures: Mapping[int, Sequence[Picture]],
    fonts: Fonts,
    *,
    fingerprint: str,
    stamping: bool,
    deadline: float = DEADLINE_SECONDS,
) -> bytes:
    """The PDF. `pictures` are the display copies of exhibits by number. Raises `PacketFault`."""
    with TemporaryDirectory(prefix="packet-") as name:
        folder = Path(name)
        data = _data(contents, packet_id, fingerprint, stamping)
        data["pictures"] = _write_pictures(folder, pictures)
        for one in data["exhibits"]:
            shown = "broken" if one["mime"].startswith("image/") else "unprintable"
            one["note"] = contents.words[f"exhibit.{shown}"] if one["path"] and not one["text"] else ""
        template = resources.files("bot.packet") / "data" / TEMPLATE
        (folder / TEMPLATE).write_bytes(template.read_bytes())
        request = {
            "folder": str(folder),
            "fonts": str(fonts.folder),
            "timestamp": int(contents.as_of.timestamp()),
            "data": fonts.clean(data),
        }
        _run(request, deadline)
        return (folder / "packet.pdf").read_bytes()


def _data(contents: PacketContents, packet_id: str, fingerprint: str, stamping: bool) -> dict[str, Any]:
    data = asdict(contents)
    for record in data["records"]:
        del record["body"]
    as_of = contents.as_of
    return {
        **data,
        "packet": packet_id,
        "as_of": [as_of.year, as_of.month, as_of.day],
        "verify": [asdict(step) for step in steps(contents, stamping=stamping)],
        "fingerprint": fingerprint,
    }


def _write_pictures(folder: Path, pictures: Mapping[int, Sequence[Picture]]) -> dict[str, list[dict[str, Any]]]:
    written: dict[str, list[dict[str, Any]]] = {}
    for no, pieces in pictures.items():
        for index, piece in enumerate(pieces):
            name = f"{no}-{index}.jpg"
            (folder / name).write_bytes(piece.data)
            row = {"name": name, "width": piece.width, "height": piece.height}
            written.setdefault(str(no), []).append(row)
    return written


def _run(request: Mapping[str, Any], deadline: float) -> None:
    command = [sys.executable, "-m", "bot.packet.typesetting"]
    text = json.dumps(request, ensure_ascii=False)
    root = str(Path(__file__).parents[2])
    try:
        done = subprocess.run(
            command,
            input=text,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=deadline,
            cwd=root,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PacketFault(f"Setting the PDF took longer than {deadline:.0f} s and was stopped.") from None
    if done.returncode:
        reason = done.stderr.strip().splitlines()
        raise PacketFault(f"The PDF cannot be set: {reason[0] if reason else f'status {done.returncode}'}")
