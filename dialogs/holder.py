"""Who holds the money: a small path of its own, one look at a time, that ends in what the looks together tell."""

from dialogs.draft import Draft

STEPS = {
    "contract": ("licensed", "agent", "unseen"),
    "slip": ("same", "other", "unseen"),
    "payer": ("licensed", "person", "other_company", "unseen"),
    "licence": ("found", "missing", "unseen"),
}
"""What is looked at, in this order, and what may be seen there."""
SLOTS = {"contract": "contract_with", "payer": "payer_seen"}
MARK = "holder:"


def begin(draft: Draft) -> None:
    """Start the path anew: what was seen before is looked at again."""
    draft.place(shown=tuple(name for name in draft.position.shown if not name.startswith(MARK)))
    draft.say("holder.intro")
    _ask(draft, next(iter(STEPS)))


def take(draft: Draft, value: str) -> None:
    """Note what was seen and ask for the next look; after the last say what it means."""
    step, _, seen = value.partition(".")
    if not value:
        begin(draft)
        return
    if seen not in STEPS.get(step, ()):
        draft.say("choice.gone")
        return
    others = tuple(name for name in draft.position.shown if not name.startswith(f"{MARK}{step}."))
    draft.place(shown=(*others, f"{MARK}{value}"))
    slot = SLOTS.get(step, "")
    if slot and draft.view.problem and seen in draft.guide.slots[slot].values:
        draft.set_fact(slot, seen)
        draft.filled.clear()
    names = list(STEPS)
    following = names[names.index(step) + 1 :]
    if following:
        _ask(draft, following[0])
    else:
        _conclude(draft)


def _ask(draft: Draft, step: str) -> None:
    buttons = [draft.button("!holder", f"{step}.{seen}", f"button.holder.{step}.{seen}") for seen in STEPS[step]]
    draft.say(f"holder.{step}", buttons=buttons)
    draft.quiet = True


def _conclude(draft: Draft) -> None:
    seen = {name.removeprefix(MARK) for name in draft.position.shown if name.startswith(MARK)}
    if seen & {"payer.person", "payer.other_company"}:
        key = "holder.second"
    elif seen & {"contract.agent", "slip.other", "licence.missing"}:
        key = "holder.doubt"
    elif any(one.endswith(".unseen") for one in seen):
        key = "holder.open"
    else:
        key = "holder.first"
    draft.say(key)
    draft.say("holder.contact")
