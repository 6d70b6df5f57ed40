"""Reminders that fall due: each becomes one message in the outbox, or waits for the end of the quiet hours."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from bot.loops import Loop
from bot.messages import Choice, OutgoingMessage
from bot.recording import WISH
from bot.replying import message_json
from bot.runner import TurnRunner
from bot.viewing import Viewer
from dialogs.dialog import Dialog
from dialogs.reminders import Quiet, after_quiet
from dialogs.turn import Pick
from storage import Work
from storage.records import CaseFile, Person, Reminder
from storage.repositories.retention import RULE

log = logging.getLogger(__name__)

BATCH = 16


class Reminding(Loop):
    """One of the background loops."""

    key = ("reminders",)

    def __init__(
        self,
        runner: TurnRunner,
        dialog: Dialog,
        viewer: Viewer,
        zone: ZoneInfo,
        quiet: Quiet,
        now: Callable[[], datetime],
        sent: Callable[[], None],
    ) -> None:
        super().__init__()
        self._runner = runner
        self._dialog = dialog
        self._viewer = viewer
        self._zone = zone
        self._quiet = quiet
        self._now = now
        self._sent = sent

    async def work(self) -> bool:
        """Turn what is due into messages. True when there may be more at once."""
        now = self._now()
        found = await self._runner.run(self.key, lambda work: self._due(work, now))
        if found:
            self._sent()
        return found

    def _due(self, work: Work, now: datetime) -> bool:
        due = work.reminders.claim_due(now, BATCH)
        for reminder in due:
            self._remind(work, reminder, now)
        return bool(due)

    def _remind(self, work: Work, reminder: Reminder, now: datetime) -> None:
        both = work.people.conversation(reminder.conversation_id)
        file = work.cases.load(reminder.case_id)
        if both is None or file is None or (file.case.status == "closed" and reminder.rule != RULE):
            work.reminders.finish(reminder.id, "cancelled", now)
            return
        person, row = both
        if person.reminders_stopped or not row.reachable:
            work.reminders.finish(reminder.id, "cancelled", now)
            return
        later = after_quiet(now.astimezone(self._zone), quiet_of(person, self._quiet)).astimezone(UTC)
        if reminder.rule != WISH and later > now:  # a time the person named is kept, whatever the hour
            work.reminders.finish(reminder.id, "cancelled", now)
            work.reminders.plan(reminder.case_id, row.id, reminder.key, reminder.rule, later, reminder.params, now)
            return
        message = self._message(work, reminder, file, person, now)
        work.outbox.add(row, None, [message_json(message)], now=now, status=["pending"])
        work.reminders.finish(reminder.id, "sent", now)
        case = work.cases.log(file.case, now, [("reminded", {"rule": reminder.rule})])
        work.cases.save(case)

    def _message(
        self, work: Work, reminder: Reminder, file: CaseFile, person: Person, now: datetime
    ) -> OutgoingMessage:
        view = self._viewer.view(file, now.astimezone(self._zone), None)
        texts, language = self._dialog.texts, person.language
        text = self._dialog.words(view, language, reminder.key, reminder.params)
        number = file.case.no
        if self._is_one_of_several(work, file):
            params = {"no": str(number), "matter": self._dialog.matter(view, language)}
            text = f"{texts.say(language, 'case.line', params)}\n{text}"
        choices = (
            Choice(Pick(number, "!status").id, texts.say(language, "button.status")),
            Choice(Pick(number, "!stop").id, texts.say(language, "button.stop_reminders")),
        )
        return OutgoingMessage(reminder.key, text, choices)

    def _is_one_of_several(self, work: Work, file: CaseFile) -> bool:
        """Has the person other open cases, so that a reminder has to say which one it is about?"""
        others = work.cases.of_person(file.case.person_id)
        return any(case.no != file.case.no and case.status != "closed" for case in others)


def quiet_of(person: Person, default: Quiet) -> Quiet:
    """The hours in which the person wants no reminder: their own, or the program's."""
    if person.quiet_begin and person.quiet_end:
        return time.fromisoformat(person.quiet_begin), time.fromisoformat(person.quiet_end)
    return default
