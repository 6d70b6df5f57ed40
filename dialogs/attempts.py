"""Contacts with the company, the agent and the authorities: their entries in the log, and what of them is said back."""

from collections.abc import Iterable
from dataclasses import replace

from dialogs import contacts, wordlists
from dialogs.corrections import STAFF
from dialogs.draft import Draft
from dialogs.view import Attempt

COUNT = "contact_count"
"""A fact: how often the company was called, told before it was told what came of it."""
PAPERS = "papers_until"
SHOWN = 12  # of a long log are listed
SAID_IN_LINE = ("contact_result", "contacted", "ticket", "promised_until")
"""Slots that the line of an entry says already."""


def told(draft: Draft) -> tuple[Attempt, ...]:
    """The contacts that the turn tells of, in the order told."""
    found = contacts.read(draft.guide.contacts, draft.guide.results, draft.turn, draft.now)
    return tuple(_counted(draft, _demanded(draft, one)) for one in found)


def _demanded(draft: Draft, one: Attempt) -> Attempt:
    """A contact in which papers were wanted: the day said with that is one for the merchant, no promise of theirs."""
    if one.promised_until is None or not wordlists.says(draft.guide.contacts.demands, draft.turn.plain):
        return one
    if draft.applies(draft.guide.slots[PAPERS]):
        draft.set_fact(PAPERS, one.promised_until.date().isoformat())
    return replace(one, result="answered", promised_until=None)


def answered(draft: Draft, result: str) -> Attempt:
    """The contact whose result was just given as the answer to the question for it."""
    found = [one for one in told(draft) if one.result == result]
    bare = Attempt(at=draft.now, result=result, way="", party="company", answer=draft.turn.text)
    return found[0] if found else _counted(draft, bare)


def _counted(draft: Draft, one: Attempt) -> Attempt:
    """A contact with the company, with the number of calls that was told before it."""
    count = draft.view.value(COUNT)
    is_theirs = (one.party or "company") in draft.guide.contacts.company
    return replace(one, count=int(count)) if count and is_theirs and one.count == 1 else one


def log(draft: Draft, found: tuple[Attempt, ...], *, aloud: bool = True) -> None:
    """Log contacts and what came of them; those with the company itself also answer the guide's questions on that."""
    own = draft.guide.contacts.company
    for attempt in found:
        draft.log(attempt)
        if attempt.party not in own:
            continue
        if draft.view.value(COUNT):
            draft.forget(COUNT)
        values = {"contacted": "yes"}
        if attempt.result in draft.guide.slots["contact_result"].values:
            values["contact_result"] = attempt.result
        if attempt.promised_until:
            values["promised_until"] = str(attempt.promised_until.date())
        if attempt.ticket and attempt.way != "letter" and not draft.view.value("ticket"):
            values["ticket"] = attempt.ticket
        for name, value in values.items():
            if draft.view.value(name) != value:
                draft.set_fact(name, value)
                draft.filled.remove(name)
    draft.handled = True
    if not aloud:
        return
    first = len(draft.view.attempts) - len(found) + 1
    lines = [line(draft, attempt, number) for number, attempt in enumerate(found, first)]
    draft.say("attempt.logged", {"lines": "\n".join(lines)}, [draft.undo_button()])


def line(draft: Draft, attempt: Attempt, number: int) -> str:
    """An entry of the log in one line."""
    said = [draft.when(attempt.at), words(draft, attempt)]
    return draft.text("attempt.line", {"no": str(number), "parts": draft.listed(said, "list.clauses")})


def words(draft: Draft, attempt: Attempt) -> str:
    """What is known of a contact but for its time, nothing else."""
    count = draft.text("attempt.count", {"count": str(attempt.count)}) if attempt.count > 1 else ""
    way = draft.text(f"way.{attempt.way}") if attempt.way else ""
    ticket = draft.text("attempt.ticket", {"ticket": attempt.ticket}) if attempt.ticket else ""
    until = draft.text("attempt.until", {"date": draft.when(attempt.promised_until)}) if attempt.promised_until else ""
    said = draft.text(f"value.contact_result.{attempt.result}")
    named = draft.text(f"party.{attempt.party or 'company'}")
    number_called = attempt.number if attempt.number not in named else ""
    who = attempt.who.replace(STAFF, draft.text("attempt.staff"))
    parts = (named, way, number_called, who, count, said, ticket, until)
    return draft.listed(filter(None, parts))


def show(draft: Draft) -> None:
    """The log so far."""
    if not draft.view.attempts:
        draft.say("attempts.none")
        return
    rows = list(enumerate(draft.view.attempts, 1))
    lines = [line(draft, attempt, number) for number, attempt in rows[-SHOWN:]]
    draft.say("attempts", {"lines": "\n".join(lines), "count": str(sum(one.count for _, one in rows))})


def newest(attempts: Iterable[Attempt]) -> Attempt | None:
    """The one that took place last."""
    return max(attempts, key=lambda attempt: attempt.at, default=None)
