"""Messages leave in order, one of a conversation at a time, each to one courier."""

import threading
from datetime import timedelta

import pytest

from storage import Store, Work
from storage.records import Conversation, OutboxStatus
from tests.storage.helpers import enter
from tests.support.moments import START, after

LEASE = timedelta(minutes=1)


def _add(work: Work, conversation: Conversation, *status: OutboxStatus) -> list[int]:
    bodies = [{"key": f"k{number}"} for number in range(len(status))]
    return work.outbox.add(conversation, None, bodies, now=START, status=status)


def _claim(work: Work, **step: float) -> list[int]:
    return [sent.id for sent in work.outbox.claim(after(**step), LEASE, 10)]


def test_ids_are_in_the_order_of_the_bodies(store: Store) -> None:
    with store.work() as work:
        conversation = enter(work)
        statuses: list[OutboxStatus] = ["pending"] * 20
        ids = _add(work, conversation, *statuses)
        assert ids == sorted(ids)
        assert [row.body["key"] for row in work.outbox.since(conversation.id, 0)] == [f"k{n}" for n in range(20)]
        assert [row.id for row in work.outbox.since(conversation.id, ids[4], 2)] == ids[5:7]
        assert _add(work, conversation) == []


def test_only_pending_ones_are_claimed_and_inline_ones_count_as_sent(store: Store) -> None:
    with store.work() as work:
        ids = _add(work, enter(work), "inline", "parked", "pending")
        assert _claim(work) == [ids[2]]
        inline = work.outbox.get(ids[0])
        assert inline is not None
        assert inline.sent_at == START


def test_of_one_conversation_one_at_a_time_in_order(store: Store) -> None:
    with store.work() as work:
        anna, berta = enter(work, "anna"), enter(work, "berta")
        a1, a2 = _add(work, anna, "pending", "pending")
        b1, b2 = _add(work, berta, "pending", "pending")
        assert _claim(work) == [a1, b1]
        assert _claim(work) == []
        work.outbox.record(a1, "sent", "ref", now=START)
        assert _claim(work) == [a2]
        work.outbox.record(b1, "refused", reason="blocked", now=START)
        assert _claim(work) == [b2]
        sent = work.outbox.get(a1)
        assert sent is not None
        assert (sent.status, sent.reference, sent.sent_at, sent.claimed_until) == ("sent", "ref", START, None)


def test_one_that_waits_for_its_next_try_holds_back_those_after_it(store: Store) -> None:
    with store.work() as work:
        first, second = _add(work, enter(work), "pending", "pending")
        assert _claim(work) == [first]
        work.outbox.record(first, "pending", reason="busy", due_at=after(minutes=3), now=START)
        assert _claim(work, minutes=2) == []
        assert work.outbox.next_due() == after(minutes=3)
        (again,) = work.outbox.claim(after(minutes=3), LEASE, 10)
        assert (again.id, again.tries, again.interrupted) == (first, 2, False)
        work.outbox.record(first, "unknown", now=START)
        assert _claim(work, minutes=3) == [second]


def test_a_claim_without_a_result_is_given_again_after_its_lease_and_says_so(store: Store) -> None:
    with store.work() as work:
        (only,) = _add(work, enter(work), "pending")
        assert _claim(work) == [only]
        assert work.outbox.next_due() == after(minutes=1)
        assert _claim(work, seconds=59) == []
        (again,) = work.outbox.claim(after(minutes=1), LEASE, 10)
        assert (again.id, again.interrupted, again.claimed_until) == (only, True, after(minutes=2))


def test_a_later_due_time_is_kept(store: Store) -> None:
    with store.work() as work:
        ids = work.outbox.add(enter(work), None, [{}], now=START, status=["pending"], due_at=after(hours=1))
        assert _claim(work) == []
        assert work.outbox.next_due() == after(hours=1)
        assert _claim(work, hours=1) == ids


def test_parked_ones_wait_until_they_are_let_go(store: Store) -> None:
    with store.work() as work:
        conversation = enter(work)
        first, second, third = _add(work, conversation, "parked", "parked", "pending")
        assert [row.id for row in work.outbox.parked(conversation.id)] == [first, second]
        work.outbox.unpark([first], after(minutes=1), inline=True)
        work.outbox.unpark([second, third], after(minutes=1))
        assert work.outbox.parked(conversation.id) == []
        assert _claim(work, minutes=1) == [second]
        shown = work.outbox.get(first)
        assert shown is not None
        assert (shown.status, shown.sent_at) == ("inline", after(minutes=1))


@pytest.mark.postgres
def test_two_couriers_never_get_the_same_message(postgres_url: str) -> None:
    store = Store.open(postgres_url)
    with store.work() as work:
        for name in range(30):
            _add(work, enter(work, str(name)), "pending", "pending")
        work.commit()
    claimed: list[tuple[int, int]] = []
    barrier = threading.Barrier(3)

    def serve() -> None:
        barrier.wait()
        for _ in range(8):
            with store.work() as work:
                claimed.extend((row.id, row.conversation_id) for row in work.outbox.claim(START, LEASE, 5))
                work.commit()

    threads = [threading.Thread(target=serve) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
    assert len(claimed) == 30
    assert len({row for row, _ in claimed}) == len({conversation for _, conversation in claimed}) == 30
