"""Looks at a picture as it is and, where a slip kept something back, again through other glasses. Child only."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from nlu.ocr import DETECTION_SIDE, Recogniser
from nlu.receipt import Receipt, add_missing, read_receipt
from nlu.receipt_lines import Corners, Line, Point

Pixels = NDArray[np.uint8]
T = TypeVar("T")
MOST_SIDE = 2400  # pixels; larger pictures are made smaller
LONG = 3.0  # this many times as high as wide is a long screenshot
TILE_WIDTH = 640
MOST_TILES = 24
LONG_TIME = 14.0  # seconds of work after which no further part of a long screenshot is begun
_SMALL = 15  # pixels of a line, as the detector sees it
_DOUBTFUL = 0.93
_MOST_DOUBTS = 14
_WANTED = ("amount", "time", "merchant_no", "reference_no")


def look(
    recogniser: Recogniser, pixels: Pixels, now: datetime, cut: int | None = None, taken: date | None = None
) -> tuple[list[Line], Receipt, str]:
    """The lines and transactions of a BGR picture, and the code of what made it hard to read ("" for nothing).

    Of a picture that ends at row `cut` no line near the cut is taken; `taken` is the day that its file names.
    """
    told = partial(read_receipt, now=now, taken=taken)
    if _is_long(pixels):
        lines, note = _read_long(recogniser, pixels)
        return lines, told(lines), note
    lines, seen, scale, offset = _read_all(recogniser, pixels)
    if cut is not None:
        lines = [line for line in lines if line.box()[3] < cut - (line.box()[3] - line.box()[1])]
    receipt = told(lines)
    if cut is None and _has_gaps(receipt, lines):
        lines, receipt = _look_again(recogniser, seen, scale, offset, lines, receipt, told)
    return lines, receipt, _trouble(seen, lines, receipt)


def look_over(recogniser: Recogniser, pixels: Pixels, before: Pixels, found: Sequence[Line]) -> list[Line]:
    """The lines of a picture that was painted on, after those `found` before; only what changed is read."""
    known = [line for line in found if _is_as_before(pixels, before, line)]
    if _is_long(pixels):
        return _read_long(recogniser, pixels, known)[0]
    return _read_all(recogniser, pixels, known)[0]


def _is_as_before(pixels: Pixels, before: Pixels, line: Line) -> bool:
    left, top, right, bottom = line.box()
    part = slice(max(0, top), bottom + 1), slice(max(0, left), right + 1)
    return bool(np.array_equal(pixels[part], before[part]))


def _is_long(pixels: Pixels) -> bool:
    return bool(pixels.shape[0] > LONG * pixels.shape[1])


def _read_all(
    recogniser: Recogniser, pixels: Pixels, known: Sequence[Line] = ()
) -> tuple[list[Line], Pixels, float, Point]:
    """The lines of a picture, what was looked at for them, its scale and its offset in the picture."""
    scale = min(1.0, MOST_SIDE / max(pixels.shape[:2]))
    seen = brighten(_resized(pixels, scale))
    places: list[Corners] | None = recogniser.find(seen)
    offset: Point = (0, 0)
    if (closer := _closer(pixels, places or [], scale)) is not None:
        offset, scale = closer
        x, y = int(offset[0]), int(offset[1])
        part = pixels[y : y + int(MOST_SIDE / scale) + 1, x : x + int(MOST_SIDE / scale) + 1]
        seen, places = brighten(_resized(part, scale)), None
    here = _moved(known, scale, (-offset[0] * scale, -offset[1] * scale))
    return _moved(recogniser.read(seen, places, here), 1 / scale, offset), seen, scale, offset


def _look_again(
    recogniser: Recogniser,
    seen: Pixels,
    scale: float,
    offset: Point,
    lines: list[Line],
    receipt: Receipt,
    told: Callable[[list[Line]], Receipt],
) -> tuple[list[Line], Receipt]:
    """Fill gaps: a red seal is gone in the red channel, faint print comes out over an even ground."""
    glasses: list[Callable[[Pixels], Pixels]] = []
    if _is_reddish(seen):
        glasses.append(red_only)
    if not lines or _is_faint(seen):
        glasses.append(even_out)
    for glass in glasses:
        other = _moved(recogniser.read(glass(seen)), 1 / scale, offset)
        receipt = add_missing(receipt, told(other))
        lines = lines or other
    if not glasses:
        clearer = _read_doubtful(recogniser, seen, scale, offset, lines)
        receipt = add_missing(receipt, told(clearer))
    return lines, receipt


def _read_doubtful(recogniser: Recogniser, seen: Pixels, scale: float, offset: Point, lines: list[Line]) -> list[Line]:
    """The lines, those that were read unsurely taken from an evened picture where that is surer."""
    doubtful = [line for line in lines if line.score < _DOUBTFUL and len(line.text) > 1][:_MOST_DOUBTS]
    if not doubtful:
        return lines
    even = even_out(seen)
    better: dict[int, Line] = {}
    for line in doubtful:
        places = _scaled(line.corners, scale, (-offset[0] * scale, -offset[1] * scale))
        again = recogniser.read_line(even, places)
        if again.score > line.score + 0.02:
            better[id(line)] = replace(again, corners=line.corners)
    return [better.get(id(line), line) for line in lines]


def _has_gaps(receipt: Receipt, lines: list[Line]) -> bool:
    """Is it a slip that lacks something slips have, or a picture in which hardly anything was read?"""
    if receipt.kind == "slip":
        return not receipt.items or any(name not in item for item in receipt.items for name in _WANTED)
    if receipt.kind == "detail":
        return any("amount" not in item or "time" not in item for item in receipt.items)
    return len(lines) < 3 or (receipt.kind == "text" and _clearness(lines) < _DOUBTFUL)


def _read_long(recogniser: Recogniser, pixels: Pixels, known: Sequence[Line] = ()) -> tuple[list[Line], str]:
    """A long screenshot in overlapping parts; a line belongs to the part in which it is farther from the edge."""
    scale = min(1.0, TILE_WIDTH / pixels.shape[1])
    seen = _resized(pixels, scale)
    height, width = seen.shape[:2]
    tall, shared = int(1.8 * width), int(0.3 * width)
    starts = list(range(0, max(1, height - shared), tall - shared))
    lines: list[Line] = []
    begun = time.process_time()
    for number, top in enumerate(starts):
        if number >= MOST_TILES or time.process_time() - begun > LONG_TIME:
            return lines, "cut"
        tile = np.ascontiguousarray(seen[top : top + tall])
        first = 0 if number == 0 else shared / 2
        last = tile.shape[0] if top + tall >= height else tall - shared / 2
        for line in recogniser.read(tile, known=_moved(known, scale, (0, -top))):
            middle = sum(y for _, y in line.corners) / 4
            if first <= middle < last:
                lines.extend(_moved([line], 1 / scale, (0, top / scale)))
    return lines, ""


def _closer(pixels: Pixels, places: list[Corners], scale: float) -> tuple[Point, float] | None:
    """Where to look closer when the text is small and stands in one part of a large picture: offset and scale."""
    if len(places) < 3:
        return None
    height, width = pixels.shape[:2]
    shown = min(1.0, DETECTION_SIDE / (max(height, width) * scale))
    sizes = sorted(min(math.dist(c[0], c[1]), math.dist(c[1], c[2])) for c in places)
    if sizes[len(sizes) // 2] * shown >= _SMALL:
        return None
    xs = sorted(x / scale for corners in places for x, _ in corners)
    ys = sorted(y / scale for corners in places for _, y in corners)
    margin = 3 * sizes[len(sizes) // 2] / scale
    left, top = max(0.0, xs[0] - margin), max(0.0, ys[0] - margin)
    span = max(min(width, xs[-1] + margin) - left, min(height, ys[-1] + margin) - top)
    if span > 0.7 * max(width, height):
        return None
    return (float(int(left)), float(int(top))), min(2.0, MOST_SIDE / span, 2 * DETECTION_SIDE / span)


def brighten(pixels: Pixels) -> Pixels:
    """A dark picture made as light as a common one; others as they are."""
    top = float(np.percentile(pixels[::4, ::4], 99.5))
    if not 8 < top < 170:
        return pixels
    return np.asarray(cv2.convertScaleAbs(pixels, alpha=225 / top), dtype=np.uint8)


def red_only(pixels: Pixels) -> Pixels:
    """The red channel as a grey picture: red ink is white in it."""
    red = pixels[:, :, 2]
    return np.ascontiguousarray(np.dstack([red, red, red]))


def even_out(pixels: Pixels) -> Pixels:
    """Print dark on an even, light ground: divided by its surroundings, contrast raised bit by bit."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    if float(np.median(grey)) < 90:
        grey = cv2.bitwise_not(grey)
    ground = cv2.medianBlur(cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA), 31)
    ground = cv2.resize(ground, (grey.shape[1], grey.shape[0]))
    level = cv2.divide(grey, np.maximum(ground, 1), scale=235)
    raised = cv2.createCLAHE(clipLimit=2.5, tileGridSize=(8, 8)).apply(level)
    return np.asarray(cv2.cvtColor(raised, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def _is_reddish(pixels: Pixels) -> bool:
    part = pixels[::3, ::3].astype(np.int16)
    blue, green, red = part[:, :, 0], part[:, :, 1], part[:, :, 2]
    return float(((red > 110) & (red - green > 55) & (red - blue > 55)).mean()) > 0.003


def _is_faint(pixels: Pixels) -> bool:
    """Is there little between the darkest print and the paper?"""
    grey = cv2.cvtColor(np.ascontiguousarray(pixels[::2, ::2]), cv2.COLOR_BGR2GRAY)
    ground = cv2.blur(grey, (41, 41))
    depth = np.percentile(cv2.subtract(ground, grey), 99)
    return bool(depth < 60)


def _clearness(lines: list[Line]) -> float:
    scores = sorted(line.score for line in lines if len(line.text) > 1)
    return scores[len(scores) // 2] if scores else 0.0


def _trouble(seen: Pixels, lines: list[Line], receipt: Receipt) -> str:
    """Why a picture could not be read well; "" when it could."""
    clear = _clearness(lines)
    if lines and clear >= 0.9:
        lacking = receipt.kind in ("slip", "detail") and not all("amount" in item for item in receipt.items or ({},))
        return "no_amount" if lacking else ""
    grey = cv2.cvtColor(seen, cv2.COLOR_BGR2GRAY)
    if float(np.percentile(grey, 99)) < 60:
        return "dark"
    heights = sorted(line.box()[3] - line.box()[1] for line in lines)
    if lines and clear >= 0.6 and heights[len(heights) // 2] < 11:
        return "small"
    sharp = float(np.percentile(np.abs(cv2.Laplacian(cv2.GaussianBlur(grey, (3, 3), 0), cv2.CV_32F)), 99.7))
    if lines:
        return "blurred" if sharp < 60 else "unclear"
    shapes = float(np.percentile(cv2.absdiff(cv2.blur(grey, (9, 9)), cv2.blur(grey, (61, 61))), 98))
    return "blurred" if sharp < 25 and shapes > 10 else "nothing"


def _resized(pixels: Pixels, scale: float) -> Pixels:
    if scale == 1.0:
        return pixels
    height, width = pixels.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, size, interpolation=how), dtype=np.uint8)


def _moved(lines: Sequence[Line], scale: float, offset: Point) -> list[Line]:
    return [replace(line, corners=_scaled(line.corners, scale, offset)) for line in lines]


def _scaled(corners: Corners, scale: float, offset: Point) -> Corners:
    a, b, c, d = ((x * scale + offset[0], y * scale + offset[1]) for x, y in corners)
    return a, b, c, d
