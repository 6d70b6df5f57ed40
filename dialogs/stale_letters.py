"""Letters that were written with what has changed since: which they are, and offering them anew."""

import re
from collections.abc import Mapping
from dataclasses import replace

from dialogs import letters
from dialogs.draft import Draft
from dialogs.view import Attempt, Fact

NUMBERS = ("amount", "rate", "time")
NUMBER = re.compile(r"[\d一二三四五六七八九十百千万]")


def stale(draft: Draft, before: Mapping[str, Fact], log: tuple[Attempt, ...]) -> None:
    """Say which letters were written with values that have changed, and offer them anew. `before`: the facts then,
    `log` the contacts."""
    written = [name.removeprefix(letters.WRITTEN) for name in draft.position.shown if name.startswith(letters.WRITTEN)]
    changed = [name for name, fact in before.items() if fact.value and draft.view.facts.get(name) != fact]
    again = {name for name, _ in draft.letters}
    _mind_story(draft, before, changed)
    undone = any(one.kind == "amended" for one in draft.turn.undone)
    if not written or not (changed or draft.amended or undone):
        return
    contacts = () if undone else (*log, *draft.view.attempts[len(log) :])  # undone: any letter that tells of contacts
    then = replace(draft.view, facts=before, attempts=contacts)
    old = Draft(draft.guide, draft.machine, draft.texts, draft.language, then, draft.turn)
    outdated = [name for name in written if name not in again and letters.body(draft, name) != letters.body(old, name)]
    if not outdated:
        return
    draft.place(
        shown=tuple(name for name in draft.position.shown if name.removeprefix(letters.WRITTEN) not in outdated)
    )
    for name in outdated:
        draft.effect(f"letter_stale:{name}")
    ids = dict.fromkeys(name.removesuffix(letters.SHORT) for name in outdated)
    listed = draft.listed(draft.text(f"letter.{name}") for name in ids)
    draft.say(
        "letter.stale", {"letters": listed}, [letters.button_of(draft, draft.guide.letters[name]) for name in ids]
    )
    if letters.STORY_OLD in draft.position.shown:
        change = draft.button("!change", letters.STORY, "button.story")
        draft.say("letter.story_old", {"story": letters.story(draft)}, [change])


def _mind_story(draft: Draft, before: Mapping[str, Fact], changed: list[str]) -> None:
    """Mark a story in the merchant's own words that may still say what was corrected; a new one is right again."""
    if letters.STORY in changed or not draft.view.value(letters.STORY):
        draft.place(shown=tuple(name for name in draft.position.shown if name != letters.STORY_OLD))
        return
    numbers = [name for name in changed if name in draft.guide.slots and draft.guide.slots[name].kind in NUMBERS]
    if numbers and letters.STORY in before and NUMBER.search(draft.view.value(letters.STORY)):
        draft.show(letters.STORY_OLD)
