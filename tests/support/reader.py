"""A reader plugged in for tests: it reads from a file what a script says that stands on it."""

import hashlib
from collections.abc import Mapping
from typing import Any

from bot.reading.reading import ReadField, Reading


def reading(kind: str = "", *items: Mapping[str, Any], **fields: Any) -> Reading:
    """A reading of plain values: {amount: "12.00"}, or {amount: ["12.00", 0.9]} where it was read less surely."""
    return Reading(kind, tuple({name: _field(value) for name, value in item.items()} for item in items), **fields)


def _field(value: Any) -> ReadField:
    text, score = value if isinstance(value, list | tuple) else (value, 0.99)
    return ReadField(str(text), float(score), (1, 2, 3, 4))


class FakeReader:
    """Reads by the bytes; what nobody told of is a picture without any writing. `read_files` counts."""

    def __init__(self, fault: str = "") -> None:
        self.fault = fault
        self.read_files: list[str] = []
        self._known: dict[str, Reading | Exception] = {}

    def knows(self, data: bytes, what: Reading | Exception) -> None:
        """From these bytes this is read; an exception is raised."""
        self._known[hashlib.sha256(data).hexdigest()] = what

    async def start(self) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to end."""

    async def read(self, source: bytes) -> Reading:
        """What is known of the bytes."""
        digest = hashlib.sha256(source).hexdigest()
        self.read_files.append(digest)
        found = self._known.get(digest, Reading(note="nothing"))
        if isinstance(found, Exception):
            raise found
        return found
