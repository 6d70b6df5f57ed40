"""The parent side: whatever the child does, the caller gets a reading in time and the next file is read."""

import asyncio
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.reading.effort import Allowance, Effort, measure
from bot.reading.reading import ReadField, Reading, from_json, to_json
from bot.reading.service import ReadingService

CHILD = """
import json, os, struct, sys, time
def send(value):
    data = json.dumps(value).encode(); sys.stdout.buffer.write(struct.pack('>I', len(data)) + data); sys.stdout.flush()
def take():
    head = sys.stdin.buffer.read(4)
    return sys.stdin.buffer.read(struct.unpack('>I', head)[0]) if len(head) == 4 else sys.exit()
send({'ready': True})
while True:
    now, data = take(), take()
    if data == b'hang': time.sleep(60)
    if data == b'nap': time.sleep(1)
    if data == b'spin':
        while True: pass
    if data == b'die': os._exit(9)
    if data == b'babble': sys.stdout.buffer.write(b'\\xff' * 8); sys.stdout.flush()
    if data == b'odd': send({'what': 1})
    lines = [str(os.getpid()), now.decode(), data.decode()]
    if data != b'odd': send({'kind': 'text', 'items': [], 'lines': lines, 'masked': 0, 'note': ''})
"""


def now() -> datetime:
    """A fixed moment."""
    return datetime.fromisoformat("2026-11-24T10:30:00+08:00")


def service(**values: Any) -> ReadingService:
    """A service with a child that reads nothing but does as it is told."""
    return ReadingService(now, command=(sys.executable, "-c", CHILD), **values)


async def test_files_are_read_one_after_the_other_by_one_child() -> None:
    reader = service()
    first, second = await asyncio.gather(reader.read(b"one"), reader.read(b"two"))
    await reader.stop()

    assert (first.lines[2], second.lines[2]) == ("one", "two")
    assert first.lines[0] == second.lines[0]
    assert first.lines[1] == now().isoformat()


async def test_a_hanging_child_is_ended_and_replaced() -> None:
    """evidence.md requirement 3."""
    reader = service(deadline=0.5)
    before = await reader.read(b"one")
    hanging = await reader.read(b"hang")
    after = await reader.read(b"two")
    await reader.stop()

    assert hanging == Reading(note="slow")
    assert after.lines[2] == "two"
    assert before.lines[0] != after.lines[0]


async def test_a_child_that_works_without_end_is_ended() -> None:
    """evidence.md requirement 3."""
    reader = service(deadline=0.5)
    await reader.read(b"one")
    spinning = await reader.read(b"spin")
    after = await reader.read(b"two")
    await reader.stop()

    assert spinning == Reading(note="slow")
    assert after.lines[2] == "two"


async def test_waiting_for_a_busy_machine_is_not_reading() -> None:
    def starved(_: int) -> Effort:
        return Effort(0.0, is_ready=True)

    reader = service(deadline=0.3, measure=starved)
    await reader.read(b"one")
    read = await reader.read(b"nap")  # longer on the clock than the deadline
    await reader.stop()

    assert read.lines[2] == "nap"


async def test_waiting_in_line_is_not_reading() -> None:
    reader = service(deadline=3.0)
    await reader.read(b"one")
    read = await asyncio.gather(*(reader.read(b"nap") for _ in range(5)))
    await reader.stop()

    assert [one.note for one in read] == [""] * 5


@pytest.mark.parametrize("known", [None, Effort(0.0, is_ready=False)])
async def test_where_no_work_is_seen_the_clock_counts(known: Effort | None) -> None:
    reader = service(deadline=0.2, measure=lambda _: known)
    await reader.read(b"one")
    read = await reader.read(b"nap")
    await reader.stop()

    assert read == Reading(note="slow")


@pytest.mark.parametrize("file", [b"die", b"babble", b"odd"])
async def test_a_child_that_dies_or_talks_nonsense_is_replaced(file: bytes) -> None:
    """evidence.md requirement 3."""
    reader = service()
    failed = await reader.read(file)
    after = await reader.read(b"two")
    await reader.stop()

    assert failed == Reading(note="failed")
    assert after.lines[2] == "two"


async def test_a_child_that_does_not_start_is_a_note() -> None:
    reader = ReadingService(now, command=(sys.executable, "-c", "raise SystemExit(1)"))

    assert await reader.read(b"one") == Reading(note="failed")


async def test_a_child_is_replaced_after_so_many_files() -> None:
    """evidence.md requirement 3."""
    reader = service(lifetime=2)
    children = [(await reader.read(b"one")).lines[0] for _ in range(3)]
    await reader.stop()

    assert children[0] == children[1] != children[2]


async def test_more_files_than_may_wait_are_turned_away() -> None:
    reader = service(waiting=2)
    readings = await asyncio.gather(*(reader.read(b"one") for _ in range(3)))
    await reader.stop()

    assert [reading.note for reading in readings] == ["", "", "busy"]


async def test_an_answer_to_someone_who_left_goes_to_nobody_else() -> None:
    reader = service()
    await reader.read(b"one")
    task = asyncio.create_task(reader.read(b"hang"))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    after = await reader.read(b"two")
    await reader.stop()

    assert after.lines[2] == "two"


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 an archive", "unsupported"),
        (bytes(range(256)), "unsupported"),
        (b"a" * (25 * 1024 * 1024 + 1), "too_large"),
    ],
)
async def test_what_cannot_be_read_is_not_tried(data: bytes, note: str) -> None:
    assert await service().read(data) == Reading(note=note)


async def test_a_file_that_is_not_there_is_a_note(tmp_path: Path) -> None:
    assert await service().read(tmp_path / "none.jpg") == Reading(note="missing")


async def test_a_file_is_read_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(b"one")
    reader = service()
    reading = await reader.read(path)
    await reader.stop()

    assert reading.lines[2] == "one"


def test_a_reading_survives_its_way_between_the_processes() -> None:
    reading = Reading("slip", ({"amount": ReadField("1.00", 0.9, (1, 2, 3, 4), 1)},), ("金额 1.00",), 2, "blurred")

    assert from_json(to_json(reading)) == reading


def test_the_allowance_counts_work_and_ends_with_it_with_idleness_or_after_a_long_time() -> None:
    def after(*looks: tuple[Effort, float]) -> list[bool]:
        allowance = Allowance(20.0, Effort(100.0, is_ready=True), 0.0)
        return [allowance.is_used_up(effort, at) for effort, at in looks]

    ready = {"is_ready": True}
    assert after((Effort(104.0, **ready), 20.0), (Effort(119.0, **ready), 60.0)) == [False, False]
    assert after((Effort(120.0, **ready), 20.5)) == [True]
    assert after((Effort(104.0, is_ready=False), 20.0), (Effort(104.0, is_ready=False), 21.0)) == [False, True]
    assert after((Effort(104.0, **ready), 100.0)) == [True]


def test_the_effort_of_a_process_that_is_gone_is_not_known() -> None:
    assert measure(2**30) is None
    found = measure(os.getpid())
    assert found is None or found.seconds > 0
