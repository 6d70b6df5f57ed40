"""An update is claimed once for ever, and a repeat finds the recorded answer."""

from storage import Store, Work
from storage.records import Received
from tests.storage.helpers import enter
from tests.support.moments import START


def _claim(work: Work, update_id: str, channel: str = "wechat") -> tuple[int, Received | None]:
    return work.inbox.claim(
        channel, update_id, conversation_id=None, received_at=START, sent_at=START, body={"text": "收不到钱"}
    )


def test_the_first_claim_is_new_and_a_repeat_gets_the_recorded_answer(store: Store) -> None:
    with store.work() as work:
        inbox_id, earlier = _claim(work, "1")
        assert earlier is None
        conversation = enter(work)
        work.inbox.finish(inbox_id, conversation.id, "done", [{"key": "hello", "text": "好"}], {"text": "masked"})
        work.commit()
    with store.work() as work:
        again, earlier = _claim(work, "1")
        assert again == inbox_id
        assert earlier is not None
        assert earlier.answer == [{"key": "hello", "text": "好"}]
        assert earlier.body == {"text": "masked"}
        assert (earlier.conversation_id, earlier.status, earlier.received_at) == (conversation.id, "done", START)


def test_the_same_id_on_another_channel_is_another_update(store: Store) -> None:
    with store.work() as work:
        assert _claim(work, "1")[1] is None
        assert _claim(work, "1", "telegram")[1] is None


def test_a_unit_of_work_that_is_not_committed_claims_nothing(store: Store) -> None:
    with store.work() as work:
        _claim(work, "1")
    with store.work() as work:
        assert _claim(work, "1")[1] is None


def test_finishing_without_a_body_keeps_the_one_claimed_with(store: Store) -> None:
    with store.work() as work:
        inbox_id, _ = _claim(work, "1")
        work.inbox.finish(inbox_id, None, "failed", None)
        found = work.inbox.find("wechat", "1")
    assert found is not None
    assert (found.status, found.body, found.answer) == ("failed", {"text": "收不到钱"}, None)


def test_text_that_postgresql_refuses_is_kept_with_marks_in_its_place(store: Store) -> None:
    with store.work() as work:
        body = {"text": "a\0b\ud800c", "\0": ["\\u0000", "😀"]}
        work.inbox.claim("web", "x\0", conversation_id=None, received_at=START, sent_at=START, body=body)
        found = work.inbox.find("web", "x\0")
    assert found is not None
    assert found.body == {"text": "a�b�c", "�": ["\\u0000", "😀"]}
