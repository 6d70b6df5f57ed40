"""Words that are nothing but an insult: no trouble to be taken from them, only a kind answer."""

from dialogs import wordlists
from dialogs.draft import Draft

FILLING = "你您们就是都全一群帮这的啊吧了呢呀真太个 ,，。.;；!！?？~～"
WEAK = "骗子"  # where nothing is known yet, it may be what they met


def take(draft: Draft) -> bool:
    """Answer kindly, and ask on; False where the words say anything else besides."""
    rest, found = draft.turn.plain, []
    for word in sorted(draft.guide.insults, key=len, reverse=True):
        if wordlists.position(word, rest) >= 0:
            rest = rest.replace(word, " ")
            found.append(word)
    if not found or rest.strip(FILLING):
        return False
    if found == [WEAK] and not draft.view.problem and "你" not in draft.turn.plain:
        return False
    draft.say("insult")
    draft.handled = draft.aside = True
    return True
