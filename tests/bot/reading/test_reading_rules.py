"""Rules of reading that are easily lost: tiles of long pictures, second looks, nothing opened by address."""

import asyncio
import socket
from datetime import datetime
from typing import Any

from tests.bot.reading.needs import need_libraries

need_libraries()

import numpy as np  # noqa: E402
import pytest  # noqa: E402

from bot.reading.looking import look, look_over  # noqa: E402
from bot.reading.service import ReadingService  # noqa: E402
from nlu.ocr import Recogniser  # noqa: E402
from nlu.receipt import Field, Receipt, add_missing  # noqa: E402
from nlu.receipt_lines import Corners, Line  # noqa: E402

pytestmark = pytest.mark.xdist_group("reading")
NOW = datetime.fromisoformat("2026-11-24T10:30:00+08:00")
WIDTH, STEP, THICK = 400, 97, 12


class Marks:
    """Reads the dark bars of a picture as lines; keeps how large the parts were that it was given."""

    def __init__(self) -> None:
        self.heights: list[int] = []

    def read(self, part: Any, **_: Any) -> list[Line]:
        self.heights.append(part.shape[0])
        rows = np.flatnonzero(part[:, :, 0].mean(axis=1) < 100)
        starts = [int(row) for row in rows if row == 0 or row - 1 not in rows]
        tall = [(start, min(start + THICK, part.shape[0])) for start in starts]
        return [Line("行", 0.99, ((0, top), (9, top), (9, end), (0, end))) for top, end in tall]


def test_a_long_screenshot_is_read_in_overlapping_tiles_each_line_once() -> None:
    """evidence.md requirement 5."""
    height = WIDTH * 12
    pixels = np.full((height, WIDTH, 3), 255, np.uint8)
    bars = list(range(40, height - 40, STEP))
    for top in bars:
        pixels[top : top + THICK] = 0
    marks = Marks()
    lines, _, note = look(marks, pixels, NOW)  # type: ignore[arg-type]

    assert note == ""
    assert len(marks.heights) > 5
    assert max(marks.heights) < 2 * WIDTH
    assert sum(marks.heights) > height  # they overlap
    assert [round(line.box()[1]) for line in lines] == bars


class Bars(Recogniser):
    """Finds five dark bars; keeps which of them it was asked to read."""

    TOPS = (20, 60, 100, 140, 180)

    def __init__(self) -> None:
        self.asked: list[int] = []

    def find(self, _pixels: Any) -> list[Corners]:
        return [((10, top), (210, top), (210, top + 20), (10, top + 20)) for top in self.TOPS]

    def read_line(self, pixels: Any, corners: Corners) -> Line:
        self.asked.append(round(corners[0][1]))
        return Line(str(pixels[self.asked[-1] + 5, 15, 0]), 0.99, corners)

    def _is_upside_down(self, _pixels: Any, _places: list[Corners]) -> bool:
        return False


def test_of_a_picture_that_was_painted_on_only_what_changed_is_read_again() -> None:
    before = np.full((240, 240, 3), 255, np.uint8)
    for top in Bars.TOPS:
        before[top : top + 20, 10:210] = top
    bars = Bars()
    found, _, _ = look(bars, before, NOW)
    painted = before.copy()
    painted[100:120, 10:210] = 7
    bars.asked.clear()
    after = look_over(bars, painted, before, found)

    assert bars.asked == [100]
    assert [line.text for line in found] == ["20", "60", "100", "140", "180"]
    assert [line.text for line in after] == ["20", "60", "7", "140", "180"]


def test_a_second_look_fills_gaps_and_overwrites_nothing() -> None:
    """evidence.md requirement 8."""

    def field(value: str) -> Field:
        return Field(value, 0.99, (0, 0, 1, 1))

    first = Receipt("slip", ({"amount": field("12.00")},))
    second = Receipt("slip", ({"amount": field("72.00"), "reference_no": field("142536475869")},))
    both = add_missing(first, second)

    assert {name: read.value for name, read in both.items[0].items()} == {
        "amount": "12.00",
        "reference_no": "142536475869",
    }


async def test_an_address_in_a_file_is_opened_by_nobody() -> None:
    """evidence.md requirement 4: only decoded pixels reach the recogniser; what looks like an address is words."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/slip.jpg"
        service = ReadingService(lambda: NOW)
        await service.start()
        reading = await service.read(address.encode())
        await service.stop()

        assert reading.lines == (address,)
        with pytest.raises(TimeoutError):
            await asyncio.to_thread(server.accept)
