"""Requirement 22. Display copies: upright, RGB, reduced, without metadata; what cannot be opened gives none."""

import io
import sys
import zlib

import pytest
from PIL import Image

from bot.packet.pictures import LONG_SIDE, display_copies
from tests.bot.packet.parts import jpeg, png
from tests.bot.reading.needs import need_libraries


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_a_picture_is_turned_as_its_camera_says_and_loses_its_metadata() -> None:
    (copy,) = display_copies(jpeg(300, 200, orientation=6))
    image = opened(copy.data)
    assert (copy.width, copy.height) == image.size == (200, 300)
    assert image.getpixel((190, 10)) == pytest.approx((0, 0, 0), abs=20)  # the dark corner has moved to the right
    assert not image.getexif()
    assert b"SECRET" not in copy.data


def test_a_big_picture_is_reduced() -> None:
    (copy,) = display_copies(jpeg(4000, 3000))
    assert (copy.width, copy.height) == (LONG_SIDE, LONG_SIDE * 3 // 4)


def test_a_small_picture_keeps_its_size() -> None:
    (copy,) = display_copies(jpeg(300, 200))
    assert (copy.width, copy.height) == (300, 200)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "1", "I;16"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    (copy,) = display_copies(png(40, 30, mode))
    assert opened(copy.data).mode == "RGB"


@pytest.mark.parametrize("kind", ["CMYK JPEG", "TIFF", "GIF", "WEBP", "BMP"])
def test_every_kind_becomes_a_jpeg(kind: str) -> None:
    out = io.BytesIO()
    mode, name = ("CMYK", "JPEG") if kind == "CMYK JPEG" else ("RGB", kind)
    Image.new(mode, (40, 30)).save(out, name)
    (copy,) = display_copies(out.getvalue())
    assert opened(copy.data).format == "JPEG"


def test_what_is_see_through_lies_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    (copy,) = display_copies(out.getvalue())
    assert opened(copy.data).getpixel((4, 4)) == (255, 255, 255)


def test_a_long_screenshot_is_cut_into_pieces_that_can_be_read_and_miss_nothing() -> None:
    pieces = display_copies(png(1080, 11000))
    assert len(pieces) > 4
    assert {piece.width for piece in pieces} == {800}
    covered = sum(piece.height for piece in pieces)
    assert covered >= 11000 * 800 // 1080


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", jpeg()[:500], b"%PDF-1.7", b"<svg/>", b"\x89PNG\r\n\x1a\n"])
def test_what_cannot_be_opened_gives_none(data: bytes) -> None:
    assert display_copies(data) == ()


def test_a_bomb_is_not_opened() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    head = (30_000).to_bytes(4) + (30_000).to_bytes(4) + b"\x01\x00\x00\x00\x00"
    lines = zlib.compress(bytes(1_000_000))
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")
    assert display_copies(bomb) == ()


@pytest.mark.parametrize("size", [(20_000, 1_500), (1_500, 20_000)])
def test_a_picture_of_20000_pixels_is_shown(size: tuple[int, int]) -> None:
    copies = display_copies(png(*size))
    assert copies
    assert max(max(copy.width, copy.height) for copy in copies) <= LONG_SIDE


def test_one_of_400_megapixels_is_not_opened() -> None:
    assert display_copies(png(20_000, 20_000, "1")) == ()


def test_a_heic_picture_is_shown_where_the_extra_is_there() -> None:
    need_libraries()
    import pillow_heif

    out = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), "red")).save(out)
    (copy,) = display_copies(out.getvalue())
    red, green, _ = opened(copy.data).getpixel((30, 20))  # type: ignore[misc]
    assert red > 200 > green


def test_without_the_extra_a_heic_picture_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requirement 1; the packet says why."""
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    assert display_copies(b"\0\0\0\x18ftypheic" + bytes(40)) == ()


def test_only_the_first_frame_of_an_animation_is_shown() -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    (copy,) = display_copies(out.getvalue())
    red, _, blue = opened(copy.data).getpixel((10, 10))  # type: ignore[misc]
    assert red > 200 > blue
