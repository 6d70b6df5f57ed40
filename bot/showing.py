"""Exhibits as the page shows them: display copies with covers on them, and originals whose opening is on record."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.channels.base import Unavailable
from bot.packet.copying import Copier
from bot.packet.covers import ALWAYS, Cover, covers_from
from bot.runner import TurnRunner
from storage import BlobFault, BlobsAway, BlobStore, StorageFault, Store, Work
from storage.records import Evidence


class Showing:
    """Makes one copy at a time, in a child; others wait their turn, and nothing else does."""

    def __init__(self, store: Store, runner: TurnRunner, blobs: BlobStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self._runner = runner
        self._blobs = blobs
        self._now = now
        self._copier = Copier()
        self._turn = asyncio.Lock()

    def close(self) -> None:
        """End the child."""
        self._copier.close()

    async def picture(self, conversation: str, no: int, known: str) -> tuple[str, bytes] | None:
        """The display copy of a picture (see `bot.web.evidence.Exhibits`)."""
        found = await asyncio.to_thread(self._find, conversation, no)
        if found is None or not found[0].mime.startswith("image/"):
            return None
        one, covers = found
        mark = hashlib.sha256(f"{one.case_id} {one.sha256} {covers}".encode()).hexdigest()[:24]
        if mark == known:
            return mark, b""
        async with self._turn:
            copy = await asyncio.to_thread(self._copy, one.case_id, one.sha256 or "", covers)
        return (mark, copy) if copy else None

    async def original(self, conversation: str, no: int) -> AsyncIterator[bytes] | None:
        """The bytes of an exhibit as they came (see `bot.web.evidence.Exhibits`)."""
        found = await asyncio.to_thread(self._find, conversation, no)
        if found is None:
            return None
        one = found[0]
        try:
            await self._runner.run(("opened", one.case_id), lambda work: self._record(work, one))
            chunks = await asyncio.to_thread(self._blobs.open, one.case_id, one.sha256 or "")
        except BlobsAway as fault:
            raise Unavailable from fault
        except BlobFault:
            return None
        except StorageFault as fault:
            raise Unavailable from fault

        async def stream() -> AsyncIterator[bytes]:
            while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
                yield chunk

        return stream()

    def _find(self, conversation: str, no: int) -> tuple[Evidence, tuple[Cover, ...]] | None:
        """A stored exhibit of the current case, and what every copy of it covers."""
        try:
            with self._store.read() as work:
                both = work.people.find("web", conversation)
                one = work.evidence.by_no(both[1].case_id, no) if both and both[1].case_id is not None else None
                if one is None or one.status != "stored" or not one.sha256:
                    return None
                covers = covers_from(work.covers.of_case(one.case_id).get(one.sha256)) or ()
        except StorageFault as fault:
            raise Unavailable from fault
        return one, tuple(cover for cover in covers if cover.kind in ALWAYS)

    def _record(self, work: Work, one: Evidence) -> None:
        file = work.cases.load(one.case_id)
        if file is not None:
            work.cases.save(work.cases.log(file.case, self._now(), [("evidence_opened", {"no": one.no})]))

    def _copy(self, case_id: int, sha256: str, covers: Sequence[Cover]) -> bytes | None:
        with TemporaryDirectory(prefix="showing-") as name:
            source = Path(name) / "original"
            try:
                with source.open("wb") as file:
                    for chunk in self._blobs.open(case_id, sha256):
                        file.write(chunk)
            except BlobsAway as fault:
                raise Unavailable from fault
            except BlobFault:
                return None
            rows = self._copier.copy(source, Path(name) / "copy", covers, whole=True)
            return (Path(name) / rows[0]["name"]).read_bytes() if rows else None
