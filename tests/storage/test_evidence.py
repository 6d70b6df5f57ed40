"""Exhibits: numbered, claimed by one at a time, ended or tried again."""

from dataclasses import replace
from datetime import timedelta

from storage import Store, Work
from storage.records import Case, Evidence
from tests.storage.helpers import enter, open_case
from tests.support.moments import START, after


def _announce(work: Work, case: Case, update_id: str = "1") -> Evidence:
    return work.evidence.add(
        case.id,
        kind="photo",
        channel="web",
        update_id=update_id,
        received_at=START,
        mime="image/jpeg",
        name="小票.jpg",
        caption="小票",
        item="receipt",
        origin={"author": "客服", "at": None},
        items=[{"author": "a", "body": "b"}],
        reference={"file_id": "f"},
        size=12,
    )


def test_numbers_count_per_case_and_what_is_added_comes_back(store: Store) -> None:
    with store.work() as work:
        conversation = enter(work)
        case, other = open_case(work, conversation), open_case(work, conversation)
        added = [_announce(work, case), _announce(work, case), _announce(work, other)]
        assert [evidence.no for evidence in added] == [1, 2, 1]
        assert work.evidence.get(added[0].id) == added[0]
        assert work.evidence.by_no(case.id, 2) == added[1]
        assert work.evidence.by_no(case.id, 3) is None


def test_a_claimed_one_is_nobody_else_s_until_its_lease_ends(store: Store) -> None:
    with store.work() as work:
        case = open_case(work, enter(work))
        first, second = _announce(work, case), _announce(work, case, "2")
        assert work.evidence.next_due() == START
        assert [found.id for found in work.evidence.due(START)] == [first.id, second.id]
        lease = timedelta(minutes=5)
        (claimed,) = work.evidence.claim(START, lease=lease)
        assert claimed == replace(first, tries=1, next_try_at=after(minutes=5))
        assert [found.id for found in work.evidence.claim(START, lease=lease, limit=9)] == [second.id]
        assert work.evidence.claim(after(minutes=4), lease=lease) == []
        assert work.evidence.next_due() == after(minutes=5)
        (again,) = work.evidence.claim(after(minutes=5), lease=lease)
        assert (again.id, again.tries) == (first.id, 2)


def test_stored_failed_and_tried_again(store: Store) -> None:
    with store.work() as work:
        case = open_case(work, enter(work))
        stored, retried, lost, refused = (_announce(work, case, str(n)) for n in range(4))
        work.evidence.stored(stored.id, sha256="a" * 64, size=3, mime="image/png", now=after(minutes=1))
        work.evidence.failed(retried.id, "timeout", after(minutes=2))
        work.evidence.failed(lost.id, "expired", None)
        work.evidence.failed(refused.id, "too big", None, status="refused")
        found = [work.evidence.get(each.id) for each in (stored, retried, lost, refused)]
        assert [each and each.status for each in found] == ["stored", "announced", "failed", "refused"]
        assert found[0] == replace(
            stored,
            status="stored",
            sha256="a" * 64,
            size=3,
            mime="image/png",
            stored_at=after(minutes=1),
            next_try_at=None,
        )
        assert work.evidence.next_due() == after(minutes=2)
        assert [each.id for each in work.evidence.due(after(minutes=2))] == [retried.id]


def test_the_same_bytes_are_found_in_the_same_case_only(store: Store) -> None:
    with store.work() as work:
        conversation = enter(work)
        case, other = open_case(work, conversation), open_case(work, conversation)
        evidence = _announce(work, case)
        assert work.evidence.same(case.id, "a" * 64) is None
        work.evidence.stored(evidence.id, sha256="a" * 64, size=3, mime="", now=START)
        same = work.evidence.same(case.id, "a" * 64)
        assert same is not None
        assert same.id == evidence.id
        assert work.evidence.same(other.id, "a" * 64) is None


def test_an_exhibit_is_assigned_and_updated(store: Store) -> None:
    with store.work() as work:
        evidence = _announce(work, open_case(work, enter(work)))
        work.evidence.change(replace(evidence, item="call_log"))
        assert work.evidence.get(evidence.id) == replace(evidence, item="call_log")
        changed = replace(evidence, status="withdrawn", text="x", origin=None, items=[], reference=None)
        work.evidence.update(changed)
        assert work.evidence.get(evidence.id) == changed
