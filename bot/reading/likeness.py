"""Do two pictures show the same: sent again, packed or scaled anew, cut a little, or taken twice?

A picture is told by how bright its parts are beside each other, as a whole and cut at its edges in several ways, and by
the words in it. Slips of one terminal look alike too: whoever asks must also see that they do not tell of different
payments. Taken from another side a slip looks unlike itself; then it is known by its reference number, sum and time.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Measured on made-up slips and screens, packed, scaled and cut in eight ways each: at 0.15 of the bits apart 95 %
# of them are found, and one in a thousand pairs of different forms is taken for one picture.
MOST_APART = 0.15
SHARED = 0.5  # of the lines, where both have words
SHARED_BY_ITSELF = 0.8
FEW = 3  # lines that tell nothing
ENOUGH = 6
MOST_LINES = 60
Item = Mapping[str, str]
_NUMBERS = ("reference_no", "order_no")
_TELLING = (*_NUMBERS, "time", "voucher_no", "amount")


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a picture is told by. `prints` are hexadecimal, the first of the whole; `words` one for each line."""

    prints: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def words_of(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines without what they say: enough to see whether two pictures share them."""
    plain = ("".join(line.split()).lower() for line in lines[:MOST_LINES])
    return tuple(f"{zlib.crc32(line.encode()):08x}" for line in plain if len(line) > 1)


def is_alike(first: Likeness, second: Likeness) -> bool:
    """Do both seem to show the same?"""
    shared = _shared(first.words, second.words)
    if min(len(first.words), len(second.words)) >= ENOUGH and shared >= SHARED_BY_ITSELF:
        return True
    if min(len(first.words), len(second.words)) >= FEW and shared < SHARED:
        return False
    return _apart(first.prints, second.prints) <= MOST_APART


def differ(first: Sequence[Item], second: Sequence[Item]) -> bool:
    """Do two pictures tell of different payments?"""
    for name in _TELLING:
        mine, theirs = ({item[name] for item in items if name in item} for items in (first, second))
        if mine and theirs and not mine & theirs:
            return True
    return False


def tell_the_same(first: Sequence[Item], second: Sequence[Item]) -> bool:
    """Do two papers of one kind name the same payments, whatever they look like?"""
    return bool(second) and len(first) == len(second) and all(any(_is_same(a, b) for a in first) for b in second)


def _is_same(first: Item, second: Item) -> bool:
    shared = [name for name in _TELLING if name in first and name in second]
    known = any(name in shared for name in _NUMBERS) and ("amount" in shared or "time" in shared)
    return known and all(first[name] == second[name] for name in shared)


def _shared(first: Sequence[str], second: Sequence[str]) -> float:
    fewer = min(len(set(first)), len(set(second)))
    return len(set(first) & set(second)) / fewer if fewer else 0.0


def _apart(first: Sequence[str], second: Sequence[str]) -> float:
    """The share of bits in which the whole of one differs from the nearest cut of the other."""
    if not first or not second:
        return 1.0
    pairs = [(first[0], other) for other in second] + [(other, second[0]) for other in first]
    return min(_distance(one, other) for one, other in pairs)


def _distance(first: str, second: str) -> float:
    if len(first) != len(second):
        return 1.0
    return (int(first, 16) ^ int(second, 16)).bit_count() / (4 * len(first))  # a digit is four bits
