"""A program to be killed: runs turns without end and names each on standard output once its runner says it is kept."""

import asyncio
import itertools
import os
import sys
from functools import partial

from bot.runner import TurnRunner
from storage import Store, Work
from tests.support.moments import START


def turn(work: Work, update_id: str, name: str) -> None:
    """Claim an update and add its answer to the outbox."""
    inbox_id, _ = work.inbox.claim("web", update_id, conversation_id=None, received_at=START, sent_at=START, body={})
    _, conversation = work.people.enter("web", name, now=START, language="zh")
    work.outbox.add(conversation, inbox_id, [{"answers": update_id}], now=START, status=["inline"])
    work.inbox.finish(inbox_id, conversation.id, "done", [{"answers": update_id}])


async def main(url: str, prefix: str) -> None:
    """Eight people, each writing again as soon as they are answered."""
    runner = TurnRunner(Store.open(url), threads=2)
    runner.start()

    async def talk(name: str) -> None:
        for number in itertools.count():
            update_id = f"{prefix}-{name}-{number}"
            await runner.run(name, partial(turn, update_id=update_id, name=name))
            os.write(1, f"{update_id}\n".encode())

    await asyncio.gather(*(talk(f"p{number}") for number in range(8)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
