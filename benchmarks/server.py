"""One process under measurement: started on a free loopback port, watched through /proc, ended by its id."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
WECHAT = {
    "WECHAT_APP_ID": "wx0123456789abcdef",
    "WECHAT_TOKEN": "benchmark_token",
    "WECHAT_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "WECHAT_ACCOUNT": "gh_0123456789ab",
}
"""An account that may call nothing: every answer is passive, nothing leaves the loopback."""


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process has used so far: CPU in ms (user, system), resident memory in MB now and at its highest."""

    user: float
    system: float
    rss: float
    peak: float

    @property
    def cpu(self) -> float:
        """User and system together."""
        return self.user + self.system


class Server:
    """A program that answers on `port`; `args` follow the interpreter."""

    def __init__(self, folder: Path, args: list[str], port: int, environment: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.port = port
        self._args = args
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHANGGUI_")}
        self._environment = {**kept, "PYTHONPATH": str(ROOT), **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    def start(self, seconds: float = 60) -> None:
        """Start it, and return when it answers."""
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self._args], cwd=self.folder, env=self._environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + seconds
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "server.log").read_text()[-4000:])
            time.sleep(0.05)

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> int:
        """Tell it to stop; its exit status."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(timeout=60)

    def usage(self) -> Usage:
        """From /proc, in steps of a clock tick (10 ms)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        status = dict(line.split(":", 1) for line in Path(f"/proc/{self.pid}/status").read_text().splitlines())
        return Usage(
            user=int(fields[11]) * 1000 / TICKS,
            system=int(fields[12]) * 1000 / TICKS,
            rss=int(status["VmRSS"].split()[0]) / 1024,
            peak=int(status["VmHWM"].split()[0]) / 1024,
        )

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def program(folder: Path, **settings: str) -> Server:
    """The whole program on SQLite in a folder of its own, with WeChat in safe mode."""
    port = free_port()
    values = {
        "DATABASE_URL": f"sqlite:///{folder}/zhanggui.db",
        "BLOBS": f"{folder}/blobs",
        "PORT": str(port),
        "LOG_LEVEL": "warning",
        **WECHAT,
        **settings,
    }
    args = ["-m", "bot", "serve"]
    return Server(folder, args, port, {f"ZHANGGUI_{name}": value for name, value in values.items()})
