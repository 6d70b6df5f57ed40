"""A unit of work is kept whole or not at all, and faults of the database have one face."""

import contextlib
import hashlib
import threading
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import Batch, Conflict, Store, Unavailable, Work, models
from tests.storage.helpers import enter
from tests.support.folders import read_only
from tests.support.moments import START
from tests.support.postgres import PostgresServer


def _names(store: Store) -> list[str]:
    with store.read() as work:
        return list(work.conn.execute(text("SELECT external_id FROM conversation ORDER BY id")).scalars())


def test_without_commit_nothing_is_kept(store: Store) -> None:
    with store.work() as work:
        enter(work, "kept")
        work.commit()
        enter(work, "after the commit")
    with store.work() as work:
        enter(work, "forgotten")
    assert _names(store) == ["kept"]


def test_a_failed_turn_is_undone_alone(store: Store) -> None:
    with store.batch() as batch:
        with batch.turn() as work:
            enter(work, "first")
        with pytest.raises(ZeroDivisionError):
            _enter_and_fail(batch, "second")
        with pytest.raises(IntegrityError):
            _enter_and_break_a_rule(batch, "third")
        with batch.turn() as work:
            enter(work, "fourth")
        batch.commit()
    assert _names(store) == ["first", "fourth"]


@pytest.mark.postgres
def test_a_turn_that_hides_a_fault_of_postgresql_is_undone_too(postgres_url: str) -> None:
    store = Store.open(postgres_url)
    with store.batch() as batch:
        with pytest.raises(DBAPIError):
            _enter_and_hide_a_fault(batch, "first")
        with batch.turn() as work:
            enter(work, "second")
        batch.commit()
    assert _names(store) == ["second"]
    store.close()


def test_a_batch_without_commit_keeps_nothing_and_its_turns_cannot_commit(store: Store) -> None:
    with store.batch() as batch, batch.turn() as work:
        enter(work)
        with pytest.raises(RuntimeError, match="batch"):
            work.commit()
    assert _names(store) == []


def test_reading_sees_what_is_committed_and_does_not_wait(store: Store) -> None:
    with store.work() as work:
        enter(work, "not yet")
        assert _names(store) == []
        work.commit()
        assert _names(store) == ["not yet"]


def test_reading_changes_nothing(store: Store) -> None:
    with store.read() as work, pytest.raises((DBAPIError, Unavailable)):
        enter(work)


def test_a_row_made_meanwhile_is_a_conflict(store: Store) -> None:
    with store.work() as work:
        person_id = enter(work).person_id
        row = {
            "person_id": person_id,
            "channel": "web",
            "external_id": "anna",
            "offered": [],
            "taken_over": False,
            "reachable": True,
            "parked": 0,
            "state": {},
            "created_at": START,
        }
        with pytest.raises(Conflict):
            work.conn.execute(insert(models.conversation), row)


def test_a_mistake_in_a_statement_is_not_called_unavailable(store: Store) -> None:
    with store.work() as work, pytest.raises(DBAPIError):
        work.conn.execute(text("SELECT nothing FROM nowhere"))


@pytest.mark.postgres
def test_a_value_too_big_for_an_index_is_not_called_unavailable(postgres_url: str) -> None:
    store = Store.open(postgres_url)
    with store.work() as work, pytest.raises(DBAPIError):
        enter(work, "".join(hashlib.sha256(bytes([number])).hexdigest() for number in range(255)))
    store.close()


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "test.db").write_text("nothing of the kind" * 100)
    store = Store.open(f"sqlite:///{tmp_path}/test.db")
    with pytest.raises(Unavailable), store.work() as work:
        enter(work)
    store.close()


def test_a_database_in_memory_is_shared_by_all_threads() -> None:
    store = Store.open("sqlite://")
    store.upgrade()

    def add(name: str) -> None:
        with store.work() as work:
            enter(work, name)
            work.commit()

    threads = [threading.Thread(target=add, args=(str(number),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(_names(store)) == [str(number) for number in range(8)]
    store.close()


@pytest.mark.postgres
def test_one_conversation_has_one_turn_at_a_time(postgres_url: str) -> None:
    store = Store.open(postgres_url)
    with store.work() as work:
        enter(work)
        work.commit()

    def count(work: Work) -> None:
        conversation = enter(work)
        state = {"count": conversation.state.get("count", 0) + 1}
        work.conn.execute(
            models.conversation.update().where(models.conversation.c.id == conversation.id).values(state=state)
        )

    def serve() -> None:
        for _ in range(10):
            with store.work() as work:
                count(work)
                work.commit()

    threads = [threading.Thread(target=serve) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as work:
        found = work.people.find("web", "anna")
    store.close()
    assert found is not None
    assert found[1].state == {"count": 40}


@pytest.mark.postgres
def test_a_deadlock_is_a_conflict(postgres_url: str) -> None:
    store = Store.open(postgres_url)
    with store.work() as work:
        enter(work, "a")
        enter(work, "b")
        work.commit()
    barrier = threading.Barrier(2)
    ends: list[str] = []

    def lock(first: str, second: str) -> None:
        with store.work() as work:
            enter(work, first)
            barrier.wait()
            try:
                enter(work, second)
                ends.append("done")
            except Conflict:
                ends.append("conflict")

    threads = [threading.Thread(target=lock, args=names) for names in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
    assert sorted(ends) == ["conflict", "done"]


@pytest.mark.postgres
def test_postgresql_away_is_unavailable_and_back_again_works_without_a_restart(
    postgres: PostgresServer, postgres_url: str
) -> None:
    store = Store.open(postgres_url)
    assert _names(store) == []
    with store.work() as work:
        enter(work)
        postgres.stop()
        try:
            with pytest.raises(Unavailable):
                enter(work, "berta")
            with pytest.raises(Unavailable), store.work() as other:
                enter(other)
        finally:
            postgres.start()
    for name in ("anna", "berta"):
        with store.work() as work:
            enter(work, name)
            work.commit()
    assert _names(store) == ["anna", "berta"]
    store.close()


@pytest.mark.postgres
def test_a_wrong_address_is_unavailable() -> None:
    store = Store.open("postgresql+psycopg://tests@/nothing?host=/nonexistent")
    with pytest.raises(Unavailable), store.work() as work:
        enter(work)


def test_a_locked_sqlite_is_unavailable(sqlite_url: str) -> None:
    store, other = Store.open(sqlite_url), Store.open(sqlite_url)
    with other.work() as work:
        enter(work)
        with store.engine.connect() as connection:
            # The begin waits ten seconds for the lock; not here.
            connection.connection.execute("PRAGMA busy_timeout = 1")
            with pytest.raises(Unavailable, match="locked"):
                connection.exec_driver_sql("SELECT 1")
    store.close()
    other.close()


def test_a_full_disk_is_unavailable_and_nothing_is_half_kept(sqlite_store: Store) -> None:
    with sqlite_store.batch() as batch:
        with batch.turn() as work:
            enter(work, "first")
            pages = work.conn.exec_driver_sql("PRAGMA page_count").scalar_one()
            work.conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(Unavailable, match="full"):
            _enter_many(batch)
        with pytest.raises(Unavailable, match="full"):
            batch.commit()
    assert _names(sqlite_store) == []


def test_a_transaction_that_sqlite_undid_by_itself_is_not_called_committed(sqlite_store: Store) -> None:
    with sqlite_store.work() as work:
        enter(work)
        work.conn.exec_driver_sql("ROLLBACK")
        with pytest.raises(Unavailable, match="undone"):
            work.commit()


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="folder"):
        Store.open(f"sqlite:///{tmp_path}/file/below/test.db")


def test_a_read_only_folder_is_unavailable(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/closed/test.db")
    with read_only(tmp_path / "closed"), pytest.raises(Unavailable):
        store.upgrade()
    store.close()


def _enter_and_fail(batch: Batch, name: str) -> None:
    with batch.turn() as work:
        enter(work, name)
        raise ZeroDivisionError


def _enter_and_break_a_rule(batch: Batch, name: str) -> None:
    with batch.turn() as work:
        enter(work, name)
        values = {"conversation_id": 999, "asked_at": START, "reason": "", "status": "open"}
        work.conn.execute(insert(models.handoff), values)


def _enter_and_hide_a_fault(batch: Batch, name: str) -> None:
    with batch.turn() as work:
        enter(work, name)
        with contextlib.suppress(DBAPIError):
            work.conn.execute(text("SELECT 1 / 0"))


def _enter_many(batch: Batch) -> None:
    with batch.turn() as work:
        for number in range(5000):
            enter(work, str(number) * 50)
