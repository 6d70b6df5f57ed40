"""Special cases of a trouble, recognised by the words they are told in."""

from dataclasses import replace

from dialogs import sections, wordlists
from dialogs.draft import Draft
from dialogs.guide import Guide
from dialogs.recognised import Situation
from dialogs.special import FACT


def find(guide: Guide, problem: str, text: str) -> Situation | None:
    """The first special case that a plain text tells of; of a known problem only its own and those of any."""
    found = (one for one in guide.situations if tells(one, text))
    return next((one for one in found if not one.problem or problem in ("", one.problem)), None)


def tells(one: Situation, text: str) -> bool:
    """Does a plain text tell of the special case?"""
    return any(wordlists.tells(says, text) for says in one.ways) and not wordlists.says(one.unless, text)


def signs(draft: Draft) -> tuple[str, ...]:
    """The signs of fraud in the turn: those that special cases told of are, whatever the case is about, and those that
    the words were taken for, unless the special case only sounds like them."""
    if draft.turn.kind != "words":
        return draft.turn.signs
    own = tuple(one.sign for one in draft.guide.situations if one.sign and tells(one, draft.turn.plain))
    found = find(draft.guide, draft.view.problem, draft.turn.plain)
    return (*own, *(sign for sign in draft.turn.signs if found is None or sign not in found.means))


def overrule(draft: Draft) -> bool:
    """Do the words tell of a special case that only sounds like a request to be refused?"""
    found = find(draft.guide, draft.view.problem, draft.turn.plain)
    return found is not None and draft.turn.intent in found.means


def take(draft: Draft) -> None:
    """Note the special case that the words tell of, and what is known with it."""
    found = find(draft.guide, draft.view.problem, draft.turn.plain)
    if found is None:  # a fee that a swindler wants is no sum of the case, whatever it is about
        told = (one for one in draft.guide.situations if tells(one, draft.turn.plain))
        draft.kept_out = frozenset(slot for one in told for slot in one.keeps_out)
        return
    _leave_out(draft, found)
    if draft.view.value(FACT) == found.id:
        return
    if found.problem and not draft.view.problem:
        draft.set_fact("problem", found.problem)
    draft.set_fact(FACT, found.id)
    draft.filled.remove(FACT)
    for name, value in found.facts.items():
        if name not in draft.view.facts:
            draft.set_fact(name, value)
            if name not in draft.guide.slots:
                draft.filled.remove(name)
    if found.section:
        sections.enter(draft, found.section, aloud=False)
    draft.handled = draft.situated = True


def _leave_out(draft: Draft, found: Situation) -> None:
    """What the words would be taken for besides is not acted on, and values said with them are none of the case's."""
    draft.kept_out = frozenset(found.keeps_out)
    if set(draft.turn.intents) & set(found.means):
        left = [intent for intent in draft.turn.intents if intent not in found.means]
        draft.turn = replace(draft.turn, intent=(left or [""])[0], secondary=tuple(left[1:]))
