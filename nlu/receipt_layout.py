"""Where lines stand to each other: which is to the right of which, and which below, on paper that lies anyhow."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from nlu.receipt_lines import Line, Point, fold
from nlu.receipt_words import Label, Vocabulary

_LONG = 3.0  # a line this many times as long as high says how the paper is tilted


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A line in a frame in which the text runs level: `left` .. `right`, `top` .. `bottom`, in pixels."""

    line: Line
    text: str
    labels: tuple[Label, ...]
    left: float
    right: float
    top: float
    bottom: float
    slope: float = field(repr=False, default=0.0)

    @property
    def height(self) -> float:
        """Height of the text, in pixels."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Half-way between top and bottom."""
        return (self.top + self.bottom) / 2

    @property
    def centre(self) -> float:
        """Half-way between left and right."""
        return (self.left + self.right) / 2

    def at(self, index: int) -> float:
        """Where a character of the text stands, from left to right."""
        if not self.text:
            return self.left
        return self.left + self.line.place(index) * (self.right - self.left)

    @property
    def starts_with_label(self) -> bool:
        """Does the text begin with the name of something?"""
        return bool(self.labels) and not self.text[: self.labels[0].start].strip(" -*·.:#|")


class Layout:
    """The lines of one paper or screen, levelled."""

    def __init__(self, lines: Sequence[Line], vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        direction = _direction(lines)
        self.cells: tuple[Cell, ...] = tuple(
            sorted((_cell(line, direction, vocabulary) for line in lines), key=lambda cell: (cell.middle, cell.left))
        )

    @cached_property
    def height(self) -> float:
        """The usual height of a line, in pixels."""
        heights = sorted(cell.height for cell in self.cells)
        return heights[len(heights) // 2] if heights else 1.0

    @cached_property
    def clearness(self) -> float:
        """How surely the usual line was read: high on a good photo, whatever its single lines suffer."""
        scores = sorted(cell.line.score for cell in self.cells if len(cell.text) > 1)
        return scores[len(scores) // 2] if scores else 0.0

    @cached_property
    def left(self) -> float:
        """Where the leftmost text begins."""
        return min((cell.left for cell in self.cells), default=0.0)

    @cached_property
    def right(self) -> float:
        """Where the rightmost text ends."""
        return max((cell.right for cell in self.cells), default=0.0)

    def slope(self, x: float, y: float) -> float:
        """How much the text falls for each pixel to the right, around a place; paper is seldom flat."""
        total = weight = 0.0
        for cell in self.cells:
            length = cell.right - cell.left
            if length < _LONG * cell.height:
                continue
            near = math.hypot((cell.centre - x) / 2, cell.middle - y) / (4 * self.height)
            share = length * (math.exp(-near * near) + 0.001)
            total += share * cell.slope
            weight += share
        return total / weight if weight else 0.0

    def lift(self, cell: Cell, other: Cell) -> float:
        """How far `other` is below the row of `cell`, in pixels."""
        slope = self.slope((cell.centre + other.centre) / 2, (cell.middle + other.middle) / 2)
        return (other.middle - cell.middle) - slope * (other.centre - cell.centre)

    def row(self, cell: Cell) -> list[Cell]:
        """The cells in the row of this one, with it, from left to right."""
        row = [other for other in self.cells if self._is_level(cell, other)]
        return sorted(row, key=lambda other: other.left)

    def right_of(self, cell: Cell) -> list[Cell]:
        """What follows in the same row, up to the next label."""
        found: list[Cell] = []
        for other in self.row(cell):
            if other is cell or other.left < cell.right - 0.6 * cell.height:
                continue
            if other.starts_with_label:
                break
            found.append(other)
        return found

    def below(self, cell: Cell, *, reach: float = 2.3) -> Cell | None:
        """The nearest cell that stands under this one and near it: `reach` is in lines."""
        best: tuple[float, Cell] | None = None
        for other in self.cells:
            if other is cell or other.right < cell.left or other.left > cell.right + 4 * cell.height:
                continue
            step = self.lift(cell, other)
            unit = max(cell.height, other.height)
            if 0.5 * min(cell.height, other.height) < step <= reach * unit and (best is None or step < best[0]):
                best = (step, other)
        return best[1] if best else None

    def _is_level(self, cell: Cell, other: Cell) -> bool:
        return abs(self.lift(cell, other)) < 0.55 * max(
            min(cell.height, other.height), 0.6 * max(cell.height, other.height)
        )


def _direction(lines: Sequence[Line]) -> Point:
    dx = dy = 0.0
    for line in lines:
        (ax, ay), (bx, by), (cx, cy), (ex, ey) = line.corners
        if math.dist((ax, ay), (bx, by)) >= 1.5 * math.dist((ax, ay), (ex, ey)):
            dx += bx - ax + cx - ex
            dy += by - ay + cy - ey
    length = math.hypot(dx, dy)
    return (dx / length, dy / length) if length else (1.0, 0.0)


def _cell(line: Line, direction: Point, vocabulary: Vocabulary) -> Cell:
    ux, uy = direction
    turned = [(x * ux + y * uy, -x * uy + y * ux) for x, y in line.corners]
    (ax, ay), (bx, by), (cx, cy), (ex, ey) = turned
    left, right = (ax + ex) / 2, (bx + cx) / 2
    middle = (ay + by + cy + ey) / 4
    height = max(1.0, (math.dist(turned[0], turned[3]) + math.dist(turned[1], turned[2])) / 2)
    slope = ((by + cy) - (ay + ey)) / 2 / max(1.0, right - left)
    text = fold(line.text)
    return Cell(
        line, text, tuple(vocabulary.labels(text)), left, right, middle - height / 2, middle + height / 2, slope
    )
