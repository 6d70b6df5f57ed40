"""The values `nlu` hands over: what an utterance means, and why we think so.

Exceptions: `LexiconError` is the only one of the package; it says which file is at fault and what to do.
"""

from dataclasses import dataclass


class LexiconError(Exception):
    """A file of the lexicon is missing or cannot be used; the message names it and the remedy."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A typed value found in an utterance; `start` and `end` are offsets into the original text."""

    type: str
    value: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Words of the utterance that spoke for an intent; `weight` is in units of log odds."""

    words: str
    intent: str
    weight: float


@dataclass(frozen=True, slots=True)
class Understanding:
    """What one utterance means.

    `intent` is a taxonomy id, `secondary` the further ones in order of rank, `confidence` the calibrated
    probability (0..1) that `intent` is right, `signs` the concrete marks of a fraud in progress, `second` the
    intent that came next to winning.
    """

    intent: str
    secondary: tuple[str, ...]
    confidence: float
    entities: tuple[Entity, ...]
    reasons: tuple[Reason, ...] = ()
    signs: tuple[str, ...] = ()
    second: str = ""
