"""A PostgreSQL server of the suite's own: made in a temporary folder, reached by a socket in it, gone afterwards."""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

_START_SECONDS = 60
# The shell ends the server when its input closes: also when the suite is killed.
_GUARD = '"$@" & server=$!; read -r _; kill -INT $server; wait $server'


class Missing(Exception):
    """There is no PostgreSQL on this machine."""


class PostgresServer:
    """A server that can be stopped and started again, and hands out databases."""

    def __init__(self) -> None:
        self._binaries = _find_binaries()
        self._user = _server_user()
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self.folder = Path(tempfile.mkdtemp(prefix="zhanggui-pg-"))
        self._data = self.folder / "data"
        if self._user is not None:
            shutil.chown(self.folder, self._user)
        self._run("initdb", "--auth=trust", "--username=tests", "--encoding=UTF8", "--locale=C", "--no-sync")
        self.start()

    def start(self) -> None:
        """Start, and return when connections are taken."""
        command: list[str | Path] = [
            *("sh", "-c", _GUARD, "sh", self._binaries / "postgres", "-D", self._data, "-k", self.folder),
            *("-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=60"),
        ]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                user=self._user,
                group=self._group,
                extra_groups=None if self._user is None else [],
                start_new_session=True,
                cwd=self.folder,
            )
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                psycopg.connect(self._conninfo("postgres")).close()
                return
            except psycopg.OperationalError as fault:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "log").read_text()) from fault
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop at once, dropping connections; the data stays."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        process.wait()

    def remove(self) -> None:
        """Stop and remove everything."""
        self.stop()
        shutil.rmtree(self.folder)

    def create(self, *, template: str = "template0") -> str:
        """The name of a new database, a copy of the template."""
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        """Remove a database and whoever is connected to it."""
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, name: str) -> str:
        """The address of a database, as in the setting."""
        return f"postgresql+psycopg://tests@/{name}?host={self.folder}"

    @property
    def _group(self) -> int | None:
        return None if self._user is None else pwd.getpwnam(self._user).pw_gid

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _conninfo(self, name: str) -> str:
        return f"host={self.folder} user=tests dbname={name}"

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._binaries / program, "-D", self._data, *arguments],
            check=True,
            capture_output=True,
            user=self._user,
            group=self._group,
            extra_groups=None if self._user is None else [],
            cwd=self.folder,
        )


def _find_binaries() -> Path:
    on_path = shutil.which("initdb")
    places = [Path(on_path).resolve().parent] if on_path else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    raise Missing("PostgreSQL's initdb and postgres are neither on PATH nor below /usr/lib/postgresql")


def _server_user() -> str | None:
    """Whom to run as: the server refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise Missing("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
