"""A case kept in memory: what the store would do with an outcome, so that whole conversations run without one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from dialogs import loader
from dialogs.dialog import Dialog
from dialogs.outcome import Button, Outcome
from dialogs.turn import Pick, Turn
from dialogs.view import CaseView, Exhibit, Fact, Position

NOW = datetime.fromisoformat("2026-11-24T10:30:00+08:00")
"""A Tuesday."""
GUIDE, TEXTS = loader.load()
DIALOG = Dialog(GUIDE, TEXTS)
LANGUAGE = TEXTS.languages[0]


def case(
    section: str = "assess", problem: str = "", facts: Mapping[str, str] | None = None, **changes: object
) -> CaseView:
    """A case as the dialog sees it."""
    values = {**({"problem": problem} if problem else {}), **(facts or {})}
    view = CaseView(no=1, section=section, now=NOW, facts={name: Fact(value) for name, value in values.items()})
    return replace(view, **changes)  # type: ignore[arg-type]


def step(view: CaseView, turn: Turn) -> Outcome:
    return DIALOG.step(view, turn, LANGUAGE)


def after(view: CaseView, outcome: Outcome, hours: float = 0.01) -> CaseView:
    """The case with the outcome written down, a while later; its position as it comes back from the store."""
    facts = {name: fact for name, fact in view.facts.items() if name not in outcome.facts}
    facts |= {name: fact for name, fact in outcome.facts.items() if fact is not None}
    status = view.status
    for effect, wanted in (("reopen", "open"), ("pause", "paused"), ("close", "closed")):
        status = wanted if effect in outcome.effects else status
    return replace(
        view,
        section=outcome.section,
        position=Position.from_json(outcome.position.as_json()),
        facts=facts,
        attempts=(*view.attempts, *outcome.attempts),
        exhibits=tuple(
            replace(one, item=outcome.items.get(one.no, one.item), caption=outcome.captions.get(one.no, one.caption))
            for one in view.exhibits
            if one.no not in outcome.withdrawn
        ),
        withdrawn=(*view.withdrawn, *outcome.withdrawn),
        status=status,
        last_activity=view.now,
        now=view.now + timedelta(hours=hours),
    )


@dataclass
class Walker:
    """One person and one case."""

    view: CaseView = field(default_factory=lambda: case("opening"))
    outcome: Outcome | None = None

    def does(self, turn: Turn, hours: float = 0.01) -> Outcome:
        """Take a turn; things that came along are exhibits already, as the store keeps them first."""
        fresh = tuple(Exhibit(one.no, one.kind) for one in turn.incoming if one.no and not one.same_as)
        self.view = replace(self.view, exhibits=(*self.view.exhibits, *fresh))
        self.outcome = step(self.view, turn)
        self.view = after(self.view, self.outcome, hours)
        if any(effect.startswith("undo") for effect in self.outcome.effects):
            return self.does(Turn("undone"), hours)  # here nothing is kept that could be undone
        return self.outcome

    def picks(self, name: str, value: str = "", hours: float = 0.01) -> Outcome:
        return self.does(Turn("pick", pick=Pick(self.view.no, name, value)), hours)

    def says(self, intent: str, text: str = "嗯嗯", hours: float = 0.01, **more: object) -> Outcome:
        return self.does(Turn("words", text=text, intent=intent, confidence=0.9, **more), hours)  # type: ignore[arg-type]

    @property
    def buttons(self) -> tuple[Button, ...]:
        """What was offered last."""
        replies = self.outcome.replies if self.outcome else ()
        return tuple(button for reply in replies for button in reply.buttons)


def keys(outcome: Outcome) -> list[str]:
    return [reply.key for reply in outcome.replies]
