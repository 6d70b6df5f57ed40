"""Requirement 18: numbers that nobody needs to see are covered in a picture, and a second reading finds none of them;
numbers of the matter stay."""

import asyncio
import io
import random
from collections.abc import Sequence

import pytest

from tests.bot.reading.needs import need_font, need_libraries

need_libraries()
need_font()

import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402

from bot.reading import covering  # noqa: E402
from bot.reading.covering import Found, find_covers  # noqa: E402
from bot.reading.reading import Reading  # noqa: E402
from bot.reading.service import ReadingService  # noqa: E402
from nlu.receipt_lines import Line  # noqa: E402
from tests.bot.reading import forms, pictures  # noqa: E402
from tests.bot.reading.pictures import NOW  # noqa: E402

pytestmark = pytest.mark.xdist_group("reading")
CARD, IDENTITY = "6222021234567890128", "330106199003071236"
WHITE = np.full((200, 800, 3), 255, dtype=np.uint8)


def line(text: str, top: int = 10) -> Line:
    """A line 800 pixels wide and 20 high, all characters equally wide."""
    count = len(text)
    corners = ((0.0, float(top)), (800.0, float(top)), (800.0, top + 20.0), (0.0, top + 20.0))
    return Line(text, 1.0, corners, places=tuple((index + 0.5) / count for index in range(count)))


def nothing(_: object) -> Sequence[Line]:
    return ()


def test_one_cover_goes_from_the_first_to_the_last_hidden_character() -> None:
    (cover,) = find_covers(WHITE, [line("卡号:6222 0212 3456 7890 128")], nothing)
    width = 800 / len("卡号:6222 0212 3456 7890 128")
    left, right = min(x for x, _ in cover.corners), max(x for x, _ in cover.corners)
    assert cover.kind == "card"
    assert left == pytest.approx(10 * width - 4, abs=width / 4)  # six digits and a blank stay before it
    assert right == pytest.approx(21 * width + 4, abs=width / 4)  # and four after it
    assert {y for _, y in cover.corners} == {6, 34}


def test_a_number_over_two_lines_is_covered_in_both() -> None:
    covers = find_covers(WHITE, [line("6222021234"), line("567890128", 60)], nothing)
    assert [cover.kind for cover in covers] == ["card", "card"]
    assert {min(y for _, y in cover.corners) for cover in covers} == {6, 56}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("电话 138 1234 5678", "phone"),
        (f"身份证 {IDENTITY}", "identity"),
        ("330106199003071231", "identity"),  # a digit was misread, and no label stands beside it
        ("验证码583920", "code"),
        ("户名:李小明", "name"),
        ("结算卡号 6222 0212 3456 7890 123", "card"),  # a digit was misread
    ],
)
def test_what_else_is_covered(text: str, kind: str) -> None:
    assert {cover.kind for cover in find_covers(WHITE, [line(text)], nothing)} == {kind}


@pytest.mark.parametrize(
    "text",
    [
        "商户编号 898440353110001",
        "终端号 12345678",
        "参考号 120345678901",
        "订单号 2026112012345678901234",
        "卡号 622202******0128",
        "持卡人签名",
        "金额 18000.00",
        "客服电话 95516",
    ],
)
def test_numbers_of_the_matter_stay(text: str) -> None:
    assert find_covers(WHITE, [line(text)], nothing) == ()


def test_what_a_second_reading_still_finds_has_its_whole_line_covered() -> None:
    looks = iter([[line(f"卡号 {CARD}")], []])
    covers = find_covers(WHITE, [line(f"卡号 {CARD}")], lambda _: next(looks))
    assert covers[-1] == Found("line", ((-4, 6), (804, 6), (804, 34), (-4, 34)))


def test_what_cannot_be_hidden_at_all_costs_the_whole_picture() -> None:
    covers = find_covers(WHITE, [line(CARD)], lambda _: [line(CARD)])
    assert covers == (Found("line", ((0, 0), (800, 0), (800, 200), (0, 200))),)


def test_without_time_for_a_second_reading_whole_lines_are_covered() -> None:
    (cover,) = find_covers(WHITE, [line(f"卡号 {CARD}")], None)
    assert (min(x for x, _ in cover.corners), max(x for x, _ in cover.corners)) == (-4, 804)


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def covered(picture: Image.Image, reading: Reading) -> Image.Image:
    pixels = np.asarray(picture.convert("RGB"))[:, :, ::-1]
    rows = [Found(row["kind"], tuple(map(tuple, row["corners"]))) for row in reading.covers or ()]
    return Image.fromarray(np.ascontiguousarray(covering.painted(pixels, rows)[:, :, ::-1]))


def read(files: Sequence[bytes]) -> list[Reading]:
    async def all_of_them() -> list[Reading]:
        service = ReadingService(lambda: NOW)
        await service.start()
        try:
            return [await service.read(file) for file in files]
        finally:
            await service.stop()

    return asyncio.run(all_of_them())


def test_a_real_screen_is_covered_so_that_it_reads_clean_and_the_rest_survives() -> None:
    luck = random.Random(7)
    screens = [forms.account(luck).picture, forms.account(luck).picture.rotate(-5, expand=True, fillcolor="white")]
    first = read([png(screen) for screen in screens])
    for reading in first:
        assert {row["kind"] for row in reading.covers or ()} == {"card", "identity", "name"}
    for reading in read([png(covered(picture, reading)) for picture, reading in zip(screens, first, strict=True)]):
        text = "".join(reading.lines)
        assert reading.masked == 0
        assert reading.covers == ()
        assert "工商银行杭州支行" in text
        assert "李小明" not in text
        assert "236" in text  # the last of what stays may lose an edge


def test_a_slip_needs_no_cover_and_what_cannot_be_read_is_not_called_clean() -> None:
    slip = png(pictures.SLIPS[0](random.Random(3)).picture)
    clean, cut_off = read([slip, slip[: len(slip) * 2 // 3]])
    assert clean.covers == ()
    assert cut_off.covers is None
