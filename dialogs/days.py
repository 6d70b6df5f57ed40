"""Days in words: the answer to a question for one, the day of a story, a day and nothing else."""

from datetime import timedelta

from dialogs import mentions
from dialogs.draft import Draft
from dialogs.turn import Entity

AHEAD = ("promised_until", "court_date", "papers_until")  # days to come
JUST_NOW = ("刚刚", "刚才", "刚", "就刚才", "就刚刚", "现在", "just now", "now", "right now")
BESIDE_A_DAY = 2  # characters that may stand beside a day which is all that was said


def is_date_alone(draft: Draft) -> bool:
    """Are the words a day and hardly anything else, with a question open that asks for none?"""
    slot, text = draft.asked_slot, draft.turn.text.strip(mentions.CLAUSE_ENDS)
    if draft.correcting or draft.asked in ("reminder", "") or (slot and slot.kind in ("time", "text", "story", "name")):
        return False
    days = [entity for entity in draft.turn.entities if entity.type == "time"]
    return len(days) == 1 == len(draft.turn.entities) and len(days[0].text) + BESIDE_A_DAY >= len(text)


def take_date(draft: Draft) -> bool:
    """Take the day in the words as the one on which the trouble began. False for one that lies ahead."""
    (entity,) = draft.turn.entities
    if entity.value[:10] > str(draft.now.date()):
        return False
    draft.set_fact("since", entity.value)
    draft.handled = True
    return True


def take_day_of_story(draft: Draft) -> bool:
    """Take the first day in a story as the one on which the trouble began, where that is not known. The day of a call
    is none, except where the call is the fraud."""
    slot = draft.guide.slots["since"]
    if draft.view.value(slot.name):
        return False
    is_fraud = draft.view.problem == "suspected_fraud"
    for entity in draft.turn.entities:
        has_been = entity.type == "time" and entity.value[:10] <= str(draft.now.date())
        if has_been and (is_fraud or not mentions.stands_apart(draft.turn, slot, entity)):
            draft.set_fact(slot.name, entity.value)
            draft.filled.clear()
            return True
    return False


def read(draft: Draft) -> tuple[str, tuple[Entity, ...]]:
    """The day that answers the question, and what it came from; "" for none."""
    slot = draft.asked_slot
    if slot is not None and any(
        slot.apart and mentions.stands_apart(draft.turn, slot, one) for one in mentions.entities(draft)
    ):
        return "", ()  # the day of a call is not the day asked for
    if draft.turn.plain.strip(mentions.CLAUSE_ENDS) in JUST_NOW:
        return str(draft.now.date()), ()
    for entity in mentions.entities(draft):
        if entity.type == "time":
            return entity.value, (entity,)
    for entity in mentions.entities(draft):
        if entity.type == "duration":
            days = int(entity.value)
            ahead = draft.asked in AHEAD or bool(draft.asked_slot and draft.asked_slot.days)
            sign = 1 if ahead else -1
            return str(draft.now.date() + timedelta(days=sign * days)), (entity,)
    return "", ()
