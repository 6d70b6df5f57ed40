"""The rest of what was said in short: on a tap, or when more is asked for."""

from dialogs import channels, displays, ladder
from dialogs.draft import MORE, Draft

CHANNELS, RUNG, WHY = "channels", "rung.", "why."


def tell(draft: Draft, key: str) -> None:
    """Say the rest of it."""
    if key == CHANNELS:
        channels.show_rest(draft)
    elif key.startswith(RUNG):
        ladder.tell_rest(draft, key.removeprefix(RUNG))
    elif key.startswith(WHY):
        displays.reason(draft, key.removeprefix(WHY))
    elif draft.texts.has(f"{key}.more"):
        draft.say(f"{key}.more")
    else:
        draft.say("choice.gone")


def ask(draft: Draft) -> None:
    """More of what was said in short last."""
    offered = [name.removeprefix(MORE) for name in draft.position.shown if name.startswith(MORE)]
    if not offered:
        draft.say("more.none")
        return
    draft.place(shown=tuple(name for name in draft.position.shown if name != MORE + offered[-1]))
    tell(draft, offered[-1])
