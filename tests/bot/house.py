"""A started program with one fake channel and a clock that moves when told to; loops run when told to."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import App
from bot.commands.chat import MovingClock
from bot.messages import Answer, Attachment, Update
from bot.reading.reading import Reader
from storage.records import CaseFile, Conversation, Sent
from tests.support.channel import FakeChannel
from tests.support.program import NOON, assemble

MATTER = "前天刷的一笔3860，到现在钱没到账"


@dataclass
class House:
    """The program and what a test does with it."""

    app: App
    channel: FakeChannel
    clock: MovingClock
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def update(self, text: str = "", **fields: Any) -> Update:
        """An update of the person `p`, a text unless `fields` say otherwise."""
        values: dict[str, Any] = {
            "channel": "fake",
            "update_id": f"u{next(self._numbers)}",
            "conversation": "p",
            "kind": "text",
            "sent_at": self.clock(),
            "text": text,
        }
        return Update(**{**values, **fields})

    async def says(self, text: str, **fields: Any) -> Answer:
        """Handle it."""
        return await self.app.handle(self.update(text, **fields))

    async def announces(self, file: str, kind: str = "photo", **fields: Any) -> Answer:
        """An attachment whose bytes are to be fetched."""
        attachment = Attachment(kind, reference={"file": file})  # type: ignore[arg-type]
        return await self.says("", kind="attachment", attachments=(attachment,), **fields)

    def passes(self, **step: float) -> None:
        """Time goes by."""
        self.clock.ahead += timedelta(**step)

    async def runs(self, loop: Any, most: int = 20) -> None:
        """Let a loop do all that is due now."""
        for _ in range(most):
            if not await loop.work():
                return
        raise AssertionError("there is always more to do")

    def file(self, person: str = "p") -> CaseFile:
        """The current case."""
        with self.app.store.read() as work:
            both = work.people.find("fake", person)
            assert both is not None
            assert both[1].case_id is not None
            file = work.cases.load(both[1].case_id)
            assert file is not None
            return file

    def row(self, person: str = "p") -> Conversation:
        """The conversation."""
        with self.app.store.read() as work:
            both = work.people.find("fake", person)
            assert both is not None
            return both[1]

    def outbox(self, person: str = "p") -> list[Sent]:
        """All that was ever said to them."""
        row = self.row(person)
        with self.app.store.read() as work:
            return work.outbox.since(row.id, 0, limit=1000)

    def change(self, person: str = "p", **fields: Any) -> None:
        """Change the conversation from elsewhere."""
        with self.app.store.work() as work:
            both = work.people.find("fake", person)
            assert both is not None
            work.people.save(replace(both[1], **fields))
            work.commit()


def keys(answer: Answer) -> list[str]:
    return [message.key for message in answer.messages]


@asynccontextmanager
async def house(
    database_url: str, folder: Path, now: datetime = NOON, reader: Reader | None = None, **values: object
) -> AsyncIterator[House]:
    """A started program, without its background loops."""
    clock = MovingClock(fixed=now)
    app = assemble(database_url, folder, clock, reader, **values)
    channel = FakeChannel()
    app.channels[channel.name] = channel
    await app.start(receive=False, work=False)
    try:
        yield House(app, channel, clock)
    finally:
        await app.stop()
