"""What was understood, said back in one line; what changed, on a line of its own."""

from collections.abc import Mapping

from dialogs import attempts
from dialogs.draft import Draft
from dialogs.recap import item_words
from dialogs.view import Attempt

FREE = ("text", "company")  # kinds of slots that take words as they stand


def say(draft: Draft, old: Mapping[str, str], logged: tuple[Attempt, ...]) -> None:
    """Say back what was taken, in one line; what changed, and each contact, on a line of its own."""
    changed = [name for name in draft.filled if name in draft.guide.slots and draft.words_of(name)]
    for name in list(changed):
        if old.get(name):
            changed.remove(name)
            if old[name] != draft.words_of(name):
                params = {"label": draft.text(f"label.{name}"), "old": old[name], "new": draft.words_of(name)}
                draft.say("corrected", params, [draft.undo_button()])
    if logged:
        changed = [name for name in changed if name not in attempts.SAID_IN_LINE]
    aloud = bool(changed) and (changed != [draft.asked] or _took_free_words(draft, changed[0]))
    items = [item_words(draft, name) for name in changed] if aloud else []
    if logged:
        attempts.log(draft, logged, aloud=not items)
        items += [attempts.words(draft, attempt) for attempt in logged] if items else []
    if items:
        buttons = [draft.undo_button()] if logged else []
        draft.say("understood", {"items": draft.listed(items, "list.clauses")}, buttons)


def _took_free_words(draft: Draft, name: str) -> bool:
    """Was an answer taken as it stands, so that the person should see what it was taken for?"""
    return draft.guide.slots[name].kind in FREE and draft.view.value(name) == draft.turn.text.strip()
