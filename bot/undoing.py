"""Undoing: finds the update to be taken back and takes back what still stands of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot import amendments, readouts
from bot.changes import MARK, fact_state
from bot.recording import WISH
from dialogs.turn import TakenBack
from storage import Work
from storage.records import CaseFile, Conversation, EventKind, Fact, Person, Received

UNDID = "undid"
"""In the body of an update that undid: the id of the one it undid."""
LOOK_BACK = 300  # updates


@dataclass(frozen=True, slots=True)
class Found:
    """An update that can be undone. `newest`: nothing later that is still in force changed anything."""

    update: Received
    newest: bool

    @property
    def way(self) -> Mapping[str, Any]:
        way: Mapping[str, Any] = self.update.body[MARK]
        return way


def find(work: Work, conversation_id: int, case_id: int | None, entry: int | None) -> Found | None:
    """The newest update that changed something and was not undone; or the one that a button belongs to, by the entry
    of its case's timeline at which it was offered."""
    undone: set[int] = set()
    newest = True
    for update in work.inbox.latest(conversation_id, LOOK_BACK):
        if UNDID in update.body:
            undone.add(update.body[UNDID])
        if MARK not in update.body or update.id in undone:
            continue
        if entry is None or _was_at(update.body[MARK], case_id, entry):
            return Found(update, newest)
        newest = False
    return None


def _was_at(way: Mapping[str, Any], case_id: int | None, entry: int) -> bool:
    return any(
        case["id"] == case_id
        and case["entries"][0] <= entry
        and (entry < case["entries"][1] or entry == case["entries"][0])
        for case in way["cases"]
    )


class TakingBack:
    """Undoes one update. What was changed since then by something else stays as it is now."""

    def __init__(self, work: Work, found: Found, zone: ZoneInfo, now: datetime) -> None:
        self._work = work
        self._found = found
        self._zone = zone
        self._now = now
        self.taken: list[TakenBack] = []

    def person(self, person: Person) -> Person:
        """The person as they were."""
        was = person
        if (change := self._found.way.get("language")) and person.language == change[1]:
            person = replace(person, language=change[0])
            self._note("language", was=change[1], now=change[0])
        if (change := self._found.way.get("reminders_stopped")) and person.reminders_stopped == change[1]:
            person = replace(person, reminders_stopped=change[0])
            self._note("reminders", now="stopped" if change[0] else "")
        if person != was:
            self._work.people.save_person(person)
        return person

    def current(self, row: Conversation) -> Conversation:
        """The conversation, with the case it was about before; one that was opened by mistake is closed."""
        change = self._found.way.get("case")
        if not change or row.case_id != change[1]:
            return row
        before, after = self._work.cases.load(change[0]), self._work.cases.load(change[1])
        if before is None or after is None:
            return row
        opened = change[1] in self._found.way.get("opened", ())
        if opened:
            case = self._work.cases.log(after.case, self._now, [self._entry(None), ("status", {"status": "closed"})])
            self._work.cases.save(replace(case, status="closed", closed_at=self._now, updated_at=self._now))
            self._work.reminders.cancel(case.id, None, self._now)
        self._note("case" if opened else "switch", str(after.case.no), now=str(before.case.no))
        return replace(row, case_id=change[0])

    def cases(self, row: Conversation) -> None:
        """The cases as they were, except one that is closed by now because the update opened it."""
        for way in self._found.way["cases"]:
            file = self._work.cases.load(way["id"])
            if file is not None and file.case.id not in self._found.way.get("opened", ()):
                self._case(file, way, row)

    def _case(self, file: CaseFile, way: Mapping[str, Any], row: Conversation) -> None:
        noted = len(self.taken)
        events = [
            *self._facts(file, way.get("facts", {})),
            *self._attempts(file, way.get("attempts", ())),
            *self._amended(file, way.get("amended", {})),
            *self._exhibits(file, way.get("exhibits", {})),
        ]
        self._wishes(file, way, row)
        wish = self._work.handoffs.of_conversation(row.id) if "human" in way else None
        if wish is not None and wish.id == way["human"] and wish.status == "open":
            self._work.handoffs.finish(wish.id, "done", self._now)
            self._note("human")
        case, position = file.case, dict(file.case.position)
        change = way.get("status")
        if change and case.status == change[1]:
            closed = change[0] == "closed"
            case = replace(case, status=change[0], closed_at=(case.closed_at or self._now) if closed else None)
            events.append(("status", {"status": change[0]}))
            self._note("status", now=change[0], was=change[1])
        for name in way.get("skipped", ()):
            if name in position.get("skipped", ()):
                position["skipped"] = [other for other in position["skipped"] if other != name]
                self._note("skipped", name)
        change = way.get("section")
        if change and case.section == change[1] and self._found.newest:
            case = replace(case, section=change[0])
            events.append(("section", {"from": change[1], "to": change[0]}))
            if len(self.taken) == noted:
                self._note("section", now=change[0], was=change[1])
        if self._found.newest:
            position |= {name: value for name, value in way.get("position", {}).items() if value is not None}
            position["asked"], position["misses"] = "", 0
        if len(self.taken) > noted:
            events.insert(0, self._entry(way["entries"]))
        intent = way.get("facts", {}).get("problem")
        if intent and any(one.kind == "fact" and one.name == "problem" for one in self.taken[noted:]):
            case = replace(case, intent=intent[0]["value"] if intent[0] else "")
        case = self._work.cases.log(case, self._now, events)
        self._work.cases.save(replace(case, position=position, updated_at=self._now))

    def _facts(self, file: CaseFile, changes: Mapping[str, Any]) -> list[tuple[EventKind, Mapping[str, Any]]]:
        events: list[tuple[EventKind, Mapping[str, Any]]] = []
        put, dropped = [], []
        for name, (before, after) in changes.items():
            current = file.facts.get(name)
            if _essence(fact_state(current)) != _essence(after):
                continue  # changed since then
            old = current.value if current else None
            self._note("fact", name, was=_stated(after), now=_stated(before))
            if before is None:
                dropped.append(name)
                events.append(("fact_dropped", {"name": name, "before": old}))
                continue
            at = datetime.fromisoformat(before["at"])
            put.append(Fact(name, before["value"], before["state"], before["source"], at))
            events.append(("fact", {"name": name, "value": before["value"], "state": before["state"], "before": old}))
        self._work.cases.put_facts(file.case.id, put)
        self._work.cases.drop_facts(file.case.id, dropped)
        return events

    def _attempts(self, file: CaseFile, numbers: Iterable[int]) -> list[tuple[EventKind, Mapping[str, Any]]]:
        there = [attempt.no for attempt in file.attempts if attempt.no in set(numbers)]
        self._work.cases.drop_attempts(file.case.id, there)
        for number in there:
            self._note("attempt", str(number))
        return [("attempt_withdrawn", {"no": number}) for number in there]

    def _amended(self, file: CaseFile, ways: Mapping[str, Any]) -> list[tuple[EventKind, Mapping[str, Any]]]:
        events: list[tuple[EventKind, Mapping[str, Any]]] = []
        for one in file.attempts:
            before, after = ways.get(str(one.no), (None, None))
            if before is None or amendments.essence(one) != after:
                continue  # changed since then
            fresh = amendments.restored(one, before)
            self._work.cases.change_attempt(file.case.id, fresh)
            events += amendments.events(one, fresh)
            self._note("amended", str(one.no))
        return events

    def _exhibits(self, file: CaseFile, changes: Mapping[str, Any]) -> list[tuple[EventKind, Mapping[str, Any]]]:
        events: list[tuple[EventKind, Mapping[str, Any]]] = []
        for one in file.evidence:
            before, after = changes.get(str(one.no), (None, None))
            if after is None:
                continue
            number, fresh = str(one.no), one
            if before is None:
                if one.counts:
                    fresh = replace(fresh, status="withdrawn")
                    events.append(("evidence_withdrawn", {"no": one.no}))
                    self._note("exhibit", number)
            else:
                if before["item"] != after["item"] == one.item:
                    fresh = replace(fresh, item=before["item"])
                    events.append(("evidence_sorted", {"no": one.no, "item": before["item"], "before": one.item}))
                    self._note("item", number, was=one.item, now=before["item"])
                if before["caption"] != after["caption"] == one.caption:
                    fresh = replace(fresh, caption=before["caption"])
                    body = {"no": one.no, "caption": before["caption"], "before": one.caption}
                    events.append(("evidence_renamed", body))
                    self._note("caption", number, was=one.caption, now=before["caption"])
                was_out, is_out = (status["status"] == "withdrawn" for status in (before, after))
                if was_out != is_out == (one.status == "withdrawn"):
                    fresh = replace(fresh, status="withdrawn" if was_out else one.put_back)
                    events.append(("evidence_withdrawn" if was_out else "evidence_restored", {"no": one.no}))
                    self._note("exhibit" if was_out else "withdrawal", number)
                if before["confirmed"] != after["confirmed"] == readouts.confirmed(one):
                    items = readouts.with_confirmed(one, before["confirmed"])
                    self._work.readings.items(one.id, items)
                    events.append(("evidence_checked", {"no": one.no, "fields": []}))
                    self._note("checked", number)
            if fresh != one:
                self._work.evidence.change(fresh)
        return events

    def _wishes(self, file: CaseFile, way: Mapping[str, Any], row: Conversation) -> None:
        for due in way.get("wishes", ()):
            moment = datetime.fromisoformat(due)
            if self._work.reminders.cancel_one(file.case.id, WISH, moment, self._now):
                self._note("wish", was=moment.astimezone(self._zone).isoformat())
        for due in way.get("unwished", ()):
            moment = datetime.fromisoformat(due)
            if moment > self._now:
                key = f"remind.{WISH}"
                self._work.reminders.plan(file.case.id, row.id, key, WISH, moment.astimezone(UTC), {}, self._now)
                self._note("wish", now=moment.astimezone(self._zone).isoformat())

    def _entry(self, entries: list[int] | None) -> tuple[EventKind, Mapping[str, Any]]:
        """The timeline's entry for the undoing: which of its entries are taken back."""
        first, last = (entries[0] + 1, entries[1]) if entries else (0, 0)
        words = f"{first}" if first == last else f"{first}-{last}" if first < last else "-"
        return "undone", {"entries": words, "update": f"{self._found.update.channel}/{self._found.update.update_id}"}

    def _note(self, kind: str, name: str = "", *, was: str = "", now: str = "") -> None:
        self.taken.append(TakenBack(kind, name, was, now))


def _essence(fact: Mapping[str, Any] | None) -> tuple[Any, Any] | None:
    return (fact["value"], fact["state"]) if fact else None


def _stated(fact: Mapping[str, Any] | None) -> str:
    """The value of a fact as words can be made of it; "" for none, and for what was said to be unknown."""
    return str(fact["value"]) if fact and fact["state"] != "unknown" else ""
