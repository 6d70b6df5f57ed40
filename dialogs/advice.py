"""Facts of a case -> the next actions to offer."""

import re
from datetime import datetime, timedelta

from dialogs import guards, ladder, workdays
from dialogs.guide import Guide
from dialogs.outcome import Suggestion
from dialogs.view import CaseView


def suggest(guide: Guide, view: CaseView, limit: int = 3) -> tuple[Suggestion, ...]:
    """The best next actions, most important first; a rule of the case's own section wins between equals."""
    rules = [rule for rule in guide.advice if guards.holds(rule.when, guide, view)]
    if any(rule.rungs for rule in rules):
        open_now = ladder.open_rungs(guide, view)
        rules = [rule for rule in rules if not rule.rungs or open_now & set(rule.rungs)]
    rules.sort(key=lambda rule: (-rule.priority, rule.section != view.section))
    return tuple(Suggestion(rule.key, due(rule.due, view.now), rule.facts) for rule in rules[:limit])


def is_due(words: str) -> bool:
    """Are these words that `due` understands?"""
    return words in ("", "now", "today", "next_workday") or re.fullmatch(r"\+\d+[dw]", words) is not None


def due(words: str, now: datetime) -> datetime | None:
    """The moment a rule's `due` means, in the zone of `now`: now, today (the end of it), next_workday (Monday to
    Friday; public holidays are not known yet), +3d, +1w; None for an empty one."""
    if not words:
        return None
    if words == "now":
        return now
    evening = now.replace(hour=18, minute=0, second=0, microsecond=0)
    if words == "today":
        return evening if evening > now else now.replace(hour=22, minute=0, second=0, microsecond=0)
    if words == "next_workday":
        return workdays.on(evening, 1)
    number, unit = int(words[1:-1]), words[-1]
    return evening + timedelta(days=number * (7 if unit == "w" else 1))
