"""`serve`: the whole program, or a part of it beside other processes."""

import logging
import signal
import socket
import sys
from argparse import Namespace
from pathlib import Path

import uvicorn

from bot import logs
from bot import settings as configuration
from bot.app import App
from bot.settings import Settings

log = logging.getLogger(__name__)

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
    app = App(settings)
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
    if receive:
        _announce(app)
    # uvicorn raises the signals it caught again once it has stopped in order: that is the end we want, not a death
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, lambda *_: None)
    server.run()
    return 0 if server.started else 1


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
    for name, folder in (("var", Path("var")), ("blobs", Path(settings.blobs))):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / ".probe"
            probe.touch()
            probe.unlink()
        except OSError as fault:
            return f"The folder {folder} ({name}) cannot be written to: {fault.strerror}. Give this user the right to."
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
