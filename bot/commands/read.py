"""`python -m bot read FILE…`: what was read from each file, a JSON line each."""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from bot.app import real_clock
from bot.reading.reading import Reading
from bot.reading.service import ReadingService
from dialogs import loader
from dialogs.texts import Texts


def run(arguments: argparse.Namespace) -> int:
    """Read each file. 0: all were there; 1: one was not, or reading is not possible here."""
    return asyncio.run(_run([Path(name) for name in arguments.files]))


async def _run(paths: list[Path]) -> int:
    _, texts = loader.load()
    service = ReadingService(real_clock)
    await service.start()
    if service.fault:
        print(_say(texts, service.fault), file=sys.stderr)
    status = 1 if service.fault else 0
    try:
        for path in paths:
            if not path.is_file():
                print(f"{path}: there is no such file", file=sys.stderr)
                status = 1
                continue
            reading = await service.read(path)
            print(json.dumps(line_of(path, reading, texts), ensure_ascii=False), flush=True)
    finally:
        await service.stop()
    return status


def line_of(path: Path, reading: Reading, texts: Texts) -> dict[str, Any]:
    """The object that is printed for a file; `note` is a sentence."""
    items = [
        {name: {"value": read.value, "score": read.score} for name, read in item.items()} for item in reading.items
    ]
    return {
        "file": str(path),
        "kind": reading.kind,
        "items": items,
        "lines": list(reading.lines),
        "masked": reading.masked,
        "note": _say(texts, reading.note),
    }


def _say(texts: Texts, note: str) -> str:
    return texts.say(texts.languages[0], f"reading.note.{note}") if note else ""
