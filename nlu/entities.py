"""Typed values in an utterance: who claims which characters, in which order."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from nlu.companies import CompanyFinder
from nlu.durations import find_durations
from nlu.identifiers import find_codes, find_identifiers
from nlu.money import find_amounts, find_rates
from nlu.spans import Found
from nlu.times import find_times
from nlu.understanding import Entity

WINDOW = 3000  # characters of head and of tail that are read for values in a very long text
MOST = 200  # values read from one text; more are a table, not an utterance
_ANY_NUMBER = re.compile(
    r"[\d零〇一二两俩三四五六七八九十百千万半廿仨成壹贰叁肆伍陆柒捌玖拾佰仟%¥]| (?:day|week|month)s? "
)
_DIGITS = re.compile(r"\d|零|幺")


class EntityFinder:
    """Finds every value the taxonomy knows; holds only the list of companies."""

    def __init__(self, companies: Mapping[str, Sequence[str]]) -> None:
        self._companies = CompanyFinder(companies)

    def find(self, text: str, folded: str, now: datetime) -> tuple[Entity, ...]:
        """Return the values of a text, in the order they stand; `folded` is the same text made equal, offsets kept."""
        if len(folded) > 2 * WINDOW:
            # a line break in between, so that nothing is read across the gap
            gap = "\n" * (len(folded) - 2 * WINDOW)
            folded = folded[:WINDOW] + gap + folded[-WINDOW:]
        taken: list[Found] = []
        has_number = _ANY_NUMBER.search(folded) is not None
        if has_number and _DIGITS.search(folded):
            _claim(taken, find_identifiers(folded))
        _claim(taken, find_times(folded, now))
        if has_number:
            _claim(taken, find_rates(folded))
            _claim(taken, find_durations(folded), may_overlap="time")
            _claim(taken, find_codes(folded))
            _claim(taken, find_amounts(folded))
        _claim(taken, self._companies.find(folded))
        return tuple(
            Entity(found.type, found.value, text[found.start : found.end], found.start, found.end)
            for found in sorted(taken, key=lambda found: (found.start, found.end))
            if found.type
        )


def _claim(taken: list[Found], found: Iterable[Found], *, may_overlap: str = "none") -> None:
    """Add what is found where nothing stands yet; 三天后 may be both a span and a day."""
    for one in found:
        if len(taken) >= MOST:
            return
        if one.type == "response_code" and any(other.type == one.type and other.value == one.value for other in taken):
            one = Found("", "", one.start, one.end)  # a code shown twice is one code
        if not any(one.start < other.end and other.start < one.end and other.type != may_overlap for other in taken):
            taken.append(one)
