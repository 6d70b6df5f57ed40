"""What has been kept for long enough: found when it is idle and its person was warned, never under an open wish."""

from dataclasses import replace

from storage import Store, Work
from storage.records import Case, Conversation
from storage.repositories.retention import RULE
from tests.storage.helpers import enter, open_case
from tests.support.moments import START, after

LATE = after(days=100)


def warn(work: Work, case: Case, conversation: Conversation, *, days: float) -> int:
    planned = work.reminders.plan(case.id, conversation.id, "k", RULE, after(days=days), {}, after(days=days))
    assert planned is not None
    return planned.id


def test_an_idle_case_is_warned_of_once_and_removed_later(store: Store) -> None:
    with store.work() as work:
        conversation = enter(work)
        case = open_case(work, conversation)
        assert work.retention.to_warn(START) == []
        assert work.retention.to_warn(after(days=1)) == [case]
        assert work.retention.to_remove(LATE, LATE) == []

        reminder = warn(work, case, conversation, days=10)
        assert work.retention.to_warn(LATE) == []
        assert work.retention.to_remove(LATE, LATE) == []
        work.reminders.finish(reminder, "sent", after(days=11))
        assert work.retention.to_remove(LATE, after(days=10)) == []
        assert work.retention.to_remove(START, after(days=11)) == []
        assert work.retention.to_remove(LATE, after(days=11)) == [case]


def test_work_on_a_case_makes_an_earlier_warning_void(store: Store) -> None:
    with store.work() as work:
        conversation = enter(work)
        case = open_case(work, conversation)
        reminder = warn(work, case, conversation, days=10)
        work.reminders.finish(reminder, "sent", after(days=11))
        worked_on = replace(case, updated_at=after(days=12), status="closed")
        work.cases.save(worked_on)
        assert work.retention.to_remove(LATE, LATE) == []
        assert work.retention.to_warn(LATE) == [worked_on]


def test_a_warning_put_off_is_waited_for(store: Store) -> None:
    """Quiet hours: the reminder is cancelled and planned anew."""
    with store.work() as work:
        conversation = enter(work)
        case = open_case(work, conversation)
        work.reminders.finish(warn(work, case, conversation, days=10), "cancelled", after(days=10))
        warn(work, case, conversation, days=11)
        assert work.retention.to_remove(LATE, LATE) == []


def test_a_case_under_an_open_wish_is_left_alone(store: Store) -> None:
    with store.work() as work:
        conversation = enter(work)
        case = open_case(work, conversation)
        wish = work.handoffs.add(case.id, conversation.id, reason="asked", now=START)
        work.reminders.finish(warn(work, case, conversation, days=10), "sent", after(days=10))
        work.cases.save(replace(case, updated_at=after(days=1)))
        assert work.retention.to_warn(LATE) == work.retention.to_remove(LATE, LATE) == []
        work.handoffs.finish(wish.id, "done", LATE)
        assert len(work.retention.to_remove(LATE, LATE)) == 1


def test_the_person_is_warned_where_they_were_last_and_can_be_reached(store: Store) -> None:
    with store.work() as work:
        conversation = enter(work)
        assert work.retention.conversation(conversation.person_id) == conversation.id
        assert work.retention.conversation(conversation.person_id + 1) is None


def test_old_messages_go_when_no_case_of_their_time_is_left(store: Store) -> None:
    with store.work() as work:
        conversation = enter(work)
        for number, days in enumerate((0, 50)):
            moment = after(days=days)
            inbox_id, _ = work.inbox.claim(
                "web", str(number), conversation_id=conversation.id, received_at=moment, sent_at=moment, body={}
            )
            work.outbox.add(conversation, inbox_id, [{}], now=moment, status=["sent"])
        work.outbox.add(conversation, None, [{}], now=START, status=["pending"])
        case = open_case(work, conversation)
        assert work.retention.delete_messages(after(days=40)) == 0
        work.cases.delete(case.id)
        wish = work.handoffs.add(None, conversation.id, reason="asked", now=START)
        assert work.retention.delete_messages(after(days=40)) == 0
        work.handoffs.finish(wish.id, "done", START)
        assert work.retention.delete_messages(after(days=40)) == 2
        assert len(work.transcript(conversation.id)) == 3


def test_people_go_when_nothing_of_them_is_left(store: Store) -> None:
    with store.work() as work:
        busy, idle, owner = enter(work), enter(work, "berta"), enter(work, "clara")
        open_case(work, owner)
        work.people.save(replace(busy, last_update_at=after(days=50)))
        assert work.retention.delete_people(START) == 0
        assert work.retention.delete_people(after(days=40)) == 1
        assert work.people.find("web", "berta") is None
        assert work.people.find("web", "anna") is not None
        assert work.people.find("web", "clara") is not None
        assert idle.id
