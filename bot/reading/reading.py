"""What reading a file came to, and its form as JSON between the two processes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class ReadField:
    """One proposed value: how surely it was read (0..1; under `UNSURE` the person is asked to check it) and where.

    `box` is (left, top, right, bottom) in pixels of the picture as it is shown, on `page` (0 is the first).
    """

    value: str = field(repr=False)
    score: float
    box: tuple[int, int, int, int]
    page: int = 0


UNSURE = 0.95


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from a file.

    `kind` is slip, detail, list, chat, sms or text, "" where nothing was read. `items` has one mapping of fields for
    each transaction. `lines` is all the text; secrets are masked in it and counted in `masked`. `note` says by a code
    (text key `reading.note.<code>`) what stood in the way, "" for nothing. `covers` is what display copies of a picture
    must cover: {kind, corners} each (`bot.reading.covering`); None where that is not known. `prints` tell whether two
    pictures look the same (`bot.reading.prints`).
    """

    kind: str = ""
    items: tuple[Mapping[str, ReadField], ...] = ()
    lines: tuple[str, ...] = field(default=(), repr=False)
    masked: int = 0
    note: str = ""
    prints: tuple[str, ...] = ()
    covers: tuple[Mapping[str, Any], ...] | None = None


class Reader(Protocol):
    """What reads files."""

    @property
    def fault(self) -> str:
        """Why pictures cannot be read, as a note's code; "" when they can."""
        ...

    async def start(self) -> None:
        """Get ready."""
        ...

    async def stop(self) -> None:
        """End."""
        ...

    async def read(self, source: bytes) -> Reading:
        """Read a file's bytes. Never raises for what they hold."""
        ...


def to_json(reading: Reading) -> dict[str, Any]:
    """The reading as plain values."""
    return {
        "kind": reading.kind,
        "items": [
            {
                name: {"value": read.value, "score": read.score, "box": list(read.box), "page": read.page}
                for name, read in item.items()
            }
            for item in reading.items
        ],
        "lines": list(reading.lines),
        "masked": reading.masked,
        "note": reading.note,
        "covers": None if reading.covers is None else list(reading.covers),
        "prints": list(reading.prints),
    }


def from_json(data: Mapping[str, Any]) -> Reading:
    """The reading out of plain values. Raises `KeyError`, `TypeError` or `ValueError` on any other shape."""
    items = []
    for item in data["items"]:
        fields = {}
        for name, read in item.items():
            left, top, right, bottom = (int(number) for number in read["box"])
            box = (left, top, right, bottom)
            fields[str(name)] = ReadField(str(read["value"]), float(read["score"]), box, int(read["page"]))
        items.append(fields)
    lines = tuple(str(line) for line in data["lines"])
    return Reading(
        str(data["kind"]),
        tuple(items),
        lines,
        int(data["masked"]),
        str(data["note"]),
        tuple(str(one) for one in data.get("prints", ())),
        covers=_covers_from(data.get("covers")),
    )


def _covers_from(rows: Any) -> tuple[Mapping[str, Any], ...] | None:
    if rows is None:
        return None
    return tuple({"kind": str(row["kind"]), "corners": [[int(x), int(y)] for x, y in row["corners"]]} for row in rows)
