"""Words -> values of slots: what a turn says about the question asked, and what it says besides."""

import re
from datetime import timedelta
from decimal import Decimal

from dialogs import charges, days, mentions, sums, told, wordlists
from dialogs.draft import Draft
from dialogs.guide import Slot
from dialogs.turn import Entity

ENTITY_OF_KIND = {"amount": "amount", "rate": "rate", "code": "response_code", "company": "company"}
NUMBER_ENTITIES = ("merchant_no", "terminal_no", "reference_no")
APPROVED = "00"  # the response code of a payment that went through
TEXT_LIMIT = 200
SHORT_QUESTION = 16  # characters of a question about a word and nothing else
SHORT_ANSWER = 12  # characters of an answer to a question that was not asked
LONG_NUMBER = re.compile(r"\d{5}")  # in no name of a company
AT_ANY_TIME = ("ask_human", "pause", "delete_data", "stop_reminders", "new_case", "restart", "switch_language")
WISHES = ("ask_reminder", "ask_status", "ask_letter", "ask_packet", "ask_why")
YES_OR_NO = re.compile(r"\s*(?:(?P<yes>yes|yeah|yep)|no|nope)\b")


def fill(draft: Draft) -> None:
    """Take everything the words say: the problem, the entities, and the answer to the question."""
    draft.correcting = draft.correcting or _contradicts(draft)
    asked = None if asks_for_a_meaning(draft) else draft.asked_slot
    _fill_problem(draft)
    if draft.correcting:
        _fill_early(draft)
        _fill_entities(draft, ())
        sums.fill_corrected(draft)
        if asked and not draft.filled:
            _fill_asked(draft, asked)
    else:
        if told.fill(draft) and asked and asked.kind in ("choice", "yes_no", "text"):
            asked = None  # "I have a licence" is no yes to another question, and no ticket number
        used = charges.fill(draft)
        if asked and asked.name not in draft.filled:
            used = (*used, *_fill_asked(draft, asked, used))
        _fill_early(draft)
        _fill_entities(draft, used)
        sums.fill_bare(draft)


def _contradicts(draft: Draft) -> bool:
    """Do the words deny a value that is known and name another one of its kind: "not this but that"?"""
    if not sums.DENIAL.search(draft.turn.plain):
        return False
    for slot in draft.guide.slots.values():
        known = draft.view.value(slot.name)
        if slot.entity and known:
            said = {_value(draft, entity) for entity in mentions.entities(draft) if entity.type == slot.entity}
            if known in said and len(said) > 1:
                return True
    return False


def asks_for_a_meaning(draft: Draft) -> bool:
    """Do the words only ask what a word means? "What is T+1?" does not say that it was agreed."""
    plain = draft.turn.plain
    return len(plain) <= SHORT_QUESTION and wordlists.says(draft.guide.meaning_words, plain)


def _fill_early(draft: Draft) -> None:
    """Take values that the words name without having been asked for, or name anew in a correction."""
    if asks_for_a_meaning(draft):
        return
    if draft.turn.intent in AT_ANY_TIME:
        return  # a wish for a person ("个人") names no value
    for slot in draft.guide.slots.values():
        if not slot.early or slot.name in {*draft.filled, *draft.kept_out} or not draft.applies(slot):
            continue
        if slot.name in draft.view.facts and not draft.correcting:
            continue
        value = mentions.named_value(slot.words, draft.turn.plain)
        if value and value != draft.view.value(slot.name):
            draft.set_fact(slot.name, value)
            draft.handled = True


def is_vague(draft: Draft) -> bool:
    """Do the words answer the question without saying which of its values is meant?"""
    slot = draft.asked_slot
    return slot is not None and draft.turn.plain.strip(mentions.CLAUSE_ENDS + ".~") in slot.vague


def fill_unasked(draft: Draft) -> bool:
    """Take a few words as the answer to a question that was not asked yet, if a value of one slot alone is
    most of what they name."""
    text, plain = (
        draft.turn.text.strip().strip(mentions.CLAUSE_ENDS).lower(),
        draft.turn.plain.strip().strip(mentions.CLAUSE_ENDS),
    )
    if not draft.view.problem or not 1 < len(text) <= SHORT_ANSWER:
        return False
    if wordlists.asks(draft.guide.question_words, plain):
        return False
    found: dict[str, str] = {}
    for slot in draft.guide.slots.values():
        if slot.kind != "choice" or slot.name == "problem" or slot.name in draft.view.facts or not draft.applies(slot):
            continue
        if set(slot.values) <= {"yes", "no"}:
            continue  # a yes means something to its own question only
        exact = [value for value in slot.values if draft.value_words(slot.name, value).lower() == text]
        value = exact[0] if exact else mentions.named_value(_weighty(slot, plain), plain)
        if value:
            found[slot.name] = value
    here = {name for name in found if draft.guide.slots[name].section == draft.view.section}
    names = here if len(here) == 1 else set(found)
    if len(names) != 1:
        return False
    (name,) = names
    draft.set_fact(name, found[name])
    draft.handled = True
    return True


def _weighty(slot: Slot, text: str) -> dict[str, list[str]]:
    """The words of the slot's values that would be half of the text at least."""
    return {value: [word for word in words if 2 * len(word) >= len(text)] for value, words in slot.words.items()}


def said_again(draft: Draft) -> list[str]:
    """The slots whose known value is all that was said."""
    return [
        slot.name
        for slot in draft.guide.slots.values()
        if slot.entity and (known := draft.view.value(slot.name))
        if any(entity.type == slot.entity and _value(draft, entity) == known for entity in draft.turn.entities)
    ]


def fill_section(draft: Draft) -> None:
    """Take the values that the words which led to a section name for what it will ask."""
    for slot in draft.guide.slots_of(draft.view.section):
        if (
            slot.on_entry
            and slot.name not in draft.view.facts
            and (value := mentions.named_value(slot.words, draft.turn.plain))
        ):
            draft.set_fact(slot.name, value)


def _fill_problem(draft: Draft) -> None:
    problems = [intent for intent in draft.turn.intents if intent in draft.guide.problems]
    if not problems:
        return
    if "problem" in draft.filled:
        return  # the special case told says it
    if _is_a_sum(draft):
        return
    if problems[0] == "settlement_delay" and not draft.view.problem and _was_refused(draft):
        problems[0] = "transaction_failed"
    if not draft.view.problem or draft.correcting or draft.asked == "problem":
        if draft.view.problem != problems[0]:
            draft.set_fact("problem", problems[0])
        draft.handled = True


def _is_a_sum(draft: Draft) -> bool:
    """Are the words hardly more than a sum or a day, which tells of no trouble, whatever they were taken for?"""
    said = sum(len(entity.text) for entity in draft.turn.entities if entity.type in ("amount", "time", "duration"))
    return 0 < said >= len(draft.turn.text.strip(mentions.CLAUSE_ENDS)) - days.BESIDE_A_DAY


def _was_refused(draft: Draft) -> bool:
    """Did the screen show the code of a payment that did not go through, so that money which "did not arrive" may never
    have been charged?"""
    codes = [entity.value for entity in draft.turn.entities if entity.type == "response_code"]
    return any(code in draft.guide.codes and code != APPROVED for code in codes)


def _fill_asked(draft: Draft, slot: Slot, taken: tuple[Entity, ...] = ()) -> tuple[Entity, ...]:
    """Answer the question asked if the turn does; gives the entities used up by that. `taken`: what they are not."""
    value, used = read_answer(draft, slot, taken)
    if value:
        draft.set_fact(slot.name, value)
        draft.handled = True
    return used


def read_answer(draft: Draft, slot: Slot, taken: tuple[Entity, ...] = ()) -> tuple[str, tuple[Entity, ...]]:
    """The value the turn gives the slot ("" for none), and the entities it came from."""
    turn = draft.turn
    if slot.kind in ("choice", "yes_no"):
        return _read_choice(draft, slot), ()
    if slot.kind == "time":
        return days.read(draft)
    entity_type = slot.entity or ENTITY_OF_KIND.get(slot.kind, "")
    found = [one for one in mentions.entities(draft) if one.type == entity_type and one not in taken]
    if slot.kind == "rate":
        found = [one for one in found if not mentions.stands_apart(turn, slot, one) and not _is_asked_about(draft, one)]
    if found:
        return found[0].value, (found[0],)
    text = turn.text.strip()
    if slot.kind == "amount" and re.fullmatch(r"[¥￥]?\d{1,9}(\.\d{1,2})?元?", text):
        return text.strip("¥￥元"), ()
    if slot.kind == "code" and re.fullmatch(r"[0-9A-Za-z]{2}", text):
        return text.upper(), ()
    if slot.kind == "number":
        for entity in mentions.entities(draft):
            if entity.type in NUMBER_ENTITIES:
                return entity.value, (entity,)
        return (text if re.fullmatch(r"[0-9A-Za-z]{6,20}", text) else ""), ()
    if slot.kind in ("text", "company") and _is_plain(draft):
        if slot.kind == "company" and LONG_NUMBER.search(text):
            return "", ()
        limit = 30 if slot.kind == "company" else TEXT_LIMIT
        if 0 < len(text) <= limit:
            return text, mentions.entities(draft)  # a day in it is the answer's
    return "", ()


def _is_plain(draft: Draft) -> bool:
    """Are the words an answer as they stand, not a wish or another matter?"""
    taken = {"affirm", "deny", "dont_know", "skip", "go_back", "done", "pause", "restart", "correct_answer"}
    if wordlists.asks(draft.guide.question_words, draft.turn.plain):
        return False
    intent = draft.turn.intent
    return intent in ("out_of_scope", "") or (intent not in taken and draft.turn.confidence < 0.5)


def _read_choice(draft: Draft, slot: Slot) -> str:
    turn = draft.turn
    for intent in turn.intents:
        if intent in slot.intents:
            return slot.intents[intent]
    text = turn.text.strip()
    for value in slot.values:
        if text and text.lower() == draft.value_words(slot.name, value).lower():
            return value
    named = "" if turn.intent in AT_ANY_TIME else mentions.named_value(slot.words, turn.plain)
    if named:
        return named
    if slot.kind == "yes_no" or set(slot.values) >= {"yes", "no"}:
        if said := YES_OR_NO.match(turn.plain):
            return "yes" if said.group("yes") else "no"
        if turn.intent == "affirm" and not _begins_with_yes(draft):
            return ""
        return {"affirm": "yes", "deny": "no"}.get(turn.intent, "")
    return ""


def _begins_with_yes(draft: Draft) -> bool:
    """Is it a yes by its first word, and not only something good ("the paper is new")?"""
    words = draft.turn.plain.strip(mentions.CLAUSE_ENDS)
    yes = draft.guide.yes_words
    return words.isascii() or words.startswith(yes) or told.LEAD.sub("", words).startswith(yes)


def _fill_entities(draft: Draft, used: tuple[Entity, ...]) -> None:
    """Give entities to slots that lack a value; a correction also replaces one. A future time is no beginning."""
    free = [entity for entity in mentions.entities(draft) if entity not in used]
    if draft.correcting:
        free.reverse()  # "not this but that": the newer value comes last
    for slot in sorted(draft.guide.slots.values(), key=lambda slot: not slot.before):
        if (
            not slot.entity
            or slot.name in {*draft.filled, *draft.kept_out}
            or any(map(draft.view.value, slot.covered_by))
        ):
            continue
        if draft.correcting and sums.denies_another(draft, slot):
            continue
        candidates = [entity for entity in free if _fits(draft, slot, entity)]
        if not candidates or (draft.view.value(slot.name) and not draft.correcting):
            continue
        chosen = candidates[0]
        if draft.view.problem in slot.largest and not draft.correcting:
            chosen = max(candidates, key=lambda entity: Decimal(entity.value))
        elif draft.view.problem in slot.smallest and not draft.correcting:
            chosen = min(candidates, key=lambda entity: Decimal(entity.value))
        value = _value(draft, chosen)
        free = [entity for entity in free if entity is not chosen]
        if value != draft.view.value(slot.name):
            draft.set_fact(slot.name, value)
        draft.handled = True


def _fits(draft: Draft, slot: Slot, entity: Entity) -> bool:
    if slot.before and not charges.stands_after(draft.turn, slot.before, entity.text):
        return False
    if slot.problems and draft.view.problem and draft.view.problem not in slot.problems:
        return False
    if slot.apart and mentions.stands_apart(draft.turn, slot, entity):
        return False
    if slot.kind == "rate" and _is_asked_about(draft, entity):
        return False
    if slot.entity == "time":
        if entity.type not in ("time", "duration") or not _tells_of_the_matter(draft):
            return False
        if entity.type == "duration":
            return not mentions.lies_ahead(draft.turn, entity)
        return entity.value[:10] <= str(draft.now.date())
    return entity.type == slot.entity


def _is_asked_about(draft: Draft, entity: Entity) -> bool:
    """Is it only asked whether the value is right? "Is 0.38% normal?" tells of nothing agreed."""
    asks = draft.turn.plain.rstrip().endswith("?") and len(draft.turn.entities) == 1
    return asks or wordlists.asks(draft.guide.question_words, mentions.clause(draft.turn, entity.text))


def _tells_of_the_matter(draft: Draft) -> bool:
    """Do the words tell of the trouble, so that a day in them is the day it began, not that of a call or a wish?"""
    told = set(draft.turn.intents)
    guide = draft.guide
    if told & set(guide.problems) or draft.correcting:
        return True
    return not told & {*guide.results, *guide.jumps, *guide.answers, *WISHES}


def _value(draft: Draft, entity: Entity) -> str:
    if entity.type == "duration":
        return str(draft.now.date() - timedelta(days=int(entity.value)))
    return entity.value
