"""One unit of work is one transaction: everything in it is kept together or not at all."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage import repositories, schema
from storage.engine import engines
from storage.errors import Unavailable
from storage.records import Received, Sent
from storage.repositories import transcript


class Work:
    """The repositories over one transaction."""

    def __init__(self, connection: Connection, *, locking: bool = True, own: bool = True) -> None:
        self.conn = connection
        self._locking = locking
        self._own = own

    @cached_property
    def inbox(self) -> repositories.Inbox:
        """Updates already handled."""
        return repositories.Inbox(self.conn)

    @cached_property
    def people(self) -> repositories.People:
        """People and conversations."""
        return repositories.People(self.conn, locking=self._locking)

    @cached_property
    def cases(self) -> repositories.Cases:
        """Cases, facts, attempts and timelines."""
        return repositories.Cases(self.conn, locking=self._locking)

    @cached_property
    def evidence(self) -> repositories.EvidenceItems:
        """Items of proof."""
        return repositories.EvidenceItems(self.conn)

    @cached_property
    def readings(self) -> repositories.Readings:
        """What is read from pictures."""
        return repositories.Readings(self.conn)

    @cached_property
    def reminders(self) -> repositories.Reminders:
        """Messages planned for a time."""
        return repositories.Reminders(self.conn)

    @cached_property
    def outbox(self) -> repositories.Outbox:
        """Messages to deliver."""
        return repositories.Outbox(self.conn)

    @cached_property
    def handoffs(self) -> repositories.Handoffs:
        """Wishes to speak with a person."""
        return repositories.Handoffs(self.conn)

    @cached_property
    def erasures(self) -> repositories.Erasures:
        """Deletions: asked for, undone, done."""
        return repositories.Erasures(self.conn)

    @cached_property
    def retention(self) -> repositories.Retention:
        """What has been kept for long enough."""
        return repositories.Retention(self.conn)

    @cached_property
    def packets(self) -> repositories.Packets:
        """Packets asked for and made."""
        return repositories.Packets(self.conn)

    @cached_property
    def covers(self) -> repositories.Covers:
        """What is covered in the display copies of pictures."""
        return repositories.Covers(self.conn)

    def transcript(
        self, conversation_id: int, *, before: datetime | None = None, limit: int = 100
    ) -> list[Received | Sent]:
        """The last `limit` things said on both sides (before a moment), oldest first."""
        return transcript.read(self.conn, conversation_id, before=before, limit=limit)

    def commit(self) -> None:
        """Keep everything. A turn in a batch has nothing to call: its batch commits."""
        if not self._own:
            raise RuntimeError("a turn in a batch is committed by the batch")
        _commit(self.conn)


class Batch:
    """Several turns in one transaction, each of them undone alone if it fails."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lost: Unavailable | None = None

    @contextmanager
    def turn(self) -> Iterator[Work]:
        """One turn; an error undoes it alone and goes on to the caller."""
        connection = self._connection
        connection.exec_driver_sql("SAVEPOINT turn")
        try:
            yield Work(connection, own=False)
            connection.exec_driver_sql("RELEASE SAVEPOINT turn")
        except Unavailable as fault:
            # There may be nothing to go back to: the whole batch is lost.
            self._lost = fault
            raise
        except BaseException:
            if not connection.invalidated:
                connection.exec_driver_sql("ROLLBACK TO SAVEPOINT turn")
                connection.exec_driver_sql("RELEASE SAVEPOINT turn")
            raise

    def commit(self) -> None:
        """Keep all turns that did not fail; if the database was away for one of them, none can be kept."""
        if self._lost is not None:
            raise self._lost
        _commit(self._connection)


class Store:
    """The database of this process. Its methods may be called from any thread; what they give may not be shared."""

    def __init__(self, writer: Engine, reader: Engine) -> None:
        self._writer = writer
        self._reader = reader

    @classmethod
    def open(cls, url: str) -> Self:
        """A store over `sqlite:///PATH` (`sqlite://` for memory) or `postgresql+psycopg://…`. Connects later."""
        return cls(*engines(url))

    @property
    def engine(self) -> Engine:
        """The engine that writes."""
        return self._writer

    @property
    def has_one_writer(self) -> bool:
        """Does the database let one transaction write at a time?"""
        return self._writer.dialect.name == "sqlite"

    def upgrade(self) -> None:
        """Bring the tables up to date."""
        schema.upgrade(self._writer)

    def forget_free_pages(self) -> None:
        """Let go of what was deleted: SQLite keeps it in its log until that is written over. Nothing elsewhere, where
        the server's own cleaning does it."""
        if self._writer.dialect.name == "sqlite":
            with _connected(self._writer) as connection:
                driver = connection.connection.driver_connection
                assert isinstance(driver, sqlite3.Connection)
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    @contextmanager
    def work(self) -> Iterator[Work]:
        """One unit of work, undone unless `commit` is called."""
        with _connected(self._writer) as connection:
            yield Work(connection)

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """Several turns that share a commit, undone unless `commit` is called."""
        with _connected(self._writer) as connection:
            yield Batch(connection)

    @contextmanager
    def read(self) -> Iterator[Work]:
        """A consistent look that takes no lock and changes nothing. On a database in memory it waits for `work`."""
        with _connected(self._reader) as connection:
            yield Work(connection, locking=False)

    def close(self) -> None:
        """Close all connections."""
        self._writer.dispose()
        self._reader.dispose()


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    try:
        connection = engine.connect()
    except PoolTimeout as fault:
        raise Unavailable("all connections to the database are in use") from fault
    with connection:
        yield connection


def _commit(connection: Connection) -> None:
    driver = connection.connection.driver_connection
    # After some faults (a full disk) SQLite undoes the transaction by itself; a commit would then keep nothing.
    if isinstance(driver, sqlite3.Connection) and connection.in_transaction() and not driver.in_transaction:
        raise Unavailable("the database has undone the transaction")
    connection.commit()
