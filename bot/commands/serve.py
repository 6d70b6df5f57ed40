"""`serve`: the whole program, or a part of it beside other processes."""

import asyncio
import logging
import signal
import socket
import sys
from argparse import Namespace
from pathlib import Path
from tempfile import TemporaryFile

import uvicorn

from bot import logs
from bot import settings as configuration
from bot.app import App, real_clock
from bot.keys import place
from bot.reading.service import ReadingService
from bot.settings import Settings
from nlu.ocr import find_fault
from storage import BlobFault

log = logging.getLogger(__name__)

SQLITE = "sqlite:///"
STOP_SECONDS = 20  # for what is under way when the program is told to stop


def run(arguments: Namespace) -> int:
    """Run the command. Returns when the program was told to stop."""
    settings = configuration.load()
    logs.configure(settings.log_level, settings.log_format)
    receive, work = arguments.only != "worker", arguments.only != "web"
    fault = _cannot_start(settings, receive=receive)
    if fault:
        print(fault, file=sys.stderr)
        return 1
    app = App(settings, reader=ReadingService(real_clock))
    app.store.upgrade()  # here, so that a database that is away is one sentence
    if not receive:
        asyncio.run(_work(app))
        return 0
    asgi = app.asgi(receive=receive, work=work)
    config = uvicorn.Config(
        asgi,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=STOP_SECONDS,
        ws="none",
    )
    server = Server(config, app)
    _announce(app)
    # uvicorn raises the signals it caught again once it has stopped in order: that is the end we want, not a death
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, lambda *_: None)
    server.run()
    return 0 if server.started else 1


async def _work(app: App) -> None:
    """The background loops alone, until told to stop. Nothing listens: the port is the web process's."""
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    await app.start(receive=False)
    await told.wait()
    await app.stop()


class Server(uvicorn.Server):
    """Ends the pages' event streams first, so that the server need not wait for them."""

    def __init__(self, config: uvicorn.Config, app: App) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop in order."""
        await self._app.web.stop()
        await super().shutdown(sockets)


def _cannot_start(settings: Settings, *, receive: bool) -> str:
    """Why the program cannot start here; "" if it can."""
    if settings.database_url.startswith(SQLITE):
        folder = Path(settings.database_url.removeprefix(SQLITE)).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=folder):
                pass
        except OSError as fault:
            return (
                f"The folder {folder} (database) cannot be written to: {fault.strerror}. Give this user the right to."
            )
    try:
        place(settings).probe()
    except BlobFault as fault:
        return f"{configuration.PREFIX}BLOBS={settings.blobs}: {fault}."
    if find_fault() == "altered":
        return "A model file for reading photos is missing or altered. Install the extra again: pip install '.[ocr]'."
    if not receive:
        return ""
    with socket.socket() as probe_socket:
        probe_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe_socket.bind((settings.host, settings.port))
        except OSError as fault:
            return (
                f"Nothing can listen on {settings.host}:{settings.port}: {fault.strerror}. "
                f"Stop what runs there or set {configuration.PREFIX}PORT."
            )
    return ""


def _announce(app: App) -> None:
    settings = app.settings
    address = settings.public_url or f"http://{settings.host}:{settings.port}"
    print(f"Web chat    {address}/")
    print(f"Health      {address}/healthz  {address}/readyz")
    print("Channels    " + ", ".join(name for name in app.channels if name != "console"))
    print("Operators   python -m bot cases   lists open cases and who asked for a person", flush=True)
