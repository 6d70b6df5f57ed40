"""Fetches the bytes of announced exhibits, keeps them under their SHA-256, and says so when it cannot."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.channels.base import Channel, FetchFailed
from bot.keeping import HEAD, Keeper
from bot.loops import Loop
from bot.messages import Attachment
from bot.replying import Outgoing
from bot.runner import TurnRunner
from bot.taking import LARGEST, Taken, take_one
from dialogs.dialog import Dialog
from storage import BlobFault, BlobStore, Work
from storage.records import Conversation, EventKind, Evidence, Person

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
BATCH = 4
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=3)
STORED = "stored"  # in a conversation's state: the exhibits whose codes are still to be said
GIVE_UP = timedelta(days=3)  # platforms keep media no longer


class Fetching(Loop):
    """One of the background loops."""

    key = ("evidence",)

    def __init__(
        self,
        runner: TurnRunner,
        dialog: Dialog,
        keeper: Keeper,
        channels: Mapping[str, Channel],
        blobs: BlobStore,
        now: Callable[[], datetime],
        sent: Callable[[], None],
    ) -> None:
        super().__init__()
        self._runner = runner
        self._dialog = dialog
        self._keeper = keeper
        self._channels = channels
        self._blobs = blobs
        self._now = now
        self._sent = sent

    async def work(self) -> bool:
        """Fetch what is announced, a few side by side. True when there may be more at once."""
        now = self._now()
        claimed = await self._runner.run(self.key, lambda work: work.evidence.claim(now, lease=LEASE, limit=BATCH))
        await asyncio.gather(*(self._fetch(evidence) for evidence in claimed))
        return bool(claimed)

    async def _fetch(self, evidence: Evidence) -> None:
        try:
            data = await self._bytes(evidence)
            attachment = Attachment(kind=evidence.kind, mime=evidence.mime)  # type: ignore[arg-type]
            taken = await asyncio.to_thread(take_one, attachment, data, self._blobs, evidence.case_id)
        except FetchFailed as fault:
            await self._failed(evidence, fault.reason, lasting=fault.lasting)
        except BlobFault as fault:
            log.error("exhibit %d cannot be kept: %s", evidence.id, fault)
            await self._failed(evidence, "storage", lasting=False)
        else:
            now = self._now()
            await self._runner.run(self.key, lambda work: self._keep(work, evidence, taken, now))
            self._sent()

    async def _bytes(self, evidence: Evidence) -> bytes:
        channel = self._channels.get(evidence.channel)
        if channel is None or evidence.reference is None:
            raise FetchFailed("channel is not running", lasting=False)
        data = bytearray()
        async for chunk in channel.fetch(evidence.reference):
            data += chunk
            if len(data) > LARGEST:
                raise FetchFailed("too_big", lasting=True)
        return bytes(data)

    def _keep(self, work: Work, evidence: Evidence, taken: Taken, now: datetime) -> None:
        if taken.refused:
            self._give_up(work, evidence, taken.refused, now)
            return
        earlier = work.evidence.same(evidence.case_id, taken.sha256)
        if earlier is not None and earlier.id == evidence.id:
            earlier = None
        readable = earlier is None and self._keeper.reads(taken.mime) == "due"
        work.evidence.stored(
            evidence.id, sha256=taken.sha256, size=taken.size, mime=taken.mime, now=now, readable=readable
        )
        body = {"no": evidence.no, "sha256": taken.sha256, "size": taken.size}
        self._log(work, evidence, now, "evidence_stored", body)
        if _is_withdrawn(work, evidence):
            pass  # nobody waits to hear of it
        elif earlier is not None:
            self._tell(work, evidence, "exhibit.same", {"no": str(earlier.no)}, now)
        elif taken.note:
            self._tell(work, evidence, f"exhibit.note.{taken.note}", {"no": str(evidence.no)}, now)
        self._say_stored(work, evidence, now)

    def _say_stored(self, work: Work, evidence: Evidence, now: datetime) -> None:
        """Give the codes of what was stored, all in one message when nothing more is coming in this moment."""
        file, both = work.cases.load(evidence.case_id), self._conversation(work, evidence)
        if file is None or both is None:
            return
        row = both[1]
        waiting = [*row.state.get(STORED, ()), evidence.id]
        coming = [one for one in file.evidence if one.status == "announced" and one.tries <= 1]
        work.people.save(replace(row, state={**row.state, STORED: waiting if coming else []}))
        if coming:
            return
        stored = [one for one in file.evidence if one.id in waiting and one.status == "stored"]
        if not stored:
            return
        lines = [self._line(both[0].language, one) for one in stored]
        params = {"list": "\n".join(lines), "head": file.case.timeline_head[:HEAD]}
        self._tell(work, evidence, "exhibit.stored", params, now)

    def _line(self, language: str, one: Evidence) -> str:
        params = {"no": str(one.no), "hash": one.sha256 or ""}
        return self._dialog.texts.say(language, "exhibit.stored_line", params)

    async def _failed(self, evidence: Evidence, reason: str, *, lasting: bool) -> None:
        now = self._now()
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(evidence.tries, 12))
        lasting = lasting or now + wait > evidence.received_at + GIVE_UP

        def write(work: Work) -> None:
            if lasting:
                self._give_up(work, evidence, reason, now)
            else:
                work.evidence.failed(evidence.id, reason, now + wait)

        await self._runner.run(self.key, write)
        if lasting:
            self._sent()

    def _give_up(self, work: Work, evidence: Evidence, reason: str, now: datetime) -> None:
        withdrawn = _is_withdrawn(work, evidence)
        work.evidence.failed(evidence.id, reason, None)
        self._log(work, evidence, now, "evidence_failed", {"no": evidence.no, "reason": reason})
        if withdrawn:
            return
        known = self._dialog.texts.has(f"exhibit.refused.{reason}")
        key = f"exhibit.refused.{reason}" if known else "exhibit.refused.lost"
        self._tell(work, evidence, key, {"no": str(evidence.no)}, now)

    def _log(self, work: Work, evidence: Evidence, now: datetime, kind: EventKind, body: Mapping[str, object]) -> None:
        file = work.cases.load(evidence.case_id)
        if file is not None:
            work.cases.save(work.cases.log(file.case, now, [(kind, body)]))

    def _tell(self, work: Work, evidence: Evidence, key: str, params: Mapping[str, str], now: datetime) -> None:
        """Write to the conversation the exhibit came through."""
        both = self._conversation(work, evidence)
        if both is None:
            return
        person, row = both
        out = Outgoing(self._channels[row.channel], self._dialog.texts, person.language)
        out.say(key, params)
        out.push(work, row, now)

    def _conversation(self, work: Work, evidence: Evidence) -> tuple[Person, Conversation] | None:
        if work.cases.load(evidence.case_id) is None:
            return None  # deleted meanwhile
        update = work.inbox.find(evidence.channel, evidence.update_id)
        return work.people.conversation(update.conversation_id) if update and update.conversation_id else None


def _is_withdrawn(work: Work, evidence: Evidence) -> bool:
    """Was it taken out while its bytes were fetched?"""
    current = work.evidence.get(evidence.id)
    return current is not None and current.status == "withdrawn"
