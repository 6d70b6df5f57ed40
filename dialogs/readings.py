"""What was read from pictures: told, and confirmed or set right by taps. A proposal and no more: nothing read counts
before the person says so, and no words in a picture act."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from dialogs import learning, proposals
from dialogs.draft import Draft
from dialogs.outcome import Checked
from dialogs.proposals import Row
from dialogs.view import SHOWN, Exhibit, ReadValue

SLIP = "slip"
"""The kind of page, and the item of the checklist that such a page can only be."""


def tell(draft: Draft) -> None:
    """Say what was read from pictures: one message, whatever their number; nothing of those that hold nothing."""
    for one in draft.view.exhibits:
        if one.no in draft.turn.read and one.page == SLIP and not one.item:
            draft.assign(replace(one, item=SLIP))
    fresh = [one for one in draft.view.exhibits if one.no in draft.turn.read]
    notes = [note for one in fresh for note in proposals.notes_on(draft, one)]
    if any(one.is_open for one in fresh):
        proposals.present(draft, notes)
    elif notes:
        again = [str(one.no) for one in fresh if one.like]
        buttons = [draft.button("!withdraw", no, "button.read.withdraw", {"no": no}) for no in again]
        draft.say("reading.notes", {"notes": "\n".join(notes)}, buttons)


def show(draft: Draft) -> None:
    """Show again what is still to be confirmed."""
    if any(one.is_open for one in draft.view.exhibits):
        proposals.present(draft)
    else:
        draft.say("reading.nothing_open")


def resume(draft: Draft) -> bool:
    """Let the question about pictures stand that the person sees only now. False where there is none."""
    if not draft.position.reading:
        return False
    proposals.ask(draft, *draft.position.reading)
    return True


def take(draft: Draft, value: str) -> None:
    """Do what was tapped: <action>.<what>. However old it is, it speaks of its own exhibit."""
    action, _, rest = value.partition(".")
    ACTIONS.get(action, _gone)(draft, rest)


def check(draft: Draft, one: Exhibit, place: int, values: Mapping[str, str]) -> Exhibit:
    """Note what is right in a transaction; gives the exhibit with it."""
    item = dict(one.items[place])
    for name, value in values.items():
        draft.checked.append(Checked(one.no, place, name, value))
        item[name] = replace(item.get(name) or ReadValue("", 1.0), confirmed=value)
    one = replace(one, items=(*one.items[:place], item, *one.items[place + 1 :]))
    draft.put(one)
    return one


def confirm(draft: Draft, names: str) -> None:
    """All that was shown is right."""
    rows = proposals.rows(draft, names)
    still = [(one, place) for one, place in rows if place in one.open_items]
    if not still:
        draft.say("reading.known" if rows else "choice.gone", {"no": _numbers(draft, rows)})
        return
    draft.say("reading.confirmed", {"no": _numbers(draft, still)})
    for one, place in still:
        item = one.items[place]
        check(draft, _now(draft, one), place, {name: item[name].best for name in SHOWN if name in item})
    go_on(draft, learn(draft, (one for one, _ in still)))


def deny(draft: Draft, rows: Sequence[Row]) -> None:
    """Nothing that was read of these is right."""
    for one, place in rows:
        check(draft, _now(draft, one), place, dict.fromkeys((name for name in SHOWN if name in one.items[place]), ""))
    draft.say("reading.denied", {"no": _numbers(draft, rows)})
    go_on(draft, ())


def correct(draft: Draft, one: Exhibit, place: int, values: Mapping[str, str]) -> None:
    """Note what was set right, then show the rest for confirmation, or go on when nothing is left."""
    for name, value in values.items():
        before = one.items[place][name].confirmed if name in one.items[place] else None
        one = check(draft, one, place, {name: value})
        if before:
            learning.change(draft, one, name, before, value)
    if place in one.open_items:
        proposals.present_one(draft, one, place)
        return
    draft.say("reading.confirmed", {"no": str(one.no)})
    go_on(draft, learn(draft, [one]))


def learn(draft: Draft, exhibits: Iterable[Exhibit]) -> list[str]:
    """Take what is confirmed on the exhibits as facts; gives what differs from what was said."""
    differing: dict[str, None] = {}
    for number in dict.fromkeys(one.no for one in exhibits):
        found = (one for one in draft.view.exhibits if one.no == number)
        differing |= dict.fromkeys(name for one in found for name in learning.learn(draft, one))
    by_slot = {name.partition(".")[0]: name for name in differing}
    return list(by_slot.values())


def go_on(draft: Draft, differing: Sequence[str]) -> None:
    """Ask what differs, then show what else is open; then the guide's own question comes back."""
    draft.place(reading=())
    if differing:
        _ask_differing(draft, differing)
    elif any(one.is_open for one in draft.view.exhibits):
        proposals.present(draft)


def keep(draft: Draft, name: str) -> None:
    """What the person said counts, not what the picture says."""
    slot = name.partition(".")[0]
    if not draft.view.value(slot):
        _gone(draft, "")
        return
    words = proposals.said_words(draft, slot, draft.view.value(slot))
    draft.say("reading.settled", {"label": draft.text(f"label.{slot}"), "value": words})
    go_on(draft, _others(draft, slot))


def use(draft: Draft, name: str) -> None:
    """What the picture says counts."""
    slot, _, number = name.partition(".")
    value = learning.candidate(draft, slot, int(number)) if number.isdecimal() and slot in draft.guide.slots else ""
    if not value:
        _gone(draft, "")
        return
    learning.settle(draft, slot, value, int(number))
    words = proposals.said_words(draft, slot, value)
    draft.say("reading.settled", {"label": draft.text(f"label.{slot}"), "value": words})
    go_on(draft, _others(draft, slot))


def _others(draft: Draft, slot: str) -> list[str]:
    """What else differs and waits for its question."""
    waiting = (name.removeprefix("differs.") for name in draft.position.reading if name.startswith("differs."))
    return [name for name in waiting if not name.startswith(f"{slot}.")]


def _ask_differing(draft: Draft, differing: Sequence[str]) -> None:
    slot, _, number = differing[0].partition(".")
    fact = draft.view.facts[slot]
    said = proposals.said_words(draft, slot, fact.value)
    read = proposals.said_words(draft, slot, learning.candidate(draft, slot, int(number)))
    key = "reading.differs"
    if fact.state == "confirmed":
        key = "reading.differs.pictures"
    elif int(number) == learning.TOTAL:
        key = "reading.differs.total"
    buttons = [
        proposals.button(draft, f"keep.{slot}", "button.read.keep", {"value": said}),
        proposals.button(draft, f"use.{slot}.{number}", "button.read.use", {"value": read}),
    ]
    draft.say(key, {"label": draft.text(f"label.{slot}"), "said": said, "read": read}, buttons)
    proposals.ask(draft, *(f"differs.{name}" for name in differing))


def _deny(draft: Draft, name: str) -> None:
    found = proposals.row(draft, name)
    if found is None:
        _gone(draft, "")
    else:
        deny(draft, [found])


def _fix(draft: Draft, name: str) -> None:
    """Show one transaction with its fields to set right."""
    found = proposals.row(draft, name)
    if found is None:
        _gone(draft, "")
    else:
        proposals.present_one(draft, *found)


def which(draft: Draft, rows: Sequence[Row]) -> None:
    """Something is wrong, but what?"""
    buttons = proposals.ways(draft, *rows[0]) if len(rows) == 1 else proposals.fixes(draft, rows)
    draft.say("reading.which", buttons=buttons)
    proposals.ask(draft, f"check.{proposals.name(rows)}")


def _more(draft: Draft, name: str) -> None:
    found = proposals.row(draft, name)
    if found is None:
        _gone(draft, "")
    else:
        which(draft, [found])


def _set(draft: Draft, name: str) -> None:
    """Ask what a field should be."""
    row, _, field = name.rpartition(".")
    found = proposals.row(draft, row)
    if found is None or field not in SHOWN:
        _gone(draft, "")
        return
    draft.say(f"reading.ask.{field}", {"no": str(found[0].no)})
    proposals.ask(draft, f"set.{name}")


def _gone(draft: Draft, _: str) -> None:
    draft.say("choice.gone")


def _now(draft: Draft, one: Exhibit) -> Exhibit:
    """The exhibit as it is after what was decided so far."""
    return next(now for now in draft.view.exhibits if now.no == one.no)


def _numbers(draft: Draft, rows: Iterable[Row]) -> str:
    return draft.listed(dict.fromkeys(str(one.no) for one, _ in rows))


ACTIONS: Mapping[str, Callable[[Draft, str], None]] = {
    "ok": confirm,
    "no": _deny,
    "fix": _fix,
    "more": _more,
    "set": _set,
    "keep": keep,
    "use": use,
}
