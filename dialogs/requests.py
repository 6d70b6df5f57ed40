"""What words ask for besides an answer: commands, texts, other sections."""

from dialogs import answers, commands, exhibits, mentions, sections, topics, understood
from dialogs.draft import Draft
from dialogs.recap import item_words

CHAT = ("out_of_scope", "greet", "thanks", "goodbye")
ONLY_ANSWERS = ("dont_know", "skip", "go_back", "done")  # no command when the question was answered with it
NOTHING = ("", "out_of_scope")
SURE = 0.8  # confidence from which a matter counts as settled without asking
BARE = 4  # characters of words that are nothing but an answer
SHORT = 8  # characters of words that say no more than what is known
SHORT_LATIN = 24
MISSES = 3
HALF_SURE = 0.5


def meet(draft: Draft, *, only_answer: bool) -> None:
    """Do what was asked for besides the answer: commands, texts, jumps. A few words that answer the question ("没有")
    and a value set right are no request, unless for a person or the like."""
    nothing_else = only_answer or (draft.correcting and bool(draft.filled))
    if draft.turn.intent in NOTHING and _says_again(draft):
        return
    if not draft.filled and (topic := topics.mistaken(draft)):
        topics.tell(draft, topic)
        draft.handled = draft.aside = True
        return
    if draft.turn.intent == "ask_evidence" and exhibits.told(draft):
        draft.handled = True
        return
    for intent in draft.turn.intents:
        if draft.quiet:
            return  # what was asked for has a question of its own
        if intent in commands.COMMANDS:
            if (nothing_else and intent not in answers.AT_ANY_TIME) or (draft.filled and intent in ONLY_ANSWERS):
                continue
            commands.COMMANDS[intent](draft)
            draft.handled = True
            draft.aside = draft.aside or intent not in (*ONLY_ANSWERS, "correct_answer")
        elif nothing_else:
            continue
        elif intent in draft.guide.jumps:
            if intent != "resolved" or not ("fixed" in draft.filled or _is_told_of_trouble(draft)):
                _jump(draft, intent)
        elif intent == "illicit_request":
            refusals = (refusal for refusal in draft.guide.refusals if topics.are_words_of(draft, refusal))
            draft.say(next(refusals, draft.guide.refusals[-1]).key)
            draft.handled = True
        elif intent in draft.guide.answers:
            _reply(draft, intent)


def _says_again(draft: Draft) -> bool:
    """Say back what is known already, where a few words are no more than that."""
    short = SHORT_LATIN if draft.turn.text.isascii() else 2 * SHORT
    again = answers.said_again(draft) if not draft.handled and len(draft.turn.text) <= short else []
    if again:
        draft.say("understood", {"items": draft.listed((item_words(draft, name) for name in again), "list.clauses")})
        draft.handled = draft.aside = True
    return bool(again)


def _is_told_of_trouble(draft: Draft) -> bool:
    """Do the words tell above all of a trouble, be it a new one or one of which they do not say that it ended?"""
    if draft.turn.intent not in draft.guide.problems:
        return False
    ended = mentions.named_value(draft.guide.slots["outcome"].words, draft.turn.plain) == "solved"
    return "problem" in draft.filled or not ended


def _jump(draft: Draft, intent: str) -> None:
    """Go to the section asked for and explain there what the words name."""
    was, section = draft.view.section, draft.guide.jumps[intent]
    topic = topics.named(draft, section)
    sections.enter(draft, section, aloud=topic is None and intent != "ask_severity")
    answers.fill_section(draft)
    if intent == "ask_severity":
        commands.severity(draft)
    if topic is not None:
        topics.tell(draft, topic)
    sure = draft.turn.confidence >= SURE or was == section
    if intent == "resolved" and sure and "outcome" not in draft.filled:
        draft.set_fact("outcome", "solved")
    draft.handled = True


def _reply(draft: Draft, intent: str) -> None:
    """Answer with a text. What is none of ours counts as a miss, so that a person is offered in the end."""
    if intent == "out_of_scope" and len(draft.turn.plain) <= BARE and not draft.handled and answers.fill_unasked(draft):
        understood.say(draft, {}, ())  # none of ours by the sound of it, but the very words of an answer
        return
    if intent in CHAT and (draft.handled or draft.replies):
        draft.handled = True
        return
    if intent == "check_licence" and "has_licence" in draft.filled:
        return  # a licence of one's own is none to be checked
    draft.aside = True
    if intent == "out_of_scope":
        misses = draft.position.misses + 1
        if draft.turn.confidence < HALF_SURE or misses >= MISSES:
            return
        draft.place(misses=misses)
        draft.missed = True
    buttons = [draft.button("!export", "", "button.export")] if intent == "ask_privacy" else []
    if intent in ("check_licence", "check_settlement"):
        buttons.append(draft.button("!holder", "", "button.holder"))
    key = draft.guide.answers[intent]
    if key in draft.position.said and draft.texts.has(f"{key}.more"):
        key = f"{key}.more"  # asked once more: the rest of it
    draft.say(key, buttons=buttons)
    draft.handled = True
