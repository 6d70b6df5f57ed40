"""What the guide can explain when it is asked about (topics.yaml)."""

from dialogs import guards, wordlists
from dialogs.draft import Draft
from dialogs.guide import Topic

TAKEN_FOR = (
    "ask_why",
    "ask_severity",
    "check_fee",
    "out_of_scope",
    "complaint_about_bot",
)  # as a question may
FEW, FEW_LATIN = 16, 24  # characters of a question that can hardly ask for anything besides


def are_words_of(draft: Draft, topic: Topic) -> bool:
    """Do the words name the topic?"""
    return wordlists.says(topic.words, draft.turn.plain)


def named(draft: Draft, section: str) -> Topic | None:
    """The topic of a section that the words name."""
    return next((one for one in draft.guide.topics if one.section == section and are_words_of(draft, one)), None)


def asked_about(draft: Draft) -> Topic | None:
    """The topic that a question names, first those meant for the case, then those of the section; None for none."""
    begun = draft.view.problem or draft.view.section != draft.guide.initial
    if not begun or not wordlists.asks(draft.guide.question_words, draft.turn.plain):
        return None
    fitting = {one.key for one in draft.guide.topics if guards.holds(one.when, draft.guide, draft.view)}
    topics = (one for one in draft.guide.topics if one.key in fitting or not one.only_there)
    found = [one for one in topics if are_words_of(draft, one)]
    found.sort(key=lambda one: (one.key not in fitting, one.section != draft.view.section))
    return found[0] if found else None


def meant(draft: Draft) -> Topic | None:
    """The topic that a question after the meaning of a word names, whatever the case is about, and before it is about
    anything; first those meant for the case."""
    found = [topic for topic in draft.guide.topics if are_words_of(draft, topic)]
    found.sort(key=lambda one: not guards.holds(one.when, draft.guide, draft.view))
    return found[0] if found else None


def mistaken(draft: Draft) -> Topic | None:
    """The topic that a question names, where it was taken for something else: for what such questions may seem,
    or, in a few words, for a section to go to though a topic of this very case is meant."""
    topic = asked_about(draft)
    if topic is None or draft.turn.intent in TAKEN_FOR:
        return topic
    few = FEW_LATIN if draft.turn.text.isascii() else FEW
    is_meant = topic.only_there and draft.turn.intent in draft.guide.jumps and len(draft.turn.text) <= few
    return topic if is_meant else None


def tell(draft: Draft, topic: Topic) -> None:
    """Explain it; it is not offered again."""
    draft.show(topic.key)
    draft.say(topic.key)
