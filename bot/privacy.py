"""What people can ask for about what is kept of them: deleting it, taking that back, having all of it."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.links import Links, expiry
from dialogs.outcome import Button, Reply
from dialogs.texts import Texts
from dialogs.turn import Pick
from storage import Work
from storage.records import Conversation, Erasure, Person

RESTORE = "!restore"
"""The action of the button that takes a deletion back; its value is the erasure's id."""
EXPORT = "export"
"""The purpose of a link to everything that is kept of a person."""
LINK_LIFE = timedelta(hours=1)
MOST_LISTED = 30  # exhibits in a receipt
HASH_SHOWN = 8
ON_OUR_SIDE = ("web", "console")  # channels without a chat window of their own that we cannot empty


class Privacy:
    """Marks and restores; what is marked is erased by `bot.retention`. Keeps nothing itself."""

    def __init__(
        self, texts: Texts, zone: ZoneInfo, *, delete_after: timedelta, links: Links | None, public_url: str
    ) -> None:
        self._texts = texts
        self._zone = zone
        self._delete_after = delete_after
        self._links = links
        self._public_url = public_url

    # deleting

    def delete(
        self, work: Work, person: Person, row: Conversation, no: int, *, inbox_id: int, now: datetime
    ) -> tuple[Reply, Conversation]:
        """From now on nothing of a person (or, with `no`, of their case of this number) is shown. The receipt, and the
        conversation as it is now."""
        due_at = now + self._delete_after
        if no:
            erasure = work.erasures.mark_case(person.id, no, inbox_id=inbox_id, now=now, due_at=due_at)
        else:
            erasure = work.erasures.mark_all(person.id, inbox_id=inbox_id, now=now, due_at=due_at)
        both = work.people.conversation(row.id)
        assert both is not None
        return self._receipt(work, erasure, no, person.language, row.channel), both[1]

    def restore(self, work: Work, person: Person, erasure_id: str, now: datetime) -> int | None:
        """Take a deletion back: the id of the case worked on last (0: there was none), None if it is too late."""
        if not erasure_id.isascii() or not erasure_id.isdigit() or len(erasure_id) > 15:
            return None
        case_ids = work.erasures.cases(int(erasure_id))
        latest = work.erasures.undo(int(erasure_id), person.id, now)
        if latest is None:
            return None
        for case_id in case_ids:
            self._come_back(work, case_id, now)
        return latest

    def _come_back(self, work: Work, case_id: int, now: datetime) -> None:
        file = work.cases.load(case_id)
        if file is None:
            return
        case, position = work.cases.log(file.case, now, [("deletion_undone", {})]), file.case.position
        if str(position.get("asked", "")).startswith("confirm:"):
            # The question was whether to delete: the next "yes" must not answer it.
            position = {**position, "asked": ""}
        work.cases.save(replace(case, position=position))

    def _receipt(self, work: Work, erasure: Erasure, no: int, language: str, channel: str) -> Reply:
        say, undoable = self._texts.say, erasure.due_at > erasure.asked_at
        asked_at = erasure.asked_at.astimezone(self._zone)
        until = self._texts.when(language, erasure.due_at.astimezone(self._zone), asked_at)
        params = {
            "no": str(no),
            "cases": str(erasure.cases),
            "messages": str(erasure.messages),
            "exhibits": str(erasure.exhibits),
            "reminders": str(erasure.reminders),
            "list": self._exhibits(work, erasure, language),
            "until": say(language, "delete.until", {"until": until}) if undoable else say(language, "delete.now"),
            "window": "" if channel in ON_OUR_SIDE else say(language, "delete.window"),
        }
        text = say(language, "delete.done_case" if no else "delete.done", params)
        restore = Button(Pick(0, RESTORE, str(erasure.id)), say(language, "button.restore"))
        lines = [line for line in text.splitlines() if line.strip()]
        return Reply("delete.done_case" if no else "delete.done", "\n".join(lines), (restore,) if undoable else ())

    def _exhibits(self, work: Work, erasure: Erasure, language: str) -> str:
        """The exhibits with the beginning of their SHA-256."""
        exhibits = work.erasures.exhibits(erasure.id)
        if not exhibits:
            return ""
        lines = []
        for case_no, no, sha256 in exhibits[:MOST_LISTED]:
            key = "delete.exhibit" if erasure.cases == 1 else "delete.exhibit_of"
            params = {"case": str(case_no), "no": str(no), "hash": (sha256 or "")[:HASH_SHOWN]}
            lines.append(self._texts.say(language, key, params))
        more = len(exhibits) - len(lines)
        if more:
            lines.append(self._texts.say(language, "delete.exhibits_more", {"count": str(more)}))
        return self._texts.say(language, "delete.exhibits", {"list": self._texts.listed(language, lines)})

    # having everything

    def offer(self, person: Person, channel: str, now: datetime) -> Reply:
        """How the person gets everything: on the page by its own address, elsewhere by a link that ends."""
        if channel == "web":
            return Reply("export.web", self._texts.say(person.language, "export.web"))
        if self._links is None or not self._public_url:
            return Reply("export.none", self._texts.say(person.language, "export.none"))
        until = expiry(now, LINK_LIFE)
        link = f"{self._public_url}/{EXPORT}/{self._links.sign(EXPORT, str(person.id), until)}"
        ends = self._texts.when(person.language, until.astimezone(self._zone), now.astimezone(self._zone))
        params = {"link": link, "until": ends}
        return Reply("export.link", self._texts.say(person.language, "export.link", params))

    def person_of(self, token: str, now: datetime) -> int | None:
        """Whom a link is about; None for one that has ended or is none of ours."""
        subject = self._links.read(EXPORT, token, now) if self._links else None
        return int(subject) if subject and subject.isdigit() else None
