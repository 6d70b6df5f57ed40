"""What a section shows: self-checks, a response code, what needs repair, reasons, places to complain, ways to take
money."""

import re
from collections.abc import Callable, Mapping

from dialogs import channels, codes, drafting, guards
from dialogs.draft import Draft
from dialogs.guide import Show
from dialogs.letters import write
from dialogs.overcharge import money

MOST_FIXED = 10  # yuan that a fee taken on every payment may come to

NAME = re.compile("[：:]")  # ends the name at the head of a text


def display(draft: Draft, show: Show) -> None:
    """Say what the row of the guide shows."""
    if show.kind == "text":
        draft.show(show.key)
        draft.say(show.key)
    elif show.kind == "letter":
        write(draft, show.key)
    else:
        DISPLAYS[show.kind](draft)


def reasons(draft: Draft) -> None:
    """Why companies do not respond, each in a line; what follows from it on a tap."""
    heads = [draft.text(f"why.{one.id}").splitlines()[0] for one in draft.guide.reasons]
    buttons = [
        draft.button("!more", f"why.{one.id}", "button.way", {"name": NAME.split(head, maxsplit=1)[0]})
        for one, head in zip(draft.guide.reasons, heads, strict=True)
    ]
    draft.say("why", {"reasons": "\n".join([draft.text("why.intro"), *heads])}, buttons)


def reason(draft: Draft, name: str) -> None:
    """One reason, and what follows from it."""
    draft.say(f"why.{name}" if any(one.id == name for one in draft.guide.reasons) else "choice.gone")


def _checks(draft: Draft) -> None:
    steps = guards.checks(draft.guide, draft.view)
    lines = [f"{number}. {draft.text(step)}" for number, step in enumerate(steps, 1)]
    draft.say("checks", {"steps": "\n".join(lines)})


def _code(draft: Draft) -> None:
    codes.say_own(draft)


def _repair(draft: Draft) -> None:
    problem = draft.guide.problems[draft.view.problem]
    draft.say(problem.repair or "repair")


def _alternatives(draft: Draft) -> None:
    fitting = [way for way in draft.guide.alternatives if guards.holds(way.when, draft.guide, draft.view)]
    names = [draft.text(f"alternatives.{way.id}").splitlines()[0] for way in fitting]
    buttons = [
        draft.button("!way", way.id, "button.way", {"name": NAME.split(name, maxsplit=1)[0]})
        for way, name in zip(fitting, names, strict=True)
    ]
    lines = [f"{number}. {name}" for number, name in enumerate(names, 1)]
    draft.say("alternatives", {"ways": "\n".join(lines)}, buttons)


def overcharge(draft: Draft) -> None:
    """What was charged too much on one payment, with the calculation."""
    found = drafting.comparison(draft)
    if found is None:
        return
    verdict = draft.text("overcharge.fine")
    if found.difference > 0:
        verdict = draft.text("overcharge.too_much", {"difference": money(found.difference)})
        if found.difference == found.difference.to_integral_value() and found.difference <= MOST_FIXED:
            verdict += draft.text("overcharge.fixed_hint")
    draft.say("overcharge", {"lines": "\n".join(drafting.calculation(draft)), "verdict": verdict})


DISPLAYS: Mapping[str, Callable[[Draft], None]] = {
    "checks": _checks,
    "code": _code,
    "repair": _repair,
    "reasons": reasons,
    "overcharge": overcharge,
    "channels": channels.show,
    "alternatives": _alternatives,
}
SHOW_KINDS = ("text", "letter", *DISPLAYS)
