"""What comes next in a section: what is shown, what is asked, and what ends it."""

from dialogs import advice, guards, letters, progress
from dialogs.displays import display
from dialogs.draft import Draft
from dialogs.guide import Show, Slot
from dialogs.outcome import Button, Suggestion
from dialogs.severity import judge

GO_ON = "go_on"
MOST_ASKED = 3  # times a question is asked before it becomes a gap
MOST_MESSAGES = 3  # of an ordinary turn: what does not fit waits for the next one
MOST_TOPICS = 4
FIRST_ITEMS = 3  # of a checklist are asked for one by one, the others are offered
URGENT = 4
ASK_WHO_HOLDS = ("settlement_delay", "merchant_mismatch")  # troubles in which money may lie with someone else


def go_on(draft: Draft) -> None:
    """Leave the section by the first move whose condition holds."""
    section = draft.view.section
    if section not in draft.position.done:
        draft.place(done=(*draft.position.done, section))
    enter(draft, draft.machine.target(GO_ON, draft.view))


def enter(draft: Draft, section: str, *, aloud: bool = True) -> None:
    """Go to a section and say what it is for, the first time."""
    if section == draft.view.section:
        return
    from_start = draft.view.section == draft.guide.initial
    draft.enter(section)
    if aloud and not from_start and draft.show(f"enter.{section}"):
        draft.say(f"enter.{section}")


def reconsider(draft: Draft, before: str) -> None:
    """After the problem was corrected, look at what it calls for anew. `before`: the problem it was."""
    if not before or draft.view.problem == before:
        return
    again = {show.id for show in draft.guide.shows if show.section == "assess"}
    draft.place(
        shown=tuple(name for name in draft.position.shown if name not in again),
        done=tuple(section for section in draft.position.done if section != "assess"),
    )
    enter(draft, "assess", aloud=False)


def proceed(draft: Draft) -> None:
    """Say the best next action and what has become ready, and ask for the next thing; at the end of a section offer
    the way on."""
    section = draft.view.section
    if (lacking := letters.resume(draft)) is not None:
        ask_slot(draft, lacking)
        return
    if section == draft.guide.initial:
        if advice.suggest(draft.guide, draft.view, 1)[0].facts:
            tell_suggestion(draft)
        ask_slot(draft, draft.guide.slots["problem"])
        return
    if section == "closing":
        _close(draft)
        return
    if draft.situated:
        tell_suggestion(draft)
    if not draft.aside:
        _show(draft, [show for show in _ready(draft) if show.first])
    tell_suggestion(draft)
    if not draft.aside:
        _show(draft, _ready(draft))
    if section == "evidence" and (item := _next_item(draft)):
        ask_item(draft, item)
    elif (slot := next_slot(draft)) is not None and _is_tired_of(draft, slot):
        draft.skip(slot.name, wished=False)
        proceed(draft)
    elif slot is not None:
        ask_slot(draft, slot)
    else:
        _end(draft)


def after_scam(draft: Draft) -> None:
    """Ask what was lost, wherever the case stands; where that is known or no matter, go back to the guide."""
    best = advice.suggest(draft.guide, draft.view, 1)
    draft.place(told=best[0].key if best else "")  # the warning has said it
    loss = draft.guide.slots.get("fraud_loss")
    if loss is not None and loss.name not in draft.view.facts and draft.applies(loss):
        ask_slot(draft, loss)
    else:
        proceed(draft)


def _show(draft: Draft, shows: list[Show]) -> None:
    """Show what there is room for; at the end of the section all of it, as nothing comes after."""
    for show in shows:
        if _full(draft) and not _at_end(draft):
            return
        draft.show(show.id)
        display(draft, show)


def _ready(draft: Draft) -> list[Show]:
    """What the section can show now and has not shown; two rows of one id count once."""
    ready: dict[str, Show] = {}
    for show in draft.guide.shows:
        open_here = show.section == draft.view.section and show.id not in draft.position.shown
        if open_here and guards.holds(show.when, draft.guide, draft.view):
            ready.setdefault(show.id, show)
    return list(ready.values())


def _full(draft: Draft) -> bool:
    """Would one more message leave no room for the question?"""
    return len(draft.replies) >= MOST_MESSAGES - 1


def _at_end(draft: Draft) -> bool:
    return next_slot(draft) is None and not (draft.view.section == "evidence" and _next_item(draft))


def next_slot(draft: Draft) -> Slot | None:
    """The first slot of the section that applies and has neither a value nor been skipped."""
    for slot in draft.guide.slots_of(draft.view.section):
        if slot.name in draft.view.facts or slot.name in draft.position.skipped:
            continue
        if draft.applies(slot):
            return slot
    return None


def _is_tired_of(draft: Draft, slot: Slot) -> bool:
    """Was it asked often enough without an answer? Then it becomes a gap."""
    return slot.unknown and f"{slot.name}#{MOST_ASKED}" in draft.position.shown


def ask_slot(draft: Draft, slot: Slot) -> None:
    draft.ask(slot.name)
    if not draft.aside and draft.turn.kind != "undone":  # who asks for something else is not tired of the question
        next((number for number in range(1, MOST_ASKED + 1) if draft.show(f"{slot.name}#{number}")), None)
    own = f"ask.{slot.name}.{draft.view.problem}"  # what is asked may depend on the trouble
    draft.say(own if draft.texts.has(own) else f"ask.{slot.name}", buttons=slot_buttons(draft, slot))


def slot_buttons(draft: Draft, slot: Slot) -> list[Button]:
    """The slot's values to tap, then the ways round the question."""
    values = ("yes", "no") if slot.kind == "yes_no" else slot.values
    buttons = [draft.button(slot.name, value, draft.value_key(slot.name, value)) for value in values]
    buttons = [*letters.first_buttons(draft, slot), *buttons]
    if slot.unknown:
        buttons.append(draft.button("!unknown", slot.name, "button.unknown"))
    return [*buttons, *letters.last_buttons(draft)]


def _next_item(draft: Draft) -> str:
    """The most useful item that is still missing, as long as it is among the first of the checklist."""
    first = guards.checklist(draft.guide, draft.view)[:FIRST_ITEMS]
    missing = guards.missing_items(draft.guide, draft.view)
    return next((item for item in first if item in missing), "")


def ask_item(draft: Draft, item: str) -> None:
    draft.ask(f"item:{item}")
    params = {
        "item": draft.text(f"item.{item}"),
        "how": draft.text(f"item.{item}.how"),
        "progress": progress.words(draft),
    }
    buttons = [
        draft.button("!unavailable", item, "button.unavailable"),
        draft.button("!skip", f"item:{item}", "button.skip"),
        draft.button("!next", "evidence", "button.go_on"),
    ]
    draft.say("ask.item", params, buttons)


def _end(draft: Draft) -> None:
    section = draft.view.section
    if section not in draft.position.done:
        draft.place(done=(*draft.position.done, section))
    following = draft.machine.target(GO_ON, draft.view)
    draft.ask(GO_ON)
    buttons = [draft.button("!next", section, "button.go_on")]
    params = {"next": draft.text(f"section.{following}")}
    key = f"done.{section}"
    if section == "evidence" and (missing := guards.missing_items(draft.guide, draft.view)):
        key = "checklist"
        params |= {
            "missing": draft.listed(draft.text(f"item.{item}") for item in missing),
            "progress": progress.words(draft),
        }
        buttons.append(
            draft.button("!item", missing[0], "button.item", {"item": draft.text(f"item.{missing[0]}")}),
        )
    elif section == "assess":
        params |= severity_words(draft)
        if draft.view.problem in ASK_WHO_HOLDS or "agent_vanished" in draft.view.signs:
            buttons.append(draft.button("!holder", "", "button.holder"))
    if any(one.is_open for one in draft.view.exhibits):
        buttons.append(draft.button("!check", "", "button.check_reading"))
    buttons += [*letters.buttons(draft), *_topic_buttons(draft), draft.button("!human", "", "button.human")]
    draft.say(key, params, buttons)


def severity_words(draft: Draft) -> dict[str, str]:
    """How serious the case is and why, as placeholders."""
    level, rule = judge(draft.guide, draft.view)
    return {"level": draft.text(f"severity.{level}"), "why": draft.text(f"severity.why.{rule}") if rule else ""}


def _close(draft: Draft) -> None:
    """Ask how it ended; what is not solved leads back into the guide."""
    fresh = draft.facts.get("outcome")
    put_off = "outcome" in draft.position.skipped
    if fresh is None and not put_off:
        ask_slot(draft, draft.guide.slots["outcome"])
        return
    outcome = draft.view.value("outcome") if fresh is not None else ""
    draft.ask(GO_ON)
    if outcome == "solved":
        draft.effect("close")
        draft.say("closing.solved", buttons=[draft.button("!new", "", "button.new_case"), draft.undo_button()])
        return
    if draft.view.status == "closed":
        draft.effect("reopen")
    tell_suggestion(draft)
    best = draft.machine.target(GO_ON, draft.view)
    order = dict.fromkeys((best, *draft.guide.sections[1:-1]))
    buttons = [draft.button("!go", name, f"button.go.{name}") for name in order if name != draft.view.section]
    buttons.append(draft.button("!human", "", "button.human"))
    draft.say(f"closing.{outcome}" if outcome else "done.closing", buttons=buttons)
    draft.place(skipped=tuple(name for name in draft.position.skipped if name != "outcome"))


def _topic_buttons(draft: Draft) -> list[Button]:
    """What the section can still explain."""
    return [
        draft.button("!topic", topic.key, f"button.{topic.key}")
        for topic in draft.guide.topics
        if topic.section == draft.view.section and topic.key not in draft.position.shown
        if guards.holds(topic.when, draft.guide, draft.view)
    ][:MOST_TOPICS]


def due_words(draft: Draft, suggestion: Suggestion) -> str:
    """Until when, in words; "" for no time."""
    if suggestion.due is None:
        return ""
    if suggestion.due <= draft.now:
        return draft.text("suggest.now")
    return draft.text("suggest.due", {"due": draft.when(suggestion.due)})


def tell_suggestion(draft: Draft) -> None:
    """Say the best next action aloud when it is another one than last time; when the turn is full already and nothing
    is urgent, the next time."""
    best = advice.suggest(draft.guide, draft.view, 1)
    if not best or best[0].key == draft.position.told:
        return
    if any(show.tells == best[0].key for show in _ready(draft)):
        draft.place(told=best[0].key)  # what is shown says it better
        return
    if _full(draft) and judge(draft.guide, draft.view)[0] < URGENT:
        return
    draft.place(told=best[0].key)
    what, why = draft.text(best[0].key), draft.text(f"{best[0].key}.why")
    draft.say(
        "suggest",
        {"what": what, "why": why, "due": due_words(draft, best[0])},
        [draft.button("!source", best[0].key, "button.source")],
    )
