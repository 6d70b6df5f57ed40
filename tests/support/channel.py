"""A channel that does what a test says: takes, refuses, parks or is away; holds bytes to fetch, or does not."""

from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.routing import BaseRoute

from bot.channels.base import FetchFailed
from bot.messages import Delivery, OutgoingMessage


@dataclass
class FakeChannel:
    """`deliveries` are the next ends of sending, then all is sent; `inlined` is how many messages fit a response."""

    name: str = "fake"
    routes: Sequence[BaseRoute] = ()
    inlined: int = 0
    deliveries: deque[Delivery] = field(default_factory=deque)
    files: dict[str, bytes | FetchFailed] = field(default_factory=dict)
    delivered: list[tuple[str, str, str]] = field(default_factory=list)
    broken: bool = False
    longest: int = 0
    largest_file: int = 0

    def inline(self, messages: Sequence[OutgoingMessage]) -> int:
        return min(self.inlined, len(messages))

    def fit(self, message: OutgoingMessage) -> list[OutgoingMessage]:
        if self.broken and message.key != "failed":
            raise ValueError(message.text)
        if not self.longest or len(message.text) <= self.longest:
            return [message]
        starts = range(0, len(message.text), self.longest)
        return [OutgoingMessage(message.key, message.text[n : n + self.longest]) for n in starts]

    async def start(self) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        """Nothing to close."""

    async def deliver(self, conversation: str, message: OutgoingMessage, key: str) -> Delivery:
        self.delivered.append((conversation, message.key, key))
        return self.deliveries.popleft() if self.deliveries else Delivery("sent", reference=key)

    async def fetch(self, reference: Mapping[str, Any]) -> AsyncIterator[bytes]:
        found = self.files[reference["file"]]
        if isinstance(found, FetchFailed):
            raise found
        for start in range(0, len(found), 1 << 20):
            yield found[start : start + (1 << 20)]

    @property
    def keys(self) -> list[str]:
        """The keys of what was handed over, in order."""
        return [key for _, key, _ in self.delivered]
