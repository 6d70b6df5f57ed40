"""Marks of a fraud in progress, found anywhere in a text, unless the text denies them."""

import re
from collections.abc import Mapping
from typing import Any

REACH = 60  # characters before a hit that may deny it


class SignFinder:
    """Finds the signs of the lexicon in folded text."""

    def __init__(self, signs: Mapping[str, Any]) -> None:
        self._denial = re.compile("|".join(signs["unless"]))
        self._signs = {
            name: re.compile("|".join(f"(?:{match})" for match in said["match"]))
            for name, said in signs.items()
            if name != "unless"
        }

    def find(self, folded: str) -> tuple[str, ...]:
        """Return the names of the signs a folded text shows, in the lexicon's order; linear in its length."""
        return tuple(
            name for name, pattern in self._signs.items() if pattern.search(folded) and self._is_meant(folded, pattern)
        )

    def _is_meant(self, text: str, pattern: re.Pattern[str]) -> bool:
        return any(not self._is_denied(text, hit) for hit in pattern.finditer(text))

    def _is_denied(self, text: str, hit: re.Match[str]) -> bool:
        return self._denial.search(text, max(0, hit.start() - REACH), hit.start()) is not None
