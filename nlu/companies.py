"""Payment companies by any of the names merchants use."""

import re
from collections.abc import Iterator, Mapping, Sequence

from nlu.spans import Found

_MAKERS = {"新大陆"}  # make terminals as well: 新大陆的机器，拉卡拉的 is of 拉卡拉
_NOT_BEFORE = {"快钱": "赚挣捞想来"}


class CompanyFinder:
    """Finds the companies of the reference list, the longest name first."""

    def __init__(self, companies: Mapping[str, Sequence[str]]) -> None:
        self._names = {
            spelling.lower(): name for name, spellings in companies.items() for spelling in (name, *spellings)
        }
        self._firsts: dict[str, tuple[int, ...]] = {}
        for spelling in self._names:
            known = self._firsts.get(spelling[0], ())
            self._firsts[spelling[0]] = tuple(sorted({*known, len(spelling)}, reverse=True))
        self._start = re.compile(f"[{re.escape(''.join(self._firsts))}]")

    def find(self, text: str) -> Iterator[Found]:
        """Yield the companies named in a folded text; one that makes terminals only where no other is named."""
        found = list(self._named(text))
        others = [one for one in found if one.value not in _MAKERS]
        yield from others or found

    def _named(self, text: str) -> Iterator[Found]:
        end = 0
        named: set[str] = set()
        for match in self._start.finditer(text):
            at = match.start()
            if at < end:
                continue
            for length in self._firsts[text[at]]:
                spelling = text[at : at + length]
                name = self._names.get(spelling)
                if name is None or (at and text[at - 1] in _NOT_BEFORE.get(name, "")):
                    continue
                if spelling.isascii() and _is_part_of_a_word(text, at, at + length):
                    continue
                end = at + length
                if name not in named:
                    named.add(name)
                    yield Found("company", name, at, end)
                break


def _is_part_of_a_word(text: str, start: int, end: int) -> bool:
    around = text[start - 1 : start] + text[end : end + 1]
    return any(char.isascii() and char.isalpha() for char in around)
