"""The languages the guide speaks: which one a turn wishes for, and changing to it."""

import re

from dialogs.draft import Draft
from dialogs.guide import Guide
from dialogs.turn import Turn

WISH = "switch_language"
ACTION = "!language"
DENIED = re.compile(
    r"(?:不要|不用|不会|不懂|别用|别说|别|唔要|唔识|唔|don't|can't|cannot|no|not)\s?(?:说|讲|看|读|用|speak|read|use)?\s?$"
)


def wanted(guide: Guide, turn: Turn) -> str:
    """The language that a turn asks for; "" where it asks for none or does not say which."""
    if turn.pick is not None:
        return turn.pick.value if turn.pick.name == ACTION and turn.pick.value in guide.languages else ""
    return named(guide, turn.plain) if WISH in turn.intents else ""


def named(guide: Guide, words: str) -> str:
    """The language named last in plain words, those denied ("no English") left out; of names side by side ("traditional
    Chinese") the first says which."""
    found = sorted(
        (*match.span(), language)
        for language, names in guide.languages.items()
        for name in names
        for match in re.finditer(re.escape(name), words)
        if not DENIED.search(words[: match.start()])
    )
    while len(found) > 1 and not words[found[-2][1] : found[-1][0]].strip():
        found.pop()
    return found[-1][2] if found else ""


def ask(draft: Draft) -> None:
    """Change to the language asked for; offer all where it is not clear which."""
    language = wanted(draft.guide, draft.turn)
    if language:
        change(draft, language)
        return
    buttons = [draft.button(ACTION, one, f"button.language.{one}") for one in draft.guide.languages]
    draft.say("language.which", buttons=buttons)
    draft.quiet = True


def change(draft: Draft, language: str) -> None:
    """Speak this language from now on."""
    if language not in draft.guide.languages:
        draft.say("choice.gone")
        return
    draft.language = language
    asked = f"{draft.asked}#"
    # What could not be read counts neither as told nor as asked.
    draft.place(told="", shown=tuple(what for what in draft.position.shown if not what.startswith(asked)))
    draft.effect(f"language:{language}")
    draft.say("language.changed")
