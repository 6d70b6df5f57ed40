"""Where a case stands, in one line, for someone who comes back."""

from dialogs.draft import Draft

LONG_PAUSE_HOURS = 12
NAMED = ("problem", "company", "amount", "since")


def welcome_back(draft: Draft) -> None:
    """Say where the case stands, to someone who paused it or was away for long."""
    view = draft.view
    if view.status == "paused":
        draft.effect("reopen")
        draft.say("opening.back_pause", _recap(draft))
    elif view.last_activity is not None and view.problem:
        hours = (view.now - view.last_activity).total_seconds() / 3600
        if hours >= LONG_PAUSE_HOURS:
            draft.say("opening.back", _recap(draft))


def item_words(draft: Draft, name: str) -> str:
    """A slot with its value, as it is echoed."""
    key, value = f"understood.item.{name}", draft.words_of(name)
    if draft.texts.has(key):
        return draft.text(key, {"value": value})
    return f"{draft.text(f'label.{name}')} {value}"


def matter(draft: Draft, problem: str, amount: str) -> str:
    """What a case is about, in a few words: the trouble, and how much."""
    name = draft.text(f"problem.{problem}" if problem else "section.opening")
    return draft.text("case.matter", {"problem": name, "sum": draft.value_words("amount", amount)}) if amount else name


def _recap(draft: Draft) -> dict[str, str]:
    known = [item_words(draft, name) for name in NAMED if draft.view.value(name)]
    return {"section": draft.text(f"section.{draft.view.section}"), "summary": draft.listed(known, "list.clauses")}
