"""What happens to paper and photographs before they arrive: each function takes a picture and gives a worse one."""

import random
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Damage = Callable[[Image.Image, random.Random], Image.Image]
TABLE = (92, 74, 58)


def on_table(picture: Image.Image, luck: random.Random, *, spare: float = 0.15) -> Image.Image:
    """The paper lies on a table; the photo is wider than it."""
    width, height = picture.size
    margin = int(max(picture.size) * spare)
    noise = np.random.default_rng(luck.randrange(10**6)).normal(0, 6, (height + 2 * margin, width + 2 * margin, 3))
    table = Image.fromarray(np.clip(np.array(TABLE) + noise, 0, 255).astype(np.uint8))
    table.paste(picture, (margin, margin))
    return table


def rotated(picture: Image.Image, luck: random.Random) -> Image.Image:
    """Held at a slant."""
    return on_table(picture, luck).rotate(
        luck.uniform(-14, 14), expand=True, fillcolor=TABLE, resample=Image.Resampling.BICUBIC
    )


def steep(picture: Image.Image, luck: random.Random) -> Image.Image:
    """Held at a steep slant."""
    return on_table(picture, luck).rotate(
        luck.choice((-1, 1)) * luck.uniform(20, 38), expand=True, fillcolor=TABLE, resample=Image.Resampling.BICUBIC
    )


def perspective(picture: Image.Image, luck: random.Random) -> Image.Image:
    """Photographed from an angle."""
    pixels = np.array(on_table(picture, luck))
    height, width = pixels.shape[:2]
    far = luck.uniform(0.06, 0.14)
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    target = np.array(
        [
            (width * far, height * luck.uniform(0, 0.06)),
            (width * (1 - far * luck.uniform(0.3, 1)), 0),
            (width, height),
            (0, height * 0.97),
        ],
        dtype=np.float32,
    )
    return Image.fromarray(
        cv2.warpPerspective(pixels, cv2.getPerspectiveTransform(source, target), (width, height), borderValue=TABLE)
    )


def blurred(picture: Image.Image, luck: random.Random) -> Image.Image:
    """A little out of focus."""
    return picture.filter(ImageFilter.GaussianBlur(luck.uniform(1.2, 2.6)))


def dark(picture: Image.Image, luck: random.Random) -> Image.Image:
    """Little light, much noise."""
    pixels = np.array(on_table(picture, luck)).astype(np.float32) * luck.uniform(0.16, 0.3)
    pixels += np.random.default_rng(luck.randrange(10**6)).normal(0, 5, pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def faded(picture: Image.Image, luck: random.Random) -> Image.Image:
    """Thermal paper that has lost its print."""
    keep = luck.uniform(0.16, 0.35)
    pixels = np.array(picture).astype(np.float32)
    return Image.fromarray(np.clip(238 - (252 - pixels) * keep, 0, 255).astype(np.uint8))


def crumpled(picture: Image.Image, luck: random.Random) -> Image.Image:
    """Waves in the paper and shadows in its folds."""
    pixels = np.array(on_table(picture, luck, spare=0.08))
    height, width = pixels.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    a, b = luck.uniform(4, 8), luck.uniform(120, 240)
    moved = cv2.remap(
        pixels,
        x + a * np.sin(y / b + 1),
        y + a * np.sin(x / (b * 0.8)) + 3 * np.sin(y / 60),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    shade: NDArray[np.float32] = 0.82 + 0.18 * np.sin(x / 130 + y / 210)
    return Image.fromarray(np.clip(moved * shade[..., None], 0, 255).astype(np.uint8))


def sealed(picture: Image.Image, luck: random.Random) -> Image.Image:
    """A red seal stamped across the lower half."""
    layer = picture.convert("RGBA")
    seal = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(seal)
    x, y, r = picture.width * luck.uniform(0.35, 0.65), picture.height * luck.uniform(0.5, 0.75), picture.width * 0.26
    draw.ellipse((x - r, y - r, x + r, y + r), outline=(205, 30, 40, 190), width=10)
    draw.regular_polygon((x, y, r * 0.42), 5, fill=(205, 30, 40, 180))
    for turn in range(8):
        draw.text((x - r * 0.8 + turn * r * 0.2, y + r * 0.5), "章", fill=(205, 30, 40, 190))
    return Image.alpha_composite(layer, seal).convert("RGB")


def squeezed(picture: Image.Image, _luck: random.Random) -> Image.Image:
    """Saved by a messenger at low quality."""
    import io

    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=40)
    return Image.open(buffer).convert("RGB")


def sideways(picture: Image.Image, luck: random.Random) -> Image.Image:
    """A quarter turn, one way or the other."""
    return on_table(picture, luck).rotate(luck.choice((90, 270)), expand=True)


def upside_down(picture: Image.Image, luck: random.Random) -> Image.Image:
    """On its head."""
    return on_table(picture, luck).rotate(180)


def far_away(picture: Image.Image, luck: random.Random) -> Image.Image:
    """Small in a big photo."""
    sheet = Image.new("RGB", (3000, 4000), TABLE)
    small = picture.resize(
        (picture.width * 900 // picture.width, picture.height * 900 // picture.width), Image.Resampling.LANCZOS
    )
    sheet.paste(small, (luck.randrange(200, 1800), luck.randrange(200, max(201, 3900 - small.height))))
    return sheet


def large(picture: Image.Image, luck: random.Random) -> Image.Image:
    """A photo of twelve megapixels filled by the paper."""
    whole = on_table(picture, luck)
    return whole.resize((3000, 3000 * whole.height // whole.width), Image.Resampling.BICUBIC)


def clean(picture: Image.Image, _luck: random.Random) -> Image.Image:
    """Nothing happened."""
    return picture


READABLE: tuple[Damage, ...] = (
    clean,
    rotated,
    steep,
    perspective,
    blurred,
    dark,
    faded,
    crumpled,
    sealed,
    squeezed,
    sideways,
    upside_down,
    far_away,
    large,
)


def ruined(picture: Image.Image, luck: random.Random) -> Image.Image:
    """Moved so much that nobody can read it."""
    pixels = np.array(picture)
    length = luck.randrange(19, 31)
    kernel = np.zeros((length, length), dtype=np.float32)
    kernel[length // 2, :] = 1 / length
    turn = cv2.getRotationMatrix2D((length / 2, length / 2), luck.uniform(0, 180), 1)
    return Image.fromarray(cv2.filter2D(pixels, -1, cv2.warpAffine(kernel, turn, (length, length))))


def smeared(picture: Image.Image, luck: random.Random) -> Image.Image:
    """Far out of focus."""
    return picture.filter(ImageFilter.GaussianBlur(luck.uniform(6, 9)))


UNREADABLE: tuple[Damage, ...] = (ruined, smeared)


def side_by_side(first: Image.Image, second: Image.Image, luck: random.Random) -> Image.Image:
    """Two papers in one photo."""
    height = max(first.height, second.height) + 160
    sheet = Image.new("RGB", (first.width + second.width + 200, height), TABLE)
    for picture, x in ((first, 60), (second, first.width + 130)):
        turned = picture.rotate(luck.uniform(-3, 3), expand=True, fillcolor=TABLE, resample=Image.Resampling.BICUBIC)
        sheet.paste(turned, (x, 60 + luck.randrange(20)))
    return sheet


def stacked(first: Image.Image, second: Image.Image, _luck: random.Random) -> Image.Image:
    """One paper above the other in one photo."""
    sheet = Image.new("RGB", (max(first.width, second.width) + 100, first.height + second.height + 130), TABLE)
    sheet.paste(first, (40, 30))
    sheet.paste(second, (60, first.height + 80))
    return sheet
