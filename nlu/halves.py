"""Where words without punctuation may turn from a trouble to something else: 机器坏了现在咋收钱."""

import re
from collections.abc import Iterator, Sequence

MOST = 2  # turns that are tried in one clause
SHORTEST = 3  # characters of a half
LEAST = 8  # characters of a clause that may hold two things


class Halves:
    """Knows the words at which a second thing may begin."""

    def __init__(self, turns: Sequence[str]) -> None:
        self._turn = re.compile("|".join(map(re.escape, turns)) or "(?!)")

    def of(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield the two halves of a folded text at each of its first turns."""
        if len(text) < LEAST:
            return
        places = [match.start() for match in self._turn.finditer(text)]
        for place in [place for place in places if SHORTEST <= place <= len(text) - SHORTEST][:MOST]:
            yield text[:place], text[place:]
