"""Files to pages: by content, within limits, upright; what is broken is named and never unpacked without measure."""

import base64
import io
import zlib
from datetime import date

import pytest

from tests.bot.reading.needs import need_libraries

need_libraries()

import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402

from bot.reading.decoding import Unreadable, decode  # noqa: E402

LOCKED_PDF = (
    "c-oCoO>5jR5WVYH=(5K~Un9u^vxg>GC~e8&q`ib3WNEZ@S?u7|Lef9kL;pehM=CpQVzNC{AP{ffdoy~o+Foqlh%-f2KYxAyK?LP=Xup!WCTu$n@fdKV"
    "wTqyQi&(`qS+5E9apK4Y_vY~)DckxT9tb-hj(w(ru=ia&&|3<H*wDL$RGmoAefIldN1i<B<lQU;@Xua^HFy|~V<?JJDRlM`W9Q!v52Y<X<MS2#>E2D|B"
    "bL!#yX%Gf=V|bUO2R&1zsp}J@S>w29XMm9D}_zB&m|UioqZqu7zw*78Oek^0ch|Mf-?ZdsiaikHnbX&u51h_P@1YR9R~D9aO(voqj)UIvQM-&(emQLlY"
    "!)*YFmVeHYtb}gKW7nSjou(QxyS_>jaK-NKrfVs#@;nVZ=l@HH1GOYP43GCi;wt^7pyYzhK&(U_w-<n6W3AG~xxzqwn@O&aqy1->{6rnqkOP&H1x;eHy"
    "6v^S&q>t3%*M3N%(Yi%M6{L?=85T}g;hy7m81%APO#Fh1UAs{bzfko}nFK)`CUT3udk$Zs0n!j1"
)
TEXT_PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 300]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 93>>stream
BT /F 14 Tf 30 250 Td (MERCHANT NO. 898330153110001) Tj 0 -30 Td (AMOUNT RMB 128.00) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""


def saved(picture: Image.Image, form: str, **values: object) -> bytes:
    """The picture as a file of this form."""
    buffer = io.BytesIO()
    picture.save(buffer, form, **values)
    return buffer.getvalue()


def note_of(data: bytes) -> str:
    """Why the file is refused."""
    with pytest.raises(Unreadable) as fault:
        list(decode(data))
    return fault.value.note


def stripes(width: int = 60, height: int = 40) -> Image.Image:
    """Left half dark, right half light."""
    picture = Image.new("RGB", (width, height), (250, 250, 250))
    picture.paste((20, 20, 20), (0, 0, width // 2, height))
    return picture


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_common_forms_are_unpacked(form: str) -> None:
    (page,) = decode(saved(stripes(), form))

    assert page.pixels is not None
    assert page.pixels.shape == (40, 60, 3)
    assert page.pixels[20, 5].max() < 60 < page.pixels[20, 55].min()


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "LA", "RGBA", "I;16"])
def test_pictures_of_any_mode_become_colours(mode: str) -> None:
    picture = stripes().convert("L") if mode == "I;16" else stripes().convert(mode)
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(picture, dtype=np.uint16) * 256)
    (page,) = decode(saved(picture, "TIFF" if mode == "CMYK" else "PNG"))

    assert page.pixels is not None
    assert page.pixels.shape == (40, 60, 3)
    assert page.pixels[20, 5].max() < 70 < page.pixels[20, 55].min()


def test_a_photo_is_turned_as_its_camera_says() -> None:
    """evidence.md requirement 5."""
    exif = Image.Exif()
    exif[0x0112] = 6
    (page,) = decode(saved(stripes(), "JPEG", exif=exif))

    assert page.pixels is not None
    assert page.pixels.shape == (60, 40, 3)
    assert page.pixels[5, 20].max() < 60, "the left edge is on top now"


def test_of_a_moving_picture_the_first_frame_is_taken() -> None:
    data = saved(stripes(), "GIF", save_all=True, append_images=[Image.new("RGB", (60, 40), "white")])
    (page,) = decode(data)

    assert page.pixels is not None
    assert page.pixels[20, 5].max() < 60


def test_a_picture_of_too_many_pixels_is_refused_unpacked() -> None:
    assert note_of(saved(Image.new("1", (20000, 20000)), "PNG")) == "too_large"


def test_a_broken_picture_is_named() -> None:
    assert note_of(b"\xff\xd8\xff\xe0 nothing more") == "broken"


def test_of_a_picture_that_was_cut_off_the_upper_part_is_kept() -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (400, 300, 3), dtype=np.uint8))
    data = saved(noise, "JPEG")
    (page,) = decode(data[: len(data) // 2])

    assert page.note == "truncated"
    assert page.cut is not None
    assert 150 < page.cut < 250


def test_a_pdf_with_text_needs_no_recognition() -> None:
    (page,) = decode(TEXT_PDF)

    assert page.pixels is None
    assert [line.text for line in page.lines] == ["MERCHANT NO. 898330153110001", "AMOUNT RMB 128.00"]


def test_a_pdf_of_pictures_is_drawn() -> None:
    (page,) = decode(saved(stripes(600, 400), "PDF"))

    assert page.pixels is not None
    assert page.pixels.shape[1] > page.pixels.shape[0] > 600


def test_a_pdf_with_a_password_or_a_fault_is_named() -> None:
    assert note_of(zlib.decompress(base64.b85decode(LOCKED_PDF))) == "locked"
    assert note_of(b"%PDF-1.7 nothing more") == "broken"


def test_a_text_file_is_its_lines() -> None:
    (page,) = decode("到账 128.00 元\n\n谢谢".encode("gb18030"))

    assert [line.text for line in page.lines] == ["到账 128.00 元", "谢谢"]


@pytest.mark.parametrize(("noted", "day"), [("2026:11:23 14:35:00", date(2026, 11, 23)), ("0000:00:00 00:00:00", None)])
def test_the_day_the_camera_noted_is_kept(noted: str, day: date | None) -> None:
    picture, exif = Image.new("RGB", (40, 40), "white"), Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = noted
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)

    assert [page.taken for page in decode(out.getvalue())] == [day]
