"""What is to go, goes: deletions whose time has come, cases left alone for too long, and what a crash left behind."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.loops import Loop
from bot.runner import TurnRunner
from storage import BlobFault, BlobStore, Store, Work
from storage.records import Case, Erasure
from storage.repositories.retention import RULE

log = logging.getLogger(__name__)

WARNING = timedelta(days=14)
SWEEP_EVERY = timedelta(hours=1)
EMPTY_FOR = timedelta(days=1)
"""How long a person of whom everything was deleted is kept, empty, so that the receipt still reaches them."""
TEXT = "remind.retention"


class Retention(Loop):
    """One of the background loops. Erasing destroys keys and bytes before rows, so that it can be broken off anywhere:
    the rows say what is still to be done."""

    key = ("retention",)

    def __init__(
        self,
        runner: TurnRunner,
        store: Store,
        blobs: Sequence[BlobStore],
        zone: ZoneInfo,
        keep: timedelta,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self._runner = runner
        self._store = store
        self._blobs = blobs
        self._zone = zone
        self._keep = keep
        self._warning = min(WARNING, keep / 2)
        self._now = now
        self._swept_at: datetime | None = None

    async def work(self) -> bool:
        """Erase what is due; now and then look for what has been kept for long enough. True when there may be more."""
        now = self._now()
        if self._swept_at is None or abs(now - self._swept_at) >= SWEEP_EVERY:
            await self._sweep(now)
            self._swept_at = now
        return await self._erase(now)

    async def _erase(self, now: datetime) -> bool:
        due = await self._runner.run(self.key, lambda work: work.erasures.due(now))
        done = [await self._erase_one(erasure) for erasure in due]
        if any(done):
            await self._release(now)
            await asyncio.to_thread(self._store.forget_free_pages)
        return any(done)

    async def _erase_one(self, erasure: Erasure) -> bool:
        cases = await self._runner.run(self.key, lambda work: work.erasures.begin(erasure.id))
        try:
            for case_id in cases:
                for blobs in self._blobs:
                    await asyncio.to_thread(blobs.delete_case, case_id)
        except (BlobFault, OSError) as fault:
            log.error("erasure %d waits, the blobs of case %d stay: %s", erasure.id, case_id, type(fault).__name__)
            return False
        now = self._now()
        await self._runner.run(self.key, lambda work: work.erasures.finish(erasure.id, now))
        log.info("erasure %d done: %d cases, %d messages", erasure.id, erasure.cases, erasure.messages)
        return True

    async def _sweep(self, now: datetime) -> None:
        await self._sweep_folders()
        await self._release(now)
        while await self._runner.run(self.key, lambda work: self._warn(work, now)):
            pass
        while await self._runner.run(self.key, lambda work: self._remove(work, now)):
            pass
        messages, people = await self._runner.run(self.key, lambda work: self._forget(work, now))
        if messages or people:
            log.info("kept for long enough: %d messages and %d people deleted", messages, people)
            await asyncio.to_thread(self._store.forget_free_pages)

    async def _release(self, now: datetime) -> None:
        while await self._runner.run(self.key, lambda work: work.erasures.release(now - EMPTY_FOR)):
            pass

    async def _sweep_folders(self) -> None:
        """Blobs of cases that are gone: a fetch may end after its case was erased. The row of a case is committed
        before its first blob is written, so a folder that was seen before the rows were read belongs to one of them."""
        for blobs in self._blobs:
            folders = await asyncio.to_thread(blobs.cases)
            if not folders:
                continue
            known = set(await self._runner.run(self.key, lambda work: work.cases.ids()))
            for case_id in folders:
                if case_id not in known:
                    await asyncio.to_thread(blobs.delete_case, case_id)
                    log.info("blobs of case %d, which is gone, removed", case_id)

    def _warn(self, work: Work, now: datetime) -> bool:
        """Plan the reminders that say what is to go. Each case is found once: a warning it has is seen."""
        planned = [self._plan(work, case, now) for case in work.retention.to_warn(now - self._keep + self._warning)]
        return any(planned)

    def _plan(self, work: Work, case: Case, now: datetime) -> bool:
        conversation_id = work.retention.conversation(case.person_id)
        if conversation_id is None:
            return False
        due_at = case.updated_at + self._keep - self._warning  # the same for every process, so that it is planned once
        until = (max(now, due_at) + self._warning).astimezone(self._zone).date()
        params = {"no": str(case.no), "until": until.isoformat()}  # the same in every language
        return work.reminders.plan(case.id, conversation_id, TEXT, RULE, due_at, params, now) is not None

    def _remove(self, work: Work, now: datetime) -> bool:
        """Mark what was warned of for erasing at once."""
        cases = work.retention.to_remove(now - self._keep, now - self._warning)
        for case in cases:
            work.erasures.mark_case(case.person_id, case.no, inbox_id=0, now=now, due_at=now, scope="old")
        return bool(cases)

    def _forget(self, work: Work, now: datetime) -> tuple[int, int]:
        before = now - self._keep
        return work.retention.delete_messages(before), work.retention.delete_people(before)
