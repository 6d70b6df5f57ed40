"""A fraud that is going on while it is told began today, unless another day is said."""

from dialogs import wordlists
from dialogs.draft import Draft

SINCE = "since"
FRAUD = "suspected_fraud"
DAYS = ("time", "duration")


def take(draft: Draft) -> None:
    """Take today as the day of a fraud that is told as happening now; it can be set right as any other day."""
    guide, plain = draft.guide, draft.turn.plain
    if draft.view.problem != FRAUD or not draft.turn.text or SINCE in draft.view.facts:
        return
    today = str(draft.now.date())
    others = (one for one in draft.turn.entities if one.type in DAYS and (one.type != "time" or one.value[:10] < today))
    if not draft.applies(guide.slots[SINCE]) or any(others):
        return
    asks_now = bool(draft.view.signs) and wordlists.says(guide.ongoing.asking, plain)
    if wordlists.says(guide.ongoing.past, plain) or not (wordlists.says(guide.ongoing.now, plain) or asks_now):
        return
    draft.set_fact(SINCE, today)
