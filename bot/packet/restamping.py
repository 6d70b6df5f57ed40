"""Gets the time stamps that could not be had when their packets were made, puts them into the packets on file, and
says so to whoever was handed one without. Has the timelines of cases that changed stamped every day."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from bot.channels.base import Channel
from bot.loops import Loop
from bot.packet.errors import PacketFault
from bot.packet.gathering import HANDED_OUT
from bot.packet.handing import Handing
from bot.packet.instructions import head_data
from bot.packet.laying import chunks
from bot.packet.signing import Signer
from bot.packet.stamping import MOST, Stamper
from bot.packet.stamplist import with_stamp
from bot.reminding import quiet_of
from bot.replying import message_json
from bot.runner import TurnRunner
from dialogs.reminders import Quiet, after_quiet
from storage import BlobFault, BlobStore, Store, Work
from storage.records import Packet

log = logging.getLogger(__name__)

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=30)
DAYS = 7  # looked back upon for what is to be stamped daily: the program may have been off


class Restamping(Loop):
    """One of the background loops. What waits lies in the stamper's folder, and which packets have their stamp is in
    their rows, so it may be killed at any point."""

    key = ("stamps",)

    def __init__(
        self,
        runner: TurnRunner,
        store: Store,
        kept: BlobStore,
        stamper: Callable[[], Stamper | None],
        signer: Callable[[], Signer],
        handing: Handing,
        channels: Mapping[str, Channel],
        zone: ZoneInfo,
        quiet: Quiet,
        now: Callable[[], datetime],
        sent: Callable[[], None],
        *,
        daily: bool = True,
    ) -> None:
        """`stamper` gives who gets time stamps and `signer` who signs their list; each is asked for when first needed,
        and may raise `PacketFault`. `daily`: the timelines of cases that changed are stamped every day."""
        super().__init__()
        self._runner = runner
        self._store = store
        self._kept = kept
        self._load = stamper
        self._signer = signer
        self._handing = handing
        self._channels = channels
        self._zone = zone
        self._quiet = quiet
        self._now = now
        self._sent = sent
        self._stamper: Stamper | None = None
        self._next: datetime | None = None
        self._wait = FIRST_WAIT
        self._looked_at: datetime | None = None
        self._daily = daily
        self._headed: datetime | None = None

    async def work(self) -> bool:
        """Ask for what waits, less and less often as long as nobody answers."""
        now = self._now()
        if self._next is not None and now < self._next:
            return False
        self._next = now + LONGEST_WAIT
        try:
            self._stamper = self._stamper or await asyncio.to_thread(self._load)
        except PacketFault as fault:
            log.error("late time stamps cannot be had: %s", fault)
        if self._stamper is None:
            return False
        if self._daily:
            await self._want_heads(self._stamper, now)
        came = await asyncio.to_thread(self._stamper.retry)
        if came:
            log.info("%d time stamps came late", came)
        waits = bool(await asyncio.to_thread(self._stamper.waiting)) and not came
        self._wait = min(LONGEST_WAIT, self._wait * 2) if waits else FIRST_WAIT
        self._next = now + self._wait
        # Packing gets late stamps too, and so may have come what is not in every packet yet.
        if came or self._looked_at is None or now - self._looked_at >= LONGEST_WAIT:
            self._looked_at = now
            for packet in await asyncio.to_thread(self._lasting, now):
                await self._complete(self._stamper, packet)
        if came == MOST:
            self._next = now  # there are more
        return came == MOST

    async def _want_heads(self, stamper: Stamper, now: datetime) -> None:
        """Once a day: for each case that changed, the last entry of each day that is over is to be stamped."""
        today = now.astimezone(self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
        if self._headed == today:
            return
        for back in range(1, DAYS + 1):
            begin, end = today - timedelta(days=back), today - timedelta(days=back - 1)
            for head in await asyncio.to_thread(self._heads, begin, end):
                await asyncio.to_thread(stamper.want, head_data(head))
        self._headed = today

    def _heads(self, begin: datetime, end: datetime) -> list[str]:
        with self._store.read() as work:
            return work.cases.heads(begin.astimezone(UTC), end.astimezone(UTC), HANDED_OUT)

    def _lasting(self, now: datetime) -> list[Packet]:
        with self._store.read() as work:
            return work.packets.lasting(now)

    async def _complete(self, stamper: Stamper, packet: Packet) -> None:
        """Put the stamp into a packet on file, if it lacks it and it is there by now."""
        inside = packet.files[0]["inside"]
        answer = None if inside["stamped"] else stamper.answer(inside.get("manifest", ""))
        if answer is None:
            return
        try:
            files = await asyncio.to_thread(self._stamped, packet, answer)
        except (BlobFault, PacketFault, OSError, ValueError) as fault:
            log.error("packet %d cannot be given its time stamp: %s", packet.id, type(fault).__name__)
            return
        await self._runner.run(self.key, lambda work: self._record(work, packet, files))
        self._sent()

    def _stamped(self, packet: Packet, answer: bytes) -> list[dict[str, Any]]:
        """The packet's files with the stamp in the ZIP: the same bytes as if it had been there from the start. The
        ZIP before stays on file as long, as it may still be on its way to someone."""
        whole, *others = packet.files
        with TemporaryDirectory(prefix="stamp-") as name:
            before, after = Path(name) / "before.zip", Path(name) / "after.zip"
            with before.open("wb") as file:
                file.writelines(self._kept.open(packet.case_id, whole["sha256"]))
            with_stamp(before, answer, self._signer(), after)
            blob = self._kept.put(chunks(after), case_id=packet.case_id)
        replaced = [*whole.get("replaced", ()), whole["sha256"]]
        inside = {**whole["inside"], "stamped": True}
        return [{**whole, "sha256": blob.sha256, "size": blob.size, "inside": inside, "replaced": replaced}, *others]

    def _record(self, work: Work, packet: Packet, files: list[dict[str, Any]]) -> None:
        now, file = self._now(), work.cases.load(packet.case_id)
        if file is None or not work.packets.change(packet.id, packet.files[0]["sha256"], files, now):
            return  # another process was first, or its time was over
        body = {"recipient": packet.recipient, "manifest": files[0]["inside"]["manifest"]}
        work.cases.save(work.cases.log(file.case, now, [("packet_stamped", body)]))
        both, newest = work.people.conversation(packet.conversation_id), work.packets.newest_like(packet)
        channel = self._channels.get(both[1].channel) if both else None
        if both is None or channel is None or newest is None or newest.id != packet.id:
            return  # nobody there, or they have a later one for the same
        person, row = both
        message = self._handing.stamped(replace(packet, files=files), person.language, channel, now)
        parts = [message_json(part) for part in channel.fit(message)]
        due = after_quiet(now.astimezone(self._zone), quiet_of(person, self._quiet)).astimezone(UTC)
        work.outbox.add(row, None, parts, now=now, status=["pending"] * len(parts), due_at=due)
