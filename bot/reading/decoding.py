"""Bytes of a file to pages: pixels, or lines where the file itself holds text. Runs in the child only.

Types are told by content. A picture's first frame is taken, turned as its camera says; more than 40 megapixels are
refused before they are unpacked.
"""

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, ImageOps

from bot.filetypes import sniff
from nlu.receipt_lines import Line

Pixels = NDArray[np.uint8]
MOST_PIXELS = 40_000_000
MOST_TEXT_PAGES = 20
MOST_PICTURE_PAGES = 4
MOST_TEXT = 200_000  # characters
PAGE_SIDE = 1900  # pixels of a rendered page's long side
_EXIF, _TAKEN, _CHANGED = 0x8769, 0x9003, 0x0132  # EXIF's own part, DateTimeOriginal in it, and DateTime
_LEAST_TEXT = 20  # characters that make a PDF page one of text


class Unreadable(Exception):
    """The file cannot be read; `note` is the code of the reason."""

    def __init__(self, note: str) -> None:
        super().__init__(note)
        self.note = note


@dataclass(frozen=True, slots=True)
class Page:
    """One page: BGR pixels, or lines as the file gives them. `note` says what is lacking of it."""

    pixels: Pixels | None = None
    lines: tuple[Line, ...] = ()
    note: str = ""
    cut: int | None = None  # the row from which on the picture is missing
    taken: date | None = None  # when the camera took it, by its own clock


def decode(data: bytes) -> Iterator[Page]:
    """The pages of a file. Raises `Unreadable`."""
    if not data:
        raise Unreadable("empty")
    mime = sniff(data).mime
    if mime.startswith("image/"):
        yield _picture(data, mime)
    elif mime == "application/pdf":
        yield from _pdf_pages(data)
    elif mime == "text/plain":
        yield _text(data)
    else:
        raise Unreadable("unsupported")


def _picture(data: bytes, mime: str) -> Page:
    if mime == "image/heic":
        _add_heic()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a large picture, which is measured here
            picture = Image.open(io.BytesIO(data))
            if picture.width * picture.height > MOST_PIXELS:
                raise Unreadable("too_large")
            return _first_frame(picture, data)
    except Unreadable:
        raise
    except (Image.DecompressionBombError, MemoryError):
        raise Unreadable("too_large") from None
    except Exception:  # decoders fail in every way there is
        raise Unreadable("broken") from None


def _first_frame(picture: Image.Image, data: bytes) -> Page:
    try:
        picture.seek(0)
        picture.load()
    except (OSError, SyntaxError, EOFError):
        return _what_arrived(data)
    return Page(to_pixels(picture), taken=_taken(picture))


def _taken(picture: Image.Image) -> date | None:
    """The day the camera noted, as year:month:day and a clock time; None for anything else."""
    exif = picture.getexif()
    noted = exif.get_ifd(_EXIF).get(_TAKEN) or exif.get(_CHANGED)
    try:
        return datetime.strptime(str(noted)[:10], "%Y:%m:%d").date()  # noqa: DTZ007 - a camera has no zone
    except ValueError:
        return None


def _what_arrived(data: bytes) -> Page:
    """The upper part of a picture whose end is missing."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        picture = Image.open(io.BytesIO(data))
        picture.load()
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    upright = np.asarray(picture.convert("L"), dtype=np.int16)
    alive = np.flatnonzero(upright.max(axis=1) - upright.min(axis=1) > 2)
    cut = int(alive[-1]) if alive.size else 0
    turned = picture.getexif().get(0x0112, 1) != 1
    # A picture that is also turned loses another side than its foot: then nothing near an edge can be trusted.
    return Page(to_pixels(picture), note="truncated", cut=0 if turned else cut)


def to_pixels(picture: Image.Image) -> Pixels:
    """BGR pixels of a picture of any mode, turned as its camera says; what is transparent becomes white or dark."""
    turned = ImageOps.exif_transpose(picture) or picture
    if turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info:
        layer = turned.convert("RGBA")
        alpha = np.asarray(layer)[:, :, 3]
        ink = np.asarray(layer.convert("L"))[alpha > 127]
        ground = (
            (0, 0, 0, 255) if ink.size and float(ink.mean()) > 160 and float((alpha < 128).mean()) > 0.3 else (255,) * 4
        )
        turned = Image.alpha_composite(Image.new("RGBA", layer.size, ground), layer)
    elif turned.mode.startswith(("I", "F")):
        deep = np.asarray(turned, dtype=np.float64)
        top = max(1.0, float(deep.max()))
        turned = Image.fromarray((deep * (255 / top)).astype(np.uint8))
    rgb = np.asarray(turned.convert("RGB"), dtype=np.uint8)
    return np.ascontiguousarray(rgb[:, :, ::-1])


def _add_heic() -> None:
    try:
        from pillow_heif import register_heif_opener
    except ImportError:
        raise Unreadable("no_heic") from None
    register_heif_opener()


def _pdf_pages(data: bytes) -> Iterator[Page]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as fault:
        raise Unreadable("locked" if "password" in str(fault).lower() else "broken") from None
    rendered = 0
    try:
        for number in range(len(document)):
            if number >= MOST_TEXT_PAGES:
                yield Page(note="cut")
                return
            page = document[number]
            lines = _pdf_lines(page)
            if sum(len(line.text) for line in lines) >= _LEAST_TEXT:
                yield Page(lines=tuple(lines))
            elif rendered >= MOST_PICTURE_PAGES:
                yield Page(note="cut")
                return
            else:
                rendered += 1
                yield Page(_rendered(page))
    except pypdfium2.PdfiumError:
        raise Unreadable("broken") from None
    finally:
        document.close()


def _pdf_lines(page: Any) -> list[Line]:
    text = page.get_textpage()
    height = page.get_height()
    lines = []
    for index in range(min(text.count_rects(), 4000)):
        left, bottom, right, top = text.get_rect(index)
        said = text.get_text_bounded(left, bottom, right, top).strip()
        if not said:
            continue
        for place, part in enumerate(said.splitlines()[:3]):
            y = height - top + place * (top - bottom)
            low = y + top - bottom
            lines.append(Line(part.strip(), 1.0, ((left, y), (right, y), (right, low), (left, low))))
    return lines


def _rendered(page: Any) -> Pixels:
    width, height = page.get_size()
    scale = min(4.0, PAGE_SIDE / max(1.0, width, height))
    return to_pixels(page.render(scale=scale).to_pil())


def _text(data: bytes) -> Page:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Unreadable("unsupported")
    lines = []
    for row, said in enumerate(text[:MOST_TEXT].splitlines()):
        if said.strip():
            top, right = row * 30.0, max(10.0, 12.0 * len(said))
            lines.append(Line(said.strip(), 1.0, ((0, top), (right, top), (right, top + 20), (0, top + 20))))
    return Page(lines=tuple(lines), note="cut" if len(text) > MOST_TEXT else "")
