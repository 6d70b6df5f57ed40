"""Parts a picture into its papers: where the same labels come twice there are two of them."""

import math
import re
from collections.abc import Sequence

from nlu.receipt_layout import Cell, Layout
from nlu.receipt_lines import Line
from nlu.receipt_words import Vocabulary

_LEAST = 2  # labels that must come twice
_LEAST_LINES = 4  # lines that make a paper of their own
ONCE = frozenset({"merchant_no", "terminal_no", "reference_no", "auth_code", "batch_no"})


def split(lines: Sequence[Line], vocabulary: Vocabulary) -> list[Layout]:
    """One layout for each paper, from left to right or top to bottom."""
    layout = Layout(lines, vocabulary)
    cut = _best_cut(layout)
    if cut is None:
        return [layout]
    first, second = cut
    return [*split(first, vocabulary), *split(second, vocabulary)]


def by_way_up(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of papers that lie head to foot apart; nearly always there is one way up."""
    longest = max(lines, key=lambda line: math.dist(line.corners[0], line.corners[1]))
    groups: tuple[list[Line], list[Line]] = ([], [])
    for line in lines:
        groups[0 if _agree(longest, line) else 1].append(line)
    if len(groups[1]) < _LEAST_LINES or len(groups[0]) < _LEAST_LINES:
        return [list(lines)]
    return list(groups)


def _agree(first: Line, second: Line) -> bool:
    (ax, ay), (bx, by) = first.corners[:2]
    (cx, cy), (dx, dy) = second.corners[:2]
    return (bx - ax) * (dx - cx) + (by - ay) * (dy - cy) >= 0


def _best_cut(layout: Layout) -> tuple[list[Line], list[Line]] | None:
    marks = _marks(layout.cells)
    if len(marks) < _LEAST:
        return None
    best: tuple[float, float, list[Line], list[Line]] | None = None
    for sideways in (True, False):
        spans = sorted((cell.left, cell.right) if sideways else (cell.top, cell.bottom) for cell in layout.cells)
        reach = spans[0][1]
        places = []
        for start, stop in spans[1:]:
            places.append(((start + reach) / 2, start - reach))
            reach = max(reach, stop)
        for place, gap in places:
            first = [cell for cell in layout.cells if (cell.centre if sideways else cell.middle) < place]
            second = [cell for cell in layout.cells if (cell.centre if sideways else cell.middle) >= place]
            parted = sum(_parts(cells, first, second) for cells in marks.values())
            if parted < _LEAST or parted * 2 < len(marks) or not (_holds_values(first) and _holds_values(second)):
                continue
            worth = (float(parted), gap)
            if best is None or worth > best[:2]:
                best = (*worth, [cell.line for cell in first], [cell.line for cell in second])
    return (best[2], best[3]) if best else None


def _marks(cells: Sequence[Cell]) -> dict[str, list[Cell]]:
    """What should stand once on a paper and stands in several places: by the label's word, or by what it names."""
    places: dict[str, list[Cell]] = {}
    for cell in cells:
        labels = [label for label in cell.labels if label.fields]
        names = {label.fields[0][0] for label in labels}
        for mark in {label.word for label in labels} | (names & ONCE):
            places.setdefault(mark, []).append(cell)
    return {mark: found for mark, found in places.items() if len(found) > 1}


def _parts(cells: Sequence[Cell], first: Sequence[Cell], second: Sequence[Cell]) -> bool:
    return any(cell in first for cell in cells) and any(cell in second for cell in cells)


def _holds_values(cells: Sequence[Cell]) -> bool:
    """Labels alone, as of a second language beside the first, are no paper of their own."""
    return sum(re.search(r"\d{4}|\d\.\d\d", cell.text) is not None for cell in cells) >= _LEAST
