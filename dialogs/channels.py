"""Places to complain or report: those open to a case, what each of them takes, and questions whether one is right."""

from dialogs import guards, wordlists
from dialogs.draft import Draft
from dialogs.guide import Channel

FIRST = 5  # places are listed at once
SHORT = 20  # characters of a question about a place and nothing else


def show(draft: Draft) -> None:
    """The places open to the case, in their order: the first of them, the others on a tap."""
    _list(draft, "channels", 0, FIRST)


def show_rest(draft: Draft) -> None:
    """The places that the list has no room for."""
    _list(draft, "channels.rest", FIRST, None)


def _list(draft: Draft, key: str, begin: int, end: int | None) -> None:
    open_to = list(enumerate(_open_to(draft), 1))
    listed = [(number, title(draft, channel), channel.id) for number, channel in open_to[begin:end]]
    buttons = [draft.button("!channel", place, "button.how", {"name": name}) for _, name, place in listed]
    if end is not None and len(open_to) > end:
        buttons.append(draft.more_button("channels"))
    draft.say(key, {"channels": "\n".join(f"{number}. {name}" for number, name, _ in listed)}, buttons)


def _open_to(draft: Draft) -> list[Channel]:
    return [
        channel
        for channel in draft.guide.channels
        if channel.enabled and guards.holds(channel.when, draft.guide, draft.view)
    ]


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
    if not wordlists.asks(draft.guide.question_words, plain):
        return False
    asked = [one for one in draft.guide.channels if one.enabled and wordlists.says(one.words, plain)]
    if not asked and (closed := [one for one in draft.guide.closed if wordlists.says(one.words, plain)]):
        draft.say("channel.closed", {"name": title(draft, closed[0])})
        draft.handled = draft.aside = True
        return True
    if len(asked) != 1:
        return False
    explain(draft, asked[0].id)
    draft.handled = draft.aside = True
    return True


def title(draft: Draft, channel: Channel) -> str:
    """What the place is called."""
    return draft.text(f"channel.{channel.id}").splitlines()[0]
