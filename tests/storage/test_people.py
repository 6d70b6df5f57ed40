"""People and conversations: found or made, saved whole, removed with everything."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import StatementError

from storage import Store
from storage.models import metadata
from storage.records import Attempt, Fact
from tests.storage.helpers import enter, open_case
from tests.support.moments import START, after


def test_entering_twice_finds_the_same_person_and_conversation(store: Store) -> None:
    with store.work() as work:
        first = work.people.enter("web", "anna", now=START, language="zh")
        work.commit()
    with store.work() as work:
        assert work.people.enter("web", "anna", now=after(days=1), language="en") == first
        assert work.people.enter("telegram", "anna", now=START, language="zh")[0] != first[0]
    with store.read() as work:
        assert work.people.find("web", "anna") == first
        assert work.people.find("web", "berta") is None


def test_a_saved_conversation_comes_back_as_it_was(store: Store) -> None:
    with store.work() as work:
        conversation = enter(work)
        case = open_case(work, conversation)
        changed = replace(
            conversation,
            case_id=case.id,
            offered=["yes", "no"],
            state={"asked": {"count": 2}},
            parked=3,
            reachable=False,
            taken_over=True,
            last_update_at=after(minutes=1),
        )
        work.people.save(changed)
        found = work.people.conversation(conversation.id)
        assert found is not None
        assert found[1] == changed
        assert work.people.conversations(conversation.person_id) == [changed]


def test_a_saved_person_comes_back_as_they_were(store: Store) -> None:
    with store.work() as work:
        person, _ = work.people.enter("web", "anna", now=START, language="zh")
        changed = replace(person, language="en", quiet_begin="22:00", quiet_end="09:00", reminders_stopped=True)
        work.people.save_person(changed)
        assert work.people.person(person.id) == changed


def test_deleting_a_person_leaves_no_row_of_theirs(store: Store) -> None:
    with store.work() as work:
        inbox_id, _ = work.inbox.claim("web", "1", conversation_id=None, received_at=START, sent_at=START, body={})
        conversation = enter(work)
        case = open_case(work, conversation)
        work.people.save(replace(conversation, case_id=case.id))
        work.cases.put_facts(case.id, [Fact("amount", 1, "said", {}, START)])
        work.cases.save(work.cases.log(case, START, [("opened", {})]))
        work.cases.attempt(case.id, Attempt(START, "phone"))
        work.evidence.add(case.id, kind="photo", channel="web", update_id="1", received_at=START)
        work.reminders.plan(case.id, conversation.id, "k", "r", START, {}, START)
        work.outbox.add(conversation, inbox_id, [{}], now=START, status=["pending"])
        work.handoffs.add(case.id, conversation.id, reason="asked", now=START)
        work.packets.ask(case.id, conversation.id, "self", discreet=False, now=START)
        work.covers.put(case.id, "0" * 64, [], START)
        work.inbox.finish(inbox_id, conversation.id, "done", [])
        tables = [table for table in metadata.sorted_tables if table.name != "erasure"]  # outlives them, says nothing
        for table in tables:
            assert work.conn.execute(select(func.count()).select_from(table)).scalar() == 1, table.name
        work.people.delete(conversation.person_id)
        for table in tables:
            assert work.conn.execute(select(func.count()).select_from(table)).scalar() == 0, table.name


def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    with store.work() as work, pytest.raises(StatementError, match="time zone"):
        work.people.enter("web", "anna", now=datetime(2026, 11, 2), language="zh")  # noqa: DTZ001
