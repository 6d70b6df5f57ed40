"""What response codes mean: the case's own, and those asked about, whatever the case is about."""

import re

from dialogs import wordlists
from dialogs.draft import Draft

SLOT = "response_code"
CODE = re.compile(r"(?<![0-9a-z.])(\d\d|a0)(?![0-9a-z.%])")
SHOWN = "code:"  # and a code: it was explained
SHORT = 24  # characters of a question about a code and nothing else


def say(draft: Draft, code: str) -> None:
    """What the code means and who has to act."""
    draft.show(f"{SHOWN}{code}")
    if code not in draft.guide.codes:
        draft.say("code.unknown", {"code": code})
        return
    meaning, advice = draft.text(f"code.meaning.{code}"), draft.text(f"code.advice.{code}")
    draft.say("code.known", {"code": code, "meaning": meaning, "advice": advice})


def answer_bare(draft: Draft) -> bool:
    """Answer a few words that ask what two characters mean; where codes are what was talked of, "and 91?" is enough."""
    plain = draft.turn.plain
    found = [code.upper() for code in CODE.findall(plain) if code.upper() in draft.guide.codes]
    if len(found) != 1 or len(plain) > SHORT or not draft.view.problem or _named(draft):
        return False
    asks = wordlists.says(draft.guide.meaning_words, plain)
    talked_of = SLOT in draft.view.facts or any(name.startswith(SHOWN) for name in draft.position.shown)
    if not asks and not (talked_of and wordlists.says(draft.guide.also_words, plain)):
        return False
    say(draft, found[0])
    draft.handled = draft.aside = True
    return True


def answer(draft: Draft) -> None:
    """Answer the codes that the words name, but for the case's own, which is shown in its place."""
    if "transaction_failed" not in draft.turn.intents and not wordlists.says(
        draft.guide.question_words, draft.turn.plain
    ):
        return
    for code in _named(draft):
        if SLOT not in draft.filled:
            say(draft, code)
            draft.handled = draft.aside = True


def _named(draft: Draft) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entity.value for entity in draft.turn.entities if entity.type == SLOT))
