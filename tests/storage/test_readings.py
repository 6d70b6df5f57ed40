"""Exhibits that are to be read: claimed by one at a time, ended once, never while withdrawn or erased."""

from dataclasses import replace
from datetime import timedelta

from storage import Store, Work
from storage.records import Case, Evidence
from tests.storage.helpers import enter, open_case
from tests.support.moments import START, after

LEASE = timedelta(minutes=3)
ITEMS = [{"amount": {"value": "12.00", "score": 0.99, "confirmed": None}}]


def keep(work: Work, case: Case, *, readable: bool = True) -> Evidence:
    return work.evidence.add(
        case.id, kind="photo", channel="web", update_id="1", received_at=START, status="stored", readable=readable
    )


def test_only_what_can_be_read_is_due_and_one_reader_gets_it(store: Store) -> None:
    with store.work() as work:
        case = open_case(work, enter(work))
        keep(work, case, readable=False)
        photo = keep(work, case)
        assert work.readings.next_due() == START
        (claimed,) = work.readings.claim(START, lease=LEASE, limit=9)
        assert claimed == replace(photo, reading_tries=1, reading_due_at=after(minutes=3))
        assert work.readings.claim(after(minutes=2), lease=LEASE) == []
        (again,) = work.readings.claim(after(minutes=3), lease=LEASE)
        assert (again.id, again.reading_tries) == (photo.id, 2)


def test_what_was_read_is_kept_once(store: Store) -> None:
    with store.work() as work:
        photo = keep(work, open_case(work, enter(work)))
        assert work.readings.end(photo.id, "read", {"kind": "slip"}, ITEMS)
        assert not work.readings.end(photo.id, "read", {}, [])
        work.readings.told([photo.id])
        kept = work.evidence.get(photo.id)

        assert kept is not None
        assert (kept.reading, kept.seen, kept.items) == ("told", {"kind": "slip"}, ITEMS)
        assert work.readings.claim(after(days=1), lease=LEASE) == []


def test_what_did_not_work_is_due_again_later(store: Store) -> None:
    with store.work() as work:
        photo = keep(work, open_case(work, enter(work)))
        work.readings.claim(START, lease=LEASE)
        work.readings.again(photo.id, after(minutes=1))

        assert work.readings.claim(START, lease=LEASE) == []
        assert work.readings.next_due() == after(minutes=1)


def test_fetched_bytes_become_due_for_reading(store: Store) -> None:
    with store.work() as work:
        case = open_case(work, enter(work))
        one = work.evidence.add(case.id, kind="photo", channel="web", update_id="1", received_at=START)
        assert work.readings.next_due() is None
        work.evidence.stored(one.id, sha256="0" * 64, size=1, mime="image/png", now=after(minutes=1), readable=True)

        assert work.readings.next_due() == after(minutes=1)


def test_what_was_withdrawn_is_not_read(store: Store) -> None:
    with store.work() as work:
        photo = keep(work, open_case(work, enter(work)))
        work.evidence.update(replace(photo, status="withdrawn"))

        assert work.readings.claim(START, lease=LEASE) == []
        assert work.readings.next_due() is None
