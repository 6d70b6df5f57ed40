"""Runs turns on threads of their own: turns that wait together share one commit, and answers leave after it.

A turn is a plain function of a unit of work. SQLite lets one transaction write at a time, so there is one thread; on
PostgreSQL there are a few, and a key always goes to the same one. A turn may be run more than once, but only what its
last run did is kept.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from storage import Conflict, Store, Unavailable, Work

T = TypeVar("T")

MOST_TURNS_A_COMMIT = 64
MOST_RUNS_A_TURN = 3


@dataclass(slots=True, eq=False)
class _Turn:
    act: Callable[[Work], Any]
    future: asyncio.Future[Any]
    result: Any = None
    fault: BaseException | None = None


class TurnRunner:
    """Turns of one key run one after the other, in the order they were handed in."""

    def __init__(self, store: Store, *, threads: int = 4) -> None:
        self._store = store
        count = 1 if store.has_one_writer else threads
        self._queues: list[SimpleQueue[_Turn | None]] = [SimpleQueue() for _ in range(count)]
        self._threads: list[threading.Thread] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Begin to run turns. Call it on the event loop whose tasks will wait for them."""
        self._loop = asyncio.get_running_loop()
        for number, queue in enumerate(self._queues):
            thread = threading.Thread(target=self._serve, args=(queue,), name=f"turns-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    async def stop(self) -> None:
        """Run what was handed in, then end. Turns handed in from now on are refused."""
        threads, self._threads = self._threads, []
        if not threads:
            return
        for queue in self._queues:
            queue.put(None)
        for thread in threads:
            await asyncio.to_thread(thread.join)

    async def run(self, key: Hashable, turn: Callable[[Work], T]) -> T:
        """What the turn returned, once it is committed; or raise what it raised, with nothing of it kept.

        Raises `Unavailable` if the store is away, and `Conflict` if others were in the way each time. A caller who is
        cancelled does not stop the turn.
        """
        if not self._threads or self._loop is None:
            raise RuntimeError("the turn runner is not running")
        future: asyncio.Future[T] = self._loop.create_future()
        self._queues[hash(key) % len(self._queues)].put(_Turn(turn, future))
        return await future

    def _serve(self, queue: "SimpleQueue[_Turn | None]") -> None:
        while True:
            turns, ended = _take(queue)
            if turns:
                self._commit_together(turns)
                self._answer(turns)
            if ended:
                return

    def _commit_together(self, turns: list[_Turn]) -> None:
        try:
            self._run_batch(turns)
        except Conflict:
            # Locks held by the other turns of the batch may have been part of it: each goes alone now.
            for turn in turns:
                self._commit_alone(turn)
        except BaseException as fault:
            for turn in turns:
                turn.fault = _as_unavailable(fault)

    def _commit_alone(self, turn: _Turn) -> None:
        for _ in range(MOST_RUNS_A_TURN - 1):
            try:
                self._run_batch([turn])
            except Conflict as fault:
                turn.fault = fault
            except BaseException as fault:
                turn.fault = _as_unavailable(fault)
                return
            else:
                return

    def _run_batch(self, turns: list[_Turn]) -> None:
        with self._store.batch() as batch:
            for turn in turns:
                turn.result = turn.fault = None
                try:
                    with batch.turn() as work:
                        turn.result = turn.act(work)
                except (Conflict, Unavailable):
                    raise
                except BaseException as fault:
                    turn.fault = fault
            batch.commit()

    def _answer(self, turns: list[_Turn]) -> None:
        assert self._loop is not None
        with contextlib.suppress(RuntimeError):  # the loop is closed, nobody waits any more
            self._loop.call_soon_threadsafe(_settle, turns)


def _take(queue: "SimpleQueue[_Turn | None]") -> tuple[list[_Turn], bool]:
    """All turns that wait, at least one; and whether the end was reached."""
    turns: list[_Turn] = []
    turn = queue.get()
    while turn is not None:
        turns.append(turn)
        if len(turns) == MOST_TURNS_A_COMMIT:
            return turns, False
        try:
            turn = queue.get_nowait()
        except Empty:
            return turns, False
    return turns, True


def _settle(turns: list[_Turn]) -> None:
    for turn in turns:
        if turn.future.done():
            continue
        if turn.fault is None:
            turn.future.set_result(turn.result)
        elif isinstance(turn.fault, StopIteration):  # a future refuses it
            turn.future.set_exception(RuntimeError("a turn raised StopIteration"))
        else:
            turn.future.set_exception(turn.fault)


def _as_unavailable(fault: BaseException) -> Unavailable:
    if isinstance(fault, Unavailable):
        return fault
    unavailable = Unavailable("the turn could not be committed")
    unavailable.__cause__ = fault
    return unavailable
