"""Gets the time stamps that could not be had when their packets were made."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.loops import Loop
from bot.packet.stamping import Stamper

log = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(minutes=10)


class Restamping(Loop):
    """One of the background loops. What waits lies in the stamper's folder, so it may be killed at any point."""

    def __init__(self, stamper: Stamper, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._stamper = stamper
        self._now = now
        self._next: datetime | None = None

    async def work(self) -> bool:
        """Ask for what waits, at most every ten minutes."""
        now = self._now()
        if self._next is not None and now < self._next:
            return False
        self._next = now + AGAIN_AFTER
        came = await asyncio.to_thread(self._stamper.retry)
        if came:
            log.info("%d time stamps came late", came)
        return False
