"""What a step decided, written down: rows of the case and of the person, and the entries of its timeline."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot import amendments, letterbox, readouts
from bot.messages import Update
from dialogs import view as seen
from dialogs.outcome import Outcome, Planned
from storage import Work
from storage.records import Attempt, CaseFile, CaseStatus, Conversation, EventKind, Evidence, Fact, Person, Reminder

log = logging.getLogger(__name__)

WISH = "wish"
STATUS: Mapping[str, CaseStatus] = {"reopen": "open", "pause": "paused", "close": "closed"}
FOLLOWED = ("new_case", "switch_case:", "undo")


@dataclass(frozen=True, slots=True)
class Recorded:
    """After an outcome was written down: the person and case as they are now, and which case is wanted next
    or what is to be undone ("" for none, new_case, switch_case:<no>, undo, undo:<entry>)."""

    person: Person
    file: CaseFile
    following: str


def record(
    work: Work, person: Person, row: Conversation, file: CaseFile, outcome: Outcome, update: Update, now: datetime
) -> Recorded:
    """Write an outcome down. The case row itself is saved too; the caller saves the conversation."""
    return _Recording(work, person, row, file, outcome, update, now).write()


class _Recording:
    """One outcome while it is written down; `events` are its entries of the timeline, in order."""

    def __init__(
        self,
        work: Work,
        person: Person,
        row: Conversation,
        file: CaseFile,
        outcome: Outcome,
        update: Update,
        now: datetime,
    ) -> None:
        self.work = work
        self.row = row
        self.file = file
        self.outcome = outcome
        self.update = update
        self.now = now
        self.person = person
        self.events: list[tuple[EventKind, Mapping[str, object]]] = []

    def write(self) -> Recorded:
        """Write all of it, one kind after the other."""
        outcome = self.outcome
        facts = self._facts()
        attempts = self._attempts()
        self.events += [letterbox.event(name, text) for name, text in outcome.letters]
        evidence = readouts.write_checked(self.work, self._exhibits(), outcome.checked, self.events)
        reminders = self._reminders()
        self._person()
        case, intent = self.file.case, outcome.facts.get("problem")
        if outcome.section != case.section:
            self.events.append(("section", {"from": case.section, "to": outcome.section}))
        if outcome.severity != case.severity:
            self.events.append(("severity", {"level": outcome.severity, "rule": outcome.severity_rule}))
        status = case.status
        for effect, wanted in STATUS.items():
            if effect in outcome.effects and status != wanted:
                status = wanted
                self.events.append(("status", {"status": wanted}))
        stale = (effect.partition(":")[2] for effect in outcome.effects if effect.startswith("letter_stale:"))
        self.events += [("letter_stale", {"id": name}) for name in stale]
        case = self.work.cases.log(case, self.now, self.events)
        case = replace(
            case,
            status=status,
            section=outcome.section,
            severity=outcome.severity,
            intent=intent.value if intent else case.intent,
            position=outcome.position.as_json(),
            updated_at=self.now,
            closed_at=self.now if status == "closed" else None,
        )
        self.work.cases.save(case)
        following = next((effect for effect in outcome.effects if effect.startswith(FOLLOWED)), "")
        return Recorded(self.person, CaseFile(case, facts, attempts, evidence, reminders), following)

    def _facts(self) -> Mapping[str, Fact]:
        facts = dict(self.file.facts)
        source = {"channel": self.update.channel, "update_id": self.update.update_id}
        put, dropped = [], []
        for name, fact in self.outcome.facts.items():
            before = facts.pop(name, None)
            old = before.value if before else None
            if fact is None:
                dropped.append(name)
                self.events.append(("fact_dropped", {"name": name, "before": old}))
                continue
            read = {"exhibit": self.outcome.sources[name], "by": "photo"} if name in self.outcome.sources else {}
            facts[name] = Fact(name, fact.value, fact.state, {**source, **read}, self.now)
            put.append(facts[name])
            body = {"name": name, "value": fact.value, "state": fact.state, "before": old}
            self.events.append(("fact", {**body, **({"exhibit": read["exhibit"]} if read else {})}))
        if put:
            self.work.cases.put_facts(self.file.case.id, put)
        if dropped:
            self.work.cases.drop_facts(self.file.case.id, dropped)
        return facts

    def _attempts(self) -> tuple[Attempt, ...]:
        """Contacts that are new, and those that were set right."""
        case_id, attempts = self.file.case.id, list(self.file.attempts)
        for attempt in self.outcome.attempts:
            stored = self.work.cases.attempt(case_id, _attempt(attempt, self.update))
            attempts.append(stored)
            self.events.append(("attempt", {"no": stored.no, "when": stored.at.isoformat(), "result": attempt.result}))
        for place, amended in self.outcome.amended.items():
            was = attempts[place]
            fresh = replace(_attempt(amended, self.update), id=was.id, no=was.no, update_ref=was.update_ref)
            attempts[place] = fresh
            self.work.cases.change_attempt(case_id, fresh)
            self.events += amendments.events(was, fresh)
        return tuple(attempts)

    def _exhibits(self) -> tuple[Evidence, ...]:
        """What was sorted, named anew, taken out or put back."""
        outcome, recorded = self.outcome, []
        for one in self.file.evidence:
            fresh, no = one, {"no": one.no}
            if (item := outcome.items.get(one.no, one.item)) != one.item:
                fresh = replace(fresh, item=item)
                self.events.append(("evidence_sorted", {**no, "item": item, "before": one.item}))
            if (caption := outcome.captions.get(one.no, one.caption)) != one.caption:
                fresh = replace(fresh, caption=caption)
                self.events.append(("evidence_renamed", {**no, "caption": caption, "before": one.caption}))
            if one.no in outcome.withdrawn and one.counts:
                fresh = replace(fresh, status="withdrawn")
                self.events.append(("evidence_withdrawn", no))
            elif one.no in outcome.restored and one.status == "withdrawn":
                fresh = replace(fresh, status=one.put_back)
                self.events.append(("evidence_restored", no))
            if fresh != one:
                self.work.evidence.change(fresh)
            recorded.append(fresh)
        return tuple(recorded)

    def _reminders(self) -> tuple[Reminder, ...]:
        """Bring what is planned in line with what should be: a rule's reminder at another time is planned anew. Gives
        those there are now."""
        case_id, outcome = self.file.case.id, self.outcome
        planned = {reminder.rule: reminder for reminder in self.file.reminders if reminder.status == "planned"}
        wanted = {one.rule: one for one in outcome.reminders}
        gone = [rule for rule, old in planned.items() if rule != WISH and _differs(old, wanted.get(rule))]
        if "close" in outcome.effects:
            gone.append(WISH)
        if gone:
            self.work.reminders.cancel(case_id, gone, self.now)
        fresh = [one for rule, one in wanted.items() if _differs(planned.get(rule), one)]
        added = []
        for one in (*fresh, *outcome.wishes):
            due, params = one.due.astimezone(UTC), dict(one.params)
            added.append(self.work.reminders.plan(case_id, self.row.id, one.key, one.rule, due, params, self.now))
        if "stop_reminders" in outcome.effects:
            return ()
        left = [one for one in self.file.reminders if one.status == "planned" and one.rule not in gone]
        return (*left, *filter(None, added))

    def _person(self) -> None:
        """What the person wants from now on: to be helped by one, another language, no reminders."""
        effects = self.outcome.effects
        if "human" in effects and self.work.handoffs.of_conversation(self.row.id) is None:
            case_id = self.file.case.id
            wish = self.work.handoffs.add(case_id, self.row.id, reason=self.outcome.section, now=self.now)
            log.warning("a person is asked for wish=%d case=%d", wish.id, case_id)
            self.events.append(("human_asked", {"wish": wish.id}))
        for effect in effects:
            if effect.startswith("language:"):
                self._change(replace(self.person, language=effect.partition(":")[2]))
                self.events.append(("language", {"language": self.person.language}))
        if "stop_reminders" in effects:
            self._change(replace(self.person, reminders_stopped=True))
            self.work.reminders.cancel(self.file.case.id, None, self.now)
            self.events.append(("reminders_stopped", {}))
        elif self.outcome.wishes and self.person.reminders_stopped:
            self._change(replace(self.person, reminders_stopped=False))

    def _change(self, person: Person) -> None:
        self.person = person
        self.work.people.save_person(person)


def _differs(old: Reminder | None, new: Planned | None) -> bool:
    return old is None or new is None or old.due_at != new.due


def _attempt(attempt: seen.Attempt, update: Update) -> Attempt:
    return Attempt(
        at=attempt.at.astimezone(UTC),
        way=attempt.way,
        party=attempt.party,
        number=attempt.number,
        who=attempt.who,
        answer=attempt.answer,
        ticket=attempt.ticket,
        promised_until=attempt.promised_until and attempt.promised_until.astimezone(UTC),
        count=attempt.count,
        note=attempt.result,
        update_ref=f"{update.channel}/{update.update_id}",
    )
