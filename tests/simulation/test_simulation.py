"""Merchants told out of order, ignorant, angry, with photos first and old buttons: a thousand cases come to an end."""

import statistics
from pathlib import Path

import pytest

from tests.simulation.play import Hasty, play
from tests.support.program import NOON, running

PHOTO = Path(__file__).parent.parent / "conversations" / "files" / "slip.png"
AT_ONCE = 100


@pytest.mark.parametrize("first", range(0, 1000, AT_ONCE))
async def test_simulated_cases_come_to_their_packet_or_a_settled_end(
    first: int, sqlite_url: str, tmp_path: Path
) -> None:
    """At least 95 of a hundred end well, half hear what to do within three messages; no turn is without a reply or a
    way on, nothing known is asked for, and what was told is what is kept."""
    async with running(sqlite_url, tmp_path, NOON, person=Hasty) as (app, terminal):
        cases = [await play(app, terminal, seed, PHOTO) for seed in range(first, first + AT_ONCE)]

    assert [fault for case in cases for fault in case.faults] == []
    stuck = [f"seed {case.seed}:\n" + "\n".join(case.transcript[-12:]) for case in cases if not case.finished]
    assert len(stuck) <= AT_ONCE * 0.05, "\n".join(stuck)
    assert statistics.median(case.useful_after or 99 for case in cases) <= 3
    unheard = [one for case in cases for one in case.unheard]
    assert len(unheard) <= 0.01 * sum(case.answers for case in cases), unheard
    misheard = [one for case in cases for one in case.misheard]
    assert len(misheard) <= 0.02 * sum(case.told for case in cases), misheard
