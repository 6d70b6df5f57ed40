"""The form of every background loop: do what is due, record it, sleep until the next is due or someone wakes it."""

import asyncio
import logging
from contextlib import suppress

from storage import StorageFault

log = logging.getLogger(__name__)

IDLE_SECONDS = 5.0  # the longest sleep: other processes may have left work


class Loop:
    """Runs `work` again and again. It may be killed at any point: what was claimed comes free when its lease ends."""

    def __init__(self) -> None:
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    async def work(self) -> bool:
        """Do what is due now. True when there may be more to do at once."""
        raise NotImplementedError

    def wake(self) -> None:
        """There may be something to do. Only from the event loop's own thread."""
        self._wake.set()

    def start(self) -> None:
        """Begin."""
        self._stopping = False
        self._task = asyncio.create_task(self._run(), name=type(self).__name__)

    async def stop(self) -> None:
        """Finish what is under way and end."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                more = await self.work()
            except StorageFault as fault:
                log.warning("%s waits: %s", type(self).__name__, fault)
                more = False
            except Exception:
                log.exception("%s failed", type(self).__name__)
                more = False
            if not more:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)
