"""The matcher: words to an `Understanding`, by weights learned from the lexicon's examples."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from nlu.contrast import Contrast
from nlu.decision import Choice, Decision, unknown_key
from nlu.entities import EntityFinder
from nlu.features import Features
from nlu.halves import Halves
from nlu.lexicon import FOLDER, OTHER, read_prepared
from nlu.normalise import Normaliser
from nlu.scores import Score, Scorer
from nlu.signs import SignFinder
from nlu.understanding import Understanding

WINDOW = 1200  # characters of head and of tail that decide the intent of a very long text
SCAM_SIGNS = {  # the other signs also stand in plain troubles
    "screen_sharing",
    "one_time_code",
    "swap_by_phone",
    "paid_unfreezing",
    "private_hotline",
    "deposit_refund_scan",
    "agent_vanished",
}
NUMBERED = 0.95  # confidence of an answer by number: sure, but a number may also have been meant as a value


class Matcher:
    """Understands utterances; holds only what was loaded, so any number of threads may share one."""

    def __init__(self, prepared: dict[str, Any]) -> None:
        self._normaliser = Normaliser(
            prepared["script"], prepared["sounds"], prepared["variants"], prepared.get("english", ())
        )
        self._features = Features(self._normaliser, prepared["words"])
        self._entities = EntityFinder(prepared["companies"])
        self._signs = SignFinder(prepared["signs"])
        self._contrast = Contrast(prepared["contrast"])
        self._halves = Halves(prepared["turns"])
        self._adds = re.compile("|".join(map(re.escape, prepared["adds"])) or "(?!)")
        self._scorer = Scorer(prepared, self._normaliser)
        self._decision = Decision(prepared, self._scorer)

    @classmethod
    def load(cls, folder: Path | None = None) -> "Matcher":
        """Return a matcher on the prepared lexicon of a folder (default: the packaged one); raises LexiconError."""
        return cls(read_prepared(folder or FOLDER))

    def fold(self, text: str) -> str:
        """Return a text in simplified script, narrow width and lower case; offsets stay the same."""
        return self._normaliser.fold(text)

    def understand(
        self, text: str, *, now: datetime, expected: Sequence[str] = (), explain: bool = False
    ) -> Understanding:
        """Return what a text means at `now` (aware), given the intents the dialog's position expects; never raises.

        `reasons` are worked out only where `explain` is set: they cost more than the decision itself.
        """
        head = text if len(text) <= 2 * WINDOW else f"{text[:WINDOW]}\n{text[-WINDOW:]}"
        folded = self._normaliser.fold(head)
        whole = folded if head is text else self._normaliser.fold(text)
        entities = self._entities.find(text, whole, now)
        clauses = self._contrast.meant(self._features.clauses(folded))
        scores = [self._scorer.score(clause.keys) for clause in clauses]
        context = self._features.context(folded, {entity.type for entity in entities})
        told = len(context)  # learning counts it as well, as known but for the first, which tells of the size alone
        known, total = self._scorer.known(scores) + told - 1, sum(score.total for score in scores) + told
        context.append(unknown_key(known, total))
        size = sum(len(clause.text) for clause in clauses)
        signs = self._signs.find(whole)
        halves = self._halves.of(folded) if len(clauses) == 1 else ()
        choice = self._by_number(folded, expected) or self._decision.decide(
            scores,
            self._scorer.score(context),
            expected=expected,
            size=size,
            is_scam=any(sign in SCAM_SIGNS for sign in signs),
            is_foreign=any(clause.is_foreign for clause in clauses),
            is_added=len(clauses) > 1 and self._adds.search(folded) is not None,
            halves=(pair for texts in halves if (pair := self._scored(texts))),
        )
        intents = (choice.intent, choice.second)
        return Understanding(
            intent=choice.intent,
            secondary=choice.secondary,
            confidence=choice.confidence,
            entities=entities,
            reasons=self._scorer.explain(clauses, self._features, intents) if explain else (),
            signs=signs,
            second=choice.second,
        )

    def _scored(self, halves: tuple[str, str]) -> list[Score]:
        """Return the scores of two halves; none where one of them is more than a clause."""
        clauses = [self._features.clauses(half) for half in halves]
        return [self._scorer.score(one[0].keys) for one in clauses] if all(len(one) == 1 for one in clauses) else []

    def weight_of_meaning(self, meaning: str) -> float:
        """Return the largest weight a meaning of the lexicon has for any intent: 0 where it was never learned."""
        return self._scorer.largest(f"@{meaning}")

    def reads_as(self, word: str, meaning: str) -> bool:
        """Tell whether a word of the lexicon, alone, is read in its meaning."""
        standard = self._normaliser.standard(self._normaliser.fold(word))
        return [found for _, found, _ in self._features.words_in(standard)] == [meaning]

    @staticmethod
    def _by_number(folded: str, expected: Sequence[str]) -> Choice | None:
        """Return the choice a bare number makes among the expected intents, counted from 1."""
        bare = folded.strip(" .。、)")
        if len(bare) != 1 or not bare.isdecimal() or not 1 <= int(bare) <= len(expected):
            return None
        intent = expected[int(bare) - 1]
        return Choice(intent, (), OTHER, NUMBERED)
