"""One merchant's case, told out of order, and what must have become of it on every channel.

A channel brings a `Guest`, who can do what people there can; `tell` has them tell the case.
"""

import asyncio
import hashlib
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from storage import Store
from storage.records import CaseFile, Evidence
from tests.support.served import PATIENCE


def picture(number: int) -> bytes:
    """A small whole PNG, another for each number."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(bytes([0, number, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


PICTURES = tuple(picture(number) for number in (1, 2, 3))


class Guest(Protocol):
    """Somebody on a channel. Each thing returns when it has been answered."""

    async def say(self, text: str) -> None:
        """Write a text."""
        ...

    async def choose(self, pick: str) -> None:
        """Tap (or type the number of) an offered choice; `pick` is its id without the case's number."""
        ...

    async def show(self, data: bytes, caption: str) -> None:
        """Send a photo; the caption goes with it where the channel knows captions, else after it."""
        ...


FIRST_HALF: tuple[tuple[str, ...], ...] = (
    ("say", "客服电话打了三次都没人接"),  # the end of the story first
    ("say", "前天刷的一笔3860，到现在钱没到账"),
    ("say", "机器是拉卡拉的"),
    ("choose", "settle_term=T1"),
    ("choose", "!unknown=payout_status"),
)
SECOND_HALF: tuple[tuple[str, ...], ...] = (
    ("say", "找人工"),
    ("say", "明天下午三点提醒我再打一次电话"),
    ("say", "我想投诉"),
)


async def tell(guest: Guest, steps: tuple[tuple[str, ...], ...]) -> None:
    """Do the steps one after the other."""
    for does, what in steps:
        await (guest.say(what) if does == "say" else guest.choose(what))


async def show_photos(guest: Guest) -> None:
    """Send the three photos."""
    for number, data in enumerate(PICTURES):
        await guest.show(data, "签购单" if number == 0 else "")


@dataclass(frozen=True)
class Memory:
    """What the program remembers of one conversation."""

    file: CaseFile
    wishes: int
    received: list[str]
    sent: list[str]

    @property
    def stored(self) -> list[Evidence]:
        """Exhibits whose bytes are there."""
        return [one for one in self.file.evidence if one.status == "stored"]


def look(database_url: str, channel: str, external_id: str = "") -> Memory:
    """Read it; without an id the only conversation of the channel."""
    store = Store.open(database_url)
    try:
        with store.read() as work:
            if not external_id:
                [external_id] = [
                    row[0]
                    for row in work.conn.exec_driver_sql(
                        f"SELECT external_id FROM conversation WHERE channel = '{channel}'"
                    )
                ]
            both = work.people.find(channel, external_id)
            assert both is not None
            _, row = both
            assert row.case_id is not None
            file = work.cases.load(row.case_id)
            assert file is not None
            assert work.cases.verify_timeline(row.case_id) is None
            said = work.transcript(row.id, limit=1000)
            return Memory(
                file,
                sum(wish.conversation_id == row.id for wish in work.handoffs.open()),
                [one.body.get("text", "") for one in said if hasattr(one, "answer")],
                [one.body["key"] for one in said if not hasattr(one, "answer")],
            )
    finally:
        store.close()


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something another process does."""
    async with asyncio.timeout(PATIENCE):
        while not await asyncio.to_thread(condition):
            await asyncio.sleep(0.05)


def assert_first_step(memory: Memory) -> None:
    """The first half of the story led to a next step, in fewer than 15 messages."""
    assert "suggest" in memory.sent
    assert len(memory.received) < 15


def assert_whole(memory: Memory) -> None:
    """The case as the merchant told it, each thing once."""
    file = memory.file
    facts = {name: fact.value for name, fact in file.facts.items() if fact.state != "unknown"}
    assert (file.case.section, file.case.intent, file.case.status) == ("rights", "settlement_delay", "open")
    assert facts["amount"] == "3860"
    assert facts["company"] == "拉卡拉"
    assert facts["settle_term"] == "T1"
    assert [attempt.note for attempt in file.attempts] == ["silent"]
    assert [one.sha256 for one in memory.stored] == [hashlib.sha256(data).hexdigest() for data in PICTURES]
    assert memory.wishes == 1
    assert [one.rule for one in file.reminders if one.rule == "wish"] == ["wish"]
    assert memory.sent.count("human.asked") == 1
    assert memory.sent.count("reminder.set") == 1
    assert "failed" not in memory.sent
