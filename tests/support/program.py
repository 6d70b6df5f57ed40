"""The whole program on a database of its own, with a clock that the test moves and the terminal as its only channel."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from bot.app import App
from bot.commands.chat import MovingClock, Terminal
from bot.reading.reading import Reader
from bot.settings import Settings

NOON = datetime.fromisoformat("2026-11-24T10:30:00+08:00")
"""A Tuesday."""


def settings(database_url: str, folder: Path, **values: object) -> Settings:
    """Settings that read neither the environment nor a file."""
    own = {"blobs": str(folder / "blobs"), "signing_key": str(folder / "signing_key.pem"), **values}
    return Settings(_env_file=None, database_url=database_url, **own)  # type: ignore


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
    app = App(settings(database_url, folder), clock, reader)
    await app.start(receive=False, work=False)
    try:
        yield app, person(app, clock)
    finally:
        await app.stop()
