"""A case between storage and dialog: rows -> a view of it, an outcome -> rows and timeline."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot import amendments, letterbox, readouts
from bot.messages import Attachment, Update
from bot.reading.reading import Reader
from bot.taking import MOST, Taken, take_text
from dialogs import view as seen
from dialogs.dialog import Dialog
from dialogs.outcome import Outcome, Planned
from dialogs.turn import Incoming
from dialogs.view import CaseView, Position
from storage import BlobStore, Work
from storage.records import Attempt, Case, CaseFile, Conversation, EventKind, Evidence, Fact, Person, Reminder

log = logging.getLogger(__name__)

WISH = "wish"
KEPT = ("stored", "announced")
HEAD = 16  # characters of a timeline's head that are said
FOLLOWED = ("new_case", "switch_case:", "undo")


@dataclass(frozen=True, slots=True)
class Recorded:
    """After an outcome was written down: the person and case as they are now, and which case is wanted next
    or what is to be undone ("" for none, new_case, switch_case:<no>, undo, undo:<entry>)."""

    person: Person
    file: CaseFile
    following: str


KeptText = Mapping[int, Taken] | None
"""The words of an update, kept as bytes, by case; None for a case that only this turn opened: keep them within it."""


class TextToKeep(Exception):
    """The words of the update are to be an exhibit of this case. Nobody else's turn is to wait for the place of the
    bytes, so they are kept outside, and the turn is run again."""

    def __init__(self, case_id: int) -> None:
        super().__init__(case_id)
        self.case_id = case_id


class CaseKeeper:
    """Reads and writes cases for the conversation. Keeps nothing itself."""

    def __init__(self, dialog: Dialog, zone: ZoneInfo, blobs: BlobStore, reader: Reader | None = None) -> None:
        """`reader` reads pictures; without one they are only kept."""
        self._dialog = dialog
        self._zone = zone
        self._blobs = blobs
        self._reader = reader

    def around(self, work: Work, view: CaseView, person: Person, row: Conversation) -> CaseView:
        """The view with what few turns need: the person's other open cases, and since when a person is asked for."""
        wish = work.handoffs.of_conversation(row.id)
        others = [case for case in work.cases.of_person(person.id) if case.no != view.no and case.status != "closed"]
        return replace(
            view,
            others=tuple(self._in_short(work, case) for case in others),
            human_since=wish.asked_at.astimezone(self._zone) if wish else None,
        )

    def _in_short(self, work: Work, case: Case) -> tuple[int, str, str]:
        file = work.cases.load(case.id)
        amount = file.facts.get("amount") if file else None
        return case.no, case.intent, str(amount.value) if amount else ""

    def view(self, file: CaseFile, now: datetime, last_activity: datetime | None) -> CaseView:
        """The case as the dialog sees it. `now` is local."""
        case, renames = file.case, self._dialog.guide.renames
        return CaseView(
            no=case.no,
            section=renames.get(case.section, case.section),
            now=now,
            position=Position.from_json(case.position),
            facts=by_new_names(file.facts, renames),
            attempts=tuple(
                seen.Attempt(
                    at=attempt.at.astimezone(self._zone),
                    result=attempt.note,
                    way=attempt.way,
                    party=attempt.party,
                    number=attempt.number,
                    who=attempt.who,
                    answer=attempt.answer,
                    ticket=attempt.ticket,
                    promised_until=attempt.promised_until and attempt.promised_until.astimezone(self._zone),
                    count=attempt.count,
                )
                for attempt in file.attempts
            ),
            exhibits=readouts.exhibits([one for one in file.evidence if one.status in KEPT], self._zone),
            status=case.status,
            last_activity=last_activity and last_activity.astimezone(self._zone),
            withdrawn=tuple(one.no for one in file.evidence if one.status == "withdrawn"),
            entry=case.timeline_seq,
        )

    # what was sent

    def keep(
        self, work: Work, file: CaseFile, update: Update, taken: Mapping[int, Taken], text: KeptText, now: datetime
    ) -> tuple[CaseFile, tuple[Incoming, ...]]:
        """Record the attachments as exhibits, each with the case's next number; and a forwarded text as one. Raises
        `TextToKeep`."""
        incoming: list[Incoming] = []
        for position, attachment in enumerate(update.attachments):
            file, one = self._keep_one(work, file, update, attachment, taken.get(position), now)
            incoming.append(one)
        if update.kind == "forward" and update.text and not update.attachments:
            file, one = self.keep_text(work, file, update, text, now)
            incoming.append(one)
        return file, tuple(incoming)

    def keep_text(
        self, work: Work, file: CaseFile, update: Update, text: KeptText, now: datetime, item: str = ""
    ) -> tuple[CaseFile, Incoming]:
        """Record the words of an update as an exhibit of their own. Raises `TextToKeep`."""
        taken = take_text(update, self._blobs, file.case.id) if text is None else text.get(file.case.id)
        if taken is None:
            raise TextToKeep(file.case.id)
        attachment = Attachment("document", origin=update.origin)
        return self._keep_one(work, file, update, attachment, taken, now, item)

    def _keep_one(
        self,
        work: Work,
        file: CaseFile,
        update: Update,
        attachment: Attachment,
        taken: Taken | None,
        now: datetime,
        item: str = "",
    ) -> tuple[CaseFile, Incoming]:
        refused = taken.refused if taken else ""
        if len(file.evidence) >= MOST:
            refused = "too_many"
        if refused:
            case = work.cases.log(file.case, now, [("evidence_refused", {"reason": refused})])
            return replace(file, case=case), Incoming(0, attachment.kind, refused=refused)
        earlier = next((one for one in file.evidence if taken and one.sha256 == taken.sha256), None)
        if earlier is not None and earlier.status == "withdrawn":
            return self._put_back(work, file, earlier, now)
        if earlier is not None:
            return file, Incoming(earlier.no, earlier.kind, sha256=earlier.sha256 or "", same_as=earlier.no)
        origin = attachment.origin or update.origin
        evidence = work.evidence.add(
            file.case.id,
            kind=taken.kind if taken else attachment.kind,
            channel=update.channel,
            update_id=update.update_id,
            received_at=now,
            status="stored" if taken else "announced",
            sha256=taken.sha256 if taken else None,
            size=taken.size if taken else attachment.size,
            mime=taken.mime if taken else attachment.mime,
            name=attachment.name,
            caption=update.text if update.attachments else "",
            item=item,
            origin={"author": origin.author, "at": origin.at and origin.at.isoformat()} if origin else None,
            items=[
                {"author": line.author, "at": line.at and line.at.isoformat(), "kind": line.kind, "body": line.body}
                for line in attachment.items
            ],
            reference=attachment.reference,
            stored_at=now if taken else None,
            text="" if update.attachments else update.text,
            readable=taken is not None and self.reads(taken.mime) == "due",
        )
        body = {"no": evidence.no, "type": evidence.kind, "sha256": evidence.sha256, "size": evidence.size}
        case = work.cases.log(file.case, now, [("evidence_added", body)])
        incoming = Incoming(
            evidence.no,
            evidence.kind,
            caption=evidence.caption,
            sha256=evidence.sha256 or "",
            item=item,
            note=taken.note if taken else "",
            head=case.timeline_head[:HEAD],
            reading=self.reads(taken.mime if taken else "image/" if attachment.kind == "photo" else ""),
        )
        return replace(file, case=case, evidence=(*file.evidence, evidence)), incoming

    def reads(self, mime: str) -> str:
        """Are files of this type read: due, no_reader, or "" where there is nothing to read?"""
        if not readouts.is_readable(mime):
            return ""
        return "no_reader" if self._reader is None or self._reader.fault else "due"

    def _put_back(self, work: Work, file: CaseFile, one: Evidence, now: datetime) -> tuple[CaseFile, Incoming]:
        """What was withdrawn came once more: it counts again, under its number."""
        fresh = replace(one, status="stored")
        work.evidence.change(fresh)
        case = work.cases.log(file.case, now, [("evidence_restored", {"no": one.no})])
        evidence = tuple(fresh if other.no == one.no else other for other in file.evidence)
        incoming = Incoming(one.no, one.kind, caption=one.caption, sha256=one.sha256 or "", item=one.item)
        return replace(file, case=case, evidence=evidence), incoming

    # what was decided

    def record(
        self,
        work: Work,
        person: Person,
        row: Conversation,
        file: CaseFile,
        outcome: Outcome,
        update: Update,
        now: datetime,
    ) -> Recorded:
        """Write an outcome down. The case row itself is saved too; the caller saves the conversation."""
        events: list[tuple[EventKind, Mapping[str, object]]] = []
        facts = self._record_facts(work, file, outcome, update, now, events)
        attempts = list(file.attempts)
        for attempt in outcome.attempts:
            stored = work.cases.attempt(file.case.id, _attempt(attempt, update))
            attempts.append(stored)
            events.append(("attempt", {"no": stored.no, "when": stored.at.isoformat(), "result": attempt.result}))
        for place, amended in outcome.amended.items():
            was = file.attempts[place]
            attempts[place] = replace(_attempt(amended, update), id=was.id, no=was.no, update_ref=was.update_ref)
            work.cases.change_attempt(file.case.id, attempts[place])
            events += amendments.events(was, attempts[place])
        events += [letterbox.event(name, text) for name, text in outcome.letters]
        evidence = self._record_exhibits(work, file.evidence, outcome, events)
        evidence = readouts.write_checked(work, evidence, outcome.checked, events)
        reminders = self._record_reminders(work, row, file, outcome, now)
        person = self._apply_person(work, person, row, file, outcome, now, events)
        case, intent = file.case, outcome.facts.get("problem")
        if outcome.section != case.section:
            events.append(("section", {"from": case.section, "to": outcome.section}))
        if outcome.severity != case.severity:
            events.append(("severity", {"level": outcome.severity, "rule": outcome.severity_rule}))
        status = case.status
        for effect, wanted in (("reopen", "open"), ("pause", "paused"), ("close", "closed")):
            if effect in outcome.effects and status != wanted:
                status = wanted  # type: ignore[assignment]
                events.append(("status", {"status": wanted}))
        stale = (effect.partition(":")[2] for effect in outcome.effects if effect.startswith("letter_stale:"))
        events += [("letter_stale", {"id": name}) for name in stale]
        case = work.cases.log(case, now, events)
        case = replace(
            case,
            status=status,
            section=outcome.section,
            severity=outcome.severity,
            intent=intent.value if intent else case.intent,
            position=outcome.position.as_json(),
            updated_at=now,
            closed_at=now if status == "closed" else None,
        )
        work.cases.save(case)
        following = next((effect for effect in outcome.effects if effect.startswith(FOLLOWED)), "")
        file = CaseFile(case, facts, tuple(attempts), evidence, reminders)
        return Recorded(person, file, following)

    def _record_facts(
        self,
        work: Work,
        file: CaseFile,
        outcome: Outcome,
        update: Update,
        now: datetime,
        events: list[tuple[EventKind, Mapping[str, object]]],
    ) -> Mapping[str, Fact]:
        facts = dict(file.facts)
        source = {"channel": update.channel, "update_id": update.update_id}
        put, dropped = [], []
        for name, fact in outcome.facts.items():
            before = facts.pop(name, None)
            old = before.value if before else None
            if fact is None:
                dropped.append(name)
                events.append(("fact_dropped", {"name": name, "before": old}))
                continue
            read = {"exhibit": outcome.sources[name], "by": "photo"} if name in outcome.sources else {}
            facts[name] = Fact(name, fact.value, fact.state, {**source, **read}, now)
            put.append(facts[name])
            body = {"name": name, "value": fact.value, "state": fact.state, "before": old}
            events.append(("fact", {**body, **({"exhibit": read["exhibit"]} if read else {})}))
        if put:
            work.cases.put_facts(file.case.id, put)
        if dropped:
            work.cases.drop_facts(file.case.id, dropped)
        return facts

    def _record_exhibits(
        self,
        work: Work,
        evidence: Sequence[Evidence],
        outcome: Outcome,
        events: list[tuple[EventKind, Mapping[str, object]]],
    ) -> tuple[Evidence, ...]:
        """What was sorted, named anew, taken out or put back."""
        recorded = []
        for one in evidence:
            fresh, no = one, {"no": one.no}
            if (item := outcome.items.get(one.no, one.item)) != one.item:
                fresh = replace(fresh, item=item)
                events.append(("evidence_sorted", {**no, "item": item, "before": one.item}))
            if (caption := outcome.captions.get(one.no, one.caption)) != one.caption:
                fresh = replace(fresh, caption=caption)
                events.append(("evidence_renamed", {**no, "caption": caption, "before": one.caption}))
            if one.no in outcome.withdrawn and one.status in KEPT:
                fresh = replace(fresh, status="withdrawn")
                events.append(("evidence_withdrawn", no))
            elif one.no in outcome.restored and one.status == "withdrawn":
                fresh = replace(fresh, status=one.put_back)
                events.append(("evidence_restored", no))
            if fresh != one:
                work.evidence.change(fresh)
            recorded.append(fresh)
        return tuple(recorded)

    def _record_reminders(
        self, work: Work, row: Conversation, file: CaseFile, outcome: Outcome, now: datetime
    ) -> tuple[Reminder, ...]:
        """Bring what is planned in line with what should be: a rule's reminder at another time is planned anew. Gives
        those there are now."""
        planned = {reminder.rule: reminder for reminder in file.reminders if reminder.status == "planned"}
        wanted = {one.rule: one for one in outcome.reminders}
        gone = [rule for rule, old in planned.items() if rule != WISH and _differs(old, wanted.get(rule))]
        if "close" in outcome.effects:
            gone.append(WISH)
        if gone:
            work.reminders.cancel(file.case.id, gone, now)
        fresh = [one for rule, one in wanted.items() if _differs(planned.get(rule), one)]
        added = []
        for one in (*fresh, *outcome.wishes):
            due = one.due.astimezone(UTC)
            added.append(work.reminders.plan(file.case.id, row.id, one.key, one.rule, due, dict(one.params), now))
        stopped = "stop_reminders" in outcome.effects
        left = [one for one in file.reminders if not stopped and one.status == "planned" and one.rule not in gone]
        return (*left, *filter(None, () if stopped else added))

    def _apply_person(
        self,
        work: Work,
        person: Person,
        row: Conversation,
        file: CaseFile,
        outcome: Outcome,
        now: datetime,
        events: list[tuple[EventKind, Mapping[str, object]]],
    ) -> Person:
        if "human" in outcome.effects:
            wish = work.handoffs.of_conversation(row.id)
            if wish is None:
                wish = work.handoffs.add(file.case.id, row.id, reason=outcome.section, now=now)
                log.warning("a person is asked for wish=%d case=%d", wish.id, file.case.id)
                events.append(("human_asked", {"wish": wish.id}))
        for effect in outcome.effects:
            if effect.startswith("language:"):
                person = replace(person, language=effect.partition(":")[2])
                work.people.save_person(person)
                events.append(("language", {"language": person.language}))
        if "stop_reminders" in outcome.effects:
            person = replace(person, reminders_stopped=True)
            work.people.save_person(person)
            work.reminders.cancel(file.case.id, None, now)
            events.append(("reminders_stopped", {}))
        elif outcome.wishes and person.reminders_stopped:
            person = replace(person, reminders_stopped=False)
            work.people.save_person(person)
        return person


def by_new_names(facts: Mapping[str, Fact], renames: Mapping[str, str]) -> dict[str, seen.Fact]:
    """The facts by the names that the guide has for them now; what was set under the new name is the newer value."""
    old_first = sorted(facts, key=lambda name: name not in renames)
    return {renames.get(name, name): seen.Fact(str(facts[name].value), facts[name].state) for name in old_first}


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


def empty_file(case: Case) -> CaseFile:
    """A case that has just been opened."""
    return CaseFile(case, {}, (), (), ())
