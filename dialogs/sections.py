"""What comes next in a section: what is shown, what is asked, and what ends it."""

from dialogs import advice, guards
from dialogs.draft import Draft
from dialogs.guide import Show, Slot
from dialogs.letters import write
from dialogs.outcome import Button, Suggestion
from dialogs.texts import when

GO_ON = "go_on"
MOST_TOPICS = 6


def go_on(draft: Draft) -> None:
    """Leave the section by the first move whose condition holds."""
    section = draft.view.section
    if section not in draft.position.done:
        draft.place(done=(*draft.position.done, section))
    enter(draft, draft.machine.target(GO_ON, draft.view))


def enter(draft: Draft, section: str, *, aloud: bool = True) -> None:
    """Go to a section and say what it is for, the first time in full."""
    if section == draft.view.section:
        return
    draft.enter(section)
    if aloud and draft.show(f"enter.{section}"):
        draft.say(f"enter.{section}")


def proceed(draft: Draft) -> None:
    """Show what has become ready and ask for the next thing; at the end of a section offer the way on."""
    section = draft.view.section
    for show in draft.guide.shows:
        if show.section == section and guards.holds(show.when, draft.guide, draft.view) and draft.show(show.id):
            _display(draft, show)
    slot = next_slot(draft)
    if slot is not None:
        ask_slot(draft, slot)
    elif section == "evidence" and (missing := guards.missing_items(draft.guide, draft.view)):
        _ask_item(draft, missing[0])
    else:
        _end(draft)


def next_slot(draft: Draft) -> Slot | None:
    """The first slot of the section that applies and has neither a value nor been skipped."""
    for slot in draft.guide.slots_of(draft.view.section):
        if slot.name in draft.view.facts or slot.name in draft.position.skipped:
            continue
        if draft.applies(slot):
            return slot
    return None


def ask_slot(draft: Draft, slot: Slot) -> None:
    draft.ask(slot.name)
    draft.say(f"ask.{slot.name}", buttons=slot_buttons(draft, slot))


def slot_buttons(draft: Draft, slot: Slot) -> list[Button]:
    """The slot's values to tap, then the ways round the question."""
    values = ("yes", "no") if slot.kind == "yes_no" else slot.values
    buttons = [draft.button(slot.name, value, draft.value_key(slot.name, value)) for value in values]
    if slot.unknown:
        buttons.append(draft.button("!unknown", slot.name, "button.unknown"))
    return buttons


def _ask_item(draft: Draft, item: str) -> None:
    draft.ask(f"item:{item}")
    have = len(guards.checklist(draft.guide, draft.view)) - len(guards.missing_items(draft.guide, draft.view))
    params = {
        "item": draft.text(f"item.{item}"),
        "how": draft.text(f"item.{item}.how"),
        "have": str(have),
        "of": str(len(guards.checklist(draft.guide, draft.view))),
    }
    draft.say(
        "ask.item",
        params,
        [
            draft.button("!unavailable", item, "button.unavailable"),
            draft.button("!skip", f"item:{item}", "button.skip"),
            draft.button("!next", "evidence", "button.go_on"),
        ],
    )


def _end(draft: Draft) -> None:
    section = draft.view.section
    if section == "closing":
        draft.ask("")
        return
    if section == "opening":
        ask_slot(draft, draft.guide.slots["problem"])
        return
    if section not in draft.position.done:
        draft.place(done=(*draft.position.done, section))
    following = draft.machine.target(GO_ON, draft.view)
    draft.ask(GO_ON)
    draft.say(
        f"done.{section}",
        {"next": draft.text(f"section.{following}")},
        [
            draft.button("!next", section, "button.go_on"),
            *_letter_buttons(draft),
            *_topic_buttons(draft),
            draft.button("!human", "", "button.human"),
        ],
    )


def _topic_buttons(draft: Draft) -> list[Button]:
    """What the section can still explain."""
    return [
        draft.button("!topic", topic.key, f"button.{topic.key}")
        for topic in draft.guide.topics
        if topic.section == draft.view.section and topic.key not in draft.position.shown
    ][:MOST_TOPICS]


def _letter_buttons(draft: Draft) -> list[Button]:
    return [
        draft.button("!letter", letter.id, f"button.letter.{letter.id}")
        for letter in draft.guide.letters.values()
        if draft.view.section in letter.sections
    ]


def _display(draft: Draft, show: Show) -> None:
    if show.kind == "text":
        draft.show(show.key)
        draft.say(show.key)
    elif show.kind == "letter":
        write(draft, show.key)
    else:
        DISPLAYS[show.kind](draft)


def _checks(draft: Draft) -> None:
    steps = guards.checks(draft.guide, draft.view)
    lines = [f"{number}. {draft.text(step)}" for number, step in enumerate(steps, 1)]
    draft.say("checks", {"steps": "\n".join(lines)})


def _code(draft: Draft) -> None:
    value = draft.view.value("response_code")
    code = draft.guide.codes.get(value)
    if code is None:
        draft.say("code.unknown", {"code": value})
        return
    english = "en" if draft.language == "en" else "zh"
    draft.say("code.known", {"code": value, "meaning": code.meaning[english], "advice": code.advice["zh"]})


def _repair(draft: Draft) -> None:
    problem = draft.guide.problems[draft.view.problem]
    draft.say(problem.repair or "repair")


def _reasons(draft: Draft) -> None:
    lines = [draft.text("why.intro"), *(draft.text(f"why.{reason.id}") for reason in draft.guide.reasons)]
    draft.say("why", {"reasons": "\n".join(lines)})


def _channels(draft: Draft) -> None:
    open_to = [
        channel
        for channel in draft.guide.channels
        if channel.enabled and guards.holds(channel.when, draft.guide, draft.view)
    ]
    lines = [f"{number}. {draft.text(f'channel.{channel.id}')}" for number, channel in enumerate(open_to, 1)]
    buttons = [
        draft.button(
            "!channel", channel.id, "button.how", {"name": draft.text(f"channel.{channel.id}").splitlines()[0]}
        )
        for channel in open_to
    ]
    draft.say("channels", {"channels": "\n".join(lines)}, buttons)


def _alternatives(draft: Draft) -> None:
    fitting = [way for way in draft.guide.alternatives if guards.holds(way.when, draft.guide, draft.view)]
    lines = [f"{number}. {draft.text(f'alternatives.{way.id}')}" for number, way in enumerate(fitting, 1)]
    draft.say("alternatives", {"ways": "\n".join(lines)})


DISPLAYS = {
    "checks": _checks,
    "code": _code,
    "repair": _repair,
    "reasons": _reasons,
    "channels": _channels,
    "alternatives": _alternatives,
}


def due_words(draft: Draft, suggestion: Suggestion) -> str:
    """Until when, in words; "" for no time."""
    if suggestion.due is None:
        return ""
    if suggestion.due <= draft.now:
        return draft.text("suggest.now")
    return draft.text("suggest.due", {"due": when(suggestion.due, draft.now)})


def tell_suggestion(draft: Draft) -> None:
    """Say the best next action aloud when it is another one than last time."""
    best = advice.suggest(draft.guide, draft.view, 1)
    if not best or best[0].key == draft.position.told:
        return
    draft.place(told=best[0].key)
    what, why = draft.text(best[0].key), draft.text(f"{best[0].key}.why")
    draft.say(
        "suggest",
        {"what": what, "why": why, "due": due_words(draft, best[0])},
        [draft.button("!source", best[0].key, "button.source")],
    )
