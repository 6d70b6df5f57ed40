"""The terminal as a channel: nothing to receive on, everything answered at once."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from starlette.routing import BaseRoute

from bot.channels.base import FetchFailed
from bot.messages import Delivery, OutgoingMessage


class Console:
    """Keeps what is delivered besides the answers (reminders) until it is taken."""

    name = "console"
    largest_file = 1 << 40  # it lies on the same machine
    routes: Sequence[BaseRoute] = ()

    def __init__(self) -> None:
        self._delivered: dict[str, list[OutgoingMessage]] = {}

    def inline(self, messages: Sequence[OutgoingMessage]) -> int:
        """All: the terminal shows the whole answer at once."""
        return len(messages)

    def fit(self, message: OutgoingMessage) -> list[OutgoingMessage]:
        """A terminal shows any message as it is."""
        return [message]

    async def start(self) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        """Nothing to close."""

    async def deliver(self, conversation: str, message: OutgoingMessage, key: str) -> Delivery:
        """Keep the message for `take`."""
        self._delivered.setdefault(conversation, []).append(message)
        return Delivery("sent", reference=key)

    def take(self, conversation: str) -> list[OutgoingMessage]:
        """What was delivered to a conversation since last time."""
        return self._delivered.pop(conversation, [])

    async def fetch(self, reference: Mapping[str, Any]) -> AsyncIterator[bytes]:  # noqa: ARG002
        """Always fails: a file from the terminal carries its bytes with it."""
        raise FetchFailed("files from the terminal carry their bytes", lasting=True)
        yield b""  # makes this the generator that the protocol asks for
