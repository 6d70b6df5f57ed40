"""Handing a case over: for whom the packet is to be made. Making it takes longer than a turn and is not done here."""

from dialogs import guards, wordlists
from dialogs.draft import Draft
from dialogs.guide import Recipient

DISCREET = ".discreet"
"""Behind a recipient: with other people's telephone numbers and names covered."""


def choose(draft: Draft) -> None:
    """Make the packet for whom the words name; nobody named, ask for whom."""
    said = draft.turn.plain
    named = next((one for one in draft.guide.recipients if wordlists.says(one.words, said)), None)
    take(draft, named.id if named else "")


def take(draft: Draft, value: str) -> None:
    """Have the packet made for this recipient; for "" ask for whom."""
    if not draft.view.problem and not draft.view.exhibits:
        draft.say("handover.early")
        return
    recipient = value.removesuffix(DISCREET)
    if not recipient:
        _offer(draft)
    elif any(one.id == recipient for one in draft.guide.recipients):
        draft.effect(f"packet:{value}")
    else:
        draft.say("choice.gone")
        return
    draft.quiet = True


def _offer(draft: Draft) -> None:
    first = suggested(draft)
    others = [one for one in draft.guide.recipients if one is not first]
    label = {"label": draft.text(f"button.packet.{first.id}")}
    buttons = [draft.button("!packet", first.id, "button.packet.suggested", label)]
    buttons += [draft.button("!packet", one.id, f"button.packet.{one.id}") for one in others]
    draft.say("handover.which", buttons=buttons)


def suggested(draft: Draft) -> Recipient:
    """For whom the packet is of most use as the case stands."""
    guide, view = draft.guide, draft.view
    return next((one for one in guide.recipients if guards.holds(one.when, guide, view)), guide.recipients[-1])
