"""Finds what must be covered in a picture's display copies, and looks again whether the covers hide it. Child only.

One four-cornered cover goes from the first to the last hidden character of a number, a little larger than they are. If
a second look at the covered picture still finds a number, its whole line is covered; at last, the whole picture.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from bot.masking import Secret
from bot.reading.hiding import NAME, NAME_LABEL, find_secrets
from nlu.receipt_lines import Line, Point, fold

Pixels = NDArray[np.uint8]
Corner = tuple[int, int]

GROWTH = 4  # pixels on each side
HALF = 0.62  # of a character's width, from its centre to its edge with room for what is uneven
LOOKS = 2  # times that a covered picture is looked at again
MOST = 200  # covers; a picture with more is covered as a whole


@dataclass(frozen=True, slots=True)
class Found:
    """Four corners in pixels of the picture, and what lies there: card, identity, code, phone, name or line."""

    kind: str
    corners: tuple[Corner, ...]


def find_covers(
    pixels: Pixels, lines: Sequence[Line], read: Callable[[Pixels], Sequence[Line]] | None
) -> tuple[Found, ...]:
    """What is to be covered in a picture in which these lines were read; `read` looks at the covered picture. Without
    it, as there is no time, whole lines are covered at once."""
    if read is None:
        return (*_covers(lines, _whole), *_names_beside(lines))
    covers = (*_covers(lines, _hidden), *_names_beside(lines))
    for _ in range(LOOKS):
        if not any(cover.kind != "name" for cover in covers):
            return covers
        left = [cover for cover in _covers(read(painted(pixels, covers)), _whole) if cover.kind != "name"]
        if not left:
            return covers
        covers = (*covers, *(Found("line", cover.corners) for cover in left))
    return (_all_of(pixels),)


def painted(pixels: Pixels, covers: Sequence[Found]) -> Pixels:
    """A copy of the picture with the covers on it."""
    copy = pixels.copy()
    for cover in covers:
        cv2.fillPoly(copy, [np.array(cover.corners, dtype=np.int32)], (26, 26, 26))
    return copy


def _all_of(pixels: Pixels) -> Found:
    height, width = pixels.shape[:2]
    return Found("line", ((0, 0), (width, 0), (width, height), (0, height)))


def _covers(lines: Sequence[Line], part: Callable[[Line, int, int, str], tuple[int, int] | None]) -> tuple[Found, ...]:
    text = "\n".join(fold(line.text).replace("\n", " ") for line in lines)
    begins, at = [], 0
    for line in lines:
        begins.append(at)
        at += len(line.text) + 1
    found = []
    for secret in find_secrets(text):
        for line, begin in zip(lines, begins, strict=True):
            start, stop = max(secret.start - begin, 0), min(secret.stop - begin, len(line.text))
            if start >= stop:
                continue
            span = part(line, start, stop, _fate(text, secret)[max(begin - secret.start, 0) :])
            if span is not None:
                found.append(Found(secret.kind, _corners(line, *span)))
    return tuple(dict.fromkeys(found))[:MOST]


def _names_beside(lines: Sequence[Line]) -> tuple[Found, ...]:
    """Names that stand in a line of their own to the right of their label."""
    found = []
    for label in lines:
        if not NAME_LABEL.fullmatch(label.text.strip()):
            continue
        beside = [(_gap(label, other), other) for other in lines if NAME.fullmatch(other.text.strip())]
        near = [(gap, other) for gap, other in beside if gap is not None and not NAME_LABEL.fullmatch(other.text)]
        if near:
            _, name = min(near, key=lambda pair: pair[0])
            found.append(Found("name", _corners(name, 0, len(name.text))))
    return tuple(found)


def _gap(label: Line, other: Line) -> float | None:
    """How far the other line begins behind the label on the same row; None if it does not."""
    a, b, _, d = label.corners
    along, across = _direction(a, b), _direction(a, d)
    offset = other.corners[0][0] - b[0], other.corners[0][1] - b[1]
    off_row = abs(offset[0] * across[0] + offset[1] * across[1])
    ahead = offset[0] * along[0] + offset[1] * along[1]
    return ahead if ahead > 0 and off_row < 0.6 * math.dist(a, d) else None


def _fate(text: str, secret: Secret) -> str:
    """For each character of the secret "*" if it is hidden; marks between the digits are as they were."""
    shown = iter(secret.shown)
    fate = []
    for character in text[secret.start : secret.stop]:
        counts = character.isalnum() or secret.kind == "name"
        fate.append(next(shown, "*") if counts else character)
    return "".join(fate)


def _hidden(_: Line, start: int, stop: int, fate: str) -> tuple[int, int] | None:
    """From the first to the last hidden character of the secret's part in this line."""
    places = [found.start() for found in re.finditer(r"\*", fate[: stop - start])]
    return (start + places[0], start + places[-1] + 1) if places else None


def _whole(line: Line, start: int, stop: int, fate: str) -> tuple[int, int] | None:
    return (0, len(line.text)) if _hidden(line, start, stop, fate) else None


def _corners(line: Line, start: int, stop: int) -> tuple[Corner, ...]:
    a, b, c, d = line.corners
    first, last = 0.0, 1.0
    if (start, stop) != (0, len(line.text)):
        step = _step(line, start, stop)
        first, last = line.place(start) - HALF * step, line.place(stop - 1) + HALF * step
    along, across = _direction(a, b), _direction(a, d)
    corners = []
    for left, right, share, out, up in (
        (a, b, first, -1, -1),
        (a, b, last, 1, -1),
        (d, c, last, 1, 1),
        (d, c, first, -1, 1),
    ):
        x = left[0] + (right[0] - left[0]) * share + GROWTH * (out * along[0] + up * across[0])
        y = left[1] + (right[1] - left[1]) * share + GROWTH * (out * along[1] + up * across[1])
        corners.append((round(x), round(y)))
    return tuple(corners)


def _step(line: Line, start: int, stop: int) -> float:
    """How far the characters stand from each other there, as a share of the line."""
    places = [line.place(index) for index in range(start, stop)]
    steps = sorted(b - a for a, b in pairwise(places) if b > a)
    return steps[len(steps) // 2] if steps else 1 / max(1, len(line.text))


def _direction(a: Point, b: Point) -> Point:
    length = math.dist(a, b) or 1.0
    return (b[0] - a[0]) / length, (b[1] - a[1]) / length
