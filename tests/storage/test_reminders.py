"""A reminder is planned once and sent once."""

from storage import Store, Work
from storage.records import Conversation, Reminder
from tests.storage.helpers import enter, open_case
from tests.support.moments import START, after


def _plan(work: Work, conversation: Conversation, case_id: int, rule: str = "call", hours: int = 1) -> Reminder | None:
    return work.reminders.plan(case_id, conversation.id, "did_they_answer", rule, after(hours=hours), {"a": 1}, START)


def test_planning_the_same_again_changes_nothing(store: Store) -> None:
    with store.work() as work:
        conversation = enter(work)
        case = open_case(work, conversation)
        planned = _plan(work, conversation, case.id)
        assert planned is not None
        assert _plan(work, conversation, case.id) is None
        assert _plan(work, conversation, case.id, hours=2) is not None
        file = work.cases.load(case.id)
        assert file is not None
        assert len(file.reminders) == 2
        assert file.reminders[0] == planned


def test_a_due_one_is_claimed_and_after_finishing_never_again(store: Store) -> None:
    with store.work() as work:
        conversation = enter(work)
        case = open_case(work, conversation)
        planned = _plan(work, conversation, case.id)
        assert planned is not None
        _plan(work, conversation, case.id, "later", hours=5)
        assert work.reminders.next_due() == after(hours=1)
        assert work.reminders.claim_due(START) == []
        assert work.reminders.claim_due(after(hours=1)) == [planned]
        work.reminders.finish(planned.id, "sent", after(hours=1))
        assert work.reminders.claim_due(after(hours=2)) == []
        assert work.reminders.next_due() == after(hours=5)
        assert _plan(work, conversation, case.id) is None


def test_cancelling_by_rule_or_all_and_planning_anew(store: Store) -> None:
    with store.work() as work:
        conversation = enter(work)
        case = open_case(work, conversation)
        for rule in ("a", "b", "c"):
            _plan(work, conversation, case.id, rule)
        assert work.reminders.cancel(case.id, [], START) == 0
        assert work.reminders.cancel(case.id, ["a", "x"], START) == 1
        assert [each.rule for each in work.reminders.claim_due(after(days=1))] == ["b", "c"]
        assert work.reminders.cancel(case.id, None, START) == 2
        assert work.reminders.next_due() is None
        revived = _plan(work, conversation, case.id, "a")
        assert revived is not None
        assert (revived.status, revived.ended_at) == ("planned", None)
