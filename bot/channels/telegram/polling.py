"""Receiving by asking: Telegram keeps what we have not confirmed, and we confirm only what is recorded."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar, cast

from telegram import Bot
from telegram.error import RetryAfter

from bot.channels.telegram.outbound import classify, describe

logger = logging.getLogger(__name__)

Raw = Mapping[str, Any]
Result = TypeVar("Result")

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

LONG_POLL = 25
"""Seconds that Telegram holds a request open while there is nothing new."""

_LONGEST_PAUSE = 60.0


class Api(Bot):
    """The library's bot, with updates as raw JSON: one that the library cannot parse would fail its whole batch."""

    async def raw_updates(self, offset: int | None) -> list[Raw]:
        """Updates from `offset` on, confirming all before it; waits for the first if there is none."""
        asked = {"offset": offset, "timeout": LONG_POLL, "allowed_updates": list(ALLOWED_UPDATES)}
        patience = (self._request[0].read_timeout or 0) + LONG_POLL
        answer = await self._post("getUpdates", asked, read_timeout=patience)
        return cast("list[Raw]", answer) if isinstance(answer, list) else []


class Patience:
    """Waiting that ends when the channel stops; `pause` is the first rest after a fault, in seconds."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """End all waiting, now and later."""
        self._stopped.set()

    @property
    def is_over(self) -> bool:
        """Is the channel stopping?"""
        return self._stopped.is_set()

    async def wait_for(self, work: Coroutine[Any, Any, Result]) -> Result | None:
        """The result of the work, or None, and the work abandoned, when the channel stops first."""
        task = asyncio.ensure_future(work)
        stopped = asyncio.ensure_future(self._stopped.wait())
        try:
            await asyncio.wait((task, stopped), return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else None
        finally:
            unfinished = [one for one in (task, stopped) if not one.done()]
            for one in unfinished:
                one.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)

    async def rest(self, faults: int, fault: Exception | None = None) -> None:
        """Rest after the n-th fault in a row, longer each time, or as long as Telegram asks for."""
        seconds = min(self._pause * 2 ** min(faults - 1, 10), _LONGEST_PAUSE)
        if isinstance(fault, RetryAfter) and (after := classify(fault).after):
            seconds = after.total_seconds()
        await self.wait_for(asyncio.sleep(seconds))

    async def insist(self, what: str, call: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Call until it succeeds or the channel stops."""
        faults = 0
        while not self.is_over:
            try:
                await self.wait_for(call())
                return
            except Exception as fault:
                faults += 1
                logger.warning("telegram: %s did not succeed and is tried again: %s", what, describe(fault))
                await self.rest(faults, fault)


async def poll(api: Api, take: Callable[[Sequence[Raw]], Awaitable[bool]], patience: Patience) -> None:
    """Receive until the channel stops. `take` says whether it recorded the whole batch; if not, it gets it again.

    A stop while a request is open loses nothing: its batch is unconfirmed and comes again at the next start.
    """
    offset: int | None = None
    faults = 0
    while not patience.is_over:
        try:
            batch = await patience.wait_for(api.raw_updates(offset))
            if batch is None:
                return
            if await take(batch):
                # Once confirmed, no offset is named any more: after a quiet week Telegram may begin at a lower number.
                offset = max((raw["update_id"] for raw in batch), default=None)
                offset = None if offset is None else offset + 1
                faults = 0
                continue
            if patience.is_over:
                return
            faults += 1
            logger.warning("telegram: updates could not be recorded and are asked for again")
            await patience.rest(faults)
        except Exception as fault:
            faults += 1
            logger.warning("telegram: asking for updates failed: %s", describe(fault))
            await patience.rest(faults, fault)
