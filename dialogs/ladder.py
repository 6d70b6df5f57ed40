"""The ladder of a case: which rungs were taken, which one is waited on and until when, and which comes next."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Literal

from dialogs import attempts, guards, workdays
from dialogs.draft import Draft
from dialogs.guide import Guide
from dialogs.outcome import Button, Planned
from dialogs.rungs import Clock, Rung
from dialogs.view import Attempt, CaseView

State = Literal["done", "waiting", "next", "later"]
CLOSE_OF_DAY = time(18)
REMIND_AT = time(10)
UNANSWERED = ("silent", "sent")
PARTS = ("who", "first", "limit", "time")
"""What the texts tell of a rung: who may take it, what to have at hand, what it cannot do, how long it takes."""
COMPANY_FIRST = "company_first"  # the answer after which a rung is taken once more
OWN_REMINDERS = ("company",)  # rungs that reminders.yaml reminds of


@dataclass(frozen=True, slots=True)
class Step:
    """A rung as it stands for a case. `due`: until when to wait, None where nothing runs; `clock`: by what right."""

    rung: Rung
    state: State
    attempt: Attempt | None = None
    due: datetime | None = None
    clock: Clock | None = None
    over: bool = False


def climb(guide: Guide, view: CaseView) -> tuple[Step, ...]:
    """Every rung that this case has, in order; the first that can be taken and was not is the next one."""
    steps = [_step(guide, view, rung) for rung in guide.ladder if _is_open(guide, view, rung)]
    company = [step for step in steps if set(step.rung.parties) & set(guide.contacts.company)]
    asked_in_vain = any(step.state == "done" for step in company)
    ready = [step for step in steps if _can_be_taken(guide, view, step, asked_in_vain)]
    anew = (step for step in ready if step.attempt in view.attempts[-1:] and _is_anew(step))
    following = next(anew, None) or next(iter(ready), None)
    return tuple(replace(step, state="next") if step is following else step for step in steps)


def following(guide: Guide, view: CaseView) -> Rung | None:
    """The rung to take next; None where there is none left, or no trouble yet."""
    return next((step.rung for step in climb(guide, view) if step.state == "next"), None) if view.problem else None


def open_rungs(guide: Guide, view: CaseView) -> frozenset[str]:
    """The rungs that the case has and that are neither taken nor waited on."""
    return frozenset(step.rung.id for step in climb(guide, view) if step.state in ("next", "later"))


def plan(guide: Guide, view: CaseView) -> tuple[Planned, ...]:
    """A reminder for each rung whose answer is waited for: the morning after its time has run out."""
    if not view.problem or view.value("outcome") == "solved" or view.section == "closing":
        return ()
    planned = []
    for step in climb(guide, view):
        if step.state == "waiting" and step.due is not None and step.rung.id not in OWN_REMINDERS:
            day = step.due.date() + timedelta(days=1)
            moment = datetime.combine(day, REMIND_AT, view.now.tzinfo)
            planned.append(Planned(f"rung:{step.rung.id}", f"remind.rung.{step.rung.id}", moment))
    return tuple(planned)


def propose(draft: Draft, logged: tuple[Attempt, ...]) -> None:
    """After a contact was logged: until when to wait, or, where the answer ends it, which rung comes next and why."""
    if not draft.view.problem or not logged:
        return
    ends = draft.guide.contacts.ends
    newest = next((one for one in logged if one.result in ends), logged[-1])
    steps = climb(draft.guide, draft.view)
    step = next((one for one in steps if one.attempt == newest), None)
    party = draft.text(f"party.{newest.party or 'company'}")
    waiting = _waiting_for_company(draft.guide, steps)
    if newest.result == COMPANY_FIRST and waiting is not None:
        parts = {"rung": draft.text(f"rung.{waiting.rung.id}"), "due": due_words(draft, waiting), "party": party}
        draft.say("ladder.back", parts)
    elif newest.result in ends or (step is not None and step.over):
        reason = f"ladder.reason.{newest.result}"
        keys = (*([f"{reason}.{newest.party}"] if step is not None else []), reason, "ladder.reason.over")
        key = next(key for key in keys if draft.texts.has(key))
        if any(reply.key.startswith("news.") for reply in draft.replies):
            rung = following(draft.guide, draft.view)
            if newest.result != COMPANY_FIRST and (rung is None or newest.party not in rung.parties):
                return  # what was said at once names the way; another door beside it would confuse
            key = "ladder.reason.told"
        tell_next(draft, draft.text(key, {"party": party}))
    elif step is not None and step.due is not None and step.rung.id not in OWN_REMINDERS:
        draft.say("ladder.waits", {"rung": draft.text(f"rung.{step.rung.id}"), "due": due_words(draft, step)})


def tell_over(draft: Draft) -> None:
    """When the waiting for the newest contact is over and nothing was said of it: which rung comes next, once."""
    newest = attempts.newest(draft.view.attempts)
    step = next((one for one in climb(draft.guide, draft.view) if one.attempt == newest and one.over), None)
    if newest is None or step is None or draft.view.section == "closing" or draft.view.value("outcome") == "solved":
        return
    if draft.show(f"over.{step.rung.id}.{len(draft.view.attempts)}"):
        tell_next(draft, draft.text("ladder.reason.over", {"party": draft.text(f"party.{newest.party or 'company'}")}))


def tell_next(draft: Draft, reason: str) -> None:
    """Name the next rung, what it needs first and why now; the rest of it on a tap."""
    rung = following(draft.guide, draft.view)
    if rung is None:
        draft.say("ladder.none", {"reason": reason})
        return
    choices = [*buttons(draft, rung), draft.more_button(f"rung.{rung.id}")]
    draft.say("ladder.next", {"reason": reason, **_parts(draft, rung.id)}, choices)


def tell_rest(draft: Draft, name: str) -> None:
    """Who may take a rung, what it cannot do, how long it takes."""
    if any(rung.id == name for rung in draft.guide.ladder):
        draft.say("ladder.rest", _parts(draft, name))
    else:
        draft.say("choice.gone")


def _parts(draft: Draft, name: str) -> dict[str, str]:
    return {"rung": draft.text(f"rung.{name}"), **{part: draft.text(f"rung.{name}.{part}") for part in PARTS}}


def show(draft: Draft) -> None:
    """The whole ladder as a small picture made of text, and the next rung."""
    if not draft.view.problem:
        draft.say("ladder.no_problem")
        return
    lines = [line(draft, step) for step in climb(draft.guide, draft.view)]
    rung = following(draft.guide, draft.view)
    draft.say("ladder", {"lines": "\n".join(lines)}, buttons(draft, rung) if rung else [])


def line(draft: Draft, step: Step) -> str:
    """A rung of the picture: its mark, its name, and what is known of it."""
    parts = {"rung": draft.text(f"rung.{step.rung.id}"), "at": "", "result": "", "due": ""}
    if step.attempt is not None:
        parts["at"] = draft.when(step.attempt.at)
        parts["result"] = draft.text(f"value.contact_result.{step.attempt.result}")
    if step.state == "waiting":
        parts["due"] = due_words(draft, step)
    return draft.text(f"ladder.line.{step.state}", parts)


def standing(draft: Draft, step: Step) -> str:
    """What is known of a rung, without its name and time: when it was taken and what came of it."""
    if step.attempt is None:
        return draft.text(f"rung.{step.rung.id}.first") if step.state == "next" else ""
    said = (draft.text_of_day(step.attempt.at), draft.text(f"value.contact_result.{step.attempt.result}"))
    return draft.listed(said, "list.clauses")


def due_words(draft: Draft, step: Step) -> str:
    """Until when to wait, and whether that is law, an old paper, advice, or a promise of theirs."""
    if step.due is None:
        return ""
    kind = step.clock.kind if step.clock else "promise"
    return draft.text(f"ladder.due.{kind}", {"date": draft.text_of_day(step.due)})


def buttons(draft: Draft, rung: Rung) -> list[Button]:
    """What can be done about a rung: read about it, have its letter written."""
    found = []
    if rung.letter and rung.letter in draft.guide.letters:
        found.append(draft.button("!letter", rung.letter, f"button.letter.{rung.letter}"))
    name = {"name": draft.text(f"rung.{rung.id}")}
    if rung.channel and not rung.more:
        found.append(draft.button("!channel", rung.channel, "button.how", name))
    elif rung.more:
        found.append(draft.button("!rung", rung.id, "button.how", name))
    return found


def explain(draft: Draft, name: str) -> None:
    """All that is known of a rung that is no place to complain."""
    rung = next((rung for rung in draft.guide.ladder if rung.id == name and rung.more), None)
    draft.say(rung.more if rung else "choice.gone")


def _is_open(guide: Guide, view: CaseView, rung: Rung) -> bool:
    closed = {channel.id for channel in guide.channels if not channel.enabled}
    return rung.channel not in closed and guards.holds(rung.when, guide, view)


def _can_be_taken(guide: Guide, view: CaseView, step: Step, asked_in_vain: bool) -> bool:
    """Is a rung the next one to take? One that sent the merchant to the company first is, once that was in vain."""
    sent_back = step.attempt is not None and step.attempt.result == COMPANY_FIRST
    return step.state == "later" and guards.holds(step.rung.needs, guide, view) and (asked_in_vain or not sent_back)


def _is_anew(step: Step) -> bool:
    return step.attempt is not None and step.attempt.result in step.rung.anew


def _waiting_for_company(guide: Guide, steps: tuple[Step, ...]) -> Step | None:
    """The rung on which the company's answer is still waited for; None where it was asked in vain, or never."""
    own = [step for step in steps if set(step.rung.parties) & set(guide.contacts.company)]
    if any(step.state == "done" for step in own):
        return None
    return next((step for step in reversed(own) if step.state == "waiting" and step.due is not None), None)


def _step(guide: Guide, view: CaseView, rung: Rung) -> Step:
    own = [one for one in view.attempts if (one.party or "company") in rung.parties]
    attempt = attempts.newest(own)
    if attempt is None:
        return Step(rung, "later")
    refused = [one for one in own if one.result in rung.anew]
    if attempt.result == COMPANY_FIRST or refused == [attempt]:
        return Step(rung, "later", attempt)
    if attempt.result in guide.contacts.ends:
        return Step(rung, "done", attempt)
    due, clock = _due(guide, view, rung, attempt, _first_unanswered(own, attempt))
    over = due is not None and due < view.now
    return Step(rung, "done" if over else "waiting", attempt, due, clock, over)


def _first_unanswered(own: Iterable[Attempt], attempt: Attempt) -> Attempt:
    """The contact that the clock runs from: asking once more, or telling once more of silence, does not set it back."""
    first = attempt
    for one in sorted(own, key=lambda one: one.at, reverse=True):
        if one.result not in UNANSWERED:
            break
        first = one
    return first


def _due(
    guide: Guide, view: CaseView, rung: Rung, attempt: Attempt, begin: Attempt
) -> tuple[datetime | None, Clock | None]:
    """When the waiting ends: as they promised, else as the rung's first clock that fits says."""
    if attempt.promised_until:
        return guards.aware(attempt.promised_until, view), None
    for clock in rung.clocks:
        if clock.after and attempt.result not in clock.after:
            continue
        if guards.holds(clock.when, guide, view):
            evening = datetime.combine(begin.at.date(), CLOSE_OF_DAY, view.now.tzinfo)
            in_workdays = clock.unit == "workdays"
            return workdays.on(evening, clock.days) if in_workdays else evening + timedelta(days=clock.days), clock
    return None, None
