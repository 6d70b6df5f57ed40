"""Turns: in order, together in one commit, alone in failure, and kept once they are answered."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.runner import TurnRunner
from storage import Batch, Conflict, Store, Unavailable, Work
from tests.support.moments import START
from tests.support.postgres import PostgresServer

ROOT = Path(__file__).parents[2]


class CountingStore(Store):
    """A store that counts its commits and can be told to fail them."""

    commits = 0
    fault: Exception | None = None

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        with super().batch() as batch:
            commit = batch.commit

            def count() -> None:
                if self.fault is not None:
                    raise self.fault
                commit()
                self.commits += 1

            batch.commit = count  # type: ignore[method-assign]
            yield batch


@pytest.fixture
def counting(sqlite_url: str) -> Iterator[CountingStore]:
    store = CountingStore.open(sqlite_url)
    yield store
    store.close()


@pytest.fixture
async def runner(store: Store) -> AsyncIterator[TurnRunner]:
    runner = TurnRunner(store, threads=3)
    runner.start()
    yield runner
    await runner.stop()


def _enter(name: str) -> Callable[[Work], str]:
    def turn(work: Work) -> str:
        work.people.enter("web", name, now=START, language="zh")
        return name

    return turn


def _names(store: Store) -> list[str]:
    with store.read() as work:
        return list(work.conn.execute(text("SELECT external_id FROM conversation ORDER BY id")).scalars())


class Gate:
    """Holds up the thread that runs a turn, so that others come to wait behind it."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self.reached = threading.Event()

    def __call__(self, _work: Work) -> None:
        self.reached.set()
        assert self._open.wait(30)

    def open(self) -> None:
        self._open.set()


async def test_a_turn_is_committed_when_its_result_comes(store: Store, runner: TurnRunner) -> None:
    assert await runner.run("anna", _enter("anna")) == "anna"
    assert _names(store) == ["anna"]


async def test_turns_of_one_key_run_in_the_order_they_were_handed_in(runner: TurnRunner) -> None:
    seen: dict[str, list[int]] = {key: [] for key in "abcd"}

    def note(_work: Work, key: str, number: int) -> None:
        seen[key].append(number)

    turns = [(key, number) for number in range(50) for key in seen]
    await asyncio.gather(*(runner.run(key, partial(note, key=key, number=number)) for key, number in turns))
    assert all(numbers == list(range(50)) for numbers in seen.values())


async def test_turns_that_wait_share_one_commit(counting: CountingStore) -> None:
    runner = TurnRunner(counting)
    runner.start()
    gate = Gate()
    waiting: list[asyncio.Task[object]] = [asyncio.create_task(runner.run("gate", gate))]
    await asyncio.to_thread(gate.reached.wait, 30)
    waiting += [asyncio.create_task(runner.run(name, _enter(name))) for name in "abcdefgh"]
    await asyncio.sleep(0)
    gate.open()
    await asyncio.gather(*waiting)
    await runner.stop()
    assert _names(counting) == list("abcdefgh")
    assert counting.commits == 2


async def test_a_turn_that_fails_fails_alone(store: Store, runner: TurnRunner) -> None:
    def fail(work: Work) -> None:
        _enter("lost")(work)
        raise LookupError("no such thing")

    ends = await asyncio.gather(
        runner.run("a", _enter("a")), runner.run("a", fail), runner.run("a", _enter("b")), return_exceptions=True
    )
    assert ends[0] == "a"
    assert isinstance(ends[1], LookupError)
    assert ends[2] == "b"
    assert _names(store) == ["a", "b"]


async def test_even_a_stop_iteration_gets_to_its_caller(runner: TurnRunner) -> None:
    with pytest.raises(RuntimeError, match="StopIteration"):
        await runner.run("a", lambda _work: next(iter(())))


@pytest.mark.parametrize(("conflicts", "ends_well"), [(1, True), (2, True), (3, False)])
async def test_a_turn_in_conflict_runs_again_at_most_three_times(
    store: Store, runner: TurnRunner, conflicts: int, ends_well: bool
) -> None:
    runs = 0

    def turn(work: Work) -> str:
        nonlocal runs
        runs += 1
        _enter("anna")(work)
        if runs <= conflicts:
            raise Conflict
        return "done"

    others = [asyncio.create_task(runner.run("key", _enter(name))) for name in ("b", "c")]
    if ends_well:
        assert await runner.run("key", turn) == "done"
    else:
        with pytest.raises(Conflict):
            await runner.run("key", turn)
    await asyncio.gather(*others)
    assert runs == min(conflicts + 1, 3)
    assert sorted(_names(store)) == (["anna", "b", "c"] if ends_well else ["b", "c"])


async def test_a_commit_that_fails_is_unavailable_for_every_turn_in_it(counting: CountingStore) -> None:
    runner = TurnRunner(counting)
    runner.start()
    counting.fault = OSError("the disk is gone")
    ends = await asyncio.gather(*(runner.run(n, _enter(n)) for n in "abc"), return_exceptions=True)
    assert all(isinstance(end, Unavailable) for end in ends)
    counting.fault = None
    assert await runner.run("d", _enter("d")) == "d"
    await runner.stop()
    assert _names(counting) == ["d"]


async def test_a_caller_who_is_cancelled_does_not_stop_the_turn(store: Store, runner: TurnRunner) -> None:
    gate = Gate()
    first = asyncio.create_task(runner.run("a", gate))
    await asyncio.to_thread(gate.reached.wait, 30)
    second = asyncio.create_task(runner.run("a", _enter("anna")))
    await asyncio.sleep(0)
    first.cancel()
    second.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    gate.open()
    await runner.run("a", lambda _work: None)
    assert _names(store) == ["anna"]


async def test_stopping_finishes_what_was_handed_in_and_refuses_more(store: Store) -> None:
    runner = TurnRunner(store)
    runner.start()
    waiting = [asyncio.create_task(runner.run(n, _enter(str(n)))) for n in range(100)]
    await asyncio.sleep(0)
    await runner.stop()
    await runner.stop()
    assert await asyncio.gather(*waiting) == [str(n) for n in range(100)]
    with pytest.raises(RuntimeError, match="not running"):
        await runner.run("a", _enter("a"))
    assert len(_names(store)) == 100


@pytest.mark.postgres
async def test_turns_of_different_keys_run_side_by_side_on_postgresql(postgres_url: str) -> None:
    store = Store.open(postgres_url)
    runner = TurnRunner(store, threads=2)
    runner.start()
    gate = Gate()
    held = asyncio.create_task(runner.run(0, gate))
    await asyncio.to_thread(gate.reached.wait, 30)
    assert await runner.run(1, _enter("b")) == "b"
    gate.open()
    await held
    await runner.stop()
    store.close()


@pytest.mark.postgres
async def test_a_deadlock_between_turns_ends_well_for_both(postgres_url: str) -> None:
    store = Store.open(postgres_url)
    runner = TurnRunner(store, threads=2)
    runner.start()
    await asyncio.gather(runner.run(0, _enter("a")), runner.run(0, _enter("b")))
    barrier = threading.Barrier(2)

    def lock(first: str, second: str) -> Callable[[Work], str]:
        runs = 0

        def turn(work: Work) -> str:
            nonlocal runs
            runs += 1
            _enter(first)(work)
            if runs == 1:
                barrier.wait(30)
            return _enter(second)(work)

        return turn

    first, second = await asyncio.gather(runner.run(0, lock("a", "b")), runner.run(1, lock("b", "a")))
    assert (first, second) == ("b", "a")
    await runner.stop()
    store.close()


@pytest.mark.postgres
async def test_with_the_database_away_turns_are_unavailable_and_later_work_again(
    postgres: PostgresServer, postgres_url: str
) -> None:
    store = Store.open(postgres_url)
    runner = TurnRunner(store, threads=2)
    runner.start()
    await runner.run(0, _enter("before"))
    postgres.stop()
    try:
        ends = await asyncio.gather(*(runner.run(n, _enter(str(n))) for n in range(4)), return_exceptions=True)
    finally:
        postgres.start()
    assert all(isinstance(end, Unavailable) for end in ends)
    await runner.run(0, _enter("after"))
    await runner.stop()
    assert _names(store) == ["before", "after"]
    store.close()


def test_what_was_answered_survives_a_kill_and_no_turn_is_half_kept(store: Store, database_url: str) -> None:
    answered: list[str] = []
    for life in range(4):
        program = subprocess.Popen(
            [sys.executable, "-m", "tests.support.acknowledge", database_url, f"life{life}"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert program.stdout is not None
        with program.stdout:
            lines = (line for line in program.stdout if line.endswith("\n"))
            answered += [next(lines).strip() for _ in range(30 + life * 17)]
            program.kill()
            answered += [line.strip() for line in lines]
        program.wait()
    with store.read() as work:
        inbox = work.conn.execute(text("SELECT update_id, id, status FROM inbox")).all()
        outbox = set(work.conn.execute(text("SELECT inbox_id FROM outbox")).scalars())
    assert set(answered) <= {row.update_id for row in inbox}
    assert {row.id for row in inbox} == outbox
