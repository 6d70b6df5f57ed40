"""One step of the conversation about a case: interrupts first, then answers, then moves. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from dialogs import (
    actions,
    advice,
    attempts,
    closed,
    exhibits,
    guards,
    ladder,
    languages,
    readings,
    reminders,
    sections,
    situations,
    sources,
    stale_letters,
    undoing,
    utterance,
)
from dialogs.draft import Draft
from dialogs.guide import Guide
from dialogs.machine import SectionMachine
from dialogs.outcome import Outcome, Suggestion
from dialogs.recap import matter, welcome_back
from dialogs.severity import judge
from dialogs.texts import Texts
from dialogs.turn import Pick, Turn
from dialogs.view import CaseView

ANSWER_INTENTS = ("affirm", "deny", "dont_know", "skip")
ANEW = ("new_case", "restart")
RESUMING = ("done", "affirm", "greet", "skip")


class Dialog:
    """Decides what a turn leads to. Built once from the guide and its texts; keeps nothing between steps."""

    def __init__(self, guide: Guide, texts: Texts) -> None:
        self.guide = guide
        self.texts = texts
        self.machine = SectionMachine(guide)

    def step(self, view: CaseView, turn: Turn, language: str, quiet: reminders.Quiet = None) -> Outcome:
        """The outcome of one turn in a case. The same view and turn always give the same outcome."""
        draft = Draft(self.guide, self.machine, self.texts, language, view, turn)
        if turn.kind == "read":
            return self._told(draft, quiet)
        if not undoing.is_wished(turn):  # what is asked for may be to be woken
            welcome_back(draft)
        undoing.tell(draft)
        exhibits.take(draft)
        self._interrupt(draft)
        if turn.kind == "pick" and turn.pick is not None:
            actions.take(draft, turn.pick)
        elif turn.kind == "words" and turn.text and view.status == "paused" and turn.intent in RESUMING:
            draft.handled = True  # the word that wakes a case does no more than that
        elif turn.kind == "words" and turn.text:
            utterance.take(draft)
        elif turn.kind == "other":
            draft.say(turn.note)
            draft.handled = True
        self._own(draft)
        if turn.long and turn.text:
            draft.say("text.too_long", {"limit": str(len(turn.text))})
        if turn.masked:
            draft.say("masked")
        stale_letters.stale(draft, {**view.facts, **undoing.facts_before(turn)}, view.attempts)
        if not draft.quiet:
            self._continue(draft)
        if not draft.asks_of_pictures:
            draft.place(reading=())  # what is asked now is something else
        return self._outcome(draft, quiet)

    def _told(self, draft: Draft, quiet: reminders.Quiet) -> Outcome:
        """What was read from pictures, told between two turns: the guide's question stays as it is, unless there are
        signs of a scam that were not known."""
        draft.turn = replace(draft.turn, signs=tuple(set(draft.turn.signs) - set(draft.view.signs)))
        self._interrupt(draft)
        readings.tell(draft)
        if draft.interrupted and not draft.quiet:
            sections.after_scam(draft)
        return self._outcome(draft, quiet)

    def expected(self, view: CaseView | None) -> tuple[str, ...]:
        """The intents that the question asked makes likely."""
        if view is None:
            return ()
        if view.position.asked.startswith("confirm:"):
            return ("affirm", "deny")
        slot = self.guide.slots.get(view.position.asked)
        if view.position.asked == "problem" or view.section == self.guide.initial:
            return tuple(self.guide.problems)
        own = tuple(slot.intents) if slot else ()
        return (*own, *ANSWER_INTENTS, "done")

    def looks_around(self, turn: Turn) -> bool:
        """Does the turn need to know of other cases, or of an earlier wish for a person?"""
        names = ("!human", "!status") if turn.pick else ("ask_human", "ask_status")
        return turn.pick.name in names if turn.pick else bool(set(turn.intents) & set(names))

    def is_undo(self, turn: Turn) -> bool:
        """Does the turn ask to take back what was done last, whatever that was?"""
        return undoing.is_wished(turn) and not (turn.pick and turn.pick.value)

    def wanted_language(self, turn: Turn) -> str:
        """The language that a turn asks for; "" for none."""
        return languages.wanted(self.guide, turn)

    def text_item(self, view: CaseView, turn: Turn) -> str:
        """The item of the checklist that the words themselves are, when it was asked for and they are nothing else."""
        return exhibits.text_item(self.guide, view, turn)

    def opening_turn(self, turn: Turn, effect: str, no: int) -> Turn:
        """The turn that a new case begins with: what the old case's turn told of the new matter."""
        problem = effect.partition(":")[2]
        if problem in self.guide.problems:
            return Turn("pick", pick=Pick(no, "problem", problem), sent_at=turn.sent_at)
        told = tuple(intent for intent in turn.intents if intent not in ANEW)
        if effect.startswith("new_case") and set(told) & set(self.guide.problems):
            return replace(turn, intent=told[0], secondary=told[1:], incoming=(), masked=0)
        return Turn("start", sent_at=turn.sent_at)

    # the parts of a step

    def _interrupt(self, draft: Draft) -> None:
        """A scam comes before everything: what to do at once, then what was lost, then back to the guide."""
        told = set(situations.signs(draft))
        signs = [sign for sign in self.guide.signs if sign in told]
        if not signs:
            return
        in_picture = draft.turn.kind == "read"
        if in_picture:
            _put_signs(draft, "seen_signs", (*draft.view.seen_signs, *signs), "read")
            draft.sources["seen_signs"] = draft.turn.signs_on
        elif set(signs) - set(draft.view.told_signs):
            _put_signs(draft, "fraud_signs", (*draft.view.told_signs, *signs), "said")
        if not draft.view.problem and not set(draft.turn.intents) & set(self.guide.problems):
            draft.set_fact("problem", "suspected_fraud", "read" if in_picture else "said")
        draft.say(f"scam.{signs[0]}", buttons=[draft.button("!human", "", "button.human")])
        draft.interrupted = draft.handled = True

    def _own(self, draft: Draft) -> None:
        """Who answers what came of a warning makes its sign their own account, also where a picture gave it."""
        seen, answer = draft.view.seen_signs, draft.facts.get("fraud_loss")
        if seen and answer and answer.state != "unknown":
            _put_signs(draft, "fraud_signs", draft.view.signs, "said")
            if draft.view.facts["problem"].state == "read":
                draft.set_fact("problem", draft.view.problem)
                draft.filled.remove("problem")
        if seen and set(seen) <= set(draft.view.told_signs):
            draft.forget("seen_signs")

    def _continue(self, draft: Draft) -> None:
        """What comes next: the question again when the words were not understood, else the next thing."""
        if draft.view.section == self.guide.initial and draft.view.problem:
            sections.go_on(draft)
        if not draft.handled and draft.turn.kind == "words":
            utterance.miss(draft)
            return
        if draft.handled and not draft.missed:
            draft.place(misses=0)
        if draft.interrupted:
            sections.after_scam(draft)
        elif not (draft.turn.late and readings.resume(draft)):
            sections.proceed(draft)

    def _outcome(self, draft: Draft, quiet: reminders.Quiet) -> Outcome:
        closed.warn(draft)
        if grounded := sources.said(draft):
            draft.place(said=grounded)
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
            amended=draft.amended,
            items=draft.items,
            captions=draft.captions,
            withdrawn=tuple(draft.withdrawn),
            restored=tuple(draft.restored),
            reminders=() if closing else reminders.plan(self.guide, view, quiet),
            wishes=tuple(draft.wishes),
            effects=tuple(draft.effects),
            letters=tuple(draft.letters),
            sources=draft.sources,
            checked=tuple(draft.checked),
        )

    # reading a case

    def words(self, view: CaseView, language: str, key: str, params: Mapping[str, str] | None = None) -> str:
        """A text of the guide with the case's values in its placeholders."""
        return self._reader(view, language).text(key, params)

    def matter(self, view: CaseView, language: str) -> str:
        """What a case is about, in a few words."""
        return matter(self._reader(view, language), view.problem, view.value("amount"))

    def fact_words(self, view: CaseView, language: str, name: str) -> str:
        """The value of a slot as people read it; "" when it is not known."""
        return self._reader(view, language).words_of(name)

    def contact_lines(self, view: CaseView, language: str) -> tuple[str, ...]:
        """Each contact of the log in one line."""
        draft = self._reader(view, language)
        return tuple(attempts.line(draft, one, number) for number, one in enumerate(view.attempts, 1))

    def ladder(self, view: CaseView, language: str) -> tuple[tuple[ladder.Step, str, str], ...]:
        """The ladder of a case: each rung as it stands, its name, and what is known of it; none before the trouble is
        known."""
        draft = self._reader(view, language)
        steps = ladder.climb(self.guide, view) if view.problem else ()
        return tuple((step, draft.text(f"rung.{step.rung.id}"), ladder.standing(draft, step)) for step in steps)

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


def _put_signs(draft: Draft, name: str, signs: Iterable[str], state: str) -> None:
    draft.set_fact(name, ",".join(dict.fromkeys(signs)), state)
    draft.filled.remove(name)  # the warning says it
