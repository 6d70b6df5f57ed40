"""Weights looked up: a clause's keys to one number an intent, and back to the words that made it."""

import math
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from nlu.features import Clause, Features
from nlu.normalise import Normaliser
from nlu.understanding import Reason

MEANING = 2  # a meaning speaks this much louder than a string of characters
MEANING_MASS = MEANING * MEANING
LEAST_REASON = 0.05  # log odds below which a word is not worth showing
FIELD = 32  # bits of one number in a packed row
ZERO = 1 << (FIELD - 1)  # what a field of an unpacked row holds for nothing: fields may go below zero


@dataclass(frozen=True, slots=True)
class Score:
    """Summed weights of some keys, packed: the sum of two is the sum of their rows.

    A row is one whole number made of fields: the weight of each intent, how many keys were known, and the mass they
    count for together, by which sums of different sizes are made comparable. Adding whole numbers adds sixty fields
    at once, which pure Python does nowhere else as fast. `total` is how many keys there were.
    """

    row: int
    total: int


class Scorer:
    """Holds the learned weights: for each key the intents it speaks for or against."""

    def __init__(self, prepared: dict[str, Any], normaliser: Normaliser) -> None:
        self._intents: list[str] = prepared["intents"]
        self._bias: list[float] = prepared["bias"]
        self._scale: float = prepared["scale"]
        size = len(self._intents)
        known, mass = 1 << size * FIELD, 1 << (size + 1) * FIELD
        plain, meaning = known + mass, known + MEANING_MASS * mass
        shifts = [intent * FIELD for intent in range(size)]
        self._zero = sum(ZERO << shift for shift in shifts)
        self._unpack = struct.Struct(f"<{size + 2}I").unpack
        self._bytes = (size + 2) * FIELD // 8
        self._rows: dict[str, int] = {}
        for key, flat in prepared["weights"].items():
            row = meaning if key[0] == "@" else plain
            for at in range(0, len(flat), 2):
                row += flat[at + 1] << shifts[flat[at]]
            self._rows[normaliser.code(key[1:]) if key[0] == "~" else key] = row

    def score(self, keys: Sequence[str]) -> Score:
        """Return the summed weights of keys; keys that were never learned only count towards the total."""
        return Score(sum(filter(None, map(self._rows.get, keys))), len(keys))

    def known(self, scores: Iterable[Score]) -> int:
        """Return how many keys of the scores were ever learned."""
        return self._fields(sum(score.row for score in scores))[-2]

    def logits(self, scores: Iterable[Score]) -> list[float]:
        """Return the log odds of each intent for scores taken together, comparable between few keys and many."""
        *sums, _, mass = self._fields(sum(score.row for score in scores))
        norm = self._scale / math.sqrt(mass or 1)
        return [bias + norm * (value - ZERO) for bias, value in zip(self._bias, sums, strict=True)]

    def largest(self, key: str) -> float:
        """Return the largest weight of a key for any intent, 0 for a key never learned."""
        row = self._rows.get(key)
        return 0.0 if row is None else self._scale * (max(self._fields(row)[:-2]) - ZERO)

    def explain(self, clauses: Sequence[Clause], features: Features, intents: Sequence[str]) -> tuple[Reason, ...]:
        """Return the words of the clauses that spoke for each of the intents, heaviest first."""
        mass = self._fields(sum(self.score(clause.keys).row for clause in clauses))[-1]
        norm = self._scale / math.sqrt(mass or 1)
        reasons: list[Reason] = []
        for intent in intents:
            index = self._intents.index(intent)
            for clause in clauses:
                units, spans = features.spans(clause.text)
                shares = [0.0] * len(units)
                for key, start, end in spans:
                    weight = norm * (self._fields(self._rows.get(key, 0))[index] - ZERO)
                    for position in range(start, end):
                        shares[position] += weight / (end - start)
                reasons += [Reason(words, intent, round(weight, 2)) for words, weight in _runs(units, shares)]
        return tuple(sorted(reasons, key=lambda reason: -reason.weight))

    def _fields(self, row: int) -> tuple[int, ...]:
        """Return the fields of a row: the intents above ZERO, then the keys known and their mass."""
        return self._unpack((row + self._zero).to_bytes(self._bytes, "little"))


def _runs(units: Sequence[str], shares: Sequence[float]) -> list[tuple[str, float]]:
    """Return the stretches of neighbouring units that all speak for an intent, with their summed weight."""
    edges = [0, *(i for i in range(1, len(shares)) if (shares[i] > 0) != (shares[i - 1] > 0)), len(shares)]
    runs = (("".join(units[a:b]), sum(shares[a:b])) for a, b in pairwise(edges) if b > a)
    return [(words, weight) for words, weight in runs if weight > LEAST_REASON]
