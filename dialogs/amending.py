"""The contact log set right in words: which entry is meant, its new value, and what is said of it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from dialogs import answers, attempts, contact_days, contacts, corrections
from dialogs.corrections import STAFF, Correction, staff_of
from dialogs.draft import Draft
from dialogs.view import Attempt

ASKED = "contact:who"  # the staff number was asked for
BARE = re.compile(r"[0-9a-z-]{2,12}")
WHICH = re.compile(r"第 ?([一二两三四五六七八九十]|\d{1,2}) ?(?:次|条|个)(?:联系|电话|记录)?")
FIELDS = ("who", "number", "ticket", "promised_until", "at", "count")
MOST = 6  # entries to choose from
WEEK = timedelta(days=7)
ABOUT = re.compile(r"([一二三四五六七八])([二三四五六七八九])(?= ?(?:次|遍|回|趟|个电话))")  # "seven or eight"
ABOUT_SO = r"(?:大概|差不多|至少|起码|少说|总共|一共|前后|前前后后|有|怕有|about|at least| )*"
OFTEN_ALONE = re.compile(
    rf"(?:第.次(?:联系|电话)?是?)?(?:我们?|都|已经|也|就|i|we|have|already| )*{ABOUT_SO}"
    r"(?:打|拨|找|联系|催|called|phoned|rang|contacted|tried)?(?:了|过|给)?(?:他们?|客服|them|him| )*"
    rf"(?:电话)?(?:了|过)?{ABOUT_SO}[一二三四五六七八]?(?:[一二两三四五六七八九十]|\d{{1,2}}|\b[a-z]+\b) ?多?"
    r"(?:次|遍|回|趟|个电话|times)(?:电话|了|吧|呢|啊|左右|already| )*[。.!！]?"
)


def take(draft: Draft) -> bool:
    """Set an entry right where the words do so; ask which one, or for the value, where that is not clear."""
    if draft.turn.kind != "words":
        return False
    if draft.asked == ASKED:
        draft.place(asked="")
        if draft.view.attempts and BARE.fullmatch(draft.turn.plain.strip()):
            return _amend_one(draft, Correction("who", draft.turn.text.strip()))
    if _take_count(draft):
        return True
    if not draft.view.attempts:
        return False
    said = corrections.read(draft.guide, draft.turn, draft.view.attempts, draft.now)
    if said is None:
        return False
    if not said.value:
        return said.field == "who" and _ask_staff(draft)
    return _amend_one(draft, said)


def take_tapped(draft: Draft, value: str) -> None:
    """The entry that was tapped: <place>.<field>.<value>."""
    place, _, rest = value.partition(".")
    field, _, wanted = rest.partition(".")
    known = place.isdigit() and 0 < int(place) <= len(draft.view.attempts) and field in FIELDS
    fresh = _changed(draft, draft.view.attempts[int(place) - 1], field, wanted) if known else None
    if fresh is None:
        draft.say("choice.gone")
        return
    _amend(draft, int(place) - 1, fresh, field)


def _take_count(draft: Draft) -> bool:
    """How often they were called, and nothing else; of "seven or eight times" the smaller number counts."""
    slot, plain = draft.asked_slot, draft.turn.plain.strip()
    if not OFTEN_ALONE.fullmatch(plain) or not draft.view.problem:
        return False
    if slot is not None and slot.kind == "choice" and answers.read_answer(draft, slot)[0]:
        return False
    about = ABOUT.search(plain)
    said = about or corrections.HOW_OFTEN.search(WHICH.sub("", plain))
    if said is None:
        return False
    count = str(contact_days.number(said.group(1)))
    if draft.view.attempts:
        if not _amend_one(draft, Correction("count", count)):
            return False
    else:
        draft.set_fact(attempts.COUNT, count)
        if draft.asked == "contacted":
            draft.set_fact("contacted", "yes")
        draft.filled.clear()
        draft.say("attempt.count_noted", {"count": count})
    if about:
        draft.say("attempt.count_least", {"count": count})
    draft.handled = True
    return True


def _ask_staff(draft: Draft) -> bool:
    """Show the entries that have a staff number and ask for the right one."""
    found = [(place, one) for place, one in enumerate(draft.view.attempts) if staff_of(one)]
    draft.place(asked=ASKED)
    draft.say("attempt.staff_which", {"lines": _lines(draft, found)})
    draft.handled = draft.quiet = True
    return True


def _amend_one(draft: Draft, said: Correction) -> bool:
    """Set the entry right that is meant, or ask which one. False where there is none."""
    rows = list(enumerate(draft.view.attempts))
    if which := WHICH.search(draft.turn.plain):
        rows = [row for row in rows if row[0] + 1 == contact_days.number(which.group(1))] or rows
    for fits in (_is_named, _has_day) if said.field != "at" else (_is_named,):
        rows = [row for row in rows if fits(draft, row[1])] or rows
    meant = [row for row in rows if _may_be_meant(draft, row[1], said)]
    meant = meant or (rows if said.field in ("who", "number", "count") else [])  # it may not have been told before
    meant = [row for row in meant if _denied(draft, row[1], said)] or meant
    changed = [(place, fresh) for place, one in meant if (fresh := _changed(draft, one, said.field, said.value))]
    if not changed:
        return False
    if len(changed) == 1:
        _amend(draft, *changed[0], said.field)
        return True
    last = changed[-MOST:]
    buttons = [
        draft.button("!amend", f"{place + 1}.{said.field}.{said.value}", "button.attempt", {"no": str(place + 1)})
        for place, _ in last
    ]
    draft.say("attempt.which", {"lines": _lines(draft, [(p, draft.view.attempts[p]) for p, _ in last])}, buttons)
    draft.handled = draft.quiet = True
    return True


def _may_be_meant(draft: Draft, one: Attempt, said: Correction) -> bool:
    """Has the entry a value of this field that can be wrong?"""
    if said.field == "count":
        return one.way in ("", "phone") and (one.party or "company") in (*draft.guide.contacts.company, "agent")
    if said.field == "who":
        return bool(staff_of(one))
    return said.field == "at" or bool(getattr(one, said.field))


def _is_named(draft: Draft, one: Attempt) -> bool:
    """Is the entry one with the party that the words name?"""
    return (one.party or "company") == contacts.party_of(draft.guide.contacts, draft.turn)


def _has_day(draft: Draft, one: Attempt) -> bool:
    """Is the entry of a day that the words name?"""
    return any(entity.type == "time" and entity.value[:10] == str(one.at.date()) for entity in draft.turn.entities)


def _denied(draft: Draft, one: Attempt, said: Correction) -> bool:
    """Is the entry's own value the one that the words deny?"""
    if not said.denied:
        return False
    if said.field == "promised_until":
        denied = corrections.until(one, said.denied, draft.now)
        return denied is not None and one.promised_until is not None and denied.date() == one.promised_until.date()
    if said.field == "at":
        own = f"{one.at:%H:%M}" if ":" in said.denied and "-" not in said.denied else one.at.date().isoformat()
        return said.denied[: len(own)] == own
    own = {"who": staff_of(one), "number": one.number, "ticket": one.ticket, "count": str(one.count)}[said.field]
    return own.lower() == said.denied.lower()


def _changed(draft: Draft, one: Attempt, field: str, value: str) -> Attempt | None:
    """The entry with the new value; None where that is no value of it."""
    if field == "who":
        others = re.sub(rf" ?{STAFF} \S+", "", one.who)
        return replace(one, who=f"{others} {STAFF} {value}".strip())
    if field == "number":
        return replace(one, number=value)
    if field == "ticket":
        return replace(one, ticket=value)
    if field == "count":
        return replace(one, count=int(value)) if value.isdigit() and int(value) else None
    if field == "promised_until":
        until = corrections.until(one, value, draft.now)
        return replace(one, promised_until=until) if until else None
    return _moved(one, value, draft.now)


def _moved(one: Attempt, value: str, now: datetime) -> Attempt | None:
    """The contact at another time; what was promised in so many days moves with it."""
    if "-" not in value:
        hour = time.fromisoformat(value)
        at = one.at.replace(hour=hour.hour, minute=hour.minute)
    else:
        at = corrections.moment(value, now)
    if at > now and at - WEEK <= now:
        at -= WEEK  # "on Monday" is the last one
    if at > now:
        return None
    span = contact_days.SPAN.search(one.answer.lower())
    days = f"{contact_days.number(span.group(1))}w" if span else ""
    if days and one.promised_until == corrections.until(one, days, now):
        return replace(one, at=at, promised_until=corrections.until(replace(one, at=at), days, now))
    return replace(one, at=at)


def _amend(draft: Draft, place: int, fresh: Attempt, field: str) -> None:
    """Put the new entry in the place of the old one; what the guide knows of a promise follows."""
    old = draft.view.attempts[place]
    draft.amend(place, fresh)
    for name, was, now in (
        ("promised_until", _day_of(old.promised_until), _day_of(fresh.promised_until)),
        ("ticket", old.ticket, fresh.ticket),
    ):
        if was != now and draft.view.value(name)[: len(was)] == was:
            draft.set_fact(name, now)
            draft.filled.remove(name)
    lines = _lines(draft, [(place, fresh)])
    params = {"no": str(place + 1), "field": draft.text(f"attempt.field.{field}"), "line": lines}
    if fresh == old:
        draft.say("attempt.as_it_is", params)
    else:
        draft.say("attempt.amended", params, [draft.undo_button()])
    draft.handled = True


def _day_of(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else ""


def _lines(draft: Draft, rows: Sequence[tuple[int, Attempt]]) -> str:
    return "\n".join(attempts.line(draft, one, place + 1) for place, one in rows)
