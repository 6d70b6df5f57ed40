"""Short ways to what most tests of the store begin with."""

from storage import Work
from storage.records import Case, Conversation
from tests.support.moments import START


def enter(work: Work, name: str = "anna", channel: str = "web") -> Conversation:
    return work.people.enter(channel, name, now=START, language="zh")[1]


def open_case(work: Work, conversation: Conversation) -> Case:
    return work.cases.open(conversation.person_id, now=START, section="assess", guide_version="1")
