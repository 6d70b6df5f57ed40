"""The whole program on a database of its own, with a clock that the test moves and the terminal as its only channel."""

import functools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from bot.app import App, real_clock
from bot.commands.chat import MovingClock, Terminal
from bot.reading.reading import Reader
from bot.settings import Settings
from dialogs import loader
from dialogs.dialog import Dialog
from nlu import Matcher

NOON = datetime.fromisoformat("2026-11-24T10:30:00+08:00")
"""A Tuesday."""


def settings(database_url: str, folder: Path, **values: object) -> Settings:
    """Settings that read neither the environment nor a file."""
    own = {"blobs": str(folder / "blobs"), "signing_key": str(folder / "signing_key.pem"), **values}
    return Settings(_env_file=None, database_url=database_url, **own)  # type: ignore


@functools.cache
def dialog() -> Dialog:
    """The dialog, loaded once for all tests of this process: it never changes."""
    return Dialog(*loader.load())


@functools.cache
def matcher() -> Matcher:
    """The matcher, loaded once for all tests of this process: it never changes."""
    return Matcher.load()


def assemble(
    database_url: str,
    folder: Path,
    now: Callable[[], datetime] = real_clock,
    reader: Reader | None = None,
    **values: object,
) -> App:
    """The whole program, not started yet."""
    return App(settings(database_url, folder, **values), now, reader, dialog=dialog(), matcher=matcher())


@asynccontextmanager
async def running(
    database_url: str,
    folder: Path,
    now: datetime = NOON,
    reader: Reader | None = None,
    person: type[Terminal] = Terminal,
) -> AsyncIterator[tuple[App, Terminal]]:
    """A started program without background loops, and someone at its terminal."""
    clock = MovingClock(fixed=now)
    app = assemble(database_url, folder, clock, reader)
    await app.start(receive=False, work=False)
    try:
        yield app, person(app, clock)
    finally:
        await app.stop()
