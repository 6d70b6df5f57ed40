"""One step of the conversation about a case: interrupts first, then answers, then moves. Pure."""

from collections.abc import Callable, Mapping, Sequence

from dialogs import advice, answers, commands, guards, letters, reminders, sections
from dialogs.draft import Draft
from dialogs.guide import Guide, Topic
from dialogs.machine import SectionMachine
from dialogs.outcome import Outcome, Suggestion
from dialogs.severity import judge
from dialogs.texts import Texts
from dialogs.turn import Incoming, Pick, Turn
from dialogs.view import CaseView, Exhibit

ANSWER_INTENTS = ("affirm", "deny", "dont_know", "skip")
CHAT = ("out_of_scope", "greet", "thanks", "goodbye")
LONG_PAUSE_HOURS = 12
MISSES = 3
SURE = 0.8  # confidence from which a matter counts as settled without asking
SHORTEST_EXHIBIT = 8  # characters of plain text that can be an item of evidence


class Dialog:
    """Decides what a turn leads to. Built once from the guide and its texts; keeps nothing between steps."""

    def __init__(self, guide: Guide, texts: Texts) -> None:
        self.guide = guide
        self.texts = texts
        self.machine = SectionMachine(guide)

    def expected(self, view: CaseView | None) -> tuple[str, ...]:
        """The intents that the question asked makes likely."""
        if view is None:
            return ()
        slot = self.guide.slots.get(view.position.asked)
        if view.position.asked == "problem" or view.section == self.guide.initial:
            return tuple(self.guide.problems)
        own = tuple(slot.intents) if slot else ()
        return (*own, *ANSWER_INTENTS, "done")

    def step(self, view: CaseView, turn: Turn, language: str, quiet: reminders.Quiet = None) -> Outcome:
        """The outcome of one turn in a case. The same view and turn always give the same outcome."""
        draft = Draft(self.guide, self.machine, self.texts, language, view, turn)
        self._welcome_back(draft)
        self._take_exhibits(draft)
        self._interrupt(draft)
        if turn.kind == "pick" and turn.pick is not None:
            self._pick(draft, turn.pick)
        elif turn.kind == "words" and turn.text:
            self._words(draft)
        elif turn.kind == "other":
            draft.say(turn.note)
            draft.handled = True
        if turn.masked:
            draft.say("masked")
        if not draft.quiet:
            self._continue(draft)
        return self._outcome(draft, quiet)

    def looks_around(self, turn: Turn) -> bool:
        """Does the turn need to know of other cases, or of an earlier wish for a person?"""
        names = ("!human", "!status") if turn.pick else ("ask_human", "ask_status")
        return turn.pick.name in names if turn.pick else bool(set(turn.intents) & set(names))

    def text_item(self, view: CaseView, turn: Turn) -> str:
        """The item of the checklist that the words themselves are, when it was asked for and they are nothing else."""
        item = self.guide.items.get(view.position.asked.removeprefix("item:"))
        if (
            item is None
            or "text" not in item.kinds
            or turn.kind != "words"
            or len(turn.text.strip()) < SHORTEST_EXHIBIT
        ):
            return ""
        return item.id if turn.intent == "out_of_scope" or turn.confidence < 0.5 else ""

    # before anything else

    def _welcome_back(self, draft: Draft) -> None:
        view = draft.view
        if view.status == "paused":
            draft.effect("reopen")
            draft.say("opening.back_pause", self._recap(draft))
            return
        if view.last_activity is None or (view.now - view.last_activity).total_seconds() < LONG_PAUSE_HOURS * 3600:
            return
        if view.problem:
            draft.say("opening.back", self._recap(draft))

    def _recap(self, draft: Draft) -> Mapping[str, str]:
        """Where the case stands, in one line."""
        names = ("problem", "company", "amount", "since")
        known = [self._item_words(draft, name) for name in names if draft.view.value(name)]
        return {"section": draft.text(f"section.{draft.view.section}"), "summary": "，".join(known)}

    @staticmethod
    def _item_words(draft: Draft, name: str) -> str:
        """A slot with its value, as it is echoed."""
        key, value = f"understood.item.{name}", draft.words_of(name)
        if draft.texts.has(key):
            return draft.text(key, {"value": value})
        return f"{draft.text(f'label.{name}')} {value}"

    def _interrupt(self, draft: Draft) -> None:
        """A scam in progress comes before everything; afterwards the question is asked again."""
        signs = [sign for sign in self.guide.signs if sign in draft.turn.signs]
        if not signs:
            return
        known = draft.view.signs
        if set(signs) - set(known):
            draft.set_fact("fraud_signs", ",".join(dict.fromkeys((*known, *signs))))
            draft.filled.remove("fraud_signs")
        if not draft.view.problem:
            draft.set_fact("problem", "suspected_fraud")
        draft.say(f"scam.{signs[0]}", buttons=[draft.button("!human", "", "button.human")])
        draft.handled = True

    def _take_exhibits(self, draft: Draft) -> None:
        for incoming in draft.turn.incoming:
            draft.handled = True
            if incoming.refused:
                draft.say(f"exhibit.refused.{incoming.refused}")
                continue
            if incoming.same_as:
                draft.say("exhibit.same", {"no": str(incoming.same_as)})
                continue
            item = incoming.item or self._item_for(draft, incoming)
            draft.assign(Exhibit(incoming.no, incoming.kind, item))
            name = draft.text(f"item.{item}") if item else draft.text("exhibit.other")
            key = "exhibit.kept" if incoming.sha256 else "exhibit.fetching"
            if incoming.kind == "voice":
                key = "exhibit.voice"
            if not item and key == "exhibit.kept":
                key = "exhibit.kept_unsorted"
            draft.say(
                key,
                {
                    "no": str(incoming.no),
                    "kind": draft.text(f"kind.{incoming.kind}"),
                    "hash": incoming.sha256[:16],
                    "item": name,
                },
            )
            if incoming.note:
                draft.say(f"exhibit.note.{incoming.note}")

    def _item_for(self, draft: Draft, incoming: Incoming) -> str:
        """The checklist item a thing serves: named by its caption, else the one that was asked for."""
        for item in self.guide.items.values():
            if any(word in incoming.caption for word in item.words):
                return item.id
        asked = draft.asked.removeprefix("item:") if draft.asked.startswith("item:") else ""
        missing = guards.missing_items(self.guide, draft.view)
        if asked and asked in missing:
            return asked
        fitting = [item for item in missing if incoming.kind in self.guide.items[item].kinds]
        return fitting[0] if fitting and not incoming.caption else ""

    # what the person did

    def _pick(self, draft: Draft, pick: Pick) -> None:
        draft.handled = True
        if not pick.name.startswith("!"):
            self._pick_value(draft, pick)
            return
        action = ACTIONS.get(pick.name)
        if action is None:
            draft.say("choice.gone")
            return
        action(draft, pick.value)

    def _pick_value(self, draft: Draft, pick: Pick) -> None:
        name = self.guide.renames.get(pick.name, pick.name)
        slot = self.guide.slots.get(name)
        allowed = ("yes", "no") if slot and slot.kind == "yes_no" else slot.values if slot else ()
        if slot is None or pick.value not in allowed:
            draft.say("choice.gone")
            return
        before = draft.words_of(name)
        if draft.view.value(name) == pick.value:
            return
        draft.set_fact(name, pick.value)
        if before:
            draft.say("corrected", {"label": draft.text(f"label.{name}"), "old": before, "new": draft.words_of(name)})
        elif name == "contact_result":
            commands.attempt(draft, pick.value)
        draft.filled.clear()

    def _words(self, draft: Draft) -> None:
        turn = draft.turn
        if draft.asked.startswith("confirm:"):
            self._confirm(draft)
            return
        old = {name: draft.words_of(name) for name in draft.view.facts if name in self.guide.slots}
        refusing = turn.intent == "illicit_request"
        if not refusing:
            answers.fill(draft)
        self._say_understood(draft, old)
        result = next((commands.RESULTS[intent] for intent in turn.intents if intent in commands.RESULTS), "")
        if result:
            commands.attempt(draft, result)
            draft.handled = True
        self._requests(draft)
        if not draft.handled and turn.intent == "affirm" and draft.asked in (sections.GO_ON, ""):
            commands.done(draft)
            draft.handled = True
        if not draft.handled and turn.intent in ("affirm", "deny") and draft.asked:
            draft.handled = self._answer_item(draft)

    def _requests(self, draft: Draft) -> None:
        """Do what was asked for besides the answer: commands, texts, jumps. An answer that filled the question asked
        is no command ("没有" to a yes-no question)."""
        for intent in draft.turn.intents:
            if intent in commands.COMMANDS:
                if intent in ("dont_know", "skip", "go_back", "done") and draft.filled:
                    continue
                commands.COMMANDS[intent](draft)
                draft.handled = True
            elif intent in self.guide.jumps and not (intent == "resolved" and "fixed" in draft.filled):
                sections.enter(draft, self.guide.jumps[intent])
                answers.fill_section(draft)
                if intent == "ask_severity":
                    commands.severity(draft)
                self._tell_topics(draft)
                if intent == "resolved" and draft.turn.confidence >= SURE and not draft.view.value("outcome"):
                    draft.set_fact("outcome", "solved")
                draft.handled = True
            elif intent == "illicit_request":
                words = (refusal for refusal in self.guide.refusals if self._asks_for(draft, refusal))
                draft.say(next(words, self.guide.refusals[-1]).key)
                draft.handled = True
            elif intent in self.guide.answers:
                if intent in CHAT and (draft.handled or (intent == "out_of_scope" and draft.turn.confidence < 0.5)):
                    continue
                draft.say(self.guide.answers[intent])
                draft.handled = True

    def _tell_topics(self, draft: Draft) -> None:
        """Explain what the question names, in the section it leads to."""
        for topic in self.guide.topics:
            if topic.section == draft.view.section and self._asks_for(draft, topic):
                draft.show(topic.key)
                draft.say(topic.key)
                return

    @staticmethod
    def _asks_for(draft: Draft, topic: Topic) -> bool:
        return any(word in draft.turn.text for word in topic.words)

    def _answer_item(self, draft: Draft) -> bool:
        """ "No" to an item of evidence means it cannot be had; "yes" means it will come."""
        if not draft.asked.startswith("item:"):
            return False
        if draft.turn.intent == "deny":
            draft.skip(draft.asked)
            draft.say("item.unavailable")
        else:
            draft.say("item.send")
            draft.quiet = True
        return True

    def _confirm(self, draft: Draft) -> None:
        draft.place(asked="")
        draft.handled = True
        if draft.turn.intent == "affirm":
            ACTIONS["!delete"](draft, "all")
        else:
            ACTIONS["!keep"](draft, "")

    def _say_understood(self, draft: Draft, old: Mapping[str, str]) -> None:
        changed = [name for name in draft.filled if name in self.guide.slots]
        for name in list(changed):
            if old.get(name):
                params = {"label": draft.text(f"label.{name}"), "old": old[name], "new": draft.words_of(name)}
                draft.say("corrected", params)
                changed.remove(name)
        if changed and changed != [draft.asked]:
            draft.say("understood", {"items": "，".join(self._item_words(draft, name) for name in changed)})

    # what comes next

    def _continue(self, draft: Draft) -> None:
        if draft.view.section == self.guide.initial and draft.view.problem:
            sections.go_on(draft)
        if draft.view.section == "closing":
            self._close(draft)
        if not draft.handled and draft.turn.kind == "words":
            self._miss(draft)
            return
        if draft.handled:
            draft.place(misses=0)
        if draft.view.section != self.guide.initial:
            sections.tell_suggestion(draft)
        sections.proceed(draft)

    def _close(self, draft: Draft) -> None:
        outcome = draft.view.value("outcome")
        if outcome and draft.show(f"closing.{outcome}"):
            draft.say(f"closing.{outcome}")
            if outcome == "solved":
                draft.effect("close")

    def _miss(self, draft: Draft) -> None:
        misses = draft.position.misses + 1
        draft.place(misses=misses)
        slot = draft.asked_slot
        buttons = sections.slot_buttons(draft, slot) if slot else []
        question = draft.text(f"ask.{slot.name}") if slot else ""
        if misses >= MISSES:
            buttons.append(draft.button("!human", "", "button.human"))
        draft.say(f"miss.{min(misses, MISSES)}", {"question": question}, buttons)
        if slot is None:
            sections.proceed(draft)

    def _outcome(self, draft: Draft, quiet: reminders.Quiet) -> Outcome:
        view = draft.view
        level, rule = judge(self.guide, view)
        closing = "close" in draft.effects
        return Outcome(
            section=view.section,
            position=view.position,
            replies=tuple(draft.replies),
            severity=level,
            severity_rule=rule,
            suggestions=self.suggestions(view),
            facts=draft.facts,
            attempts=tuple(draft.attempts),
            items=draft.items,
            reminders=() if closing else reminders.plan(self.guide, view, quiet),
            wishes=tuple(draft.wishes),
            effects=tuple(draft.effects),
        )

    # reading a case

    def words(self, view: CaseView, language: str, key: str, params: Mapping[str, str] | None = None) -> str:
        """A text of the guide with the case's values in its placeholders."""
        return self._reader(view, language).text(key, params)

    def fact_words(self, view: CaseView, language: str, name: str) -> str:
        """The value of a slot as people read it; "" when it is not known."""
        return self._reader(view, language).words_of(name)

    def _reader(self, view: CaseView, language: str) -> Draft:
        return Draft(self.guide, self.machine, self.texts, language, view, Turn("other"))

    def suggestions(self, view: CaseView) -> tuple[Suggestion, ...]:
        """The next actions for the case as it stands, at least one."""
        return advice.suggest(self.guide, view)

    def missing(self, view: CaseView) -> Sequence[str]:
        """The slots and checklist items (`item:<id>`) that the case still lacks."""
        slots = [
            slot.name
            for slot in self.guide.slots.values()
            if slot.section == view.section and slot.name not in view.facts and guards.applies(slot, self.guide, view)
        ]
        return [*slots, *(f"item:{item}" for item in guards.missing_items(self.guide, view))]


def _source(draft: Draft, key: str) -> None:
    """Show what a suggestion rests on."""
    rule = next((rule for rule in draft.guide.advice if rule.key == key), None)
    facts = rule.facts if rule else ()
    if not facts:
        draft.say("source.none")
        return
    for ground in (draft.guide.grounds[fact] for fact in facts[:3]):
        draft.say(
            "source",
            {
                "source": ground.cite,
                "text": ground.text,
                "reviewed": str(draft.guide.reviewed),
                "confidence": draft.text(f"confidence.{ground.level}"),
            },
        )


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


def _go(draft: Draft, section: str) -> None:
    if section in draft.guide.sections and section != draft.guide.initial:
        sections.enter(draft, draft.machine.target(f"jump_{section}", draft.view))
    else:
        draft.say("choice.gone")


def _next(draft: Draft, section: str) -> None:
    """Go on from the section the button belonged to; an old one does nothing."""
    if section == draft.view.section:
        sections.go_on(draft)


def _delete(draft: Draft, _: str) -> None:
    draft.effect("delete")
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


def _channel(draft: Draft, name: str) -> None:
    """What a place of complaint takes, what to bring, how long it takes."""
    if not any(channel.id == name and channel.enabled for channel in draft.guide.channels):
        draft.say("choice.gone")
        return
    details = {part: draft.text(f"channel.{name}.{part}") for part in ("takes", "bring", "limits")}
    draft.say("channel", {"name": draft.text(f"channel.{name}"), **details})


def _switch(draft: Draft, number: str) -> None:
    draft.effect(f"switch_case:{number}")
    draft.quiet = True


def _command(name: str) -> Callable[[Draft, str], None]:
    return lambda draft, _: commands.COMMANDS[name](draft)


def _skip(draft: Draft, what: str) -> None:
    draft.skip(what or draft.asked)
    draft.say("skipped")


ACTIONS: Mapping[str, Callable[[Draft, str], None]] = {
    "!next": _next,
    "!go": _go,
    "!ask": _ask,
    "!unknown": _unknown,
    "!unavailable": _unavailable,
    "!skip": _skip,
    "!back": _command("go_back"),
    "!human": _command("ask_human"),
    "!status": _command("ask_status"),
    "!pause": _command("pause"),
    "!new": _command("new_case"),
    "!stop": _command("stop_reminders"),
    "!letter": _letter,
    "!source": _source,
    "!topic": _topic,
    "!channel": _channel,
    "!delete": _delete,
    "!keep": _keep,
    "!case": _switch,
}
