"""What is covered in the display copies of a picture: found when the picture was read, painted whenever it is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Corner = tuple[int, int]

UNREAD = "unread"
"""In place of a cover: the picture, or a part of it, could not be read, so nobody knows what is in it."""
ALWAYS = frozenset({"card", "identity", "code", "phone", "line"})
"""Kinds that no display copy shows; names are covered only where others' names are."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Four corners in pixels of the upright original, and what lies under them."""

    kind: str
    corners: tuple[Corner, ...]


def covers_from(boxes: Iterable[Mapping[str, Any]] | None) -> tuple[Cover, ...] | None:
    """The covers that were stored; None when the picture was not looked at, or could not be."""
    if boxes is None:
        return None
    found = tuple(Cover(str(box["kind"]), tuple((int(x), int(y)) for x, y in box.get("corners", ()))) for box in boxes)
    return None if any(one.kind == UNREAD for one in found) else found
