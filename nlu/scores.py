"""Weights looked up: a clause's keys to one number an intent, and back to the words that made it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from nlu.features import Clause, Features
from nlu.normalise import Normaliser
from nlu.understanding import Reason

MEANING = 2  # a meaning speaks this much louder than a string of characters
MEANING_MASS = MEANING * MEANING
LEAST_REASON = 0.05  # log odds below which a word is not worth showing


@dataclass(frozen=True, slots=True)
class Score:
    """Summed weights of some keys: one number an intent; how many keys were known, how many there were.

    `mass` is what the known keys count for together, by which sums of different sizes are made comparable.
    """

    sums: list[float]
    known: int
    total: int
    mass: int


class Scorer:
    """Holds the learned weights: for each key the intents it speaks for or against."""

    def __init__(self, prepared: dict[str, Any], normaliser: Normaliser) -> None:
        self._size = len(prepared["intents"])
        self._intents: list[str] = prepared["intents"]
        scale = prepared["scale"]
        self._weights: dict[str, tuple[tuple[int, float], ...]] = {}
        for key, flat in prepared["weights"].items():
            pairs = tuple((intent, weight * scale) for intent, weight in zip(flat[::2], flat[1::2], strict=True))
            self._weights[normaliser.code(key[1:]) if key[0] == "~" else key] = pairs

    def score(self, keys: Sequence[str]) -> Score:
        """Return the summed weights of keys; keys that were never learned only count towards the total."""
        sums = [0.0] * self._size
        weights = self._weights
        known = mass = 0
        for key in keys:
            if key in weights:
                known += 1
                mass += MEANING_MASS if key[0] == "@" else 1
                for intent, weight in weights[key]:
                    sums[intent] += weight
        return Score(sums, known, len(keys), mass)

    def largest(self, key: str) -> float:
        """Return the largest weight of a key for any intent, 0 for a key never learned."""
        return max((weight for _, weight in self._weights.get(key, ())), default=0.0)

    def explain(self, clauses: Sequence[Clause], features: Features, intents: Sequence[str]) -> tuple[Reason, ...]:
        """Return the words of the clauses that spoke for each of the intents, heaviest first."""
        norm = math.sqrt(max(sum(self.score(clause.keys).mass for clause in clauses), 1))
        reasons: list[Reason] = []
        for intent in intents:
            index = self._intents.index(intent)
            for clause in clauses:
                units, spans = features.spans(clause.text)
                shares = [0.0] * len(units)
                for key, start, end in spans:
                    weight = dict(self._weights.get(key, ())).get(index, 0.0) / norm
                    for position in range(start, end):
                        shares[position] += weight / (end - start)
                reasons += [Reason(words, intent, round(weight, 2)) for words, weight in _runs(units, shares)]
        return tuple(sorted(reasons, key=lambda reason: -reason.weight))


def _runs(units: Sequence[str], shares: Sequence[float]) -> list[tuple[str, float]]:
    """Return the stretches of neighbouring units that all speak for an intent, with their summed weight."""
    edges = [0, *(i for i in range(1, len(shares)) if (shares[i] > 0) != (shares[i - 1] > 0)), len(shares)]
    runs = (("".join(units[a:b]), sum(shares[a:b])) for a, b in pairwise(edges) if b > a)
    return [(words, weight) for words, weight in runs if weight > LEAST_REASON]
