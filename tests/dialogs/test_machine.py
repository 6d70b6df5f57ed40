"""The machine: one for all cases, and drawn as it runs."""

from pathlib import Path

import pytest

from dialogs.machine import SectionMachine, diagram
from tests.dialogs.walking import DIALOG, GUIDE, case

DIAGRAM = Path(__file__).parents[2] / "docs" / "diagram.md"


def test_the_diagram_in_the_docs_is_the_machine_that_runs() -> None:
    """Written anew with: python -m bot diagram."""
    block = DIAGRAM.read_text("utf-8").partition("```mermaid\n")[2].partition("```")[0]

    assert block == diagram(GUIDE)


def test_the_diagram_shows_every_move() -> None:
    drawn = diagram(GUIDE)

    assert all(f"    {move.source} --> {move.target}: {move.trigger}" in drawn for move in GUIDE.moves)


def test_every_section_can_be_reached_by_asking_for_it() -> None:
    machine = SectionMachine(GUIDE)

    for section in set(GUIDE.sections) - {GUIDE.initial}:
        assert machine.target(f"jump_{section}", case("opening")) == section


@pytest.mark.parametrize("section", GUIDE.sections)
def test_going_on_always_leads_elsewhere_except_at_the_end(section: str) -> None:
    target = DIALOG.machine.target("go_on", case(section, "settlement_delay"))

    assert (target != section) is (section != GUIDE.sections[-1])


def test_a_trigger_that_is_none_changes_nothing() -> None:
    assert DIALOG.machine.target("fly", case("legal")) == "legal"


@pytest.mark.parametrize(
    ("source", "facts", "problem", "target"),
    [
        ("assess", {}, "settlement_delay", "evidence"),
        ("assess", {"fraud_loss": "paid"}, "suspected_fraud", "rights"),
        ("assess", {"can_collect": "no"}, "device_fault", "alternatives"),
        ("assess", {"fixed": "yes"}, "device_fault", "closing"),
        ("closing", {"outcome": "unsolved"}, "deposit_refund", "contact_support"),
        ("closing", {"outcome": "partly", "contacted": "yes"}, "deposit_refund", "rights"),
        ("closing", {"outcome": "solved"}, "deposit_refund", "closing"),
    ],
)
def test_the_first_move_whose_condition_holds_is_taken(
    source: str, facts: dict[str, str], problem: str, target: str
) -> None:
    assert DIALOG.machine.target("go_on", case(source, problem, facts)) == target


def test_a_turn_leaves_no_case_behind_in_the_machine() -> None:
    """Models that are added to a machine are kept until removed: none is ever added."""
    DIALOG.machine.target("go_on", case("assess", "device_fault"))

    assert DIALOG.machine._machine.models == []
