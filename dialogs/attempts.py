"""Contacts with the company: what words say of one becomes an entry of the log."""

import re
from collections.abc import Mapping
from datetime import datetime, time

from dialogs.draft import Draft
from dialogs.view import Attempt

RESULTS: Mapping[str, str] = {
    "company_silent": "silent",
    "company_stalling": "stalling",
    "company_refused": "refused",
    "company_promised": "promised",
}
DAY = time(0)  # of a contact whose hour was not said; written without one
CLOSE_OF_DAY = time(18)  # a promise for a day is broken when its office hours are over


COUNT = re.compile(r"([一二两三四五六七八九十]|\d{1,2}) ?(?:多)?(?:次|遍|回|个电话|趟|times)")
NUMERALS = {numeral: number for number, numeral in enumerate("一二三四五六七八九十", 1)} | {"两": 2}


def count(text: str) -> int:
    """How many contacts the words tell of; 1 where they name no number.

    >>> count("打了三次没人接"), count("called 5 times"), count("没人接")
    (3, 5, 1)
    """
    found = COUNT.search(text)
    return (NUMERALS.get(found.group(1)) or int(found.group(1))) if found else 1


def told(draft: Draft) -> str:
    """The result of a contact that the turn tells of; "" for none."""
    return next((RESULTS[intent] for intent in draft.turn.intents if intent in RESULTS), "")


def log(draft: Draft, result: str, *, aloud: bool = True) -> None:
    """Log a contact with the company and what came of it."""
    times = [entity.value for entity in draft.turn.entities if entity.type == "time"]
    past = [value for value in times if _moment(draft, value, DAY) <= draft.now]
    ahead = [value for value in times if value not in past]
    phone = next((entity.value for entity in draft.turn.entities if entity.type == "phone"), "")
    at = _moment(draft, past[0], DAY) if past and draft.view.value("since") != past[0] else draft.now
    promised = _moment(draft, ahead[0], CLOSE_OF_DAY) if ahead else None
    draft.log(
        Attempt(
            at=at,
            result=result,
            number=phone,
            answer=draft.turn.text[:200],
            promised_until=promised,
            count=count(draft.turn.plain),
        )
    )
    for name, value in (("contacted", "yes"), ("contact_result", result)):
        if draft.view.value(name) != value:
            draft.set_fact(name, value)
            draft.filled.remove(name)
    if promised:
        draft.set_fact("promised_until", ahead[0])
        draft.filled.remove("promised_until")
    draft.handled = True
    if aloud:
        said = {
            "no": str(len(draft.view.attempts)),
            "at": draft.when(at),
            "result": draft.text(f"value.contact_result.{result}"),
        }
        draft.say("attempt.logged", said, [draft.undo_button()])


def _moment(draft: Draft, value: str, clock: time) -> datetime:
    moment = datetime.fromisoformat(value)
    if "T" not in value:
        moment = datetime.combine(moment.date(), clock)
    return moment.replace(tzinfo=draft.now.tzinfo)
