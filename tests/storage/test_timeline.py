"""Requirement 11. A timeline is a chain: whatever is changed in it shows."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from storage import Conflict, Store, Unavailable, Work, models
from storage.records import Case
from storage.types import to_canonical_json
from tests.storage.helpers import enter, open_case
from tests.support.moments import START, after

_t = models.timeline


def _case_with_events(work: Work, count: int = 5) -> Case:
    case = open_case(work, enter(work))
    for number in range(count):
        case = work.cases.log(case, after(minutes=number), [("said", {"text": f"第{number}句", "n": number})])
    work.cases.save(case)
    return case


def test_an_event_is_exact_json_with_the_hash_of_the_one_before(store: Store) -> None:
    with store.work() as work:
        case = open_case(work, enter(work))
        case = work.cases.log(case, START, [("opened", {"why": "钱"}), ("moved", {"to": "evidence"})])
        first, second = work.cases.timeline(case.id)
        text = work.conn.execute(_t.select().order_by(_t.c.seq)).first()
    assert text is not None
    assert text.body == '{"at":"2026-11-02T01:30:00+00:00","kind":"opened","prev":"","seq":1,"why":"钱"}'
    assert first.hash == hashlib.sha256(text.body.encode()).hexdigest()
    assert first.body == json.loads(text.body)
    assert (second.seq, second.kind, second.body["prev"], second.at) == (2, "moved", first.hash, START)
    assert (case.timeline_seq, case.timeline_head) == (2, second.hash)


def test_a_sound_timeline_is_sound_and_so_is_an_empty_one(store: Store) -> None:
    with store.work() as work:
        assert work.cases.verify_timeline(open_case(work, enter(work)).id) is None
        assert work.cases.verify_timeline(_case_with_events(work).id) is None


@pytest.mark.parametrize(
    ("change", "first_bad"),
    [
        (update(_t).where(_t.c.seq == 3).values(body=_t.c.body + " "), 3),
        (update(_t).where(_t.c.seq == 3).values(kind="read"), 3),
        (update(_t).where(_t.c.seq == 3).values(at=after(days=9)), 3),
        (update(_t).where(_t.c.seq == 2).values(hash="0" * 64), 2),
        (delete(_t).where(_t.c.seq == 1), 1),
        (delete(_t).where(_t.c.seq == 4), 4),
        (delete(_t).where(_t.c.seq == 5), 5),
        (delete(_t), 1),
        (update(_t).where(_t.c.seq == 5).values(seq=9), 5),
    ],
)
def test_what_was_changed_or_removed_is_found(store: Store, change: object, first_bad: int) -> None:
    with store.work() as work:
        case = _case_with_events(work)
        work.conn.execute(change)  # type: ignore[call-overload]
        assert work.cases.verify_timeline(case.id) == first_bad


def test_an_entry_rewritten_with_a_fitting_hash_is_found_by_the_next(store: Store) -> None:
    with store.work() as work:
        case = _case_with_events(work)
        body = dict(work.cases.timeline(case.id)[2].body, text="另一句")
        text = to_canonical_json(body)
        values = {"body": text, "hash": hashlib.sha256(text.encode()).hexdigest()}
        work.conn.execute(update(_t).where(_t.c.seq == 3).values(values))
        assert work.cases.verify_timeline(case.id) == 4
        work.conn.execute(delete(_t).where(_t.c.seq > 3))
        assert work.cases.verify_timeline(case.id) == 4


def test_an_added_entry_is_found(store: Store) -> None:
    with store.work() as work:
        case = _case_with_events(work)
        work.cases.log(case, START, [("forged", {})])  # and the head is not saved
        assert work.cases.verify_timeline(case.id) == 6


def test_uploads_at_the_same_time_never_fork_it(store: Store) -> None:
    """Each is a unit of work of its own, as two processes would have it."""
    with store.work() as work:
        case_id = _case_with_events(work, 1).id
        work.commit()

    def upload(number: int) -> None:
        while True:
            try:
                with store.work() as work:
                    file = work.cases.load(case_id)
                    assert file is not None
                    work.cases.save(work.cases.log(file.case, START, [("said", {"n": number})]))
                    work.commit()
                return
            except (Conflict, Unavailable):
                continue

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(upload, range(24)))
    with store.read() as work:
        assert work.cases.verify_timeline(case_id) is None
        assert sorted(event.body["n"] for event in work.cases.timeline(case_id)[1:]) == list(range(24))


def test_a_body_cannot_take_the_chain_s_own_names(store: Store) -> None:
    with store.work() as work, pytest.raises(ValueError, match="prev"):
        work.cases.log(open_case(work, enter(work)), START, [("said", {"prev": "x"})])


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.text(min_size=5), _json, max_size=3), max_size=4))
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_logged_verifies(sqlite_store: Store, bodies: list[dict[str, object]]) -> None:
    with sqlite_store.work() as work:
        case = open_case(work, enter(work))
        case = work.cases.log(case, START, [("said", body) for body in bodies])
        work.cases.save(case)
        assert work.cases.verify_timeline(case.id) is None
        assert len(work.cases.timeline(case.id)) == len(bodies)
