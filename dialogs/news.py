"""What the person tells or asks that is answered at once, recognised by its words."""

from dialogs import wordlists
from dialogs.draft import Draft


def take(draft: Draft) -> bool:
    """Answer the first thing found. True when nothing else in the message is to be acted on."""
    for news in draft.guide.news:
        if not wordlists.says(news.words, draft.turn.plain) and not wordlists.tells(news.says, draft.turn.plain):
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
