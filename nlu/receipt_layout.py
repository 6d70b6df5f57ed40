"""Where lines stand to each other: which is to the right of which, and which below, on paper that lies anyhow."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from nlu.receipt_lines import Line, Point, fold
from nlu.receipt_words import Label, Vocabulary

_LEAST_PAIRS = 4
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
        return bool(self.labels) and not self.text[: self.labels[0].start].strip(" -*·.:#|【")


class Layout:
    """The lines of one paper or screen, levelled."""

    def __init__(self, lines: Sequence[Line], vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._direction = _direction(lines)
        self.cells: tuple[Cell, ...] = self._levelled(lines)
        if joined := self._join_torn_labels():
            del self.height  # it was reckoned before
            self.cells = self._levelled(joined)

    def _levelled(self, lines: Sequence[Line]) -> tuple[Cell, ...]:
        cells = (_cell(line, self._direction, self.vocabulary) for line in lines)
        return tuple(sorted(cells, key=lambda cell: (cell.middle, cell.left)))

    def _join_torn_labels(self) -> list[Line] | None:
        """The lines with labels that are drawn out ("金    额") made whole again; None when there are none."""
        lines = {id(cell): cell.line for cell in self.cells}
        joined = False
        for cell in self.cells:
            if cell.labels or not re.fullmatch(r"[\u4e00-\u9fff]", cell.text):
                continue
            near = [other for other in self.row(cell) if -0.8 < (other.left - cell.right) / cell.height < 5]
            if not near or near[0].starts_with_label or id(near[0]) not in lines:
                continue
            labels = self.vocabulary.labels(cell.text + near[0].text)
            if labels and labels[0].start == 0:
                lines[id(cell)] = _joined(cell.line, lines.pop(id(near[0])))
                joined = True
        return list(lines.values()) if joined else None

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
        return found or self._pairs.get(id(cell), []) or self._beside_both(cell) or self._stepped.get(id(cell), [])

    def _beside_both(self, cell: Cell) -> list[Cell]:
        """What stands half-way between a label and the same in another language under it."""
        under = self.below(cell) if cell.labels else None
        if under is None or not (under.labels and self._is_bare_label(cell) and self._is_bare_label(under)):
            return []
        if not {name for name, _ in cell.labels[0].fields} & {name for name, _ in under.labels[0].fields}:
            return []
        reach = self.lift(cell, under)
        right = max(cell.right, under.right)
        return [
            other
            for other in self.cells
            if not other.labels and other.left >= right and 0.2 * reach < self.lift(cell, other) < 0.8 * reach
        ]

    @cached_property
    def rows(self) -> list[list[Cell]]:
        """All rows from top to bottom, each from left to right."""
        rows: list[list[Cell]] = []
        seen: set[int] = set()
        for cell in self.cells:
            if id(cell) not in seen:
                row = [other for other in self.row(cell) if id(other) not in seen]
                seen.update(id(other) for other in row)
                rows.append(row)
        return rows

    @cached_property
    def _stepped(self) -> dict[int, list[Cell]]:
        """Labels with the values at the right edge of the next line, where labels and values take turns.

        Not where a value comes first: there the right side of a bent paper may only be shifted up.
        """
        found: dict[int, list[Cell]] = {}
        label: Cell | None = None
        shifted = False
        for row in self.rows:
            cell = row[0]
            if len(row) == 1 and (self._is_bare_label(cell) or (found and self._may_be_label(cell))):
                label = cell
                continue
            if len(row) > 1 or cell.labels or self.right - cell.right > 2.5 * self.height:
                label, shifted = None, False
                continue
            if label is None:
                shifted = True
            elif not shifted and cell.left > label.right - label.height:
                found[id(label)] = [cell]
            label = None
        return found

    @cached_property
    def _pairs(self) -> dict[int, list[Cell]]:
        """Labels with the values beside them by their order, for two columns on paper that is bent.

        Only where both columns are equally long, and each value lies about where its neighbours say.
        """
        labels = [cell for cell in self.cells if cell.starts_with_label and cell.labels[-1].stop >= len(cell.text)]
        if len(labels) < _LEAST_PAIRS:
            return {}
        edge = sorted(cell.right for cell in labels)[len(labels) // 2]
        steps = sorted(after.middle - cell.middle for cell, after in pairwise(labels))
        pitch = max(1.0, steps[len(steps) // 2])
        values = [
            cell
            for cell in self.cells
            if not cell.labels and cell.left > edge and self.lift(labels[0], cell) > -0.6 * pitch
        ]
        if len(values) != len(labels):
            return {}
        shifts = [self.lift(label, value) / pitch for label, value in zip(labels, values, strict=True)]
        even = all(abs(b - a) < 0.5 for a, b in pairwise(shifts))
        if not even or sorted(map(abs, shifts))[len(shifts) // 2] > 0.35:
            return {}
        return {id(label): [value] for label, value in zip(labels, values, strict=True)}

    def _is_bare_label(self, cell: Cell) -> bool:
        """Is it a label without a value?"""
        return cell.starts_with_label and cell.labels[-1].stop >= len(cell.text)

    def _may_be_label(self, cell: Cell) -> bool:
        """Is it a short word at the left edge, as a label that is not known?"""
        near = cell.left < self.left + 2 * self.height
        return near and not cell.labels and re.fullmatch(r"[\u4e00-\u9fff]{2,8}:?", cell.text) is not None

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


def _joined(first: Line, second: Line) -> Line:
    corners = (first.corners[0], second.corners[1], second.corners[2], first.corners[3])
    certainty = (*first.certainty, *second.certainty) if first.certainty and second.certainty else ()
    whole = max(1.0, math.dist(corners[0], corners[1]))
    places = []
    for line in (first, second):
        start, length = math.dist(corners[0], line.corners[0]), math.dist(line.corners[0], line.corners[1])
        places += [(start + line.place(index) * length) / whole for index in range(len(line.text))]
    return Line(first.text + second.text, min(first.score, second.score), corners, certainty, tuple(places))


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
