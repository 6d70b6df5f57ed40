"""How much CPU a turn costs: many people at once write through WeChat to one process on SQLite with durable commits.

`python -m benchmarks.load [--turns 3000] [--people 32] [--runs 3]`. Loopback only. Each run has a fresh database; each
person tells a whole case and is then somebody new. Beside it, in the same run, the floor (`benchmarks.floor`) takes
the same pushes: on a shared machine the ratio says more than the figure.
"""

import argparse
import asyncio
import sqlite3
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.people import STORY, Line, Person, account
from benchmarks.server import Server, free_port, program

WARM_UP = 64  # turns before the measurement: imports, caches, the first page of each table


@dataclass(frozen=True, slots=True)
class Result:
    """One run. Milliseconds and megabytes; `waits` are the answer times as the people saw them."""

    turns: int
    seconds: float
    user: float
    system: float
    waits: list[float]
    rss: float
    growth: float

    @property
    def cpu(self) -> float:
        """CPU a turn."""
        return (self.user + self.system) / self.turns

    def percentile(self, part: float) -> float:
        """The wait that this part of the answers did not pass."""
        return sorted(self.waits)[min(len(self.waits) - 1, int(len(self.waits) * part))]


async def talk(server: Server, people: int, turns: int, *, answered: bool, begin: int) -> list[float]:
    """`people` at once until `turns` were taken; the waits. Raises if an answer is not as it must be."""
    platform = account()
    waits: list[float] = []
    left = iter(range(turns))

    async def one(number: int) -> None:
        async with Line(server.port) as line:
            for life in range(turns):
                person = Person(platform, f"oBench_{begin + number:04d}_{life:06d}")
                for text in STORY:
                    if next(left, None) is None:
                        return
                    _, push = person.writes(text)
                    sent = time.perf_counter()
                    status, answer = await person.sends(line, push)
                    waits.append((time.perf_counter() - sent) * 1000)
                    if status != 200 or (answered and not answer):
                        raise RuntimeError(f"status {status}, answer {answer!r}")

    await asyncio.gather(*(one(number) for number in range(people)))
    return waits


def measure(server: Server, people: int, turns: int, *, answered: bool = True) -> Result:
    """Start the server, warm it, measure it, stop it."""
    server.start()
    try:
        asyncio.run(talk(server, people, WARM_UP, answered=answered, begin=1000))
        before, started = server.usage(), time.perf_counter()
        waits = asyncio.run(talk(server, people, turns, answered=answered, begin=0))
        seconds, after = time.perf_counter() - started, server.usage()
    finally:
        server.stop()
    return Result(
        turns,
        seconds,
        after.user - before.user,
        after.system - before.system,
        waits,
        after.peak,
        after.rss - before.rss,
    )


def check(database: Path, turns: int) -> None:
    """Raise if a turn ended in an apology or is not kept: such a one would cost too little."""
    rows = sqlite3.connect(database)
    found = dict(rows.execute("SELECT status, count(*) FROM inbox GROUP BY status"))
    rows.close()
    if found != {"done": turns}:
        raise RuntimeError(f"{turns} turns were answered, kept are {found}")


def show(name: str, results: list[Result]) -> float:
    """Print the medians of several runs; the median CPU a turn."""

    def median(values: list[float]) -> float:
        return statistics.median(values)

    cpu = median([result.cpu for result in results])
    system = median([result.system / result.turns for result in results])
    print(
        f"{name:<10} {cpu:6.2f} ms CPU a turn ({system:.2f} of it system)  "
        f"{median([result.turns / result.seconds for result in results]):6.0f} turns/s  "
        f"p50 {median([result.percentile(0.5) for result in results]):6.1f} ms  "
        f"p99 {median([result.percentile(0.99) for result in results]):6.1f} ms  "
        f"RSS {median([result.rss for result in results]):4.0f} MB "
        f"(+{median([result.growth for result in results]):.1f} in the run)",
        flush=True,
    )
    return cpu


def main() -> None:
    """Measure the program and the floor by turns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=3000)
    parser.add_argument("--people", type=int, default=32)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    whole: list[Result] = []
    floor: list[Result] = []
    for _ in range(arguments.runs):
        with tempfile.TemporaryDirectory(prefix="zhanggui-load-") as name:
            folder = Path(name)
            port = free_port()
            bare = Server(folder, ["-m", "benchmarks.floor", name, str(port)], port)
            floor.append(measure(bare, arguments.people, arguments.turns, answered=False))
            whole.append(measure(program(folder), arguments.people, arguments.turns))
            check(folder / "zhanggui.db", arguments.turns + WARM_UP)
    print(f"{arguments.runs} runs of {arguments.turns} turns, {arguments.people} people at once; medians")
    least = show("floor", floor)
    cost = show("program", whole)
    print(f"ratio      {cost / least:.1f} times the floor")


if __name__ == "__main__":
    main()
