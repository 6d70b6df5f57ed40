"""A case as the dialog sees it, from its rows."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import readouts
from dialogs import view as seen
from dialogs.dialog import Dialog
from dialogs.view import CaseView, Position
from storage import Work
from storage.records import Case, CaseFile, Conversation, Fact, Person


class Viewer:
    """Makes views of cases. Reads only."""

    def __init__(self, dialog: Dialog, zone: ZoneInfo) -> None:
        self._dialog = dialog
        self._zone = zone

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
            exhibits=readouts.exhibits([one for one in file.evidence if one.counts], self._zone),
            status=case.status,
            last_activity=last_activity and last_activity.astimezone(self._zone),
            withdrawn=tuple(one.no for one in file.evidence if one.status == "withdrawn"),
            set_aside=readouts.exhibits([one for one in file.evidence if one.status == "withdrawn"], self._zone),
            entry=case.timeline_seq,
        )

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


def by_new_names(facts: Mapping[str, Fact], renames: Mapping[str, str]) -> dict[str, seen.Fact]:
    """The facts by the names that the guide has for them now; what was set under the new name is the newer value."""
    old_first = sorted(facts, key=lambda name: name not in renames)
    return {renames.get(name, name): seen.Fact(str(facts[name].value), facts[name].state) for name in old_first}
