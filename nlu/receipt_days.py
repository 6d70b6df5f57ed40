"""Days told without their year, or as today and yesterday, made whole from what stands around them.

A list or a chat prints the year once, above; a row under it only says "11-23 14:35". What "today" was is only known
where the picture itself tells when it was taken.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nlu.receipt_lines import Line, fold
from nlu.receipt_values import DATE, read_moment

SURENESS = 0.94  # of a day that is reckoned from when the picture was taken: to be checked
_LATE = timedelta(days=31)  # between a day and the date above it
_YEARS = 3  # back, in which a day of the week picks one year only
_WEEKDAYS = "一二三四五六日天"
_SHORT = re.compile(
    r"(?<![\d.\-/年])(?P<m>\d{1,2})月(?P<d>\d{1,2})日|(?<![\d.\-/])(?P<m2>\d\d)[-/](?P<d2>\d\d)(?=\s?\d\d?:\d\d|\s?周|\s?星期|\s*$)"
)
_WEEKDAY = re.compile(rf"\s*[(,]?\s*(?:周|星期|礼拜)(?P<day>[{_WEEKDAYS}])")
_MONTH = re.compile(r"\s*(?P<y>20\d\d)\s?(?:年|[-/.])\s?(?P<m>\d{1,2})\s?月?\s*(?:\D.*)?$")
_NEAR_DAY = re.compile(r"\s*(?P<word>今天|今日|昨天|昨日|前天)(?=\s*(?:周|星期|\d{1,2}:\d\d|\(|$))")
_BACK = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2}


@dataclass(frozen=True, slots=True)
class _Shown:
    """A date, or with no day a month, with its year, and how low it stands."""

    year: int
    month: int
    day: int | None
    top: float


def complete_days(lines: Sequence[Line], now: date, taken: date | None) -> list[Line]:
    """The lines with the year put where the lines around tell it, and with a date for "today" when `taken` is known."""
    shown = [one for line in lines for one in _shown(line, now)]
    return [_complete(line, shown, now, taken) for line in lines]


def _shown(line: Line, now: date) -> list[_Shown]:
    text, top = fold(line.text), _top(line)
    found = []
    for match in DATE.finditer(text):
        moment = read_moment(match.group(), now)
        if moment is not None and moment.day is not None:
            found.append(_Shown(moment.day.year, moment.day.month, moment.day.day, top))
    if not found and (month := _MONTH.match(text)) is not None and 1 <= int(month["m"]) <= 12:
        found.append(_Shown(int(month["y"]), int(month["m"]), None, top))
    return found


def _complete(line: Line, shown: Sequence[_Shown], now: date, taken: date | None) -> Line:
    text = fold(line.text)
    if taken is not None and (near := _NEAR_DAY.match(text)) is not None:
        day = taken - timedelta(days=_BACK[near["word"]])
        told = f"{day.isoformat()} {text[near.end() :].strip()}".strip()
        return Line(told, min(line.score, SURENESS), line.corners)
    match = _SHORT.search(text)
    if match is None or DATE.search(text):
        return line
    year = _year(text, match, _top(line), shown, now)
    if not year:
        return line
    said = f"{year}-{int(match['m'] or match['m2']):02}-{int(match['d'] or match['d2']):02}"
    told = f"{line.text[: match.start()]}{said} {line.text[match.end() :].lstrip()}".rstrip()
    sure = line.sureness(*match.span())
    return replace(line, text=told, score=min(line.score, sure), certainty=(), places=())


def _year(text: str, match: re.Match[str], top: float, shown: Sequence[_Shown], now: date) -> int:
    """The year of a day; 0 where nothing tells it."""
    month, day = int(match["m"] or match["m2"]), int(match["d"] or match["d2"])
    possible = [found for back in range(_YEARS) if (found := _date(now.year - back, month, day)) and found <= now]
    if not possible:
        return 0
    if (week := _WEEKDAY.match(text, match.end())) is not None:
        number = min(_WEEKDAYS.index(week["day"]), 6)
        fitting = [found.year for found in possible if found.weekday() == number]
        if len(fitting) == 1:
            return fitting[0]
    same = {one.year for one in shown if (one.month, one.day) == (month, day)}
    if len(same) == 1:
        return same.pop()
    above = [one for one in shown if one.top <= top]
    for one in sorted(above, key=lambda seen: -seen.top):
        if one.day is None:
            return one.year if one.month == month else 0
        head = date(one.year, one.month, one.day)
        for year in (one.year, one.year - 1):
            before = _date(year, month, day)
            if before is not None and timedelta() <= head - before <= _LATE:
                return year
    return 0


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _top(line: Line) -> float:
    return sum(y for _, y in line.corners) / 4
