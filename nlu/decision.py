"""From scores to a decision: which intent, which others, and how sure."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlu.lexicon import KINDS, OTHER
from nlu.scores import Score, Scorer

REQUEST, ANSWER = KINDS.index("request"), KINDS.index("answer")
FRAUD, ILLICIT, RESOLVED = "suspected_fraud", "illicit_request", "resolved"
POLITE, POLITE_LEAST = ("greet", "thanks"), 0.5
HALF_SURE = 0.85  # the probability from which half a clause tells of a trouble of its own
CLAUSE_DOUBT = 0.4  # what a clause's own probability is worth less than a lead of the whole
NEAR = 12.0  # log odds behind the best beyond which an intent changes no sum
FEW = 4  # clauses of a message short enough for each of them to be a matter of its own
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

    def __init__(self, prepared: dict[str, Any], scorer: Scorer) -> None:
        self._scorer = scorer
        self._intents: list[str] = prepared["intents"]
        self._fraud: int = self._intents.index(FRAUD)
        self._illicit: int = self._intents.index(ILLICIT)
        self._resolved: int = self._intents.index(RESOLVED)
        self._other: int = self._intents.index(OTHER)
        self._rank = [KINDS.index(kind) for kind in prepared["kinds"]]
        self._settings: dict[str, float] = prepared["decision"]
        self._calibration: tuple[list[float], list[float]] = (
            prepared["calibration"]["lead"],
            prepared["calibration"]["right"],
        )
        self._instead: dict[str, list[str]] = prepared["instead"]

    def decide(
        self,
        clauses: Sequence[Score],
        context: Score,
        *,
        expected: Sequence[str],
        size: int,
        is_scam: bool,
        is_foreign: bool,
        is_added: bool = False,
        halves: Iterable[Sequence[Score]] = (),
    ) -> Choice:
        """Return the choice for an utterance of `size` characters, its clauses and its keys as a whole.

        `halves` are those of its only clause; they are looked at when it seems to be about no trouble. `is_added`: its
        words tell that one thing comes on top of another.
        """
        whole = self._lean(self.probabilities([*clauses, context]), expected, size)
        if is_scam:
            whole[self._fraud] *= self._settings["sign"]
        whole[self._other] *= self._settings["foreign" if is_foreign else "native"]
        best = whole.index(max(whole))
        spoken = self._spoken(clauses, best) if len(clauses) > 1 else self._spoken_in_halves(halves, best)
        primary = self._primary(best, spoken, whole, is_added and len(clauses) <= FEW)
        chance, whole[primary] = whole[primary], -1.0  # so that the largest left is the runner-up's
        next_best = max(whole)
        others = [i for i in dict.fromkeys([*spoken, best]) if i != primary and i != self._other]
        return Choice(
            self._intents[primary],
            tuple(self._intents[i] for i in sorted(others, key=self._rank.__getitem__)),
            self._intents[whole.index(next_best)],
            self._confidence(self._lead(primary, chance - next_best, spoken)),
        )

    def _spoken_in_halves(self, halves: Iterable[Sequence[Score]], best: int) -> dict[int, tuple[int, float]]:
        """Return a trouble and the other thing that two halves of a clause speak of, where both are sure."""
        if self._rank[best] == 0 or self._intents[best] in (ILLICIT, RESOLVED):
            return {}
        for pair in halves:
            (first, sure), (second, fair) = (self._likeliest(half) for half in pair)
            if (
                first != second
                and self._rank[first] == 0
                and sure >= HALF_SURE
                and fair >= self._settings["clause"]
                and self._intents[second] not in (OTHER, RESOLVED)
            ):
                return {first: (0, sure), second: (1, fair)}
        return {}

    def _likeliest(self, score: Score) -> tuple[int, float]:
        chances = self.probabilities([score])
        best = max(range(len(chances)), key=chances.__getitem__)
        return best, chances[best]

    def _primary(
        self, best: int, spoken: Mapping[int, tuple[int, float]], whole: Sequence[float], is_added: bool
    ) -> int:
        """Return the intent that counts: of the highest kind, and of one kind the first said."""
        settings = self._settings
        if best == self._other and whole[best] >= settings["alone"]:
            return best
        illicit, resolved = self._illicit, self._resolved
        if whole[illicit] >= settings["illicit"] or spoken.get(illicit, (0, 0.0))[1] >= settings["strong"]:
            return illicit  # whatever trouble it comes dressed in
        if spoken.get(self._fraud, (0, 0.0))[1] >= settings["fraud"]:
            return self._fraud  # the most urgent trouble, wherever it is told
        is_asking = any(self._rank[intent] == REQUEST for intent in (*spoken, best))
        told = [place for intent, (place, _) in spoken.items() if self._rank[intent] <= ANSWER]
        if resolved in spoken and not is_asking and spoken[resolved][0] == max(told):
            return resolved  # told last, it settles the trouble told before
        primary = best
        for intent, (place, chance) in spoken.items():
            ahead = self._rank[intent] - self._rank[primary]
            is_first = place < spoken.get(primary, (len(whole), 0.0))[0]
            strong = settings["ask" if self._rank[intent] == REQUEST and self._rank[primary] == ANSWER else "strong"]
            if (ahead < 0 and (chance >= strong or whole[intent] >= settings["share"] * whole[best])) or (
                ahead == 0
                and is_first
                and (whole[intent] >= settings["same"] * whole[primary] or (is_added and chance >= settings["strong"]))
            ):
                primary = intent
        return primary

    def probabilities(self, scores: Iterable[Score]) -> list[float]:
        """Return one probability an intent for scores taken together; they add up to 1."""
        logits = self._scorer.logits(scores)
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
        leaning = dict.fromkeys(expected, factor)
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

    def _spoken(self, clauses: Sequence[Score], likeliest: int) -> dict[int, tuple[int, float]]:
        """Return the intents that whole clauses speak for: where first (resolved: where last), and how surely."""
        spoken: dict[int, tuple[int, float]] = {}
        polite = self._intents[likeliest] in POLITE  # what comes with it need not be as sure to be what is meant
        least = POLITE_LEAST if polite else self._settings["clause"]
        asks = self._settings["ask"] if self._rank[likeliest] == ANSWER and len(clauses) <= FEW else least
        for place, clause in enumerate(clauses):
            logits = self._scorer.logits([clause])
            top = max(logits)
            best = logits.index(top)
            if best == self._other:
                continue
            chance = 1 / sum(math.exp(logit - top) for logit in logits if logit > top - NEAR)
            if chance < (asks if self._rank[best] == REQUEST else least):
                continue
            if best not in spoken or best == self._resolved:
                spoken[best] = (place, chance)
        return spoken

    def _lead(self, primary: int, lead: float, spoken: Mapping[int, tuple[int, float]]) -> float:
        """Return the lead of a decision, mended by what single clauses say."""
        if primary == self._other:
            return lead - CLAUSE_DOUBT if spoken else lead  # what a clause speaks for may be ours after all
        # two intents share the whole between them: then the clause of its own vouches for the first
        return max(lead, spoken[primary][1] - CLAUSE_DOUBT) if primary in spoken else lead

    def _confidence(self, lead: float) -> float:
        """Return how often, on held-out sentences, a decision with this lead was right."""
        leads, right = self._calibration
        return right[bisect_right(leads, lead)]


def unknown_key(known: int, total: int) -> str:
    """Return the key that says how much of an utterance was never learned."""
    share = 1 - known / total if total else 1.0
    return f"@unknown:{bisect_right(UNKNOWN_STEPS, share)}"
