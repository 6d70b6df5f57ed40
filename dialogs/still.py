"""A few words that say no more than that nothing has come of it yet, as the reminders ask for them."""

from dialogs import answers, guards, ladder, sections, told, wordlists
from dialogs.draft import Draft

MARKS = " 。.!！,，~～"
TAIL = "呢啊呀了哦啦嘛的吧"
LONGEST, LONGEST_LATIN = 16, 24  # characters of words that say nothing else
CONTACTED = "contacted"
REMINDER = "contact_first"


def take(draft: Draft) -> bool:
    """Take the words that are the whole message and that the question asked does not want: the next step once more, or
    the step with the company for who has not been in touch with it."""
    slot = draft.asked_slot
    if not draft.view.problem and draft.turn.plain.strip(MARKS).rstrip(TAIL) in draft.guide.unnamed:
        draft.say("unnamed")
        draft.handled = True
        return True
    if not draft.view.problem or (slot is not None and answers.read_answer(draft, slot)[0]):
        return False
    plain = draft.turn.plain.strip(MARKS)
    words = told.LEAD.sub("", plain).rstrip(TAIL)
    if {plain, words} & set(draft.guide.not_contacted) and not draft.asked.startswith("item:"):
        if not _is_to_contact(draft):
            return False
        draft.set_fact(CONTACTED, "no")
        draft.filled.remove(CONTACTED)
        sections.enter(draft, draft.guide.jumps["ask_contact"])
        draft.place(told="")
        draft.handled = True
    elif {plain, words} & set(draft.guide.not_done):
        _go_on(draft)
    else:
        return False
    return True


def goes_on(draft: Draft) -> bool:
    """Do a few words say somewhere that the trouble goes on? Then say the next step again."""
    longest = LONGEST_LATIN if draft.turn.text.isascii() else LONGEST
    if not draft.view.problem or len(draft.turn.text) > longest:
        return False
    if not wordlists.says(draft.guide.still_words, draft.turn.plain):
        return False
    _go_on(draft)
    return True


def _is_to_contact(draft: Draft) -> bool:
    """Would a reminder ask whether the company was contacted? It knows the cases in which that is the wrong door."""
    rules = [rule for rule in draft.guide.reminders if rule.rule == REMINDER]
    return any(guards.holds(rule.when, draft.guide, draft.view) for rule in rules)


def _go_on(draft: Draft) -> None:
    """Say the next step: of the ladder, where a waiting is over, else the best there is."""
    said = len(draft.replies)
    ladder.tell_over(draft)
    if len(draft.replies) == said:
        if not said:  # who was just welcomed back has room for the next step only
            draft.say("noted.still")
        draft.place(told="")
    draft.handled = True
