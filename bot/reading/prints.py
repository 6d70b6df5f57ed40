"""What tells a picture from others: a number for it as a whole, and for it cut at its edges. Runs in the child only."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
SIDE = 16  # parts in a row that are compared with their neighbours
CUTS = (0.04, 0.08)
PLAIN = 4  # grey values between the darkest and the brightest: a picture of nothing is like any other


def take_prints(pixels: Pixels) -> tuple[str, ...]:
    """The prints of a BGR picture, the first of the whole; none of one that shows nothing."""
    height, width = pixels.shape[:2]
    scale = min(1.0, 512 / max(height, width))
    size = (max(SIDE * 2, round(width * scale)), max(SIDE * 2, round(height * scale)))
    grey = cv2.cvtColor(np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)), cv2.COLOR_BGR2GRAY)
    if int(grey.max()) - int(grey.min()) < PLAIN:
        return ()
    return tuple(_print(grey[top:bottom, left:right]) for top, bottom, left, right in _cuts(*grey.shape[:2]))


def _cuts(height: int, width: int) -> Iterator[tuple[int, int, int, int]]:
    yield 0, height, 0, width
    for share in CUTS:
        y, x = int(height * share), int(width * share)
        yield y, height - y, x, width - x
        yield y, height, 0, width
        yield 0, height - y, 0, width
        yield 0, height, x, width
        yield 0, height, 0, width - x


def _print(grey: NDArray[np.generic]) -> str:
    """For each part whether it is brighter than the one before."""
    small = np.asarray(cv2.resize(np.asarray(grey), (SIDE + 1, SIDE), interpolation=cv2.INTER_AREA), dtype=np.int16)
    bits = (small[:, 1:] > small[:, :-1]).ravel()
    return np.packbits(bits).tobytes().hex()
