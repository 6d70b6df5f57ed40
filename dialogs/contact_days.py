"""Days in words that tell of a contact: when it took place, until when something was promised."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from dialogs import wordlists, workdays
from dialogs.contact_words import Contacts
from dialogs.turn import Entity

CLAUSE = re.compile(r"[^,，。;；!！\n]*[,，。;；!！\n]?")
SPACE = " ,，。;；!！\n"
CLOSE_OF_DAY = time(18)  # a promise for a day is broken when its office hours are over
NUMERALS = {numeral: number for number, numeral in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
ENGLISH = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
BEGINNING = re.compile(r"[早上中下午晚]{0,2}(?:起|开始|以来|以后)")
BEGUN = re.compile(r"(?:从|自|since|from)\s?$")
BESIDE_A_DAY = 2  # characters of a clause that hardly says more than the day
BARE_DAY = re.compile(r"(\d{1,2})[号日]")
DAY_TO_DEED = 4  # characters between a day and what was done on it
WORKDAYS = re.compile(r"工作日|个工作天|working day|business day")
SPAN = re.compile(
    rf"([一二两三四五六七八九十]|\b(?:{'|'.join(ENGLISH)})|\d{{1,2}}) ?个?(?:工作[日天]|(?:working|business) days?)"
)


@dataclass(frozen=True, slots=True)
class Told:
    """When a contact took place; `rest` are the values in the words that do not say that."""

    at: datetime
    rest: tuple[Entity, ...]


def told(words: Contacts, text: str, entities: Sequence[Entity], now: datetime, *, written: bool) -> Told:
    """When the contact took place that the text tells of: now, if no day is said of it. What is `written` may be dated
    by a span too: "posted ten days ago", "no answer for ten days"."""
    for entity in entities:
        at = None
        if entity.type == "time" and _is_of_contact(words, text, entity):
            at = _past(words, text, entity, now)
        elif entity.type == "duration" and written and not _lies_ahead(words, text, entity):
            days = int(entity.value)
            begin = workdays.on(now, -days) if WORKDAYS.search(entity.text.lower()) else now - timedelta(days=days)
            at = datetime.combine(begin.date(), time(), now.tzinfo)
        if at is not None:
            return Told(at, tuple(other for other in entities if other is not entity))
    return Told(now, tuple(entities))


def promised(words: Contacts, text: str, contact: Told, now: datetime) -> datetime | None:
    """Until when something was promised: a day ahead, or a span counted from the day of the contact."""
    for entity in contact.rest:
        if entity.type == "time" and (ahead := _moment(entity.value, now)) > now:
            return ahead if "T" in entity.value else datetime.combine(ahead.date(), CLOSE_OF_DAY, now.tzinfo)
    evening = datetime.combine(contact.at.date(), CLOSE_OF_DAY, now.tzinfo)
    for entity in contact.rest:
        if entity.type != "duration" or not _lies_ahead(words, text, entity):
            continue
        span = SPAN.search(entity.text.lower())
        days = number(span.group(1)) if span else int(entity.value)
        in_workdays = WORKDAYS.search(entity.text.lower()) is not None
        return workdays.on(evening, days) if in_workdays else evening + timedelta(days=days)
    span = SPAN.search(text)  # "three working days"
    if span and span.group(1) in ENGLISH and wordlists.says(words.ahead, text[: span.start()]):
        return workdays.on(evening, ENGLISH[span.group(1)])
    return None


def number(word: str) -> int:
    """A small number as it is written in any of the ways there are."""
    return NUMERALS.get(word) or ENGLISH.get(word) or int(word)


def _clause(text: str, value: str) -> str:
    """The clause that a value stands in, with the next one if it says hardly more than the value."""
    clauses = [found.group() for found in CLAUSE.finditer(text)]
    place = next((number for number, one in enumerate(clauses) if value in one), 0)
    alone = len(clauses[place].strip(SPACE)) <= len(value) + BESIDE_A_DAY
    return clauses[place] + ("".join(clauses[place + 1 : place + 2]) or clauses[place - 1] if alone else "")


def _is_of_contact(words: Contacts, text: str, entity: Entity) -> bool:
    """Is a time that of the contact? Not when it is said of the payment, of nothing, or as that of a beginning."""
    value = entity.text.lower()
    before, _, after = _clause(text, value).partition(value)
    if BEGINNING.match(after) or BEGUN.search(before):
        return False
    contact, payment = _first(_words_of_contact(words), after), _first(words.payment, after)
    if contact != payment:
        return contact < payment
    return wordlists.says(_words_of_contact(words), before) and not wordlists.says(words.payment, before)


def _past(words: Contacts, text: str, entity: Entity, now: datetime) -> datetime | None:
    """The moment of a contact that took place; of the coming 12th the last one, if something was done on it."""
    moment = _moment(entity.value, now)
    if moment <= now:
        return moment
    value = entity.text.lower()
    before, _, after = _clause(text, value).partition(value)
    bare = BARE_DAY.fullmatch(value)
    if not bare or wordlists.says(words.ahead, before) or _first(words.done, after) > min(DAY_TO_DEED, len(after) - 1):
        return None
    day, month_before = int(bare.group(1)), moment.replace(day=1) - timedelta(days=1)
    return month_before.replace(day=day) if day <= month_before.day and month_before.replace(day=day) <= now else None


def _words_of_contact(words: Contacts) -> list[str]:
    """Words that tell of a contact. An answer that ends it can be told of without one: they pay nothing back."""
    namings = (*words.parties, *words.ways, *(answer for answer in words.answers if not answer.ends))
    return [*words.deeds, *words.done, *(word for naming in namings for word in naming.words)]


def _first(words: Iterable[str], text: str) -> int:
    """Where the first of the words stands; behind the text for none."""
    return min((at for word in words if (at := wordlists.position(word, text)) >= 0), default=len(text))


def _lies_ahead(words: Contacts, text: str, entity: Entity) -> bool:
    place = text.find(entity.text.lower())
    before = re.split(r"[,，。;；]", text[:place])[-1]
    after = text[place + len(entity.text) : place + len(entity.text) + 4]
    if wordlists.says(words.past, before) or after.startswith(("了", "没")):
        return False
    return wordlists.says(words.ahead, before + after) or wordlists.says(words.ahead, text)


def _moment(value: str, now: datetime) -> datetime:
    return datetime.fromisoformat(value).replace(tzinfo=now.tzinfo)
