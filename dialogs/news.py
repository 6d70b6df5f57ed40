"""What the person tells or asks that is answered at once, recognised by its words."""

from dialogs import guards, situations, wordlists
from dialogs.draft import Draft


def take(draft: Draft) -> bool:
    """Answer the first thing found. True when nothing else in the message is to be acted on."""
    told = {one.id for one in draft.guide.situations if situations.tells(one, draft.turn.plain)}
    for news in draft.guide.news:
        if news.situation not in told and not wordlists.says(news.words, draft.turn.plain):
            continue
        if not guards.holds(news.when, draft.guide, draft.view):
            continue
        draft.say(f"news.{news.id}")
        draft.handled = True
        if news.tells:
            draft.show(f"news.{news.id}")
            draft.place(told=news.tells)
        if news.human:
            draft.effect("human")
        return news.only
    return False
