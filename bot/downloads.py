"""What can be downloaded: everything kept of a person, a packet by its link, and the files a channel is to send."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime

from bot.channels.base import Unavailable
from bot.export import Exporter, record
from bot.packet.desk import Download, PacketDesk
from bot.privacy import Privacy
from bot.runner import TurnRunner
from storage import BlobFault, StorageFault

WEB = "web"


class Downloads:
    """Finds the bytes in a thread of their own. Raises the channels' `Unavailable` while the store is away."""

    def __init__(
        self,
        runner: TurnRunner,
        exporter: Exporter,
        packets: PacketDesk,
        privacy: Privacy,
        now: Callable[[], datetime],
    ) -> None:
        self._runner = runner
        self._exporter = exporter
        self._packets = packets
        self._privacy = privacy
        self._now = now

    async def own(self, conversation: str) -> Iterator[bytes] | None:
        """Everything about who talks in a conversation of the page; None for nobody."""
        try:
            person_id = await asyncio.to_thread(self._exporter.person_on, WEB, conversation)
        except StorageFault as fault:
            raise Unavailable from fault
        return await self._export(person_id, "person")

    async def signed(self, token: str) -> Iterator[bytes] | None:
        """Everything about whom a link is about; None for one that has ended or is none of ours."""
        return await self._export(self._privacy.person_of(token, self._now()), "link")

    async def _export(self, person_id: int | None, by: str) -> Iterator[bytes] | None:
        """The ZIP, once it is on record that it was handed out."""
        if person_id is None:
            return None
        now = self._now()
        try:
            await self._runner.run(("export", person_id), lambda work: record(work, person_id, by, now))
            holdings = await asyncio.to_thread(self._exporter.gather, person_id)
        except StorageFault as fault:
            raise Unavailable from fault
        return self._exporter.pack(holdings, now) if holdings else None

    async def packet(self, token: str) -> Download | None:
        """The packet's file that a link is about; None for one that has ended or is none of ours."""
        try:
            return await asyncio.to_thread(self._packets.open_signed, token, self._now())
        except StorageFault as fault:
            raise Unavailable from fault

    def opener(self, channel: str) -> Callable[[str, str], AsyncIterator[bytes]]:
        """What opens the files that a channel is to send: by conversation and SHA-256."""

        async def open_blob(conversation: str, sha256: str) -> AsyncIterator[bytes]:
            chunks = await asyncio.to_thread(self._packets.open_for, channel, conversation, sha256)
            if chunks is None:
                raise BlobFault("nothing of this hash was handed over here")
            while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
                yield chunk

        return open_blob
