"""Showing what was read from pictures: one message with all of it, and a tap for everything that may be wrong."""

from collections.abc import Mapping, Sequence
from datetime import UTC

from dialogs import learning
from dialogs.draft import Draft
from dialogs.outcome import Button
from dialogs.view import SHOWN, Exhibit, ReadValue

ACTION = "!read"
UNSURE = 0.95  # below it a field is marked
MOST = 4  # transactions in one message
LONGEST = 30  # characters of a name that are shown
FIRST = ("amount", "time", "reference_no", "merchant_no")  # fields with a tap of their own from the beginning
PLAIN_PAGES = ("chat", "sms", "text")
TAKE_AGAIN = ("blurred", "dark", "small")
"""Why a photo shows nothing that could be told for what it is: worth a word whatever it seemed to be."""

Row = tuple[Exhibit, int]
"""A transaction: its exhibit and its place there."""


def present(draft: Draft, notes: Sequence[str] = ()) -> None:
    """Ask about all that is open, what is new first, a few transactions at a time."""
    exhibits = sorted(draft.view.exhibits, key=lambda one: (one.no not in draft.turn.read, one.no))
    rows = [(one, place) for one in exhibits for place in one.open_items]
    shown = rows[:MOST]
    if len(rows) > len(shown):
        notes = (*notes, draft.text("reading.more", {"count": str(len(rows) - len(shown))}))
    if len(shown) == 1:
        present_one(draft, *shown[0], notes)
        return
    params = {"list": "\n\n".join(_line(draft, one, place) for one, place in shown), "notes": "\n".join(notes)}
    shown_name = name(shown)
    buttons = [button(draft, f"ok.{shown_name}", "button.read.all"), *fixes(draft, shown)]
    draft.say("reading.found_many", params, buttons)
    ask(draft, f"check.{shown_name}")


def present_one(draft: Draft, one: Exhibit, place: int, notes: Sequence[str] = ()) -> None:
    """Ask about one transaction, each field with a way to set it right."""
    fields = "\n".join(_fields(draft, one.items[place]))
    buttons = [button(draft, f"ok.{one.no}.{place}", "button.read.ok"), *ways(draft, one, place, FIRST)]
    draft.say("reading.found", {"no": str(one.no), "fields": fields, "notes": "\n".join(notes)}, buttons)
    ask(draft, f"check.{one.no}.{place}")


def fixes(draft: Draft, rows: Sequence[Row]) -> list[Button]:
    """A way to each transaction's own fields."""
    buttons = []
    for one, place in rows:
        key = "button.read.fix" if len(one.items) == 1 else "button.read.fix_nth"
        buttons.append(button(draft, f"fix.{one.no}.{place}", key, {"no": str(one.no), "nth": str(place + 1)}))
    return buttons


def ask(draft: Draft, *queue: str) -> None:
    """What is asked now; the guide's own question stays and comes back afterwards."""
    draft.place(reading=queue, reading_at=draft.now.astimezone(UTC).isoformat(timespec="seconds"))
    draft.quiet = draft.asks_of_pictures = True


def _line(draft: Draft, one: Exhibit, place: int) -> str:
    key = "reading.line" if len(one.items) == 1 else "reading.line_nth"
    fields = draft.listed(_fields(draft, one.items[place]), "list.clauses")
    return draft.text(key, {"no": str(one.no), "nth": str(place + 1), "fields": fields})


def _fields(draft: Draft, item: Mapping[str, ReadValue]) -> list[str]:
    """The fields in words; those read unsurely are marked, those denied left out."""
    words = []
    for name in SHOWN:
        field = item.get(name)
        if field is None or not field.best:
            continue
        said = draft.text(f"reading.field.{name}", {"value": value_words(draft, name, field.best)})
        unsure = field.confirmed is None and field.score < UNSURE
        words.append(said + draft.text("reading.unsure") if unsure else said)
    return words


def value_words(draft: Draft, name: str, value: str) -> str:
    """A read value as people read it."""
    if name in ("amount", "trade_amount"):
        return learning.money_words(value)
    if name in ("time", "transaction_time"):
        return draft.texts.date_words(draft.language, value, draft.now)
    return value[:LONGEST]


def said_words(draft: Draft, slot: str, value: str) -> str:
    """The value of a slot in a sentence, a sum with its unit."""
    words = value_words(draft, slot, value)
    return draft.text("reading.sum", {"sum": words}) if slot in ("amount", "trade_amount") else words


def ways(draft: Draft, one: Exhibit, place: int, names: Sequence[str] = SHOWN) -> list[Button]:
    """What else can be tapped: fields to set right, the way to the other ones, and that nothing is right."""
    item = one.items[place]
    read = [name for name in SHOWN if name in item and item[name].best]
    ways = [button(draft, f"set.{one.no}.{place}.{name}", f"button.read.set.{name}") for name in read if name in names]
    if set(read) - set(names):
        ways.append(button(draft, f"more.{one.no}.{place}", "button.read.more"))
    return [*ways, button(draft, f"no.{one.no}.{place}", "button.read.none")]


def notes_on(draft: Draft, one: Exhibit) -> list[str]:
    """What is to be said of a picture besides: it looks like another one, or could not be read well."""
    notes = [draft.text("reading.like", {"no": str(one.no), "like": str(one.like)})] if one.like else []
    item = draft.guide.items.get(one.item)
    matters = item is not None and item.written
    without_sum = not any("amount" in item for item in one.items)
    is_form = one.note != "nothing" and one.page not in PLAIN_PAGES
    if one.note and without_sum and (matters or is_form or one.note in TAKE_AGAIN):
        notes.append(draft.text("reading.unread", {"no": str(one.no), "why": draft.text(f"reading.note.{one.note}")}))
    return notes


def label_key(value: str) -> str:
    """The text of a choice that was tapped, without what only the moment knew."""
    action, _, rest = value.partition(".")
    if action == "set":
        return f"button.read.set.{rest.rpartition('.')[2]}"
    return {"ok": "button.read.ok", "no": "button.read.none", "more": "button.read.more"}.get(
        action, f"read.tapped.{action}"
    )


def button(draft: Draft, value: str, label: str, params: Mapping[str, str] | None = None) -> Button:
    return draft.button(ACTION, value, label, params)


def name(rows: Sequence[Row]) -> str:
    """Transactions as part of a choice's id: 3.0-3.1-4.0."""
    return "-".join(f"{one.no}.{place}" for one, place in rows)


def row(draft: Draft, named: str) -> Row | None:
    """The transaction that <exhibit>.<place> names."""
    number, _, place = named.partition(".")
    one = next((one for one in draft.view.exhibits if str(one.no) == number), None)
    return (one, int(place)) if one and place.isdecimal() and int(place) < len(one.items) else None


def rows(draft: Draft, names: str) -> list[Row]:
    """The transactions that several names joined by hyphens stand for."""
    return [found for one in names.split("-") if (found := row(draft, one)) is not None]
