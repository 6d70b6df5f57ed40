"""From scores to a decision: which intent, which others, and how sure."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nlu.lexicon import KINDS, OTHER
from nlu.scores import Score

UNKNOWN_STEPS = (0.15, 0.3, 0.45, 0.6, 0.8)


@dataclass(frozen=True, slots=True)
class Choice:
    """A decision: the intent, the further ones in order, the runner-up, and the calibrated confidence."""

    intent: str
    secondary: tuple[str, ...]
    second: str
    confidence: float


class Decision:
    """Weighs an utterance as a whole against its clauses, and the order problem > request > answer > chat."""

    def __init__(self, prepared: dict[str, Any]) -> None:
        self._intents: list[str] = prepared["intents"]
        self._rank = [KINDS.index(kind) for kind in prepared["kinds"]]
        self._bias: list[float] = prepared["bias"]
        self._settings: dict[str, float] = prepared["decision"]
        self._calibration: tuple[list[float], list[float]] = (
            prepared["calibration"]["margin"],
            prepared["calibration"]["right"],
        )
        self._instead: dict[str, list[str]] = prepared["instead"]

    def decide(self, clauses: Sequence[Score], context: Score, expected: Sequence[str], size: int) -> Choice:
        """Return the choice for an utterance of `size` characters, its clauses and its keys as a whole."""
        whole = self._lean(self.probabilities([*clauses, context]), expected, size)
        order = sorted(range(len(whole)), key=lambda i: -whole[i])
        best = order[0]
        others: list[int] = []
        if len(clauses) > 1:
            others = self._clause_winners(clauses, context, whole)
        primary = best
        settings = self._settings
        for other in others:
            if self._rank[other] < self._rank[primary] and whole[other] >= settings["share"] * whole[best]:
                primary = other
        secondary = [i for i in dict.fromkeys([best, *others]) if i != primary]
        confidence = self._confidence(whole, order, primary)
        return Choice(
            self._intents[primary],
            tuple(self._intents[i] for i in sorted(secondary, key=lambda i: self._rank[i])),
            self._intents[next(i for i in order if i != primary)],
            confidence,
        )

    def probabilities(self, scores: Sequence[Score]) -> list[float]:
        """Return one probability an intent for scores taken together; they add up to 1."""
        known = sum(score.known for score in scores)
        norm = 1 / math.sqrt(max(known, 1))
        columns = zip(*(score.sums for score in scores), strict=True)
        logits = [bias + norm * sum(column) for bias, column in zip(self._bias, columns, strict=True)]
        top = max(logits)
        powers = [math.exp(logit - top) for logit in logits]
        total = sum(powers)
        return [power / total for power in powers]

    def _lean(self, chances: list[float], expected: Sequence[str], size: int) -> list[float]:
        """Return the probabilities with the expected intents raised, the more so the shorter the utterance."""
        if not expected:
            return chances
        settings = self._settings
        factor = settings["expected_short"] if size <= settings["short"] else settings["expected_long"]
        leaning = {intent: factor for intent in expected}
        if size <= settings["short"]:
            for plain, stands_for in self._instead.items():
                # a bare "no" where no "no" is expected answers whatever the position does expect of that kind
                found = [intent for intent in stands_for if intent in expected]
                if plain not in expected and found:
                    at, to = self._intents.index(plain), self._intents.index(found[0])
                    chances[to] += chances[at]
                    chances[at] = 0.0
        leant = [chance * leaning.get(intent, 1.0) for chance, intent in zip(chances, self._intents, strict=True)]
        total = sum(leant)
        return [chance / total for chance in leant]

    def _clause_winners(self, clauses: Sequence[Score], context: Score, whole: Sequence[float]) -> list[int]:
        winners = []
        other = self._intents.index(OTHER)
        for clause in clauses:
            chances = self.probabilities([clause])
            best = max(range(len(chances)), key=chances.__getitem__)
            if best != other and chances[best] >= self._settings["clause"]:
                winners.append(best)
        return list(dict.fromkeys(winners))

    def _confidence(self, whole: Sequence[float], order: Sequence[int], primary: int) -> float:
        margin = whole[primary] - max(whole[i] for i in order[:2] if i != primary)
        margins, right = self._calibration
        at = bisect_right(margins, margin)
        return right[at]


def unknown_key(known: int, total: int) -> str:
    """Return the key that says how much of an utterance was never learned."""
    share = 1 - known / total if total else 1.0
    return f"@unknown:{bisect_right(UNKNOWN_STEPS, share)}"
