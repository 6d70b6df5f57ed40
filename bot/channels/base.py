"""What a channel owes the program, and the numbered-text form of choices for platforms without buttons."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

from starlette.routing import BaseRoute

from bot.messages import Answer, Delivery, OutgoingMessage, Update

Handler = Callable[[Update], Awaitable[Answer]]
"""Takes one translated update, commits its effects, returns the answer. Raises `Unavailable` when the store is away
(the platform should send the update again) and nothing else."""


UNREACHABLE = frozenset({"blocked", "deactivated", "not_found"})
"""Reasons of a refused delivery to someone who is gone: nothing more is sent until they write again."""


class Unavailable(Exception):
    """The update could not be recorded; tell the platform to send it again."""


class FetchFailed(Exception):
    """The bytes of an announced attachment cannot be had. `lasting` says that trying again is of no use."""

    def __init__(self, reason: str, *, lasting: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.lasting = lasting


class Channel(Protocol):
    """A platform: receives on its own account (web routes or polling), delivers and fetches when asked."""

    name: str
    largest_file: int
    """Bytes of the largest file that can be sent; 0 where none can."""

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """The web routes the channel receives on; none for a polling or local one."""
        ...

    def inline(self, messages: Sequence[OutgoingMessage]) -> int:
        """How many of the answer's first messages fit into the response to the update itself. Pure: the same
        messages always give the same number. They count as delivered when the turn is committed."""
        ...

    def fit(self, message: OutgoingMessage) -> list[OutgoingMessage]:
        """The message in parts that the platform takes, in order, its choices and files on the last; mostly the
        message alone. Pure. Called before a message is recorded (see `bot.channels.text.split_message`)."""
        ...

    async def start(self) -> None:
        """Begin to receive (polling, webhook registration). Returns at once; a platform that is away is no error."""
        ...

    async def stop(self) -> None:
        """Stop receiving, finish what is under way, close connections."""
        ...

    async def deliver(self, conversation: str, message: OutgoingMessage, key: str) -> Delivery:
        """Send one message to a chat. `key` is stable per message (an idempotency key). Never raises. `message.files`
        are read through the `open_blob` function the channel was built with."""
        ...

    def fetch(self, reference: Mapping[str, Any]) -> AsyncIterator[bytes]:
        """Stream the bytes of an attachment this channel announced. Raises `FetchFailed`."""
        ...


def numbered(message: OutgoingMessage) -> str:
    """The message as text alone: its choices as a numbered list that a typed number answers.

    >>> from bot.messages import Choice
    >>> print(numbered(OutgoingMessage("k", "钱到了吗？", (Choice("y", "到了"), Choice("n", "没到")))))
    钱到了吗？
    1. 到了
    2. 没到
    """
    lines = [message.text, *(f"{n}. {choice.label}" for n, choice in enumerate(message.choices, 1))]
    return "\n".join(lines)
