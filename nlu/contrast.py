"""What is said only to be denied: 不是卡纸，就是连不上."""

from collections.abc import Mapping, Sequence

from nlu.features import Clause


class Contrast:
    """Knows how the two halves of a contrast begin."""

    def __init__(self, contrast: Mapping[str, Sequence[str]]) -> None:
        self._denied = tuple(contrast["denied"])
        self._meant = tuple(contrast["meant"])
        self._fine = tuple(contrast.get("fine", ()))

    def meant(self, clauses: list[Clause]) -> list[Clause]:
        """Return the clauses without those that only say what is not the matter; never fewer than one."""
        if len(clauses) < 2:
            return clauses
        last = max((place for place, clause in enumerate(clauses) if clause.text.startswith(self._meant)), default=0)
        return [clause for place, clause in enumerate(clauses) if place >= last or not self._is_denied(clause.text)]

    def _is_denied(self, text: str) -> bool:
        if not text.startswith(self._denied) and not text.endswith(self._fine):
            return False
        # 没有，就是没有 denies nothing else; 不是三万，是三千 corrects an answer
        return len(text) > 3 and not any(char.isdigit() or char in "二三四五六七八九十百千万今昨明" for char in text)
