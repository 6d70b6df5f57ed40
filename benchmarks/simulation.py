"""What simulated merchants go through: `python -m benchmarks.simulation [FIRST [COUNT]]`. The cases are those of
tests/simulation; this prints what the tests only bound."""

import asyncio
import statistics
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.simulation.play import Hasty, Played, play
from tests.simulation.test_simulation import PHOTO
from tests.support.program import NOON, running


async def run(first: int, count: int) -> None:
    """Play the cases and print the figures."""
    started = time.process_time()
    with TemporaryDirectory() as folder:
        async with running(f"sqlite:///{folder}/x.db", Path(folder), NOON, person=Hasty) as (app, terminal):
            cases = [await play(app, terminal, seed, PHOTO) for seed in range(first, first + count)]
    moves = sum(case.moves for case in cases)
    useful = sorted(case.useful_after or 99 for case in cases)
    lengths = sorted(case.moves for case in cases)
    answers, unheard = sum(case.answers for case in cases), sum(len(case.unheard) for case in cases)
    told, misheard = sum(case.told for case in cases), sum(len(case.misheard) for case in cases)
    print(f"{count} cases, {moves} messages, {(time.process_time() - started) / moves * 1000:.1f} ms of CPU a message")
    print(f"finished              {share(sum(case.finished for case in cases), count)}")
    print(f"messages to the end   median {statistics.median(lengths):.0f}, most {lengths[-1]}")
    print(f"first useful action   median {statistics.median(useful):.0f}, 95 of 100 within {useful[int(count * 0.95)]}")
    print(f"asked again unheard   {share(unheard, answers)}")
    print(f"taken for another     {share(misheard, told)}")
    report(cases)


def share(part: int, whole: int) -> str:
    """A part of a whole in words."""
    return f"{part} of {whole} ({part / max(1, whole):.1%})"


def report(cases: list[Played]) -> None:
    """The faults, the most frequent first, and what was misheard."""
    faults = Counter(fault.partition(":")[0] for case in cases for fault in case.faults)
    print(f"faults                {sum(faults.values())}")
    for fault, times in faults.most_common(20):
        print(f"  {times} x {fault}")
    for case in cases:
        for one in (*case.misheard, *case.unheard):
            print(f"  {one}")


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    asyncio.run(run(given[0] if given else 0, given[1] if len(given) > 1 else 1000))
