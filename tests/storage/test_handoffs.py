"""A wish for a human stays open until someone is done with it."""

from dataclasses import replace

from storage import Store
from tests.storage.helpers import enter, open_case
from tests.support.moments import after


def test_a_wish_is_listed_longest_wait_first_until_it_is_done(store: Store) -> None:
    with store.work() as work:
        anna, berta = enter(work, "anna"), enter(work, "berta")
        late = work.handoffs.add(None, anna.id, reason="asked", now=after(hours=1))
        early = work.handoffs.add(open_case(work, berta).id, berta.id, reason="lost", now=after(minutes=1))
        assert work.handoffs.open() == [early, late]
        assert work.handoffs.of_conversation(anna.id) == late
        work.handoffs.finish(early.id, "taken", after(hours=2))
        assert work.handoffs.open() == [replace(early, status="taken"), late]
        work.handoffs.finish(early.id, "done", after(hours=3))
        assert work.handoffs.open() == [late]
        assert work.handoffs.of_conversation(berta.id) is None
