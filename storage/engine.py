"""Engines for both databases: durable commits, one transaction style, faults translated in one place."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.pool import QueuePool

from storage.errors import Conflict, StorageFault, Unavailable
from storage.types import to_json

LOCK_WAIT_SECONDS = 10

# deadlock, serialization failure, lock timeout
_PG_CONFLICTS = frozenset({"40P01", "40001", "55P03"})
_PG_UNIQUE = "23505"
_PG_TOO_BIG = "54"  # called operational, but it is the value's fault: another one will do
_SQLITE_UNIQUE = frozenset({"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"})
_SQLITE_BROKEN = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB"})


def engines(url: str) -> tuple[Engine, Engine]:
    """The engine that writes and the one that only reads; the same one where there is no need for two."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise StorageFault("the database address cannot be understood") from None
    if address.get_backend_name() == "postgresql":
        engine = _postgresql(address)
        return engine, engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    if address.database in (None, "", ":memory:"):
        engine = _sqlite(address, only_connection=True)
        return engine, engine
    _make_folder(Path(str(address.database)).parent)
    return _sqlite(address), _sqlite(address, read_only=True)


def _postgresql(address: URL) -> Engine:
    engine = create_engine(
        address,
        json_serializer=to_json,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=10,
        pool_timeout=LOCK_WAIT_SECONDS,
        connect_args={
            "connect_timeout": 5,
            "options": f"-c timezone=UTC -c lock_timeout={LOCK_WAIT_SECONDS}s",
            "application_name": "zhanggui",
        },
    )
    event.listen(engine, "handle_error", _translate)
    return engine


def _sqlite(address: URL, *, read_only: bool = False, only_connection: bool = False) -> Engine:
    # A database in memory lives in its one connection, which everyone takes turns to use.
    size: dict[str, Any] = {"pool_size": 1, "max_overflow": 0} if only_connection else {}
    engine = create_engine(
        address,
        json_serializer=to_json,
        hide_parameters=True,
        poolclass=QueuePool,
        pool_timeout=LOCK_WAIT_SECONDS,
        connect_args={"check_same_thread": False, "timeout": LOCK_WAIT_SECONDS, "isolation_level": None},
        **size,
    )

    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        if read_only:
            connection.execute("PRAGMA query_only = ON")
            return
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")  # what is deleted is written over in the file

    def begin(connection: Connection) -> None:
        # The driver's own BEGIN is switched off (isolation_level None): it would come late and break savepoints.
        # A writer takes its lock at once, as waiting for it later is not possible without an error.
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    event.listen(engine, "handle_error", _translate)
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise Unavailable(f"the folder of the database cannot be made: {fault.strerror}: {folder}") from fault


def _translate(context: ExceptionContext) -> None:
    if context.is_pre_ping:
        return  # the pool looks after it: it takes another connection
    cause = context.original_exception
    if isinstance(context.sqlalchemy_exception, DBAPIError) and (fault := _fault_of(context, cause)):
        raise fault from cause


def _fault_of(context: ExceptionContext, cause: BaseException) -> StorageFault | None:
    error = context.sqlalchemy_exception
    if isinstance(cause, sqlite3.Error):
        name = getattr(cause, "sqlite_errorname", "SQLITE_ERROR")
        if name in _SQLITE_UNIQUE:
            return Conflict("a row of this key was made meanwhile")
        # SQLITE_ERROR is a mistake in a statement and stays what it is, as does a value that is too big.
        if name in _SQLITE_BROKEN or (isinstance(cause, sqlite3.OperationalError) and name != "SQLITE_ERROR"):
            return Unavailable(f"the database cannot be used: {cause} ({name})")
        return None
    state = getattr(cause, "sqlstate", None)
    if state in _PG_CONFLICTS:
        return Conflict(f"another transaction was in the way ({state})")
    if state == _PG_UNIQUE:
        return Conflict("a row of this key was made meanwhile")
    if state is not None and state.startswith(_PG_TOO_BIG):
        return None
    if context.is_disconnect or isinstance(error, OperationalError | InterfaceError):
        return Unavailable(f"the database is away ({state or type(cause).__name__}): {_first_line(cause)}")
    return None


def _first_line(cause: BaseException) -> str:
    # Further lines may show parts of a statement.
    return str(cause).partition("\n")[0]
