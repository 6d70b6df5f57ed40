"""The packet's PDF: contents and display copies in, a tagged PDF out, set by a child process under a deadline."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bot.packet.contents import PacketContents
from bot.packet.errors import PacketFault
from bot.packet.fonts import Fonts
from bot.packet.instructions import steps

DEADLINE_SECONDS = 120.0
TEMPLATE = "packet.typ"


def typeset(
    contents: PacketContents,
    packet_id: str,
    folder: Path,
    pictures: Mapping[int, Sequence[Mapping[str, Any]]],
    fonts: Fonts,
    *,
    fingerprint: str,
    stamping: bool,
    deadline: float = DEADLINE_SECONDS,
) -> Path:
    """The PDF, in the folder. `pictures` are the display copies of exhibits by number, files of the folder: {name,
    width, height} each. Raises `PacketFault`."""
    data = _data(contents, packet_id, fingerprint, stamping)
    data["pictures"] = {str(no): pieces for no, pieces in pictures.items() if pieces}
    for one in data["exhibits"]:
        one["note"] = _note(contents, one)
    template = resources.files("bot.packet") / "data" / TEMPLATE
    (folder / TEMPLATE).write_bytes(template.read_bytes())
    request = {
        "folder": str(folder),
        "fonts": str(fonts.folder),
        "timestamp": int(contents.as_of.timestamp()),
        "data": fonts.clean(data),
    }
    _run(request, deadline)
    return folder / "packet.pdf"


def _data(contents: PacketContents, packet_id: str, fingerprint: str, stamping: bool) -> dict[str, Any]:
    data = asdict(contents)
    for record in data["records"]:
        del record["body"]
    for one in data["exhibits"]:
        one["covered"] = bool(one.pop("covers"))
    as_of = contents.as_of
    return {
        **data,
        "packet": packet_id,
        "as_of": [as_of.year, as_of.month, as_of.day],
        "verify": [asdict(step) for step in steps(contents, stamping=stamping)],
        "fingerprint": fingerprint,
    }


def _note(contents: PacketContents, one: Mapping[str, Any]) -> str:
    """Why an exhibit that is there is not printed; "" where its words are."""
    if one["text"] or not (one["path"] or one["copy"]):
        return ""
    if not one["mime"].startswith("image/"):
        return contents.words["exhibit.unprintable"]
    if one["mime"] == "image/heic" and find_spec("pillow_heif") is None:
        return contents.words["exhibit.broken.heic"]
    return contents.words["exhibit.broken"]


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
