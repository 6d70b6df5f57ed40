"""Examples of the lexicon made into sentences to learn from: choices written out, slips added, pairs joined."""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nlu.lexicon import KINDS, OTHER, Lexicon

MOST_OF_A_LINE = 12
SHARE_OF_SLIPS = 0.8  # weight of a sentence with a slip, against the sentence itself
SHARE_OF_HEARING = 0.55  # the same for one as a machine hears it from afar, or a thumb types it
MISHEARD, LOST = 0.3, 0.04  # of its characters are written as others of the same sound, or left out
SHARE_OF_PINYIN = 0.45  # the same for one typed in pinyin
LONGEST_PINYIN = 8
PAIRS, SHARE_OF_PAIRS = 2500, 0.6
NONSENSE = 400
_CHOICE = re.compile(r"\(([^()]*)\)(\??)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence to learn from; `line` tells the line of the lexicon it was made of, `is_made` that
    no person wrote it so."""

    text: str
    intent: str
    weight: float
    line: int
    is_made: bool = False


def sentences(lexicon: Lexicon, *, seed: int = 11) -> list[Sentence]:
    """Return every sentence of a lexicon's examples, in a fixed order."""
    chance = random.Random(seed)
    plain: list[Sentence] = []
    line = 0
    for language in lexicon.languages.values():
        for intent, lines in language.examples.items():
            for text in lines:
                line += 1
                written = list(choices(text, chance))
                weight = len(written) ** 0.5 / len(written)
                plain += [Sentence(one, intent, weight, line) for one in written]
    homophones = {char: chars for chars in lexicon.sounds.values() for char in chars if len(chars) > 1}
    slips = [
        Sentence(slip(s.text, homophones, chance), s.intent, s.weight * SHARE_OF_SLIPS, s.line, True)
        for s in plain
        if len(s.text) > 3
    ]
    misheard = [
        Sentence(mishear(s.text, homophones, chance), s.intent, s.weight * SHARE_OF_HEARING, s.line, True)
        for s in plain
        if len(s.text) > 3 and not s.text.isascii()
    ]
    return [
        *plain,
        *slips,
        *misheard,
        *pinyin(plain, lexicon),
        *pairs(plain, lexicon, chance),
        *nonsense(lexicon, chance, line),
    ]


def choices(text: str, chance: random.Random | None = None) -> Iterator[str]:
    """Yield the sentences that "(a|b)c" stands for: all, or, given a chance, a fair draw where they are many."""
    options, at = [], 0
    for match in _CHOICE.finditer(text):
        options += [[text[at : match.start()]], match[1].split("|") + [""] * len(match[2])]
        at = match.end()
    options.append([text[at:]])
    count = 1
    for option in options:
        count *= len(option)
    every = range(count)
    numbers = every if count <= MOST_OF_A_LINE or chance is None else chance.sample(every, MOST_OF_A_LINE)
    for number in numbers:
        words = []
        for option in options:
            number, chosen = divmod(number, len(option))
            words.append(option[chosen])
        yield " ".join("".join(words).split())  # a part left out leaves no blank behind


def slip(text: str, homophones: Mapping[str, str], chance: random.Random) -> str:
    """Return a text with some characters written as others of the same sound, left out or swapped, often unpointed."""
    chars = list(text.replace("，", "") if chance.random() < 0.5 else text)
    for _ in range(1 + len(chars) // 12):
        at = chance.randrange(len(chars))
        kind = chance.random()
        if kind < 0.6 and chars[at] in homophones:
            chars[at] = chance.choice(homophones[chars[at]])
        elif kind < 0.8 and len(chars) > 4:
            del chars[at]
        elif at + 1 < len(chars):
            chars[at], chars[at + 1] = chars[at + 1], chars[at]
    return "".join(chars)


def mishear(text: str, homophones: Mapping[str, str], chance: random.Random) -> str:
    """Return a text with many characters written as others of the same sound and a few lost, as dictation and haste
    leave it."""
    unpointed = chance.random() < 0.5
    chars = []
    for char in text:
        drawn = chance.random()
        if drawn < LOST or (unpointed and char == "，"):
            continue
        chars.append(chance.choice(homophones[char]) if drawn < LOST + MISHEARD and char in homophones else char)
    return "".join(chars)


def pinyin(plain: list[Sentence], lexicon: Lexicon) -> list[Sentence]:
    """Return short Chinese sentences again as people type them who have no Chinese keyboard: in syllables."""
    syllables = {char: sound for sound, chars in lexicon.sounds.items() for char in chars}
    return [
        Sentence(" ".join(syllables[char] for char in s.text), s.intent, s.weight * SHARE_OF_PINYIN, s.line, True)
        for s in plain
        if 2 <= len(s.text) <= LONGEST_PINYIN and all(char in syllables for char in s.text)
    ]


def pairs(plain: list[Sentence], lexicon: Lexicon, chance: random.Random) -> list[Sentence]:
    """Return pairs of sentences joined; each means what its first kind in the order of kinds says."""
    short = [s for s in plain if 2 <= len(s.text) <= 16 and s.intent != OTHER]
    rank = {intent: KINDS.index(kind) for intent, kind in lexicon.intents.items()}
    joined: list[Sentence] = []
    while len(joined) < PAIRS and short:
        one, two = chance.choice(short), chance.choice(short)
        first, second = rank[one.intent], rank[two.intent]
        if first == second or "illicit_request" in (one.intent, two.intent):
            continue
        winner = one if first < second else two
        gap = chance.choice(("，", "，", "。", " ", ""))
        joined.append(Sentence(f"{one.text}{gap}{two.text}", winner.intent, SHARE_OF_PAIRS, winner.line, True))
    return joined


def nonsense(lexicon: Lexicon, chance: random.Random, line: int) -> list[Sentence]:
    """Return strings without meaning: out of scope, whatever they happen to resemble."""
    chars = "".join(lexicon.sounds.values())
    texts = []
    for number in range(NONSENSE):
        size = chance.randint(1, 9)
        pool = (chars, "abcdefghijklmnopqrstuvwxyz", "0123456789", "0123456789 -.", chars)[number % 5]
        texts.append("".join(chance.choice(pool) for _ in range(size)))
    return [Sentence(text, OTHER, 0.5, line + 1 + number, True) for number, text in enumerate(texts)]
