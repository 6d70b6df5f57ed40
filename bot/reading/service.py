"""Keeps one reading child: starts it when first needed, hands it a file at a time, ends it when it hangs or is old."""

import asyncio
import json
import logging
import struct
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.filetypes import sniff
from bot.reading import effort
from bot.reading.effort import Measure
from bot.reading.reading import Reading, from_json
from nlu.ocr import find_fault

log = logging.getLogger(__name__)

DEADLINE = 20.0  # seconds of its own work that the child may spend on a file
START = 60.0  # seconds the child may take to load its models
LIFETIME = 200  # files, after which memory has crept up
WAITING = 32  # files that may wait
LARGEST = 25 * 1024 * 1024  # bytes
_LENGTH = struct.Struct(">I")
_MOST_ANSWER = 16 * 1024 * 1024
_NOTES = {"missing": "no_reader", "altered": "bad_models"}


class ReadingService:
    """Reads files without ever raising for what they hold: what went wrong is in the reading's note."""

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        deadline: float = DEADLINE,
        lifetime: int = LIFETIME,
        waiting: int = WAITING,
        command: Sequence[str] | None = None,
        measure: Measure = effort.measure,
    ) -> None:
        """`command` is what the child is started with, `measure` tells its effort; times are in seconds."""
        self._now = now
        self._deadline = deadline
        self._lifetime = lifetime
        self._most_waiting = waiting
        self._command = command
        self._measure = measure
        self._fault = ""
        self._child: asyncio.subprocess.Process | None = None
        self._done = 0
        self._waiting = 0
        self._turn = asyncio.Lock()

    @property
    def fault(self) -> str:
        """Why pictures cannot be read, as a note's code: "no_reader" or "bad_models". Known after `start`."""
        return self._fault

    async def start(self) -> None:
        """Look whether the extra is there and its models are those we know. Starts no child yet."""
        found = await asyncio.to_thread(find_fault)
        self._fault = _NOTES.get(found, "")
        if self._fault == "bad_models":
            log.error("reading is off: a model file is missing or altered; install the ocr extra again")
        elif self._fault:
            log.info("reading is off: the ocr extra is not installed")

    async def stop(self) -> None:
        """End the child. A file that is being read gets the note `failed`."""
        await self._end()

    async def read(self, source: Path | bytes, mime: str = "") -> Reading:
        """Read a file or its bytes; what `mime` claims is not believed. Waits its turn behind a few dozen at most."""
        del mime
        if self._fault:
            return Reading(note=self._fault)
        if self._waiting >= self._most_waiting:
            return Reading(note="busy")
        self._waiting += 1
        try:
            data = source if isinstance(source, bytes) else await asyncio.to_thread(_load, source)
            if data is None:
                return Reading(note="missing")
            if note := _obstacle(data):
                return Reading(note=note)
            async with self._turn:
                return await self._read(data)
        finally:
            self._waiting -= 1

    async def _read(self, data: bytes) -> Reading:
        try:
            child = await self._ready_child()
            if child is None:
                return Reading(note="failed")
            answer = await self._answer(child, data)
            reading = from_json(answer)
        except TimeoutError:
            log.warning("a file took more than %.0f s of work to read; the reader is started anew", self._deadline)
            await self._end()
            return Reading(note="slow")
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            log.warning("the reader ended while reading a file; it is started anew")
            await self._end()
            return Reading(note="failed")
        except BaseException:  # cancelled half-way: what the child still answers belongs to nobody
            await self._end()
            raise
        self._done += 1
        if self._done >= self._lifetime:
            await self._end()
        return reading

    async def _answer(self, child: asyncio.subprocess.Process, data: bytes) -> Any:
        """What the child answers. Raises TimeoutError when it has worked for too long, or hangs."""
        clock = asyncio.get_running_loop().time
        allowance = effort.Allowance(self._deadline, self._measure(child.pid), clock())
        asking = asyncio.create_task(self._ask(child, data))
        try:
            while not (await asyncio.wait({asking}, timeout=allowance.until - clock()))[0]:
                if allowance.is_used_up(self._measure(child.pid), clock()):
                    raise TimeoutError
            return asking.result()
        finally:
            asking.cancel()
            asking.add_done_callback(lambda task: task.cancelled() or task.exception())  # nobody else asks for it

    async def _ready_child(self) -> asyncio.subprocess.Process | None:
        if self._child is not None and self._child.returncode is None:
            return self._child
        self._done = 0
        command = self._command or (sys.executable, "-m", "bot.reading.worker")
        self._child = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # libraries print what they see
            cwd=Path(__file__).parents[2],
        )
        try:
            await asyncio.wait_for(_receive(self._child), START)
        except (TimeoutError, EOFError, OSError, ValueError):
            log.error("the reader does not start")
            await self._end()
            return None
        return self._child

    async def _ask(self, child: asyncio.subprocess.Process, data: bytes) -> Any:
        if child.stdin is None:
            raise EOFError
        now = self._now().isoformat().encode()
        child.stdin.write(_LENGTH.pack(len(now)) + now + _LENGTH.pack(len(data)) + data)
        await child.stdin.drain()
        return await _receive(child)

    async def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        if child.returncode is None:
            child.kill()
        await child.wait()
        if child.stdin is not None:
            child.stdin.close()


async def _receive(child: asyncio.subprocess.Process) -> Any:
    if child.stdout is None:
        raise EOFError
    size = _LENGTH.unpack(await child.stdout.readexactly(_LENGTH.size))[0]
    if size > _MOST_ANSWER:
        raise ValueError("the answer is too long")
    return json.loads(await child.stdout.readexactly(size))


def _load(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError:
        return None


def _obstacle(data: bytes) -> str:
    """Why a file is not even tried; the code of the note."""
    if not data:
        return "empty"
    if len(data) > LARGEST:
        return "too_large"
    mime = sniff(data).mime
    return "" if mime.startswith("image/") or mime in ("application/pdf", "text/plain") else "unsupported"
