"""What a picture of text comes down to: lines, each with its place in the picture and how surely it was read."""

import math
import re
import unicodedata
from dataclasses import dataclass

Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One run of text.

    `corners` begin at the top left as the text is read and go clockwise, in pixels of the picture; so they also say how
    the text is turned. `score` is 0..1. `certainty` has one number for each character, and `places` its centre as a
    share (0..1) of the line's length; both are empty where they are not known.
    """

    text: str
    score: float
    corners: Corners
    certainty: tuple[float, ...] = ()
    places: tuple[float, ...] = ()

    def box(self, start: int = 0, stop: int | None = None) -> Box:
        """The upright rectangle (left, top, right, bottom) around the characters from `start` to `stop`."""
        stop = len(self.text) if stop is None else stop
        first, last = 0.0, 1.0
        if self.text and (start > 0 or stop < len(self.text)):
            half = 0.6 / len(self.text)
            first = max(0.0, self.place(start) - half) if start > 0 else 0.0
            last = min(1.0, self.place(stop - 1) + half) if stop < len(self.text) else 1.0
        top_left, top_right, bottom_right, bottom_left = self.corners
        points = [
            _between(top_left, top_right, first),
            _between(top_left, top_right, last),
            _between(bottom_left, bottom_right, first),
            _between(bottom_left, bottom_right, last),
        ]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return math.floor(min(xs)), math.floor(min(ys)), math.ceil(max(xs)), math.ceil(max(ys))

    def sureness(self, start: int, stop: int) -> float:
        """How surely the letters and digits from `start` to `stop` were read: as surely as the least sure of them."""
        part = [
            sure
            for character, sure in zip(self.text[start:stop], self.certainty[start:stop], strict=False)
            if character.isalnum()
        ]
        return min(part) if part else self.score

    def place(self, index: int) -> float:
        """The centre of a character as a share of the line's length; guessed by their usual widths if unknown."""
        if len(self.places) == len(self.text):
            return self.places[index]
        widths = [2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in self.text]
        return (sum(widths[:index]) + widths[index] / 2) / sum(widths)


# Characters that print of this kind never has, taken for those it has everywhere; or only where a value follows.
_MISREAD = (
    (re.compile("佥"), "金"),
    (re.compile(r"(?<![已部])全(?=额\s*(?:[:(¥\d]|rmb|cny|$))"), "金"),
    (re.compile(r"(?<=[户端考次证易单索权水])亏(?=\s*(?:[:(\da-z]|$))"), "号"),
    (re.compile("[卞](?=号)"), "卡"),
)


def fold(text: str) -> str:
    """The text with full-width forms made plain and in lower case, every character at its old index."""
    folded = "".join(_fold_character(character) for character in text)
    for pattern, meant in _MISREAD:
        folded = pattern.sub(meant, folded)
    return folded


def _fold_character(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character).lower()
    return plain if len(plain) == 1 else character


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
