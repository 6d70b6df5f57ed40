"""What a clause shows to the weights: its characters in ones to threes, its sounds in twos and threes, its words."""

from collections.abc import Mapping
from dataclasses import dataclass

from nlu.normalise import Normaliser
from nlu.segment import Segmenter

LENGTHS = ((2, "@short:2"), (4, "@short:4"), (8, "@short:8"), (14, "@short:14"))
WHOLE, WHOLE_LATIN = 3, 12  # characters up to which a clause is also a key of its own
PIECED = 6  # characters of a word in brackets beyond which its pieces are keys as well
FOREIGN = "OTHER_"
HEARD = "&"  # begins the key of a meaning that two syllables may have been meant as: it counts as little as a character
VERY_LONG = "@long"


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of an utterance with the keys under which weights are looked up.

    `is_foreign`: it names a thing of the world beyond the counter (a meaning `OTHER_…` of the lexicon).
    """

    text: str
    keys: tuple[str, ...]
    is_foreign: bool = False


class Features:
    """Turns an utterance into clauses of keys; the same for learning and for understanding."""

    def __init__(self, normaliser: Normaliser, words: Mapping[str, str]) -> None:
        self._normaliser = normaliser
        self._words = dict(words)
        self._segmenter = Segmenter(words)
        lengths: dict[str, set[int]] = {}
        for word in words:
            lengths.setdefault(word[0], set()).add(len(word))
        self._lengths = {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}
        self._heard = self._by_sound(words)
        heard: dict[str, set[int]] = {}
        for sounds in self._heard:
            heard.setdefault(sounds[0], set()).add(len(sounds))
        self._heard_lengths = {first: tuple(sorted(found, reverse=True)) for first, found in heard.items()}

    def _by_sound(self, words: Mapping[str, str]) -> dict[str, str]:
        """What words of several syllables mean by their sound alone; what sounds like two meanings has none."""
        found: dict[str, str] = {}
        for word, concept in words.items():
            if len(word) < 2 or not all("一" <= char <= "鿿" for char in word):
                continue
            sounds = self._normaliser.sounds(word)
            found[sounds] = concept if found.get(sounds, concept) == concept else ""
        return {sounds: concept for sounds, concept in found.items() if concept}

    def heard_in(self, sounds: str) -> list[tuple[str, int]]:
        """Return (concept, syllables) for the words whose sound is heard in the sounds of a clause."""
        found: list[tuple[str, int]] = []
        taken = 0
        for at, first in enumerate(sounds):
            if at < taken:
                continue
            for length in self._heard_lengths.get(first, ()):
                concept = self._heard.get(sounds[at : at + length])
                if concept is not None:
                    found.append((concept, length))
                    taken = at + length
                    break
        return found

    def clauses(self, folded: str) -> list[Clause]:
        """Return the clauses of a folded text; a text of punctuation only has none."""
        normaliser = self._normaliser
        standard = normaliser.standard(folded)
        return [self._clause(text) for text in normaliser.clauses(standard)]

    def _clause(self, text: str) -> Clause:
        keys, is_foreign = self._keys(text)
        return Clause(text, tuple(keys), is_foreign)

    def context(self, folded: str, entity_types: set[str]) -> list[str]:
        """Return the keys of the utterance as a whole: its length, a question mark, the types of its values."""
        size = len(folded)
        keys = [next((name for limit, name in LENGTHS if size <= limit), VERY_LONG)]
        if "?" in folded:
            keys.append("@question")
        keys.extend("@has:" + kind for kind in sorted(entity_types))
        return keys

    def words_in(self, clause: str) -> list[tuple[str, str, int]]:
        """Return (word, concept, offset) for the lexicon's words in a clause, left to right.

        The longest word counts. Only where one word begins within another and ends beyond it, jieba is asked to cut.
        """
        lengths, words = self._lengths, self._words
        found: list[tuple[str, str, int]] = []
        taken = 0
        for at, first in enumerate(clause):
            for length in lengths.get(first, ()):
                word = clause[at : at + length]
                concept = words.get(word)
                if concept is None or (word.isascii() and _cuts_latin(clause, at, len(word))):
                    continue
                if at >= taken:
                    found.append((word, concept, at))
                    taken = at + len(word)
                elif at + len(word) > taken and not clause.isascii():
                    return self._cut(clause)
                break
        return found

    def _cut(self, clause: str) -> list[tuple[str, str, int]]:
        words = self._words
        return [
            (word, words[word], at)
            for word, at in self._segmenter.cut(clause)
            if word in words and not (word.isascii() and _cuts_latin(clause, at, len(word)))
        ]

    def spans(self, text: str) -> tuple[list[str], list[tuple[str, int, int]]]:
        """Return a clause's units and each key with the units it covers; for explanations, not for speed."""
        units = list(self._normaliser.units(text))
        marked = ["^", *units, "$"]
        spans = [
            ("".join(marked[i : i + n]), max(i - 1, 0), min(i + n - 1, len(units)))
            for n in (1, 2, 3)
            for i in range(len(marked) - n + 1)
            if n > 1 or 0 < i < len(marked) - 1
        ]
        sounds = f"^{self._normaliser.sounds(text)}$"
        if len(text) <= (WHOLE_LATIN if text.isascii() else WHOLE):
            spans += [(f"={text}", 0, len(units)), (f"={sounds}", 0, len(units))]
        if len(sounds) == len(marked):
            spans += [
                (sounds[i : i + n], max(i - 1, 0), min(i + n - 1, len(units)))
                for n in (2, 3)
                for i in range(len(sounds) - n + 1)
                if n > 2 or 0 < i < len(sounds) - 2
            ]
        offsets = [sum(len(unit.strip("<>")) for unit in units[:i]) for i in range(len(units) + 1)]
        before: tuple[str, int] | None = None
        for word, concept, _ in self.words_in(text):
            flat = "".join(unit.strip("<>") for unit in units)
            at = flat.find(word.replace(" ", ""))
            if at < 0:
                continue
            start = max(i for i, offset in enumerate(offsets) if offset <= at)
            end = next((i for i, offset in enumerate(offsets) if offset >= at + len(word)), len(units))
            spans.append(("@" + concept, start, max(end, start + 1)))
            if before:
                spans.append((f"@{before[0]}+{concept}", before[1], max(end, start + 1)))
            before = (concept, start)
        return units, [(key, start, end) for key, start, end in spans if 0 <= start < end <= len(units)]

    def _keys(self, text: str) -> tuple[list[str], bool]:
        """Return the keys of a clause, and whether one of its words names a thing beyond the counter."""
        units = self._normaliser.units(text)
        keys: list[str] = []
        if isinstance(units, str):
            chars = f"^{units}$"
            size = len(chars)
            keys = list(units)
            keys += [chars[i : i + 2] for i in range(size - 1)]
            keys += [chars[i : i + 3] for i in range(size - 2)]
        elif units:  # pinyin leaves none
            marked = ["^", *units, "$"]
            size = len(marked)
            keys = list(units)
            for n in (2, 3):
                keys += ["".join(marked[i : i + n]) for i in range(size - n + 1)]
            for unit in units:
                if len(unit) > PIECED:  # a long word in Latin letters is known by its pieces too: people mistype
                    keys += [unit[i : i + 4] for i in range(len(unit) - 3)]
        sounds = f"^{self._normaliser.sounds(text)}$"
        if len(text) <= (WHOLE_LATIN if text.isascii() else WHOLE):
            # a short clause is also known as a whole: "88", "👌" and "idk" have nothing else
            keys += [f"={text}", f"={sounds}"]
        keys += [sounds[i : i + 2] for i in range(1, len(sounds) - 2)]
        keys += [sounds[i : i + 3] for i in range(len(sounds) - 2)]
        before = earlier = ""
        is_foreign = False
        written = self.words_in(text)
        seen = {concept for _, concept, _ in written}
        keys += [
            ("@" if size > 2 else HEARD) + concept for concept, size in self.heard_in(sounds) if concept not in seen
        ]
        for _, concept, _ in written:
            is_foreign = is_foreign or concept.startswith(FOREIGN)
            keys.append("@" + concept)
            if before:
                keys.append(f"@{before}+{concept}")
            if earlier and earlier != concept:
                keys.append(f"@{earlier}..{concept}")
            earlier, before = before, concept
        return keys, is_foreign


def _cuts_latin(text: str, at: int, length: int) -> bool:
    before = text[at - 1] if at else " "
    after = text[at + length] if at + length < len(text) else " "
    starts, ends = text[at], text[at + length - 1]
    return (starts.isalpha() and before.isascii() and before.isalpha()) or (
        ends.isalpha() and after.isascii() and after.isalpha()
    )
