"""The web chat as a channel: a page reads its messages from storage, so delivering means telling open pages to look."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Literal

from starlette.routing import BaseRoute

from bot.channels.base import FetchFailed
from bot.messages import Delivery, OutgoingMessage

Ending = Literal["", "parted", "stopped"]


class Listener:
    """One open page, waiting for news. `ending` says why it should go: another page took its place, or we stop."""

    def __init__(self) -> None:
        self._news = asyncio.Event()
        self.ending: Ending = ""

    def wake(self) -> None:
        """There may be something new to read."""
        self._news.set()

    def end(self, ending: Ending) -> None:
        """Ask the page's stream to close."""
        self.ending = ending
        self._news.set()

    async def wait(self, seconds: float) -> None:
        """Return when there is news, the listener is ended, or the time is over."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), seconds)
        self._news.clear()


class WebChannel:
    """Delivers to browsers. Nothing is kept here: a page that is closed finds its messages when it opens again."""

    name = "web"
    largest_file = 0  # a page downloads by address
    routes: Sequence[BaseRoute] = ()  # the page and its API need storage as well; see bot/web/chat.py

    def __init__(self, *, pages_per_person: int = 4) -> None:
        # Browsers allow six connections to one address; a stream per page must leave some for sending.
        self._pages_per_person = pages_per_person
        self._listeners: defaultdict[str, list[Listener]] = defaultdict(list)
        self._stopped = False

    def inline(self, messages: Sequence[OutgoingMessage]) -> int:
        """All of them: the page reads the whole answer in the response to its own message."""
        return len(messages)

    def fit(self, message: OutgoingMessage) -> list[OutgoingMessage]:
        """A page shows any message as it is."""
        return [message]

    async def start(self) -> None:
        """Nothing to connect to."""
        self._stopped = False

    async def stop(self) -> None:
        """End all streams, so that the web server can finish; call it before the server waits for connections."""
        self._stopped = True
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.end("stopped")

    async def deliver(self, conversation: str, message: OutgoingMessage, key: str) -> Delivery:  # noqa: ARG002
        """Tell the person's open pages to look; the message itself is in the outbox, where they read it."""
        self.notify(conversation)
        return Delivery("sent", reference=key)

    async def fetch(self, reference: Mapping[str, Any]) -> AsyncIterator[bytes]:  # noqa: ARG002
        """Always fails: an upload carries its bytes with it."""
        raise FetchFailed("web uploads carry their bytes", lasting=True)
        yield b""  # makes this the generator that the protocol asks for

    def notify(self, conversation: str) -> None:
        """Something changed for this person."""
        for listener in self._listeners.get(conversation, ()):
            listener.wake()

    @contextmanager
    def listen(self, conversation: str) -> Iterator[Listener]:
        """A listener for one page; the oldest of a person's pages parts when there are too many."""
        listener = Listener()
        if self._stopped:
            listener.end("stopped")
        others = self._listeners[conversation]
        others.append(listener)
        for oldest in others[: -self._pages_per_person]:
            oldest.end("parted")
        try:
            yield listener
        finally:
            others.remove(listener)
            if not others:
                self._listeners.pop(conversation, None)
