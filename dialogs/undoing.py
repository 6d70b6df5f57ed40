"""Undo: the wish for it, and what is said of what was taken back."""

from datetime import datetime

from dialogs.draft import Draft
from dialogs.turn import TakenBack, Turn
from dialogs.view import Fact

OF_ATTEMPT = ("contacted", "contact_result", "promised_until")
"""Facts that go with an entry of the contact log."""


def is_wished(turn: Turn) -> bool:
    """Does the turn ask for something to be taken back?"""
    return turn.pick.name == "!undo" if turn.pick else turn.intent == "undo"


def wish(draft: Draft, entry: str = "") -> None:
    """Take back what the last turn did, or the one that was under way at this entry of the timeline."""
    draft.effect(f"undo:{entry}" if entry else "undo")
    draft.handled = draft.quiet = True


def facts_before(turn: Turn) -> dict[str, Fact]:
    """The facts as they were before something was taken back."""
    return {one.name: Fact(one.was) for one in turn.undone if one.kind == "fact" and one.was}


def tell(draft: Draft) -> None:
    """Say in one line what was taken back, if anything was; then the guide goes on from where it was before."""
    if draft.turn.kind != "undone":
        return
    draft.handled = True
    taken = draft.turn.undone
    again = {f"{one.name}#" for one in taken if one.kind in ("fact", "skipped")}
    shown = tuple(name for name in draft.position.shown if not name.startswith(tuple(again)))
    if "problem#" in again:
        of_problem = {show.id for show in draft.guide.shows if show.section == "assess"}
        shown = tuple(name for name in shown if name not in of_problem)
    draft.place(shown=shown)
    if not taken:
        draft.say("undo.none")
    else:
        lines = [words for one in taken if (words := _words(draft, one))]
        draft.say("undone", {"items": draft.listed(lines or [draft.text("undo.other")], "list.clauses")})
    if draft.view.status == "closed":
        draft.quiet = True


def _words(draft: Draft, one: TakenBack) -> str:
    """One thing that was taken back; "" for what goes without saying."""
    kind, params = one.kind, {"no": one.name}
    if kind == "fact":
        logged = any(other.kind == "attempt" for other in draft.turn.undone)
        if not draft.texts.has(f"label.{one.name}") or (logged and one.name in OF_ATTEMPT):
            return ""
        was, now = _value(draft, one.name, one.was), _value(draft, one.name, one.now)
        return draft.text("undo.fact", {"label": draft.text(f"label.{one.name}"), "was": was, "now": now})
    if kind == "skipped":
        item = one.name.removeprefix("item:")
        return draft.text(
            "undo.skipped", {"label": draft.text(f"item.{item}" if item != one.name else f"label.{item}")}
        )
    if kind in ("item", "caption"):
        names = {"was": one.was, "now": one.now}
        if kind == "item":
            names = {side: draft.text(f"item.{item}") if item else "" for side, item in names.items()}
        none = draft.text("exhibit.other" if kind == "item" else "undo.nothing")
        params |= {side: words or none for side, words in names.items()}
    elif kind == "section":
        params = {"section": draft.text(f"section.{one.now}")}
    elif kind == "status":
        kind = f"status.{one.was}"
    elif kind == "language":
        params = {"language": draft.text(f"button.language.{one.now}")}
    elif kind == "wish":
        kind = "wish_back" if one.now else "wish"
        params = {"due": draft.when(datetime.fromisoformat(one.now or one.was))}
    elif kind == "reminders":
        kind = "reminders_off" if one.now else "reminders_on"
    elif kind in ("case", "switch"):
        params |= {"now": one.now}
    return draft.text(f"undo.{kind}", params)


def _value(draft: Draft, name: str, value: str) -> str:
    return draft.value_words(name, value) if value else draft.text("undo.nothing")
