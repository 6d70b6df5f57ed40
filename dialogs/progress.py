"""How far the evidence has come: the most useful items as a bar and in words. Pure."""

from collections.abc import Mapping

from dialogs import guards
from dialogs.draft import Draft
from dialogs.guide import Guide
from dialogs.view import CaseView

CORE = 5  # of the checklist, which begins with the most useful, make a good case
ENOUGH = 3  # of them are enough to complain with
FULL, EMPTY = "▓", "░"


def count(guide: Guide, view: CaseView) -> tuple[int, int]:
    """How many of the most useful items there are, and how many could be had."""
    gone = {name.removeprefix("item:") for name in view.position.skipped}
    have = {exhibit.item for exhibit in view.exhibits}
    items = [item for item in guards.checklist(guide, view) if item in have or item not in gone][:CORE]
    return len([item for item in items if item in have]), len(items)


def level(have: int, of: int) -> str:
    """What it is enough for: none, some, enough, full.

    >>> level(0, 5), level(2, 5), level(3, 5), level(2, 2)
    ('none', 'some', 'enough', 'full')
    """
    if have == of:
        return "full"
    return "none" if have == 0 else "some" if have < ENOUGH else "enough"


def words(draft: Draft) -> str:
    """The bar and what it means, in one line."""
    have, of = count(draft.guide, draft.view)
    params: Mapping[str, str] = {
        "bar": FULL * have + EMPTY * (of - have),
        "have": str(have),
        "of": str(of),
        "level": draft.text(f"progress.{level(have, of)}"),
    }
    return draft.text("progress", params)
