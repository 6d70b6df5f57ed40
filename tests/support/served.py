"""The program as a process of its own, as an operator starts it: `python -m bot serve`, settings by environment."""

import asyncio
import os
import random
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import uvicorn
from starlette.types import ASGIApp

ROOT = Path(__file__).parents[2]
PATIENCE = 240.0
"""Seconds after which a test gives up waiting; no promise of the program."""


def free_port() -> int:
    """A loopback port nobody listens on now; below those that the system gives to connections, so that none of them
    has taken it when a program starts there, or starts again."""
    while True:
        port = random.randrange(12_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def environment(**settings: object) -> dict[str, str]:
    """This process's environment with these settings instead of any that are set."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("ZHANGGUI_") and not name.lower().endswith("_proxy")
    }
    given = {f"ZHANGGUI_{name.upper()}": str(value) for name, value in settings.items()}
    return {**kept, **given, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error::ResourceWarning"}


async def run_bot(
    *arguments: str, folder: Path, stdin: bytes = b"", **settings: object
) -> tuple[int | None, bytes, bytes]:
    """Run a command to its end: status, standard output, standard error."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=folder,
        env=environment(**settings),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate(stdin)
    return process.returncode, out, err


@dataclass
class Served:
    """One program in a folder of its own. It may be stopped, killed and started again, always on the same port."""

    folder: Path
    settings: dict[str, object]
    only: Sequence[str] = ()
    port: int = field(default_factory=free_port)
    _process: Process | None = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """All it has written so far, standard output and error."""
        path = self.folder / f"serve-{self.port}.log"
        return path.read_text("utf-8") if path.exists() else ""

    async def start(self) -> None:
        """Start, and return when it answers (a worker: at once)."""
        settings = {"port": self.port, "log_level": "debug", **self.settings}
        with (self.folder / f"serve-{self.port}.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "serve", *self.only),
                cwd=self.folder,
                env=environment(**settings),
                stdout=log,
                stderr=log,
            )
        if "worker" not in self.only:
            await self.until_answering()

    async def until_answering(self) -> None:
        """Wait for the first answer; fail with its log if it ends first."""
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient(base_url=self.address, timeout=PATIENCE) as client:
            while True:
                assert self._process is not None
                assert self._process.returncode is None, self.log
                try:
                    if (await client.get("/healthz")).status_code == 200:
                        return
                except httpx.TransportError:
                    await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """End it as a power cut would."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    async def stop(self) -> int:
        """Tell it to stop; its exit status."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            return await self._process.wait()

    async def restart(self) -> None:
        """Kill and start again."""
        await self.kill()
        await self.start()

    async def close(self) -> None:
        """End it whatever it does; nothing happens if it has ended."""
        if self._process is not None and self._process.returncode is None:
            await self.kill()


@asynccontextmanager
async def served(
    folder: Path, database_url: str, *only: str, port: int | None = None, **settings: object
) -> AsyncIterator[Served]:
    """A started program; at the end it is stopped and must have ended in order."""
    folder.mkdir(exist_ok=True)
    values = {"database_url": database_url, "blobs": folder / "blobs", **settings}
    program = Served(folder, values, only, port or free_port())
    try:
        await program.start()
        yield program
        assert await program.stop() == 0, program.log
    finally:
        await program.close()


@asynccontextmanager
async def listening(app: ASGIApp, port: int = 0) -> AsyncIterator[str]:
    """Any app (a double) on a loopback port, in this event loop; gives its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=port, ws="none", lifespan="off", log_level="warning")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
