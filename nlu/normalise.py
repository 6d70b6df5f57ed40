"""Writing made equal: script, width and case first, then the many spellings of one word, then its sound."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path

_WIDE_TO_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,
    0xFFE5: 0xA5,
    0xFF0C: ord(";"),  # a Chinese comma never stands inside a number: 1200，800 are two
}
_BREAK = re.compile(
    r"[,。!?;、\n\r:…~|]+|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff#@<])|\.{2,}|\.\s+|\.$"
    r"|\s(?:and|but|so|because)\s(?=(?:i|we|he|she|it|they|the|my|now|nobody|how|what|where|who|when|can|should)\b)"
)
_LATIN = re.compile(r"[a-z][a-z']*")
_DIGITS = re.compile(r"\d[\d.,]*")
UNKNOWN_SOUND = "\ue000"
FIRST_SOUND = 0xE100  # private-use characters stand for syllables, so that slicing works on them
_FUZZY = (("zh", "z"), ("ch", "c"), ("sh", "s"))


def read_table(path: Path) -> list[tuple[str, str]]:
    """Return the (key, characters) rows of a tab-separated data file; lines with # are remarks."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            key, characters = line.split("\t")
            rows.append((key, characters))
    return rows


class Normaliser:
    """Turns what people type into the few forms the lexicon is written in."""

    def __init__(
        self,
        script: Mapping[str, str],
        sounds: Mapping[str, str],
        variants: Mapping[str, str],
        english: Collection[str] = (),
    ) -> None:
        self._english = frozenset(english)
        self._script: dict[int, int] = dict(_WIDE_TO_NARROW)
        self._script.update({ord(char.upper()): ord(char) for char in "abcdefghijklmnopqrstuvwxyz"})
        self._script.update({code + 0xFEE0: code + 32 for code in range(0x41, 0x5B)})
        self._script.update({ord(old): ord(new) for new, olds in script.items() for old in olds})
        self._sound_codes = {sound: chr(FIRST_SOUND + n) for n, sound in enumerate(sorted(sounds))}
        self._sounds = {ord(char): self._sound_codes[s] for s, chars in sounds.items() for char in chars}
        self._longest_sound = max(map(len, sounds), default=0)
        self._variants = dict(variants)
        lengths: dict[str, set[int]] = {}
        for variant in variants:
            lengths.setdefault(variant[0], set()).add(len(variant))
        self._lengths = {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}

    def fold(self, text: str) -> str:
        """Return the text in simplified script, narrow width and lower case; offsets stay the same."""
        return text.translate(self._script)

    def standard(self, folded: str) -> str:
        """Return folded text with dialect words, homophones and wrong characters in their standard spelling."""
        lengths, variants = self._lengths, self._variants
        out: list[str] = []
        at, end = 0, len(folded)
        while at < end:
            char = folded[at]
            for length in lengths.get(char, ()):
                standard = variants.get(folded[at : at + length]) if at + length <= end else None
                if standard is not None:
                    if char.isascii() and char.isalpha() and _inside_latin(folded, at, length):
                        continue
                    out.append(standard)
                    at += length
                    break
            else:
                out.append(char)
                at += 1
        return "".join(out)

    def clauses(self, standard: str) -> list[str]:
        """Return the clauses of a standard text, without their punctuation; never empty strings."""
        return [part for piece in _BREAK.split(standard) if (part := piece.strip(" \t'\"()[]{}<>《》“”‘’【】-—*·^$"))]

    def units(self, clause: str) -> str | list[str]:
        """Return a clause as characters; words in Latin letters and numbers count as one unit each.

        Pinyin is no unit: its sounds speak for it.
        """
        if clause.isascii() or _LATIN.search(clause) or _DIGITS.search(clause):
            return [unit for unit in _units(clause) if unit[0] != "<" or not self._is_pinyin(unit[1:-1])]
        return clause.replace(" ", "")

    def sounds(self, clause: str) -> str:
        """Return one private character a syllable; words in Latin letters are read as pinyin where they can be."""
        if _LATIN.search(clause):
            clause = _LATIN.sub(self._read_pinyin, clause)
        return clause.translate(self._sounds).replace(" ", "")

    def spell(self, sounds: str) -> str:
        """Return syllable codes in letters, for data files and explanations."""
        names = {code: sound for sound, code in self._sound_codes.items()}
        return " ".join(names.get(code, code) for code in sounds)

    def code(self, spelling: str) -> str:
        """Return the syllable codes of a spelling made by `spell`."""
        return "".join(self._sound_codes.get(sound, sound) for sound in spelling.split(" "))

    def _is_pinyin(self, word: str) -> bool:
        if word in self._english:
            return False
        match = _LATIN.fullmatch(word)
        return match is not None and self._read_pinyin(match) != UNKNOWN_SOUND

    def _read_pinyin(self, match: re.Match[str]) -> str:
        word = match.group()
        codes = []
        at = 0
        while at < len(word):
            for length in range(min(6, len(word) - at), 0, -1):
                code = self._sound_codes.get(_fuzzy(word[at : at + length]))
                if code is not None and (length > 1 or len(word) == 1):
                    codes.append(code)
                    at += length
                    break
            else:
                return UNKNOWN_SOUND
        return "".join(codes)


def _units(clause: str) -> list[str]:
    out: list[str] = []
    at = 0
    while at < len(clause):
        char = clause[at]
        if "a" <= char <= "z":
            match = _LATIN.match(clause, at)
            assert match is not None  # the character just seen starts a word
            out.append(f"<{match.group()}>")
            at = match.end()
        elif char.isdigit() and (match := _DIGITS.match(clause, at)):
            out.append("#")
            at = match.end()
        else:
            if char != " ":
                out.append(char)
            at += 1
    return out


def _inside_latin(text: str, at: int, length: int) -> bool:
    """Tell whether a match on Latin letters is only part of a longer word."""
    before = text[at - 1] if at else " "
    after = text[at + length] if at + length < len(text) else " "
    last = text[at + length - 1]
    return (before.isascii() and before.isalpha()) or (last.isascii() and after.isascii() and after.isalpha())


def _fuzzy(syllable: str) -> str:
    """Return a syllable as accents in the south and the north-east blur it; the data file is written that way."""
    for clear, blurred in _FUZZY:
        if syllable.startswith(clear):
            syllable = blurred + syllable[2:]
    return syllable[:-1] if syllable.endswith(("ing", "eng")) else syllable
