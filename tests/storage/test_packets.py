"""A packet is made once, handed over where it was asked for, and shown no more when its case is to be deleted."""

from datetime import timedelta

from storage import Store, Work
from storage.records import Packet
from tests.storage.helpers import enter, open_case
from tests.support.moments import START, after

LEASE = timedelta(minutes=5)
FILES = [{"name": "a.zip", "mime": "application/zip", "sha256": "0" * 64, "size": 3}]


def asked(work: Work, recipient: str = "company") -> Packet:
    conversation = enter(work)
    found = work.cases.of_person(conversation.person_id)
    case = found[0] if found else open_case(work, conversation)
    return work.packets.ask(case.id, conversation.id, recipient, discreet=False, now=START)


def test_asking_again_before_it_is_made_asks_for_the_same_one(store: Store) -> None:
    with store.work() as work:
        first = asked(work)
        assert asked(work) == first
        assert asked(work, "court").id != first.id


def test_one_that_is_being_made_comes_free_when_its_lease_ends(store: Store) -> None:
    with store.work() as work:
        first = asked(work)
        claimed = work.packets.claim(START, LEASE)
        assert claimed is not None
        assert (claimed.id, claimed.tries) == (first.id, 1)
        assert work.packets.claim(after(minutes=4), LEASE) is None
        again = work.packets.claim(after(minutes=5), LEASE)
        assert again is not None
        assert again.tries == 2


def test_it_is_made_once(store: Store) -> None:
    with store.work() as work:
        first = asked(work)
        assert work.packets.made(first.id, "s", FILES, now=START, ends_at=after(days=7))
        assert not work.packets.made(first.id, "s", FILES, now=START, ends_at=after(days=7))
        assert work.packets.claim(after(days=1), LEASE) is None


def test_an_earlier_one_that_says_the_same_is_found_while_it_can_be_had(store: Store) -> None:
    with store.work() as work:
        first = asked(work)
        work.packets.made(first.id, "s", FILES, now=START, ends_at=after(days=7))
        second = asked(work)
        assert second.id != first.id
        found = work.packets.like(second, "s", after(days=1))
        assert found is not None
        assert found.files == FILES
        assert work.packets.like(second, "other", after(days=1)) is None
        assert work.packets.like(second, "s", after(days=7)) is None
        assert [one.id for one in work.packets.over(after(days=7))] == [first.id]
        work.packets.end(first.id)
        assert work.packets.over(after(days=7)) == []


def test_its_files_are_found_only_in_the_conversation_it_was_made_for(store: Store) -> None:
    with store.work() as work:
        first = asked(work)
        work.packets.made(first.id, "s", FILES, now=START, ends_at=after(days=7))
        found = work.packets.with_file("web", "anna", "0" * 64)
        assert found is not None
        assert found.id == first.id
        assert work.packets.with_file("web", "berta", "0" * 64) is None
        assert work.packets.with_file("web", "anna", "1" * 64) is None


def test_a_case_that_is_to_be_deleted_shows_no_packet(store: Store) -> None:
    with store.work() as work:
        first = asked(work)
        work.packets.made(first.id, "s", FILES, now=START, ends_at=after(days=7))
        person_id = enter(work).person_id
        work.erasures.mark_case(person_id, 1, inbox_id=0, now=START, due_at=START)
        assert work.packets.get(first.id) is None
        assert work.packets.with_file("web", "anna", "0" * 64) is None


def test_what_was_seen_last_in_a_picture_is_what_is_covered_in_it(store: Store) -> None:
    with store.work() as work:
        case = open_case(work, enter(work))
        work.covers.put(case.id, "0" * 64, [{"kind": "card", "box": [1, 2, 3, 4]}], START)
        work.covers.put(case.id, "0" * 64, [], START)
        assert work.covers.of_case(case.id) == {"0" * 64: []}
