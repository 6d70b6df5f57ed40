"""What words tell of contacts: with whom, which way, when, what was answered, until when it was promised."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from dialogs import contact_days, wordlists
from dialogs.contact_days import CLAUSE, ENGLISH, SPACE
from dialogs.contact_words import Contacts
from dialogs.turn import Entity, Turn
from dialogs.view import Attempt

ANSWER_LIMIT = 200
COUNT = re.compile(
    rf"([一二两三四五六七八九十]|(?<!\d)\d{{1,2}}|\b(?:{'|'.join(ENGLISH)})) ?(?:多)?(?:次|遍|回|个电话|趟|times)"
)
SENT_ELSEWHERE = re.compile(
    r"(?:让|叫|喊|要|请|先|得|该|要去|go to|contact|call|ask)\s?"
    r"(?:我|the |my |your )?(?:先)?(?:去|回去|直接)?(?:找|联系|问|跟)?\s?$"
)
STAFF_NO = re.compile(r"工号(?:是|为|[:： ])*([0-9a-z]{2,12})|staff (?:no\.?|number)(?: is)? ?([0-9a-z]{2,12})")
CALLED = re.compile(
    r"(?:打|拨|拨打|打通|call|called|phoned|rang|dialled|dialed)(?:的是|了|过|的|通)? ?"
    r"(0\d{2,3}-?\d{7,8}|[149]\d{4}|[48]00-?\d{3}-?\d{4})(?!\d)"
)
"""A number that was called, as service numbers are written."""
SENT_BACK = re.compile(r"((?:机器|机子|pos机|终端)[^,，。;；]{0,8})寄")  # a machine in the post is no letter
SENT = "sent"  # something was done and no answer is told of
PROMISED = "promised"
WRITTEN = ("letter", "mail")  # ways that leave one day from which an answer is waited for
WAITING = ("stalling", "accepted", "transferred", SENT, PROMISED)  # results that a day may be promised with


@dataclass(frozen=True, slots=True)
class Passage:
    """Clauses that belong together, from one party to the next; `start` is their place in the text, `named` the word
    that names the party."""

    party: str
    text: str
    start: int
    named: str = ""


def read(words: Contacts, results: Mapping[str, str], turn: Turn, now: datetime) -> tuple[Attempt, ...]:
    """The contacts that a turn tells of. `results`: intents that are an answer."""
    by_intent = next((results[intent] for intent in turn.intents if intent in results), "")
    found = []
    passages = _passages(words, turn)
    theirs = [passage for passage in passages if _may_be_theirs(words, passage)]
    theirs = [passage for passage in theirs if _tells_of_contact(words, passage)] or theirs
    for passage in passages:
        result = _result(words, passage, by_intent if passage in theirs else "")
        if result:
            found.append(_attempt(words, passage, result, turn, now))
    return tuple(found)


def names_contact(words: Contacts, turn: Turn) -> bool:
    """Do the words name a party, or something done to reach one? What only answers a question does not."""
    told = (word for naming in words.parties for word in naming.words)
    return wordlists.says((*told, *words.done), _without(words.none, turn.plain))


def count(text: str) -> int:
    """How many contacts the words tell of; 1 where they name no number.

    >>> count("打了三次没人接"), count("called 5 times"), count("没人接"), count("12315回我说不收")
    (3, 5, 1, 1)
    """
    found = COUNT.search(text)
    return contact_days.number(found.group(1)) if found else 1


def _passages(words: Contacts, turn: Turn) -> list[Passage]:
    """The text cut where another party is named; questions and plans left out."""
    found: list[Passage] = []
    for match in CLAUSE.finditer(_without(words.none, turn.plain)):
        clause = match.group()
        if not clause.strip() or is_question(words, clause):
            continue
        party, named = _party(words, clause, turn)
        if _only_names(words, clause):
            clause = " " * len(clause)
        if found and (not party or party == found[-1].party or not found[-1].party):
            last = found[-1]
            found[-1] = replace(last, party=last.party or party, text=last.text + clause, named=last.named or named)
        else:
            found.append(Passage(party, clause, match.start(), named))
    return [passage for passage in found if passage.text.strip()]


def _without(none: tuple[str, ...], plain: str) -> str:
    """The text with blanks for words that look like a contact and are none; the others stay in their place."""
    for word in none:
        plain = plain.replace(word, " " * len(word))
    return SENT_BACK.sub(lambda found: found.group(1) + " ", plain)


def _only_names(words: Contacts, clause: str) -> bool:
    """Does a clause say no more than who a party is?"""
    told = (*words.done, *(word for answer in words.answers for word in answer.words))
    return wordlists.says(words.names, clause) and not wordlists.says(told, clause)


def is_question(words: Contacts, clause: str) -> bool:
    """Does a clause ask, plan or suppose, and so tell of nothing?

    A question word at its end counts, "能答应不" as well as "打不打".
    """
    bare = clause.strip(SPACE)
    return wordlists.says(words.questions, bare) or bare.endswith(("?", "？", *words.question_ends))


def party_of(words: Contacts, turn: Turn) -> str:
    """The party that a turn names first; "" for none."""
    return _party(words, turn.plain, turn)[0]


def _party(words: Contacts, clause: str, turn: Turn) -> tuple[str, str]:
    """Whom a clause is about, and the word that names them; whom one is sent to does not count."""
    for naming in words.parties:
        for word in naming.words:
            at = wordlists.position(word, clause)
            if at >= 0 and not SENT_ELSEWHERE.search(clause[:at]):
                return naming.id, word
    for entity in turn.entities:
        at = clause.find(entity.text.lower())
        if entity.type == "company" and at >= 0 and not SENT_ELSEWHERE.search(clause[:at]):
            return "company", ""
    return "", ""


def _may_be_theirs(words: Contacts, passage: Passage) -> bool:
    """Can what the whole turn was taken for be the answer of this party? It was learnt from words on companies."""
    return not passage.party or passage.party in words.company or passage.party == "agent"


def _tells_of_contact(words: Contacts, passage: Passage) -> bool:
    """Does a passage tell of something done, said or answered, and does not only name someone?"""
    answers = (word for answer in words.answers for word in answer.words)
    return wordlists.says((*words.deeds, *words.done, *answers), passage.text)


def _result(words: Contacts, passage: Passage, by_intent: str) -> str:
    if passage.named and re.search(
        rf"\b{re.escape(passage.named)} (?:just |has )?(?:called|phoned|rang)\b", passage.text
    ):
        return ""  # they called, and who calls may be anyone
    named = next((answer.id for answer in words.answers if wordlists.says(answer.words, passage.text)), "")
    does = wordlists.says(words.deeds, passage.text)
    if passage.party and not _may_be_theirs(words, passage):
        if named and (does or named not in ("offered", "silent", "stalling")):
            return named
        return SENT if wordlists.says(words.done, passage.text) else named
    if by_intent and not named and _way(words, passage.text) == "letter" and wordlists.says(words.done, passage.text):
        return SENT  # what became of a letter is told with words of its own
    if by_intent:
        put_off = named == "stalling" and by_intent in ("refused", "silent")  # who is sent on was neither
        return named if put_off or named in ("company_first", "offered", "transferred") else by_intent
    if named and does and passage.party:
        return named if named != "not_theirs" else "refused"
    if passage.party in words.company and wordlists.says(words.unhelpful, passage.text):
        return "refused"  # to know that it does not care, one has asked; a deposit not returned tells of no asking
    if named == "offered":
        return named  # nobody but the company makes conditions
    if STAFF_NO.search(passage.text):
        return SENT  # to know the number, one has spoken with its owner
    return SENT if passage.party and wordlists.says(words.done, passage.text) else ""


def _attempt(words: Contacts, passage: Passage, result: str, turn: Turn, now: datetime) -> Attempt:
    inside = [entity for entity in turn.entities if entity.text and entity.text.lower() in passage.text]
    way = _way(words, passage.text)
    told = contact_days.told(words, passage.text, inside, now, written=way in WRITTEN)
    promised = contact_days.promised(words, passage.text, told, now) if result in WAITING else None
    if promised and result == SENT:
        result = PROMISED
    party = next((one for one in words.parties if one.id == passage.party), None)
    elsewhere = bool(party and party.ways and way not in party.ways)  # they were reached, in a way that is not theirs
    staff = STAFF_NO.search(passage.text)
    who = (
        passage.named + " " if elsewhere else "",
        _named(words, passage.text),
        f"工号 {_typed(turn, passage, staff)}" if staff else "",
    )
    phone = next((entity.value for entity in inside if entity.type == "phone"), "")
    return Attempt(
        at=told.at,
        result=result,
        way=way,
        party=party.otherwise if party and elsewhere else passage.party or "company",
        number=phone or (passage.named if passage.named.isdigit() else _called(passage.text)),
        who="".join(who).strip(),
        answer=turn.text[passage.start : passage.start + len(passage.text)].strip()[:ANSWER_LIMIT],
        ticket=_ticket(words, passage.text, turn, passage.start),
        promised_until=promised,
        count=count(passage.text),
    )


def _typed(turn: Turn, passage: Passage, found: re.Match[str]) -> str:
    """What a match in a passage took, as it was typed."""
    begin, end = found.span(found.lastindex or 0)
    return turn.text[passage.start + begin : passage.start + end]


def is_called(turn: Turn, entity: Entity) -> bool:
    """Is a sum the number that was called?"""
    return entity.type == "amount" and any(entity.text == one.group(1) for one in CALLED.finditer(turn.plain))


def _called(text: str) -> str:
    found = CALLED.search(text)
    return found.group(1) if found else ""


def _way(words: Contacts, text: str) -> str:
    """The way that is told of first."""
    found = [(at, way.id) for way in words.ways for word in way.words if (at := wordlists.position(word, text)) >= 0]
    return min(found)[1] if found else ""


def _named(words: Contacts, text: str) -> str:
    """A person named by surname and title, as people speak of staff; "" for none."""
    titles = "|".join(map(re.escape, words.titles))
    found = re.search(rf"(?:(?:{titles})?小[{words.surnames}](?![一-龥]?店)|[{words.surnames}](?:{titles}))", text)
    return f"{found.group()} " if found else ""


def _ticket(words: Contacts, text: str, turn: Turn, start: int) -> str:
    """The number that the other side gave, as it was typed."""
    named = "|".join(sorted(map(re.escape, words.tickets), key=len, reverse=True))
    found = re.search(rf"(?:{named})(?:是|为|is|[:：#\s])*([0-9a-z][0-9a-z\-_/]{{3,29}})", text)
    return turn.text[start + found.start(1) : start + found.end(1)] if found else ""
