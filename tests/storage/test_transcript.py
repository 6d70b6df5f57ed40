"""A transcript shows both sides in order."""

from storage import Store
from storage.records import Received
from tests.storage.helpers import enter
from tests.support.moments import after


def test_both_sides_in_time_order_and_what_was_received_first(store: Store) -> None:
    with store.work() as work:
        conversation, other = enter(work, "anna"), enter(work, "berta")
        for each in (conversation, other):
            for minute in range(3):
                now = after(minutes=minute)
                body = {"text": f"q{minute}"}
                inbox_id, _ = work.inbox.claim(
                    "web", f"{each.id}-{minute}", conversation_id=each.id, received_at=now, sent_at=now, body=body
                )
                work.outbox.add(each, inbox_id, [{"text": f"a{minute}"}], now=now, status=["inline"])
        said = work.transcript(conversation.id)
        assert [one.body["text"] for one in said] == ["q0", "a0", "q1", "a1", "q2", "a2"]
        assert isinstance(said[0], Received)
        assert [one.body["text"] for one in work.transcript(conversation.id, limit=3)] == ["a1", "q2", "a2"]
        earlier = work.transcript(conversation.id, before=after(minutes=1))
        assert [one.body["text"] for one in earlier] == ["q0", "a0"]
