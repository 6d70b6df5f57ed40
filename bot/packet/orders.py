"""Makes the packets that were asked for, one after the other, and takes away those whose time is over."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.channels.base import Channel
from bot.links import expiry
from bot.loops import Loop
from bot.messages import OutgoingMessage
from bot.packet.desk import KINDS, MANY, recipient_of
from bot.packet.errors import PacketFault
from bot.packet.handing import Handing, Inside, about
from bot.packet.laying import chunks
from bot.packet.making import Packet as Made
from bot.packet.making import PacketMaker, Progress, record
from bot.replying import message_json
from bot.runner import TurnRunner
from storage import BlobFault, BlobsAway, BlobStore, Store, Work
from storage.records import Packet

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
LIFE = timedelta(days=7)
"""How long a packet can be had. After that it is made anew."""
TRIES = 3
LONGEST_WAIT = timedelta(minutes=2)
"""For pictures that are still being read: in a packet they would count as not looked at."""
LOOK_AGAIN = timedelta(seconds=3)
AWAY = timedelta(minutes=1)  # until the place of the bytes is asked again
PATIENCE = timedelta(hours=1)  # so long that does not count as a try; who has waited longer is to be told


@dataclass(frozen=True, slots=True)
class _Done:
    """What making came to: the state, the files, and the packet if it was made now (None: an earlier one says the
    same)."""

    state: str
    files: list[dict[str, Any]]
    made: Made | None
    stamping: bool


class PacketOrders(Loop):
    """One of the background loops. Killed at any point, it makes the packet again and hands it over once: that it was
    made and the message about it are written together."""

    key = ("packets",)

    def __init__(
        self,
        runner: TurnRunner,
        store: Store,
        kept: BlobStore,
        maker: Callable[[], PacketMaker],
        handing: Handing,
        channels: Mapping[str, Channel],
        now: Callable[[], datetime],
        sent: Callable[[], None],
    ) -> None:
        """`maker` gives the maker of packets; it is asked for when the first one is wanted. Raises `PacketFault`."""
        super().__init__()
        self._runner = runner
        self._store = store
        self._kept = kept
        self._maker = maker
        self._handing = handing
        self._channels = channels
        self._now = now
        self._sent = sent

    async def work(self) -> bool:
        """Make the next packet. True when there may be more at once."""
        now = self._now()
        await self._clear(now)
        packet = await self._runner.run(self.key, lambda work: self._claim(work, now))
        if packet is None:
            return False
        if packet.tries > TRIES:
            log.error("packet %d was begun %d times and not finished; given up", packet.id, packet.tries - 1)
            await self._give_up(packet)
            return True
        try:
            done = await asyncio.to_thread(self._produce, packet, self._progress(packet))
        except (PacketFault, ValueError) as fault:
            log.error("packet %d cannot be made: %s", packet.id, fault)
            await self._give_up(packet)
            return True
        except BlobsAway as fault:
            log.warning("packet %d waits: %s", packet.id, fault)
            if now - packet.asked_at < PATIENCE:
                await self._runner.run(self.key, lambda work: work.packets.put_off(packet.id, now + AWAY))
            return False
        except (BlobFault, OSError) as fault:
            log.error("packet %d waits: %s", packet.id, type(fault).__name__)
            return False
        await self._runner.run(self.key, lambda work: self._hand_over(work, packet, done))
        self._sent()
        return True

    def _claim(self, work: Work, now: datetime) -> Packet | None:
        packet = work.packets.claim(now, LEASE)
        file = work.cases.load(packet.case_id) if packet else None
        if packet is None or file is None or now - packet.asked_at >= LONGEST_WAIT:
            return packet
        if any(one.status == "stored" and one.reading == "due" for one in file.evidence):
            work.packets.put_off(packet.id, now + LOOK_AGAIN)
            return None
        return packet

    # making

    def _produce(self, packet: Packet, progress: Progress) -> _Done:
        maker, recipient = self._maker(), recipient_of(packet)
        state = maker.state(packet.case_id, recipient, discreet=packet.discreet)
        with self._store.read() as work:
            earlier = work.packets.like(packet, state, self._now())
        if earlier is not None and (not maker.is_stamping or earlier.files[0]["inside"]["stamped"]):
            return _Done(state, earlier.files, None, maker.is_stamping)
        with TemporaryDirectory(prefix="packet-") as name:
            files = {kind: Path(name) / f"packet.{kind}" for kind in KINDS}
            made = maker.make(
                packet.case_id,
                files["zip"],
                recipient=recipient,
                discreet=packet.discreet,
                document=files["pdf"],
                progress=progress,
            )
            rows = [self._keep(packet, kind, path) for kind, path in files.items()]
        rows[0]["inside"] = about(Inside.of(made))
        return _Done(state, rows, made, maker.is_stamping)

    def _keep(self, packet: Packet, kind: str, path: Path) -> dict[str, Any]:
        blob = self._kept.put(chunks(path), case_id=packet.case_id)
        return {"name": f"packet.{kind}", "mime": KINDS[kind], "sha256": blob.sha256, "size": blob.size}

    def _progress(self, packet: Packet) -> Progress:
        """Says once, half-way, how far a big packet is."""
        loop = asyncio.get_running_loop()

        def tell(done: int, of: int) -> None:
            exhibits = of - 2
            if exhibits >= MANY and done == exhibits // 2 and packet.tries == 1:
                asyncio.run_coroutine_threadsafe(self._tell_progress(packet, done, exhibits), loop)

        return tell

    async def _tell_progress(self, packet: Packet, done: int, of: int) -> None:
        def tell(work: Work) -> None:
            self._tell(work, packet, lambda language, _: self._handing.progress(language, done, of))

        await self._runner.run(self.key, tell)
        self._sent()

    # handing over

    def _hand_over(self, work: Work, packet: Packet, done: _Done) -> None:
        now, file = self._now(), work.cases.load(packet.case_id)
        if file is None:
            work.packets.end(packet.id)
            return
        both = work.people.conversation(packet.conversation_id)
        language = both[0].language if both else ""
        files = [
            {**row, "name": self._handing.file_name(packet, language, now, row["name"].rpartition(".")[2])}
            for row in done.files
        ]
        ends_at = expiry(now, LIFE)
        if not work.packets.made(packet.id, done.state, files, now=now, ends_at=ends_at):
            return
        if done.made is not None:
            record(work, done.made, now)
        ready = replace(packet, status="made", state=done.state, files=files, made_at=now, ends_at=ends_at)
        self._tell(
            work,
            packet,
            lambda language, channel: self._handing.ready(
                ready, file, language, channel, now, same=done.made is None, stamping=done.stamping
            ),
        )

    async def _give_up(self, packet: Packet) -> None:
        def write(work: Work) -> None:
            work.packets.end(packet.id, failed=True)
            if work.cases.load(packet.case_id) is not None:
                self._tell(work, packet, lambda language, _: self._handing.failed(packet, language))

        await self._runner.run(self.key, write)
        self._sent()

    def _tell(self, work: Work, packet: Packet, compose: Callable[[str, Channel], OutgoingMessage]) -> None:
        both = work.people.conversation(packet.conversation_id)
        channel = self._channels.get(both[1].channel) if both else None
        if both is None or channel is None:
            return
        person, row = both
        message = compose(person.language, channel)
        parts = [message_json(part) for part in channel.fit(message)]
        work.outbox.add(row, None, parts, now=self._now(), status=["pending"] * len(parts))
        if message.choices:
            # A number typed now means these.
            labels = [choice.label for choice in message.choices]
            offered = [choice.id for choice in message.choices]
            work.people.save(replace(row, offered=offered, state={**row.state, "labels": labels}))

    # taking away

    async def _clear(self, now: datetime) -> None:
        over = await self._runner.run(self.key, lambda work: work.packets.over(now))
        for packet in over:
            await self._take_away(packet)

    async def _take_away(self, packet: Packet) -> None:
        """The bytes first: cut off in between, it is done once more."""
        others = await self._runner.run(self.key, lambda work: work.packets.of_case(packet.case_id))
        needed = {sha256 for one in others if one.id != packet.id for sha256 in one.hashes}
        for sha256 in sorted(packet.hashes - needed):
            await asyncio.to_thread(self._kept.delete, packet.case_id, sha256)
        await self._runner.run(self.key, lambda work: work.packets.end(packet.id))
