"""What a turn changes, from which the way back is recorded with its update; it is read only when it is undone."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from bot import amendments, readouts
from bot.recording import WISH
from storage import Work
from storage.records import CaseFile, Conversation, Evidence, Fact, Person

MARK = "undo"
"""In the body of an update: the way back from what it did."""
RESTORED = ("asked", "skipped", "done", "letter")  # of a position; what was shown stays shown


class Changes:
    """The cases, the conversation and the person before a turn, and the cases as it leaves them."""

    def __init__(self, person: Person, row: Conversation) -> None:
        self._person = person
        self._row = row
        self._before: dict[int, CaseFile] = {}
        self._after: dict[int, CaseFile] = {}
        self._opened: list[int] = []
        self._skipped: set[str] = set()
        self._asked_human = False

    def note(self, file: CaseFile, *, effects: tuple[str, ...] = (), opened: bool = False) -> None:
        """A case as it is now; the first time, as it was before this turn."""
        self._skipped |= {effect.partition(":")[2] for effect in effects if effect.startswith("skip:")}
        self._asked_human = self._asked_human or "human" in effects
        self._before.setdefault(file.case.id, file)
        self._after[file.case.id] = file
        if opened:
            self._opened.append(file.case.id)

    def forget(self, person: Person, row: Conversation) -> None:
        """What has been done up to here is not to be undone as a turn of its own."""
        self._before.clear()
        self._after.clear()
        self._person, self._row = person, row

    def way_back(self, work: Work, person: Person, row: Conversation, now: datetime) -> dict[str, Any] | None:
        """What would undo the turn of `now`; None when it changed nothing."""
        cases = [_case(self._before[id], file, self._skipped) for id, file in self._after.items()]
        wish = work.handoffs.of_conversation(row.id) if self._asked_human else None
        for case in cases:
            if wish is not None and wish.asked_at == now and wish.case_id == case["id"]:
                case["human"] = wish.id
        way: dict[str, Any] = {"cases": [case for case in cases if case.keys() - {"id", "no", "entries", "position"}]}
        if self._row.case_id != row.case_id and self._row.case_id is not None:
            way["case"] = [self._row.case_id, row.case_id]
            way["opened"] = [id for id in self._opened if id == row.case_id]
        if self._person.language != person.language:
            way["language"] = [self._person.language, person.language]
        if self._person.reminders_stopped != person.reminders_stopped:
            way["reminders_stopped"] = [self._person.reminders_stopped, person.reminders_stopped]
        if len(way) == 1 and not way["cases"]:
            return None
        if not way["cases"]:  # where a case was left is of use all the same
            way["cases"] = [case for case in cases if "position" in case]
        return way


def _case(before: CaseFile, after: CaseFile, skipped: Collection[str]) -> dict[str, Any]:
    old, new = before.case, after.case
    way: dict[str, Any] = {"id": new.id, "no": new.no, "entries": [old.timeline_seq, new.timeline_seq]}
    facts = {
        name: [fact_state(before.facts.get(name)), fact_state(after.facts.get(name))]
        for name in {**before.facts, **after.facts}
        if fact_state(before.facts.get(name)) != fact_state(after.facts.get(name))
    }
    exhibits = {
        str(one.no): [_exhibit(earlier), _exhibit(one)]
        for earlier, one in _pairs(before.evidence, after.evidence)
        if _exhibit(earlier) != _exhibit(one)
    }
    known = {attempt.no: attempt for attempt in before.attempts}
    changes: dict[str, Any] = {
        "facts": facts,
        "exhibits": exhibits,
        "attempts": [attempt.no for attempt in after.attempts if attempt.no not in known],
        "amended": {
            str(one.no): [amendments.essence(known[one.no]), amendments.essence(one)]
            for one in after.attempts
            if one.no in known and known[one.no] != one
        },
        "wishes": _wishes(after) and [due for due in _wishes(after) if due not in _wishes(before)],
        "unwished": _wishes(before) and [due for due in _wishes(before) if due not in _wishes(after)],
        "section": old.section != new.section and [old.section, new.section],
        "status": old.status != new.status and old.status != "paused" and [old.status, new.status],
        "skipped": [name for name in new.position.get("skipped", ()) if name in skipped],
        "position": {
            name: old.position.get(name) for name in RESTORED if old.position.get(name) != new.position.get(name)
        },
    }
    return {**way, **{name: change for name, change in changes.items() if change}}


def fact_state(fact: Fact | None) -> dict[str, Any] | None:
    """What comes back with a fact; None for one that is not there."""
    if fact is None:
        return None
    return {"value": fact.value, "state": fact.state, "source": fact.source, "at": fact.at.isoformat()}


def _exhibit(one: Evidence | None) -> dict[str, Any] | None:
    """What people decide about an exhibit."""
    if one is None:
        return None
    return {"item": one.item, "caption": one.caption, "status": one.status, "confirmed": readouts.confirmed(one)}


def _pairs(before: Iterable[Evidence], after: Iterable[Evidence]) -> Iterable[tuple[Evidence | None, Evidence]]:
    known = {one.no: one for one in before}
    return ((known.get(one.no), one) for one in after)


def _wishes(file: CaseFile) -> list[str]:
    return [one.due_at.isoformat() for one in file.reminders if one.rule == WISH and one.status == "planned"]
