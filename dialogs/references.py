"""Checks that what the content refers to exists: sections, slots, values, problems, items, guards' arguments."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, get_args

from dialogs import advice
from dialogs.condition import Condition
from dialogs.displays import SHOW_KINDS
from dialogs.errors import Fault
from dialogs.guards import ANY
from dialogs.guide import Guide
from dialogs.turn import Pick
from dialogs.view import Result

SLOT_KINDS = (
    "choice",
    "yes_no",
    "amount",
    "rate",
    "time",
    "code",
    "company",
    "number",
    "text",
    "name",
    "phone",
    "story",
)
OTHER_FACTS = ("fraud_signs", "seen_signs", "excuse", "situation", "contact_count")
"""Facts that are no slots: nobody is asked for them."""
STARTS = ("last_activity", "last_attempt")
LONGEST_ID = 64  # bytes that every channel takes
UNITS = ("days", "workdays")
CLOCKS = ("law", "dated", "advice")
MOST_CASES = 999999  # of one person


def references(guide: Guide) -> Iterator[Fault]:
    """Everything in the guide that names something which is not there."""
    yield from _slots(guide)
    yield from _sections(guide)
    yield from _rows(guide)
    for file, key, condition in _conditions(guide):
        for fault in _arguments(guide, condition):
            yield Fault(file, key, fault)


def _slots(guide: Guide) -> Iterator[Fault]:
    file = "guide.yaml"
    for slot in guide.slots.values():
        if slot.kind not in SLOT_KINDS:
            yield Fault(file, slot.name, f"there is no kind {slot.kind}; it is one of {', '.join(SLOT_KINDS)}")
        if slot.kind == "choice" and not slot.values:
            yield Fault(file, slot.name, "a choice needs values")
        if slot.section and slot.section not in guide.sections:
            yield Fault(file, slot.name, f"there is no section {slot.section}")
        for problem in {*slot.problems, *slot.largest, *slot.smallest} - set(guide.problems):
            yield Fault(file, slot.name, f"there is no problem {problem}")
        for name in set(slot.covered_by) - set(guide.slots):
            yield Fault(file, slot.name, f"there is no slot {name}")
        for value in (set(slot.words) | set(slot.intents.values())) - set(slot.values or ("yes", "no")):
            yield Fault(file, slot.name, f"{value} is none of its values")
        for value in slot.values:
            if len(Pick(MOST_CASES, slot.name, value).id.encode()) > LONGEST_ID:
                yield Fault(file, slot.name, f"{value} is too long for a choice's id; shorten it")


def _sections(guide: Guide) -> Iterator[Fault]:
    file = "guide.yaml"
    if guide.initial not in guide.sections:
        yield Fault(file, "initial", f"there is no section {guide.initial}")
    for move in guide.moves:
        for section in {move.source, move.target} - set(guide.sections):
            yield Fault(file, f"{move.trigger} from {move.source}", f"there is no section {section}")
    for intent, section in guide.jumps.items():
        if section not in guide.sections:
            yield Fault(file, intent, f"there is no section {section}")
    reach = {guide.initial}
    while more := {move.target for move in guide.moves if move.source in reach} - reach:
        reach |= more
    for section in set(guide.sections) - reach:
        yield Fault(file, section, "no move leads to this section")
    for section in guide.sections:
        if not any(_always(rule.when, section) for rule in guide.advice):
            yield Fault("advice.yaml", section, "needs a rule without further conditions, so that nobody is left alone")


def _always(condition: Condition, section: str) -> bool:
    """Does the condition hold whatever is known, as long as the case is in the section?"""
    return all(name == "section" and wanted and section in _several(argument) for name, wanted, argument in condition)


def _rows(guide: Guide) -> Iterator[Fault]:
    keys = {rule.key for rule in guide.advice}
    for show in guide.shows:
        if show.section not in guide.sections:
            yield Fault("guide.yaml", show.id, f"there is no section {show.section}")
        if show.kind not in SHOW_KINDS:
            yield Fault("guide.yaml", show.id, f"there is no kind {show.kind}; it is one of {', '.join(SHOW_KINDS)}")
        if show.kind == "letter" and show.key not in guide.letters:
            yield Fault("guide.yaml", show.id, f"there is no letter {show.key}")
        if show.tells and show.tells not in keys:
            yield Fault("guide.yaml", show.id, f"there is no advice {show.tells}")
    for special in guide.situations:
        named = (
            ("problem", special.problem, guide.problems),
            ("section", special.section, guide.sections),
            ("sign", special.sign, guide.signs),
            *(("slot", name, guide.slots) for name in special.keeps_out),
        )
        for what, name, there in named:
            if name and name not in there:
                yield Fault("situations.yaml", special.id, f"there is no {what} {name}")
        for name, value in special.facts.items():
            slot = guide.slots.get(name)
            allowed = ("yes", "no") if slot and slot.kind == "yes_no" else slot.values if slot else ()
            if (slot is None and name not in OTHER_FACTS) or (slot is not None and value not in allowed):
                yield Fault("situations.yaml", special.id, f"{name} cannot be {value}")
    for news in guide.news:
        if news.tells and news.tells not in keys:
            yield Fault("news.yaml", news.id, f"there is no advice {news.tells}")
    for topic in guide.topics:
        if topic.section not in guide.sections:
            yield Fault("topics.yaml", topic.key, f"there is no section {topic.section}")
    for rule in guide.advice:
        if rule.section not in guide.sections:
            yield Fault("advice.yaml", rule.key, f"there is no section {rule.section}")
        if not advice.is_due(rule.due):
            yield Fault("advice.yaml", rule.key, f"{rule.due} is no due: now, today, next_workday, +3d, +1w or none")
    for trouble in guide.problems.values():
        for item in set(trouble.checklist) - set(guide.items):
            yield Fault("problems.yaml", trouble.id, f"there is no item {item} in evidence.yaml")
        for name, steps in trouble.checks_by.items():
            slot = guide.slots.get(name)
            for value in set(steps) - set(slot.values if slot else ()):
                yield Fault("problems.yaml", trouble.id, f"{name} has no value {value}")
    for reminder in guide.reminders:
        if reminder.start not in (*STARTS, *guide.slots):
            yield Fault("reminders.yaml", reminder.rule, f"there is no slot {reminder.start} to count from")
    for letter in guide.letters.values():
        for name in {*letter.needs, *letter.wants} - set(guide.slots):
            yield Fault("letters.yaml", letter.id, f"there is no slot {name}")
        for section in set(letter.sections) - set(guide.sections):
            yield Fault("letters.yaml", letter.id, f"there is no section {section}")
    yield from _ladder(guide)
    for name in set(guide.details) - set(guide.slots):
        yield Fault("letters.yaml", "details", f"there is no slot {name}")


def _ladder(guide: Guide) -> Iterator[Fault]:
    channels, parties = {channel.id for channel in guide.channels}, {party.id for party in guide.contacts.parties}
    for answer in guide.contacts.answers:
        if answer.id not in get_args(Result):
            yield Fault("contacts.yaml", answer.id, f"there is no result {answer.id}; see dialogs/view.py")
    for rung in guide.ladder:
        for party in set(rung.parties) - parties:
            yield Fault("ladder.yaml", rung.id, f"there is no party {party} in contacts.yaml")
        if rung.channel and rung.channel not in channels:
            yield Fault("ladder.yaml", rung.id, f"there is no channel {rung.channel} in channels.yaml")
        if rung.letter and rung.letter not in guide.letters:
            yield Fault("ladder.yaml", rung.id, f"there is no letter {rung.letter}")
        for result in set(rung.anew) - {answer.id for answer in guide.contacts.answers}:
            yield Fault("ladder.yaml", rung.id, f"there is no answer {result} in contacts.yaml")
        for clock in rung.clocks:
            if clock.unit not in UNITS or clock.kind not in CLOCKS:
                yield Fault("ladder.yaml", rung.id, f"a clock counts {' or '.join(UNITS)} by {', '.join(CLOCKS)}")
            if not clock.facts:
                yield Fault("ladder.yaml", rung.id, "a clock names the facts it rests on; add facts: [...]")


def _conditions(guide: Guide) -> Iterator[tuple[str, str, Condition]]:
    """All conditions of the guide, with file and key."""
    yield from (("guide.yaml", slot.name, slot.when) for slot in guide.slots.values())
    yield from (("guide.yaml", f"{move.trigger} from {move.source}", move.when) for move in guide.moves)
    yield from (("guide.yaml", show.id, show.when) for show in guide.shows)
    yield from (("topics.yaml", topic.key, topic.when) for topic in guide.topics)
    yield from (("severity.yaml", rule.id, rule.when) for rule in guide.severity)
    yield from (("advice.yaml", rule.key, rule.when) for rule in guide.advice)
    yield from (("reminders.yaml", rule.rule, rule.when) for rule in guide.reminders)
    yield from (("channels.yaml", channel.id, channel.when) for channel in guide.channels)
    for rung in guide.ladder:
        yield from (("ladder.yaml", rung.id, when) for when in (rung.when, rung.needs))
        yield from (("ladder.yaml", rung.id, clock.when) for clock in rung.clocks)
    yield from (("alternatives.yaml", way.id, way.when) for way in guide.alternatives)
    yield from (("letters.yaml", letter.id, letter.when + letter.offered) for letter in guide.letters.values())


def _arguments(guide: Guide, condition: Condition) -> Iterator[str]:
    """What is wrong with the guards' arguments."""
    for name, _, argument in condition:
        if name == ANY:
            for option in argument:
                yield from _arguments(guide, option)
        elif name == "fact":
            yield from _values(guide, argument)
        elif name in KNOWN:
            what, there = KNOWN[name]
            if argument not in (None, True):
                yield from (
                    f"{name}: there is no {what} {one}" for one in _several(argument) if one not in there(guide)
                )
        elif name in NUMBERS and not str(argument).isdigit():
            yield f"{name}: {argument} is no number"


def _values(guide: Guide, wanted: Any) -> Iterator[str]:
    if not isinstance(wanted, Mapping):
        yield f"fact: needs names and values, as {{fact: {{{wanted}: ...}}}}"
        return
    others = {"excuse": [one.id for one in guide.excuses], "situation": [one.id for one in guide.situations]}
    for name, values in wanted.items():
        slot = guide.slots.get(name)
        if slot is None and name not in others:
            yield f"fact: there is no slot {name}"
            continue
        allowed = slot.values if slot else others[name]
        if allowed:
            yield from (f"fact: {name} has no value {one}" for one in _several(values) if one not in allowed)


def _several(argument: Any) -> tuple[str, ...]:
    return tuple(map(str, argument)) if isinstance(argument, (list, tuple)) else (str(argument),)


def _facts(guide: Guide) -> Iterable[str]:
    return (*guide.slots, *OTHER_FACTS)


KNOWN: Mapping[str, tuple[str, Callable[[Guide], Iterable[str]]]] = {
    "problem": ("problem", lambda guide: guide.problems),
    "known": ("slot", _facts),
    "missing": ("slot", _facts),
    "asked_already": ("slot", _facts),
    "section": ("section", lambda guide: guide.sections),
    "section_done": ("section", lambda guide: guide.sections),
    "has_item": ("item", lambda guide: guide.items),
    "fraud_sign": ("sign", lambda guide: guide.signs),
    "last_result": ("result", lambda _: get_args(Result)),
    "contacted_party": ("party", lambda guide: (party.id for party in guide.contacts.parties)),
}
"""Guards whose argument names something of the guide."""
NUMBERS = ("severity", "days_over", "amount_over", "attempts_over")
