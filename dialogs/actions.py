"""Tapped choices: the value of a slot, or one of the actions whose names begin with "!"."""

import re
from collections.abc import Callable, Mapping

from dialogs import (
    amending,
    attempts,
    channels,
    charges,
    commands,
    exhibits,
    handover,
    holder,
    ladder,
    languages,
    letters,
    more,
    readings,
    sections,
    shelf,
    sources,
    undoing,
)
from dialogs.draft import Draft
from dialogs.turn import Pick


def take(draft: Draft, pick: Pick) -> None:
    """Do what was tapped, however old the choice is; one that no longer means anything is said to be gone."""
    draft.handled = True
    if not pick.name.startswith("!"):
        _answer(draft, pick)
        return
    draft.aside = pick.name not in WAYS_ON
    ACTIONS.get(pick.name, _gone)(draft, pick.value)


def confirm(draft: Draft) -> bool:
    """Answer the question whether everything is to be deleted. False when the words go on with something else."""
    draft.place(asked="")
    intents = draft.turn.intents
    if draft.turn.intent == "affirm":
        _delete(draft, "all")
    elif "delete_data" in intents and "deny" not in intents:
        commands.delete(draft)
    else:
        _keep(draft, "")
        draft.handled = "deny" in intents or "undo" in intents
        return draft.handled
    draft.handled = True
    return True


def _answer(draft: Draft, pick: Pick) -> None:
    name = draft.guide.renames.get(pick.name, pick.name)
    slot = draft.guide.slots.get(name)
    allowed = ("yes", "no") if slot and slot.kind == "yes_no" else slot.values if slot else ()
    if slot is None or pick.value not in allowed:
        draft.say("choice.gone")
        return
    before, old_problem = draft.words_of(name), draft.view.problem
    if draft.view.value(name) == pick.value and draft.asked != name:
        return
    draft.set_fact(name, pick.value)
    new = draft.words_of(name)
    if before and before != new:
        params = {"label": draft.text(f"label.{name}"), "old": before, "new": new}
        draft.say("corrected", params, [draft.undo_button()])
        sections.reconsider(draft, old_problem)
    elif name == "contact_result" and not before:
        logged = (attempts.answered(draft, pick.value),)
        attempts.log(draft, logged)
        ladder.propose(draft, logged)
    draft.filled.clear()


def _gone(draft: Draft, _: str) -> None:
    draft.say("choice.gone")


def _ask(draft: Draft, name: str) -> None:
    slot = draft.guide.slots.get(name)
    if slot is None:
        draft.say("choice.gone")
        return
    sections.ask_slot(draft, slot)
    draft.quiet = True


def _unknown(draft: Draft, name: str) -> None:
    if name in draft.guide.slots and not draft.view.value(name):
        draft.set_fact(name, "", "unknown")
        draft.filled.clear()
        draft.say("noted_unknown")


def _unavailable(draft: Draft, item: str) -> None:
    if item in draft.guide.items:
        draft.skip(f"item:{item}")
        draft.say("item.unavailable")


def _item(draft: Draft, item: str) -> None:
    """Ask for an item of the checklist."""
    if item in draft.guide.items:
        sections.ask_item(draft, item)
        draft.quiet = True
    else:
        draft.say("choice.gone")


def _sort(draft: Draft, value: str) -> None:
    number, _, item = value.partition(".")
    exhibits.sort(draft, int(number) if number.isdigit() else 0, item)


def _day(draft: Draft, value: str) -> None:
    """What a day is about that was said unasked: <slot>.<date>."""
    name, _, day = value.partition(".")
    slot = draft.guide.slots.get(name)
    if slot is None or slot.kind != "time" or not re.fullmatch(r"\d{4}-\d\d-\d\d", day):
        draft.say("choice.gone")
        return
    old = draft.words_of(name) or draft.text("undo.nothing")
    draft.set_fact(name, day)
    draft.filled.clear()
    params = {"label": draft.text(f"label.{name}"), "old": old, "new": draft.words_of(name)}
    draft.say("corrected", params, [draft.undo_button()])


def _change(draft: Draft, name: str) -> None:
    """Ask for a fact anew, or which one."""
    if name:
        _ask(draft, name)
    else:
        commands.correct(draft)


def _go(draft: Draft, section: str) -> None:
    if section in draft.guide.sections and section != draft.guide.initial:
        sections.enter(draft, draft.machine.target(f"jump_{section}", draft.view))
    else:
        draft.say("choice.gone")


def _next(draft: Draft, section: str) -> None:
    """Go on from the section the button belonged to; an old one does nothing."""
    if section == draft.view.section:
        sections.go_on(draft)


def _delete(draft: Draft, what: str) -> None:
    draft.effect("delete_case" if what == "case" else "delete")
    draft.quiet = True


def _keep(draft: Draft, _: str) -> None:
    draft.place(asked="")
    draft.say("delete.kept")


def _letter(draft: Draft, name: str) -> None:
    if name in draft.guide.letters:
        letters.write(draft, name)
    else:
        draft.say("choice.gone")


def _topic(draft: Draft, key: str) -> None:
    if any(topic.key == key for topic in draft.guide.topics):
        draft.show(key)
        draft.say(key)
    else:
        draft.say("choice.gone")


def _way(draft: Draft, name: str) -> None:
    """All that is known of a way to take money."""
    if any(way.id == name for way in draft.guide.alternatives):
        draft.say(f"alternatives.{name}")
    else:
        draft.say("choice.gone")


def _switch(draft: Draft, number: str) -> None:
    draft.effect(f"switch_case:{number}")
    draft.quiet = True


def _new(draft: Draft, problem: str) -> None:
    draft.effect(f"new_case:{problem}" if problem in draft.guide.problems else "new_case")
    draft.quiet = True


def _skip(draft: Draft, what: str) -> None:
    draft.skip(what or draft.asked)
    draft.say("skipped")


def _command(name: str) -> Callable[[Draft, str], None]:
    return lambda draft, _: commands.COMMANDS[name](draft)


WAYS_ON = ("!next", "!go", "!unknown", "!skip", "!unavailable")
ACTIONS: Mapping[str, Callable[[Draft, str], None]] = {
    "!next": _next,
    "!go": _go,
    "!ask": _ask,
    "!change": _change,
    "!day": _day,
    "!amend": amending.take_tapped,
    "!unknown": _unknown,
    "!item": _item,
    "!sort": _sort,
    "!read": readings.take,
    "!check": lambda draft, _: readings.show(draft),
    "!unavailable": _unavailable,
    "!skip": _skip,
    "!back": _command("go_back"),
    "!undo": undoing.wish,
    "!exhibits": lambda draft, _: shelf.show(draft),
    "!exhibit": shelf.show_one,
    "!rename": shelf.ask_name,
    "!withdraw": shelf.withdraw,
    "!putback": shelf.put_back,
    "!human": _command("ask_human"),
    "!status": _command("ask_status"),
    "!pause": _command("pause"),
    "!new": _new,
    "!stop": _command("stop_reminders"),
    "!letter": letters.write,
    "!letters": lambda draft, _: letters.offer(draft),
    "!confirm": letters.confirm,
    "!fee": charges.take,
    "!date": letters.pick_date,
    "!source": sources.show,
    "!topic": _topic,
    "!channel": channels.explain,
    "!rung": ladder.explain,
    "!holder": holder.take,
    "!ladder": _command("ask_ladder"),
    "!contacts": _command("ask_contacts"),
    "!way": _way,
    "!more": more.tell,
    "!language": languages.change,
    "!delete": _delete,
    "!export": _command("export_data"),
    "!packet": handover.take,
    "!keep": _keep,
    "!case": _switch,
}
