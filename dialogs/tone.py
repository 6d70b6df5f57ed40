"""Keeps insult, threat and exaggeration out of what a merchant says in their own words in a letter."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]?")
CLAUSE = re.compile(r"[^，,]*[，,]?")
LONG_SENTENCE = 40  # characters from which only the clause that offends is left out


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Words fit for a letter; what was left out of them, and for which kinds of fault."""

    text: str
    dropped: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


def clean(text: str, words: Mapping[str, tuple[str, ...]]) -> Cleaned:
    """The text without the sentences that hold one of the words. `words`: kind of fault -> words. Nothing is
    rewritten, only left out."""
    kept: list[str] = []
    dropped: list[str] = []
    kinds: dict[str, None] = {}
    for sentence in SENTENCE.findall(text):
        parts = CLAUSE.findall(sentence) if len(sentence) > LONG_SENTENCE else [sentence]
        for part in filter(None, parts):
            faults = [kind for kind, list_ in words.items() if any(word in part for word in list_)]
            kinds |= dict.fromkeys(faults)
            (dropped if faults else kept).append(part)
    return Cleaned(_tidy("".join(kept)), tuple(part.strip("，,。！？!?；;\n ") for part in dropped), tuple(kinds))


def _tidy(text: str) -> str:
    """One paragraph that ends with a full stop."""
    text = re.sub(r"\s*\n+\s*", "", text.strip())
    text = re.sub(r"[！!]+", "。", text).rstrip("，,、；;")
    return text if not text or text[-1] in "。？?…）)”" else text + "。"
