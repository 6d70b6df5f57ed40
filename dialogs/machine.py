"""The guide as one `transitions` machine. The only module that imports the library; no callback acts."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from transitions import Machine

from dialogs import guards
from dialogs.condition import Condition
from dialogs.guide import Guide
from dialogs.view import CaseView


class SectionMachine:
    """Knows which section follows which. Built once; holds no state of any case."""

    def __init__(self, guide: Guide) -> None:
        self._guide = guide
        self._machine = Machine(
            model=None,
            states=list(guide.sections),
            initial=guide.initial,
            auto_transitions=False,
            ignore_invalid_triggers=True,
            transitions=[
                {"trigger": move.trigger, "source": move.source, "dest": move.target, "conditions": self._if(move.when)}
                for move in guide.moves
            ]
            + [
                {"trigger": f"jump_{section}", "source": "*", "dest": section}
                for section in guide.sections
                if section != guide.initial
            ],
        )

    def _if(self, condition: Condition) -> list[Callable[[CaseView], bool]]:
        return [lambda view: guards.holds(condition, self._guide, view)] if condition else []

    def target(self, trigger: str, view: CaseView) -> str:
        """The section the trigger leads to from the case's section; that section itself where there is no way."""
        event = self._machine.events.get(trigger)
        if event is None:
            return view.section
        walker: Any = SimpleNamespace(state=view.section)
        event.trigger(walker, view)
        return str(walker.state)

    def triggers(self, section: str) -> tuple[str, ...]:
        """What is possible from the section."""
        return tuple(self._machine.get_triggers(section))


def diagram(guide: Guide) -> str:
    """The moves of the guide as a Mermaid state diagram, drawn from the same machine that runs."""
    machine = SectionMachine(guide)
    lines = ["stateDiagram-v2", f"    [*] --> {guide.initial}"]
    for section in guide.sections:
        for move in guide.moves:
            if move.source == section and move.trigger in machine.triggers(section):
                lines.append(f"    {section} --> {move.target}: {_label(move.trigger, move.when)}")
    lines.append(f"    {guide.sections[-1]} --> [*]")
    reached = ", ".join(sorted(set(guide.jumps.values())))
    lines.append(f"    note right of {guide.initial}: asking for it jumps from anywhere to {reached}")
    return "\n".join(lines) + "\n"


def _label(trigger: str, condition: Condition) -> str:
    return f"{trigger} ({_words(condition)})" if condition else trigger


def _words(condition: Condition) -> str:
    """A condition in words that a diagram can carry: no brackets, quotes or colons."""
    lines = (
        ("" if wanted else "not ") + f"{name} {_argument(argument)}".strip() for name, wanted, argument in condition
    )
    return " and ".join(lines)


def _argument(argument: Any) -> str:
    if isinstance(argument, Mapping):
        return " and ".join(f"{name} {_argument(value)}" for name, value in argument.items())
    if isinstance(argument, (list, tuple)):
        return " or ".join(_words(part) if isinstance(part, tuple) else str(part) for part in argument)
    return "" if argument is None else str(argument)
