"""Cuts a clause into words with jieba, over the lexicon's own words alone: no dictionary file, no cache, no guess."""

import logging
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

FREQUENCY = 1000  # of every word of the lexicon: which of two ways of cutting is likelier depends on lengths alone


class Segmenter:
    """One jieba tokenizer over given words, made when first needed; safe to share between threads."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = tuple(words)

    @cached_property
    def _tokenizer(self) -> Any:
        import jieba  # a third of a second: most sentences do without

        jieba.setLogLevel(logging.WARNING)
        frequencies: dict[str, int] = {}
        for word in self._words:
            frequencies[word] = FREQUENCY
            for end in range(1, len(word)):
                frequencies.setdefault(word[:end], 0)
        tokenizer = jieba.Tokenizer()
        tokenizer.FREQ = frequencies
        tokenizer.total = max(sum(frequencies.values()), 1)
        tokenizer.initialized = True
        return tokenizer

    def cut(self, clause: str) -> Iterator[tuple[str, int]]:
        """Yield each word of the clause with its offset; characters that belong to no word come alone."""
        at = 0
        for word in self._tokenizer.cut(clause, HMM=False):
            yield word, at
            at += len(word)
