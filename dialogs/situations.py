"""Special cases within a trouble, recognised by the words they are told in."""

from dialogs import wordlists
from dialogs.draft import Draft
from dialogs.guide import Guide, Situation
from dialogs.view import CaseView

FACT = "situation"


def of(guide: Guide, view: CaseView) -> Situation | None:
    """The special case that this one is, as long as its problem is still the case's."""
    known = view.value(FACT)
    return next((one for one in guide.situations if one.id == known and one.problem == view.problem), None)


def find(guide: Guide, problem: str, text: str) -> Situation | None:
    """The first special case that a plain text tells of; of a known problem only its own."""
    return next(
        (
            one
            for one in guide.situations
            if problem in ("", one.problem) and wordlists.tells(one.says, text) and not wordlists.says(one.unless, text)
        ),
        None,
    )


def take(draft: Draft) -> None:
    """Note the special case that the words tell of, and what is known with it."""
    found = find(draft.guide, draft.view.problem, draft.turn.plain)
    if found is None or draft.view.value(FACT) == found.id:
        return
    if not draft.view.problem:
        draft.set_fact("problem", found.problem)
    draft.set_fact(FACT, found.id)
    draft.filled.remove(FACT)
    for name, value in found.facts.items():
        if name not in draft.view.facts:
            draft.set_fact(name, value)
            if name not in draft.guide.slots:
                draft.filled.remove(name)
    draft.handled = True
