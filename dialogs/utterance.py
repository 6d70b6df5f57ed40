"""The person's own words: what they answer, what they ask for besides, what to say when they were not understood."""

from dataclasses import replace
from unicodedata import category

from dialogs import (
    actions,
    amending,
    answers,
    attempts,
    channels,
    charges,
    codes,
    commands,
    contacts,
    days,
    excuses,
    exhibits,
    insults,
    ladder,
    letter_answers,
    letters,
    news,
    ongoing,
    read_answers,
    requests,
    sections,
    shelf,
    situations,
    still,
    topics,
    understood,
    undoing,
    wordlists,
)
from dialogs.draft import Draft

SHORT = 8  # characters of an answer that cannot at the same time be another wish
SHORT_LATIN = 24
MISSES = 3
HALF_SURE = 0.5  # below it, words that seem to be nothing of ours count as not understood


def take(draft: Draft) -> None:
    """Take the answers in the words, then do what they ask for."""
    if exhibits.named(draft) or (shelf.is_order(draft) and shelf.take(draft)):
        return  # it says itself which exhibit it is about
    if read_answers.answer(draft):
        return  # before anything older: "yes" to a photo must not delete what was asked about before it
    if draft.asked.startswith("confirm:") and actions.confirm(draft):
        return
    if draft.turn.intent == "undo":
        undoing.wish(draft)
        return
    if shelf.take(draft):
        return
    if letter_answers.answer(draft) or letters.wish(draft):
        return
    if all(category(character)[0] in "PZC" for character in draft.turn.text):
        return  # marks alone say nothing, whatever they were taken for; a thumb says something
    if amending.take(draft):
        return
    if answers.is_vague(draft):
        slot = draft.guide.slots[draft.asked]
        draft.say(f"which.{slot.name}", buttons=sections.slot_buttons(draft, slot))
        draft.handled = draft.quiet = True
        return
    if days.is_date_alone(draft):
        _date(draft)
        return
    if insults.take(draft) or still.take(draft):
        ladder.tell_over(draft)
        return
    if _is_name_alone(draft):
        draft.turn = replace(draft.turn, intent="", secondary=())  # whatever a name sounds like, it is a name
        if _another_company(draft):
            return
    asked, old_problem = draft.asked, draft.view.problem
    old = {name: draft.words_of(name) for name in draft.view.facts if name in draft.guide.slots}
    if channels.answer(draft):
        return
    if answers.asks_for_a_meaning(draft) and (topic := topics.meant(draft)):
        topics.tell(draft, topic)
        draft.handled = draft.aside = True
        return
    if draft.turn.intent != "illicit_request" or situations.overrule(draft):
        situations.take(draft)
    if news.take(draft) or codes.answer_bare(draft):
        return
    if draft.turn.intent != "illicit_request":
        answers.fill(draft)
    ongoing.take(draft)
    doubted = charges.doubt(draft)
    short = SHORT_LATIN if draft.turn.text.isascii() else SHORT
    only_answer = asked in draft.filled and len(draft.turn.text) <= short
    answers_alone = only_answer or (
        asked in draft.filled and not contacts.names_contact(draft.guide.contacts, draft.turn)
    )
    logged = () if answers_alone else attempts.told(draft)
    if "contact_result" in draft.filled and not logged:
        logged = (attempts.answered(draft, draft.view.value("contact_result")),)
    understood.say(draft, old, logged)
    if doubted:
        charges.ask_back(draft, doubted)
        return
    ladder.propose(draft, logged)
    sections.reconsider(draft, old_problem)
    _answer_excuse(draft)
    codes.answer(draft)
    requests.meet(draft, only_answer=only_answer)
    if not draft.handled:
        _plain(draft, asked)
    if draft.handled and not logged and not any(reply.key.startswith("ladder") for reply in draft.replies):
        ladder.tell_over(draft)


def miss(draft: Draft) -> None:
    """Say that the words were not understood, and ask again; the third time in a row offer a person."""
    misses = draft.position.misses + 1
    draft.place(misses=misses)
    slot = draft.asked_slot
    buttons = sections.slot_buttons(draft, slot) if slot else []
    question = draft.text(f"ask.{slot.name}") if slot else ""
    if misses >= MISSES:
        buttons.append(draft.button("!human", "", "button.human"))
    draft.say(f"miss.{min(misses, MISSES)}", {"question": question}, buttons)
    if slot is None and misses < MISSES:
        sections.proceed(draft)


def _is_name_alone(draft: Draft) -> bool:
    """Are the words the name of a company and nothing else?"""
    entities = draft.turn.entities
    return len(entities) == 1 and entities[0].type == "company" and entities[0].text == draft.turn.text.strip()


def _another_company(draft: Draft) -> bool:
    """Say of a second company what it may be: brand, licence holder and agent are often three."""
    known, named = draft.view.value("company"), draft.turn.entities[0].value
    slot = draft.asked_slot
    if not known or known == named or (slot is not None and slot.kind in (*understood.FREE, "name")):
        return False
    draft.say("company.second", {"known": known, "named": named}, [draft.button("!holder", "", "button.holder")])
    draft.handled = draft.aside = True
    return True


def _answer_excuse(draft: Draft) -> None:
    """What they were put off with is answered once: what it means, what to ask back, how long to give it."""
    if draft.situated and ("problem" in draft.filled or not draft.view.problem):
        return  # a story that begins so: what its special case calls for comes first
    put_off = draft.view.problem or draft.view.attempts
    if "arbitration_clause" in draft.filled:
        return  # what the contract says was told, and not by them
    excuse = excuses.find(draft.guide, draft.turn.plain) if put_off else None
    if excuse is None or not draft.show(f"excuse.{excuse.id}"):
        return
    draft.set_fact("excuse", excuse.id)
    draft.filled.remove("excuse")
    draft.say(f"excuse.{excuse.id}")
    draft.handled = True


def _plain(draft: Draft, asked: str) -> None:
    """Yes, no and a few words that only the question gives a meaning; or another trouble than the case's."""
    intent = draft.turn.intent
    if asked == "reminder" and commands.wish_time(draft) is not None:
        commands.remind(draft)
        draft.handled = True
    elif exhibits.name(draft) or exhibits.told(draft):
        draft.handled = True
    elif intent == "affirm" and asked in (sections.GO_ON, ""):
        commands.done(draft)
        draft.handled = True
    elif intent in ("affirm", "deny"):
        _yes_or_no(draft, asked)
    elif topic := topics.asked_about(draft):
        topics.tell(draft, topic)
        draft.handled = draft.aside = True
    elif intent in draft.guide.problems and intent != draft.view.problem and draft.turn.confidence >= HALF_SURE:
        if any(word in draft.turn.plain for word in draft.guide.another_words) and not draft.view.signs:
            _another_trouble(draft, intent)
        elif wordlists.asks(draft.guide.question_words, draft.turn.plain):
            _no_answer(draft)
        else:
            draft.say("noted.told")
            draft.handled = True
    elif answers.fill_unasked(draft):
        understood.say(draft, {}, ())
    else:
        still.goes_on(draft)


def _no_answer(draft: Draft) -> None:
    """A question about the trouble for which there is no text: say so, and the next step once more."""
    draft.say("question.open")
    draft.place(told="")
    draft.handled = draft.aside = True


def _date(draft: Draft) -> None:
    """A day that nobody asked for: the day the trouble began, if that is not known; else ask what day it is."""
    since = draft.guide.slots["since"]
    if draft.view.problem and not draft.view.value("since") and draft.applies(since) and days.take_date(draft):
        understood.say(draft, {}, ())
        return
    day = draft.turn.entities[0].value[:10]
    slots = [slot for slot in draft.guide.slots.values() if slot.kind == "time" and draft.applies(slot)]
    draft.say(
        "date.which", buttons=[draft.button("!day", f"{slot.name}.{day}", f"label.{slot.name}") for slot in slots]
    )
    draft.handled = draft.quiet = True


def _yes_or_no(draft: Draft, asked: str) -> None:
    """What yes and no mean where no question asks for them: no to an item of evidence, that it cannot be had; no to a
    question for something, that it is not known; no to going on, that it is enough for now."""
    slot = draft.guide.slots.get(asked)
    denied = draft.turn.intent == "deny"
    if asked.startswith("item:") and denied:
        draft.skip(asked)
        draft.say("item.unavailable")
    elif asked.startswith("item:"):
        draft.say("item.send")
        draft.quiet = True
    elif denied and slot is not None and slot.unknown and draft.turn.plain.strip(" 。.!,，") in draft.guide.bare_no:
        commands.dont_know(draft)
    elif denied and asked == sections.GO_ON and _is_enough(draft):
        draft.say("goodbye")
        draft.quiet = True
    else:
        return
    draft.handled = True


def _is_enough(draft: Draft) -> bool:
    """Does a no to going on mean that it is enough, and not that something is not there?"""
    plain = draft.turn.plain.strip(" 。.!,，")
    return plain in draft.guide.bare_no or wordlists.says(draft.guide.enough_words, plain)


def _another_trouble(draft: Draft, problem: str) -> None:
    """Ask whether it is another matter or what the case is about."""
    name = {"problem": draft.text(f"problem.{problem}"), "old": draft.words_of("problem")}
    buttons = [
        draft.button("!new", problem, "button.new_case"),
        draft.button("problem", problem, "button.change_problem", name),
        draft.button("!status", "", "button.continue"),
    ]
    draft.say("case.another", name, buttons)
    draft.handled = True
    draft.quiet = True
