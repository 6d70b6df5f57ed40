"""How well a matcher does on a set of sentences."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from nlu import Matcher

SENTENCES = Path(__file__).parent / "sentences"
SURE = 0.8


@dataclass(frozen=True, slots=True)
class Judged:
    """One sentence with what it should mean, what it was taken for, and how surely."""

    text: str
    wanted: str
    found: str
    confidence: float
    is_right: bool


def rows(name: str) -> Iterator[dict[str, Any]]:
    with (SENTENCES / f"{name}.jsonl").open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def judge(matcher: Matcher, sentences: Sequence[dict[str, Any]], now: datetime) -> list[Judged]:
    """Judge sentences that carry `intent` (or `primary`) and perhaps further labels in `also` that count as right."""
    judged = []
    for row in sentences:
        wanted = row.get("intent") or row["primary"]
        understanding = matcher.understand(row["text"], now=now)
        is_right = understanding.intent in (wanted, *row.get("also", ()))
        judged.append(Judged(row["text"], wanted, understanding.intent, understanding.confidence, is_right))
    return judged


def f1_by_intent(judged: Sequence[Judged]) -> dict[str, float]:
    """Return the F1 of each intent that occurs as a label or as an answer."""
    right: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    false: Counter[str] = Counter()
    for one in judged:
        if one.is_right:
            right[one.wanted] += 1
        else:
            missed[one.wanted] += 1
            false[one.found] += 1
    return {
        intent: 2 * right[intent] / (2 * right[intent] + missed[intent] + false[intent])
        for intent in {*right, *missed, *false}
    }


def wrong_when_sure(judged: Sequence[Judged]) -> float:
    """Return the share of wrong ones among those decided with confidence."""
    sure = [one for one in judged if one.confidence >= SURE]
    return sum(not one.is_right for one in sure) / max(len(sure), 1)


def entity_f1(matcher: Matcher, sentences: Sequence[dict[str, Any]], now: datetime) -> tuple[float, list[str]]:
    """Return the F1 over all values of a set, and the sentences with a fault. What is `optional` counts neither way."""
    hits = total = 0
    faults = []
    for row in sentences:
        wanted = Counter(_value(entity["type"], entity["value"]) for entity in row["entities"])
        found = Counter(
            _value(e.type, e.value)
            for e in matcher.understand(
                row["text"], now=datetime.fromisoformat(row["now"]) if "now" in row else now
            ).entities
        )
        optional = Counter(_value(entity["type"], entity["value"]) for entity in row.get("optional", ()))
        found -= (found - wanted) & optional
        hits += 2 * sum((wanted & found).values())
        total += wanted.total() + found.total()
        if wanted != found:
            faults.append(row["text"])
    return hits / max(total, 1), faults


def _value(kind: str, value: Any) -> tuple[str, object]:
    return kind, Decimal(str(value)) if kind in ("amount", "rate") else str(value)
