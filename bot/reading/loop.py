"""Reads the pictures people have sent, one after the other, and says what was read: a proposal for them to confirm.

What came while nothing could be read is read later, when there is nothing else to do."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot import readouts
from bot.channels.base import Channel
from bot.loops import Loop
from bot.messages import Update
from bot.packet.covers import UNREAD
from bot.reading.likeness import Likeness, differ, is_alike, tell_the_same, words_of
from bot.reading.reading import Reader, Reading
from bot.recording import record
from bot.reminding import quiet_of
from bot.replying import Outgoing
from bot.runner import TurnRunner
from bot.viewing import Viewer
from dialogs.dialog import Dialog
from dialogs.reminders import Quiet, after_quiet
from dialogs.turn import Turn
from nlu import Matcher
from storage import BlobFault, BlobsAway, BlobStore, Work
from storage.records import CaseFile, Evidence
from storage.repositories.readings import OLD

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)  # more than a child's start and the longest read on a busy machine together
MOST_TRIES = 4  # times that reading may be begun: a picture that ends this program is left alone then
MOST_ENDS = 2  # times a picture may end the reader
WAIT = timedelta(seconds=20)
AWAY = timedelta(minutes=1)  # until the place of the bytes is asked again
AGAIN = ("busy", "missing")
ENDED = ("failed", "slow")
BUSY = timedelta(minutes=1)  # what was read too slowly waits: the machine may only have been busy
LOOK_BACK = timedelta(hours=1)  # between looks for what was never read: it may be put back
Items = list[dict[str, Any]]
FORMS = ("slip", "detail", "list")  # printed words: no one is speaking there
PAPERS = ("slip", "detail")  # of which two of one kind that tell of the same payment are one
SECRETS = ("card", "identity", "code")  # kinds of covers whose originals are delicate


class ReadingLoop(Loop):
    """One of the background loops. What it claimed and did not finish comes free again; a picture that ended the
    reader twice is left alone."""

    key = ("reading",)

    def __init__(
        self,
        *,
        runner: TurnRunner,
        reader: Reader | None,
        dialog: Dialog,
        matcher: Matcher,
        viewer: Viewer,
        blobs: BlobStore,
        channels: Mapping[str, Channel],
        zone: ZoneInfo,
        quiet: Quiet,
        now: Callable[[], datetime],
        sent: Callable[[], None],
        refuse_secrets: bool = False,
        encrypted: bool = False,
    ) -> None:
        """`refuse_secrets`: pictures with card numbers and the like are not kept; `encrypted`: those kept are."""
        super().__init__()
        self._runner = runner
        self._reader = reader
        self._dialog = dialog
        self._matcher = matcher
        self._viewer = viewer
        self._blobs = blobs
        self._channels = channels
        self._zone = zone
        self._quiet = quiet
        self._now = now
        self._sent = sent
        self._refuse_secrets = refuse_secrets
        self._encrypted = encrypted
        self._caught_up_at: datetime | None = None

    async def work(self) -> bool:
        """Read one picture. True when there may be more at once."""
        now = self._now()
        if self._reader is not None and not self._reader.fault:
            claimed = await self._runner.run(self.key, lambda work: work.readings.claim(now, lease=LEASE))
            for evidence in claimed:
                await self._read(self._reader, evidence)
            if claimed:
                return True
        if await self._runner.run(self.key, lambda work: self._tell_late(work, now)):
            self._sent()
        return await self._catch_up(now)

    async def _catch_up(self, now: datetime) -> bool:
        """Have read what came while nothing could be read, a case at a time. True when there is some."""
        if self._reader is None or self._reader.fault or (self._caught_up_at and now < self._caught_up_at + LOOK_BACK):
            return False
        found = await self._runner.run(self.key, lambda work: work.readings.catch_up(now))
        if not found:
            self._caught_up_at = now
        return bool(found)

    def _tell_late(self, work: Work, now: datetime) -> bool:
        """Tell what nobody could be told of when it was read: a person had taken the conversation over, or a picture
        that was waited for was withdrawn."""
        untold = {one.case_id: one for one in work.readings.untold()}
        files = {case_id: work.cases.load(case_id) for case_id in untold}
        told = [self._tell(work, file, untold[case_id], now) for case_id, file in files.items() if file]
        return any(told)

    async def _read(self, reader: Reader, evidence: Evidence) -> None:
        if evidence.reading_tries > MOST_TRIES:
            reading = Reading(note="failed")  # whoever read it before did not come back
        else:
            try:
                reading = await self._reading(reader, evidence)
            except BlobsAway as fault:
                log.warning("exhibit %d waits to be read: %s", evidence.id, fault)
                later = self._now() + AWAY
                await self._runner.run(self.key, lambda work: work.readings.put_off(evidence.id, later))
                return
        now, tries, ends = self._now(), evidence.reading_tries, _ends(evidence) + 1
        if reading.note in AGAIN and tries < MOST_TRIES:
            await self._runner.run(self.key, lambda work: work.readings.again(evidence.id, now + WAIT))
        elif reading.note in ENDED and ends < MOST_ENDS and tries <= MOST_TRIES:
            due = now + (BUSY if reading.note == "slow" else timedelta())
            await self._runner.run(self.key, lambda work: work.readings.ended(evidence.id, due, ends))
        else:
            if self._refuse_secrets and _secrets(reading):
                # The bytes go first: this may be cut off. Outside the turn, for nobody else's is to wait for it.
                await asyncio.to_thread(self._blobs.delete, evidence.case_id, evidence.sha256 or "")
            await self._runner.run(self.key, lambda work: self._record(work, evidence, reading, now))
            self._sent()

    async def _reading(self, reader: Reader, evidence: Evidence) -> Reading:
        try:
            chunks = await asyncio.to_thread(lambda: list(self._blobs.open(evidence.case_id, evidence.sha256 or "")))
        except BlobsAway:
            raise
        except BlobFault as fault:
            log.error("exhibit %d cannot be read from the blob store: %s", evidence.id, fault)
            return Reading(note="missing")
        return await reader.read(b"".join(chunks))

    # the unit of work

    def _record(self, work: Work, evidence: Evidence, reading: Reading, now: datetime) -> None:
        """Keep what was read; tell it when no other picture of the case is still to be read."""
        file = work.cases.load(evidence.case_id)
        if file is None:
            return  # deleted meanwhile
        items = readouts.items_of(reading)
        likeness = Likeness(reading.prints, words_of(reading.lines))
        seen = {
            "kind": reading.kind,
            "note": reading.note,
            "signs": self._signs(reading, now),
            "prints": list(likeness.prints),
            "words": list(likeness.words),
            "like": _like(file, evidence, likeness, reading.kind, items),
            "secrets": _secrets(reading),
        }
        if seen["secrets"] and self._refuse_secrets:
            self._refuse(work, file, evidence, now)
            return
        if not work.readings.end(evidence.id, "read", seen, items):
            return  # another reader was first
        if evidence.mime.startswith("image/"):
            covers = [{"kind": UNREAD}] if reading.covers is None else reading.covers
            work.covers.put(evidence.case_id, evidence.sha256 or "", covers, now)
        fields = [{name: field["value"] for name, field in item.items()} for item in items]
        body = {"no": evidence.no, "type": reading.kind, "note": reading.note, "items": fields}
        file = replace(file, case=work.cases.log(file.case, now, [("evidence_read", body)]))
        if not self._tell(work, _with(file, replace(evidence, reading="read", seen=seen, items=items)), evidence, now):
            work.cases.save(file.case)

    def _refuse(self, work: Work, file: CaseFile, evidence: Evidence, now: datetime) -> None:
        """Keep nothing of a picture with secrets, whose bytes are gone, but that it was here."""
        work.readings.end(evidence.id, "read", {"secrets": []}, [])
        work.evidence.failed(evidence.id, "card_photo", None, status="refused")
        body = {"no": evidence.no, "reason": "card_photo"}
        work.cases.save(work.cases.log(file.case, now, [("evidence_refused", body)]))
        update = work.inbox.find(evidence.channel, evidence.update_id)
        both = work.people.conversation(update.conversation_id) if update and update.conversation_id else None
        if both is not None:  # also while a person speaks with them: what is not kept must be known at once
            out = Outgoing(self._channels[both[1].channel], self._dialog.texts, both[0].language)
            out.say("exhibit.refused.card_photo", {"no": str(evidence.no)})
            out.push(work, both[1], now)

    def _signs(self, reading: Reading, now: datetime) -> list[str]:
        """Marks of a fraud in what somebody says in a picture."""
        if reading.kind in FORMS or not reading.lines:
            return []
        return list(self._matcher.understand("\n".join(reading.lines), now=now.astimezone(self._zone)).signs)

    def _tell(self, work: Work, file: CaseFile, evidence: Evidence, now: datetime) -> bool:
        """Tell it in the conversation it came through. False when this is not the moment."""
        waiting = [one for one in file.evidence if _is_awaited(one)]
        fresh = [one for one in file.evidence if one.reading == "read"]
        update = work.inbox.find(evidence.channel, evidence.update_id)
        both = work.people.conversation(update.conversation_id) if update and update.conversation_id else None
        if waiting or both is None or both[1].taken_over:
            return False
        person, row = both
        late = all(now - one.received_at > OLD for one in fresh)
        if late and file.case.status == "closed":
            work.readings.told([one.id for one in fresh])  # it is over: what was read is there, nobody is asked
            work.cases.save(file.case)
            return True
        local = now.astimezone(self._zone)
        signs = {sign: one.no for one in reversed(fresh) for sign in (one.seen or {}).get("signs", ())}
        read, first = tuple(one.no for one in fresh), min(signs.values(), default=0)
        turn = Turn("read", signs=tuple(signs), signs_on=first, read=read)
        outcome = self._dialog.step(self._viewer.view(file, local, None), turn, person.language, self._quiet)
        source = Update(evidence.channel, evidence.update_id, row.external_id, "other", now)
        work.readings.told([one.id for one in fresh])
        record(work, person, row, file, outcome, source, now)
        out = Outgoing(self._channels[row.channel], self._dialog.texts, person.language)
        secret = [str(one.no) for one in fresh if (one.seen or {}).get("secrets")]
        if secret:
            key = "exhibit.covered.encrypted" if self._encrypted else "exhibit.covered"
            out.say(key, {"no": self._dialog.texts.listed(person.language, secret)})
        out.replies(outcome.replies)
        due = after_quiet(local, quiet_of(person, self._quiet)).astimezone(UTC) if late else now
        out.push(work, row, now, due)
        return True


def _secrets(reading: Reading) -> list[str]:
    return sorted({str(cover["kind"]) for cover in reading.covers or ()} & set(SECRETS))


def _is_awaited(one: Evidence) -> bool:
    """Is it a picture that will be read in a moment? One whose fetching or reading failed may be long in coming."""
    is_coming = one.status == "announced" and one.kind == "photo" and one.tries <= 1
    return is_coming or (one.status == "stored" and one.reading == "due" and not _ends(one))


def _ends(one: Evidence) -> int:
    """How often it has ended the reader."""
    return int((one.seen or {}).get("ends", 0))


def _like(file: CaseFile, evidence: Evidence, likeness: Likeness, kind: str, items: Items) -> int:
    """The number of the exhibit that shows the same picture, or the same slip from another side; 0 for none."""
    read = _values(items)
    for one in file.evidence:
        if one.id == evidence.id or one.status != "stored" or one.reading == "none":
            continue
        seen, earlier = one.seen or {}, _values(one.items)
        if differ(earlier, read):
            continue
        known = Likeness(tuple(seen.get("prints", ())), tuple(seen.get("words", ())))
        if is_alike(known, likeness) or (seen.get("kind") == kind in PAPERS and tell_the_same(earlier, read)):
            return one.no
    return 0


def _values(items: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [{name: str(field["value"]) for name, field in item.items()} for item in items]


def _with(file: CaseFile, evidence: Evidence) -> CaseFile:
    return replace(file, evidence=tuple(evidence if one.id == evidence.id else one for one in file.evidence))
