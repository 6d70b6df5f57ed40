"""What response codes mean: the case's own, and those asked about, whatever the case is about."""

import re

from dialogs import wordlists
from dialogs.draft import Draft

SLOT = "response_code"
CODE = re.compile(r"(?<![0-9a-z.])(\d\d|a0)(?![0-9a-z.%])")
SHOWN = "code:"  # and a code: it was explained
DEBITED = "debited"
DECLINED = "declined"  # shown: the code said it clearly
NO_RESWIPE = "advice.txn_no_reswipe"
CLEAR = ("cardholder",)  # who must act, where the bank has clearly refused
SHORT = 24  # characters of a question about a code and nothing else


def say(draft: Draft, code: str) -> None:
    """What the code means and who has to act."""
    draft.show(f"{SHOWN}{code}")
    if code not in draft.guide.codes:
        draft.say("code.unknown", {"code": code})
        return
    meaning, advice = draft.text(f"code.meaning.{code}"), draft.text(f"code.advice.{code}")
    key = "code.known"
    if draft.view.value(DEBITED) == "yes":
        draft.place(told=NO_RESWIPE)
        key, advice = "code.debited", draft.text(f"{NO_RESWIPE}.why")
    elif draft.view.value(DEBITED) == "no" or draft.guide.codes[code].actors == CLEAR:
        key = "code.declined"
    draft.say(key, {"code": code, "meaning": meaning, "advice": advice, "first": draft.text(NO_RESWIPE)})


def say_own(draft: Draft) -> None:
    """The case's own code. After one that says clearly that nothing was charged, it is not asked whether it was."""
    code = draft.view.value(SLOT)
    say(draft, code)
    if code in draft.guide.codes and draft.guide.codes[code].actors == CLEAR and DEBITED not in draft.view.facts:
        draft.show(DECLINED)
        draft.skip(DEBITED, wished=False)


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
    if "transaction_failed" not in draft.turn.intents and not wordlists.asks(
        draft.guide.question_words, draft.turn.plain
    ):
        return
    for code in _named(draft):
        if SLOT not in draft.filled:
            say(draft, code)
            draft.handled = draft.aside = True


def _named(draft: Draft) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entity.value for entity in draft.turn.entities if entity.type == SLOT))
