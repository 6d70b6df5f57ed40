"""Delivers what the outbox holds: claims due messages, has their channel send them, records how that ended."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.channels.base import UNREACHABLE, Channel
from bot.loops import Loop
from bot.messages import Delivery
from bot.replying import message_from
from bot.runner import TurnRunner
from storage import Work
from storage.records import OutboxStatus, Sent

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
BATCH = 16
TRIES = 8
MOST_COPIES = 2
LONGEST_WAIT = timedelta(hours=1)


class Courier(Loop):
    """One of the background loops. A message whose sending was cut off by a crash is sent once more: one too many is
    better than none."""

    key = ("courier",)

    def __init__(self, runner: TurnRunner, channels: Mapping[str, Channel], now: Callable[[], datetime]) -> None:
        super().__init__()
        self._runner = runner
        self._channels = channels
        self._now = now

    async def work(self) -> bool:
        """Deliver what is due, conversations side by side. True when there may be more at once."""
        now = self._now()
        claimed = await self._runner.run(self.key, lambda work: work.outbox.claim(now, LEASE, BATCH))
        await asyncio.gather(*(self._deliver(sent) for sent in claimed))
        return bool(claimed)

    async def _deliver(self, sent: Sent) -> None:
        channel = self._channels.get(sent.channel)
        if channel is None:
            delivery = Delivery("retry", reason="channel is not running", after=LONGEST_WAIT)
        elif sent.interrupted and sent.tries > MOST_COPIES:
            delivery = Delivery("unknown", reason="interrupted")
        else:
            delivery = await channel.deliver(sent.external_id, message_from(sent.body), f"outbox-{sent.id}")
        now = self._now()
        await self._runner.run(self.key, lambda work: self._record(work, sent, delivery, now))
        if delivery.status not in ("sent", "parked"):
            log.warning("message %d %s: %s", sent.id, delivery.status, delivery.reason)

    def _record(self, work: Work, sent: Sent, delivery: Delivery, now: datetime) -> None:
        status: OutboxStatus
        due = None
        if delivery.status == "retry" and (sent.tries < TRIES or delivery.after):
            status, due = "pending", now + (delivery.after or min(LONGEST_WAIT, timedelta(seconds=2**sent.tries)))
        elif delivery.status == "retry":
            status = "refused"
        else:
            status = delivery.status
        work.outbox.record(sent.id, status, delivery.reference, delivery.reason, due, now=now)
        offers = status == "sent" and sent.inbox_id is None and "choices" in sent.body
        if status in ("parked", "refused") or offers:
            self._mark(work, sent, delivery)

    def _mark(self, work: Work, sent: Sent, delivery: Delivery) -> None:
        """The conversation has one more message waiting, or other choices than before to answer by number, or can no
        longer be reached."""
        both = work.people.conversation(sent.conversation_id)
        if both is None:
            return
        row = both[1]
        if delivery.status == "sent":
            choices = message_from(sent.body).choices
            labels = [choice.label for choice in choices]
            offered = [choice.id for choice in choices]
            work.people.save(replace(row, offered=offered, state={**row.state, "labels": labels}))
        elif delivery.status == "parked":
            work.people.save(replace(row, parked=row.parked + 1))
        elif delivery.reason in UNREACHABLE:
            work.people.save(replace(row, reachable=False))
