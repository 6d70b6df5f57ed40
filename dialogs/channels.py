"""Places to complain or report: those open to a case, what each of them takes, and questions whether one is right."""

from dialogs import guards, wordlists
from dialogs.draft import Draft
from dialogs.guide import Channel

SHORT = 20  # characters of a question about a place and nothing else


def show(draft: Draft) -> None:
    """The places open to the case, in their order."""
    open_to = [
        channel
        for channel in draft.guide.channels
        if channel.enabled and guards.holds(channel.when, draft.guide, draft.view)
    ]
    names = [title(draft, channel) for channel in open_to]
    buttons = [
        draft.button("!channel", channel.id, "button.how", {"name": name})
        for channel, name in zip(open_to, names, strict=True)
    ]
    lines = [f"{number}. {name}" for number, name in enumerate(names, 1)]
    draft.say("channels", {"channels": "\n".join(lines)}, buttons)


def explain(draft: Draft, place: str) -> None:
    """What a place takes, what to bring, how long it takes."""
    if not any(channel.id == place and channel.enabled for channel in draft.guide.channels):
        draft.say("choice.gone")
        return
    details = {part: draft.text(f"channel.{place}.{part}") for part in ("takes", "bring", "limits")}
    draft.say("channel", {"name": draft.text(f"channel.{place}"), **details})


def answer(draft: Draft) -> bool:
    """Answer a few words that ask whether a place takes this. What it does not take stands in its text too."""
    plain = draft.turn.plain
    if draft.view.section == draft.guide.initial or len(plain) > SHORT:
        return False
    if not wordlists.says(draft.guide.question_words, plain):
        return False
    asked = [one for one in draft.guide.channels if one.enabled and wordlists.says(one.words, plain)]
    if len(asked) != 1:
        return False
    explain(draft, asked[0].id)
    draft.handled = draft.aside = True
    return True


def title(draft: Draft, channel: Channel) -> str:
    """What the place is called."""
    return draft.text(f"channel.{channel.id}").splitlines()[0]
