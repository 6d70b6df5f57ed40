"""The Chinese fonts of a packet: where they are, which characters they have, and what stands in for the others."""

import re
import struct
import unicodedata
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.packet.errors import FontMissing

PACKAGE = "pylopdf_fonts_zh_cn"  # Noto Sans SC and Noto Serif SC, SIL Open Font License 1.1
SUFFIXES = frozenset({".otf", ".ttf", ".ttc"})
UNBROKEN = 40  # characters that may stand in a row without a place to break the line
_DROPPED = frozenset({"Cc", "Cf", "Cs"})
_LONG = re.compile(rf"[\x21-\x7e]{{{UNBROKEN + 1},}}")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Fonts:
    """A folder of fonts and the characters that at least one of them has."""

    folder: Path
    characters: frozenset[int]

    def printable(self, text: str) -> str:
        """The text with nothing in it that cannot be printed: a missing character becomes 〓(U+…), invisible ones go,
        and a very long word may be broken."""
        shown = "".join(map(self._shown, text.replace("\r\n", "\n")))
        return _LONG.sub(_breakable, shown)

    def _shown(self, character: str) -> str:
        if character == "\n" or ord(character) in self.characters:
            return character
        if character in "\t\u2028\u2029\r":
            return " "
        kind = unicodedata.category(character)
        if kind == "Cs" or kind not in _DROPPED:
            return f"〓(U+{ord(character):04X})"
        return ""

    def clean(self, value: Any) -> Any:
        """A JSON value with every string made printable."""
        if isinstance(value, str):
            return self.printable(value)
        if isinstance(value, dict):
            return {key: self.clean(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.clean(item) for item in value]
        return value


def _breakable(found: re.Match[str]) -> str:
    word = found.group()
    if _HASH.fullmatch(word):
        return word  # has a line of its own, and must come out of the PDF whole
    return "\u200b".join(word[start : start + UNBROKEN] for start in range(0, len(word), UNBROKEN))


def load(folder: Path | None = None) -> Fonts:
    """The fonts of a folder, or those of the font package. Raises `FontMissing`."""
    if folder is None:
        try:
            folder = Path(str(import_module(PACKAGE).__file__)).parent
        except ImportError:
            raise FontMissing(
                "The Chinese font for packets is missing: install the requirements again, or set ZHANGGUI_FONTS to a "
                "folder with an OTF or TTF font that has Chinese characters."
            ) from None
    files = sorted(path for path in folder.glob("*") if path.suffix.lower() in SUFFIXES)
    characters: set[int] = set()
    for path in files:
        try:
            characters |= covered(path.read_bytes())
        except (OSError, struct.error, IndexError):
            raise FontMissing(f"The font {path.name} cannot be read; put a sound one into {folder}.") from None
    if not {ord("商"), ord("户"), ord("〓"), ord("A")} <= characters:
        raise FontMissing(f"There is no font with Chinese characters in {folder}; put an OTF or TTF font there.")
    # What a font may have and PDF/A still refuses or cannot give back as text.
    usable = (code for code in characters if unicodedata.category(chr(code)) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return Fonts(folder, frozenset(usable))


def covered(font: bytes) -> set[int]:
    """The code points of a font's character map (formats 4 and 12), of the first font in a collection."""
    start = struct.unpack_from(">I", font, 12)[0] if font[:4] == b"ttcf" else 0
    count = struct.unpack_from(">H", font, start + 4)[0]
    tables = (struct.unpack_from(">4sIII", font, start + 12 + 16 * number) for number in range(count))
    cmap = next((offset for tag, _, offset, _ in tables if tag == b"cmap"), None)
    if cmap is None:
        return set()
    found: set[int] = set()
    for number in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        platform, encoding, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * number)
        if (platform, encoding) in ((0, 3), (0, 4), (0, 6), (3, 1), (3, 10)):
            found |= _subtable(font, cmap + offset)
    return found


def _subtable(font: bytes, at: int) -> set[int]:
    form = struct.unpack_from(">H", font, at)[0]
    found: set[int] = set()
    if form == 12:
        for group in range(struct.unpack_from(">I", font, at + 12)[0]):
            first, last, glyph = struct.unpack_from(">III", font, at + 16 + 12 * group)
            found.update(range(first + (glyph == 0), last + 1))
    elif form == 4:
        double = struct.unpack_from(">H", font, at + 6)[0]
        ends = struct.unpack_from(f">{double // 2}H", font, at + 14)
        starts = struct.unpack_from(f">{double // 2}H", font, at + 16 + double)
        for first, last in zip(starts, ends, strict=True):
            found.update(range(first, min(last, 0xFFFE) + 1))
    return found
