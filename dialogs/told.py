"""What a clause says outright, whatever was asked: "I have a licence", "it is still not working"."""

import re

from dialogs import wordlists
from dialogs.draft import Draft

CLAUSE = re.compile(r"[^,，。;；!！\n ]+")
LATIN_CLAUSE = re.compile(r"[^,.;!?\n]+")
LATIN_LEAD = re.compile(r"^(?:yes|well|and|but|so|oh|now|also| )+")
PAPERS, NOTHING = "gave_papers", "nothing_yet"  # what a swindler got
LEAD = re.compile(r"^(?:我们?|咱们?|俺|店里|这边|现在|今天|就|也|还|又|其实|反正|但是?|可是?|而且|主要|那|是)+")


def fill(draft: Draft) -> bool:
    """Take the values whose phrases begin a clause, also in place of others. False where there is none."""
    pattern, lead = (LATIN_CLAUSE, LATIN_LEAD) if draft.turn.plain.isascii() else (CLAUSE, LEAD)
    told = (one for one in pattern.findall(draft.turn.plain) if not wordlists.asks(draft.guide.question_words, one))
    clauses = [one for clause in told for one in (clause, lead.sub("", clause))]
    found = {}
    for slot in draft.guide.slots.values():
        if not slot.told or slot.name in draft.kept_out or not draft.applies(slot):
            continue
        named = [value for value, phrases in slot.told.items() if any(one.startswith(phrases) for one in clauses)]
        if PAPERS in (*named, draft.view.value(slot.name)) and not draft.correcting:
            named = [value for value in named if value != NOTHING]  # "no money given" takes no papers back
        if len(named) == 1:
            found[slot.name] = named[0]
            if named[0] != draft.view.value(slot.name):
                draft.set_fact(slot.name, named[0])  # at once: other slots may apply only then
            draft.handled = True
    return bool(found)
