"""What the guide can explain when it is asked about (topics.yaml)."""

from dialogs import guards, wordlists
from dialogs.draft import Draft
from dialogs.guide import Topic


def are_words_of(draft: Draft, topic: Topic) -> bool:
    """Do the words name the topic?"""
    return wordlists.says(topic.words, draft.turn.plain)


def named(draft: Draft, section: str) -> Topic | None:
    """The topic of a section that the words name."""
    return next((one for one in draft.guide.topics if one.section == section and are_words_of(draft, one)), None)


def asked_about(draft: Draft) -> Topic | None:
    """The topic that a question names, first those meant for the case, then those of the section; None for none."""
    if not draft.view.problem or not wordlists.says(draft.guide.question_words, draft.turn.plain):
        return None
    found = [topic for topic in draft.guide.topics if are_words_of(draft, topic)]
    found.sort(key=lambda one: (not guards.holds(one.when, draft.guide, draft.view), one.section != draft.view.section))
    return found[0] if found else None


def meant(draft: Draft) -> Topic | None:
    """The topic that a question after the meaning of a word names, whatever the case is about, and before it is about
    anything; first those meant for the case."""
    found = [topic for topic in draft.guide.topics if are_words_of(draft, topic)]
    found.sort(key=lambda one: not guards.holds(one.when, draft.guide, draft.view))
    return found[0] if found else None


def tell(draft: Draft, topic: Topic) -> None:
    """Explain it; it is not offered again."""
    draft.show(topic.key)
    draft.say(topic.key)
