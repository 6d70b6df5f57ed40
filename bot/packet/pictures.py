"""Display copies of pictures: upright, RGB, without metadata, reduced, covered. The originals are not touched."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageOps

from bot.packet.covers import Cover

LONG_SIDE = 1600
QUALITY = 80
LARGEST = 40_000_000
"""Pixels. A picture with more is not opened: a small file can name any size."""
LONG = 2.6  # height by width from which a screenshot is cut into pieces, as it could not be read in one
PIECE_WIDTH, PIECE_HEIGHT, OVERLAP = 800, 1600, 40
PIECES = 30  # at most; the original holds the rest
WHOLE_PIXELS = 6_000_000  # of a long screenshot that is shown in one
FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"]
COVER, EDGE = "#101010", "#9a9a9a"  # the edge shows also on a dark screen that something is covered


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG and its size in pixels."""

    data: bytes
    width: int
    height: int


def display_copies(
    original: bytes, covers: Sequence[Cover] = (), side: int = LONG_SIDE, *, whole: bool = False
) -> tuple[Picture, ...]:
    """The picture's display copy, its long side at most so many pixels, or the pieces of a long screenshot from the
    top, unless it is to stay `whole`; none if it cannot be opened."""
    try:
        with Image.open(io.BytesIO(original), formats=_formats(original)) as image:
            return _copies(image, covers, side, whole)
    except Exception:  # hostile bytes make a decoder fail in any way there is; all of them mean the same here
        return ()


def _formats(original: bytes) -> list[str]:
    if original[4:8] != b"ftyp":
        return FORMATS
    try:
        from pillow_heif import register_heif_opener
    except ImportError:  # comes with the ocr extra
        return FORMATS
    register_heif_opener()
    return [*FORMATS, "HEIF"]


def shrunk(copy: bytes, factor: float) -> Picture:
    """A display copy made smaller."""
    with Image.open(io.BytesIO(copy), formats=["JPEG"]) as image:
        size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
        return _jpeg(image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0))


def _copies(image: Image.Image, covers: Sequence[Cover], side: int, whole: bool) -> tuple[Picture, ...]:
    if image.width * image.height > LARGEST or not image.width or not image.height:
        return ()
    longest = max(image.size)
    if image.height <= LONG * image.width:
        # A JPEG decoder can halve while it reads, at a fraction of the cost; it never goes below the size asked for.
        scale = min(1.0, side / longest)
        image.draft("RGB", (round(image.width * scale), round(image.height * scale)))
    upright = ImageOps.exif_transpose(image)
    flat = _on_white(upright)
    _cover(flat, covers, max(flat.size) / longest)
    if flat.height > LONG * flat.width:
        return (_in_one(flat),) if whole else _pieces(flat)
    flat.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return (_jpeg(flat),)


def _cover(image: Image.Image, covers: Sequence[Cover], scale: float) -> None:
    draw = ImageDraw.Draw(image)
    for cover in covers:
        points = [(x * scale, y * scale) for x, y in cover.corners]
        # The outline makes up for what rounding to a smaller picture leaves bare at the edge.
        draw.polygon(points, fill=COVER, outline=EDGE, width=2)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return image.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    return image.convert("RGB")


def _in_one(image: Image.Image) -> Picture:
    factor = min(1.0, (WHOLE_PIXELS / (image.width * image.height)) ** 0.5)
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return _jpeg(image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0))


def _pieces(image: Image.Image) -> tuple[Picture, ...]:
    if image.width > PIECE_WIDTH:
        height = max(1, round(image.height * PIECE_WIDTH / image.width))
        image = image.resize((PIECE_WIDTH, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
    tall = max(1, round(PIECE_HEIGHT * image.width / PIECE_WIDTH))
    step = max(1, tall - OVERLAP * image.width // PIECE_WIDTH)
    tops = range(0, max(1, image.height - (tall - step)), step)
    return tuple(_jpeg(image.crop((0, top, image.width, min(top + tall, image.height)))) for top in list(tops)[:PIECES])


def _jpeg(image: Image.Image) -> Picture:
    out = io.BytesIO()
    clean = Image.new("RGB", image.size)
    clean.paste(image)  # nothing of the original's metadata comes along
    clean.save(out, "JPEG", quality=QUALITY)
    return Picture(out.getvalue(), clean.width, clean.height)
