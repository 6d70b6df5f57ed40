"""Lines by hand, for tests that need no picture."""

from collections.abc import Sequence
from datetime import datetime

from nlu.receipt_lines import Line

NOW = datetime.fromisoformat("2026-11-24T10:30:00+08:00")


def at(text: str, x: float, y: float, *, score: float = 1.0, height: float = 20) -> Line:
    """A level line that begins at x and whose middle is at y; a Chinese character is as wide as it is high."""
    width = sum(height if ord(character) > 0x2E7F else height / 2 for character in text)
    top, low = y - height / 2, y + height / 2
    corners = ((x, top), (x + width, top), (x + width, low), (x, low))
    return Line(text, score, corners, (score,) * len(text))


def column(*texts: str, x: float = 20, score: float = 1.0) -> list[Line]:
    """One line under the other."""
    return [at(text, x, 40 + 34 * row, score=score) for row, text in enumerate(texts)]


def turned(lines: Sequence[Line]) -> list[Line]:
    """The same lines in a picture that lies on its side."""
    result = []
    for line in lines:
        a, b, c, d = ((2000 - y, x) for x, y in line.corners)
        result.append(Line(line.text, line.score, (a, b, c, d), line.certainty))
    return result
