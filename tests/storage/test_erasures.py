"""Deletions: what is marked is shown nowhere, comes back whole when undone, and leaves no row when it is due."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from storage import Store, Work
from storage.models import metadata
from storage.records import Attempt, Conversation, Erasure, Fact
from tests.storage.helpers import enter, open_case
from tests.support.moments import START, after

DUE = after(days=1)
SECRET = "王老板的店"


def receive(work: Work, conversation: Conversation, name: str, case_no: int = 0) -> int:
    body = {"text": SECRET, **({"case": case_no} if case_no else {})}
    inbox_id, _ = work.inbox.claim(
        conversation.channel, name, conversation_id=conversation.id, received_at=START, sent_at=START, body=body
    )
    return inbox_id


def fill(work: Work, conversation: Conversation, name: str) -> int:
    """A case with something of everything; its id. The conversation is about it from now on."""
    case = open_case(work, conversation)
    work.people.save(replace(conversation, case_id=case.id, parked=1))
    work.cases.put_facts(case.id, [Fact("company", SECRET, "said", {}, START)])
    work.cases.save(work.cases.log(case, START, [("opened", {"name": SECRET})]))
    work.cases.attempt(case.id, Attempt(START, "phone", answer=SECRET))
    work.evidence.add(
        case.id,
        kind="photo",
        channel="web",
        update_id=name,
        received_at=START,
        status="stored",
        sha256=f"{case.no:064x}",
    )
    work.evidence.add(case.id, kind="photo", channel="web", update_id=name, received_at=START, status="refused")
    work.reminders.plan(case.id, conversation.id, "remind.wish", "wish", after(days=3), {"note": SECRET}, START)
    work.handoffs.add(case.id, conversation.id, reason="asked", now=START)
    inbox_id = receive(work, conversation, name, case.no)
    work.outbox.add(conversation, inbox_id, [{"text": SECRET}], now=START, status=["sent"])
    reminded = {"text": SECRET, "choices": [[f"{case.no}:!status", "status"]]}
    work.outbox.add(conversation, None, [reminded, reminded], now=START, status=["pending", "parked"])
    return case.id


def ask(work: Work, conversation: Conversation, no: int = 0, now: datetime = START) -> Erasure:
    """The person asks for everything, or for their case of this number, to go."""
    own = receive(work, conversation, f"delete-{no}")
    if no:
        return work.erasures.mark_case(conversation.person_id, no, inbox_id=own, now=now, due_at=DUE)
    return work.erasures.mark_all(conversation.person_id, inbox_id=own, now=now, due_at=DUE)


def counts(work: Work) -> dict[str, int]:
    return {
        table.name: work.conn.execute(select(func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    }


def test_what_is_marked_is_shown_nowhere_and_nobody_is_reminded(store: Store) -> None:
    with store.work() as work:
        conversation = enter(work)
        case_id = fill(work, conversation, "1")
        other = enter(work, "berta")
        kept = fill(work, other, "2")

        erasure = ask(work, conversation)

        assert (erasure.cases, erasure.messages, erasure.exhibits, erasure.reminders) == (1, 4, 1, 1)
        assert work.erasures.get(erasure.id) == erasure
        assert work.erasures.exhibits(erasure.id) == [(1, 1, f"{1:064x}")]
        assert work.cases.load(case_id) is None
        assert work.cases.of_person(conversation.person_id) == []
        assert work.cases.by_no(conversation.person_id, 1) is None
        assert [case.case_id for case in work.cases.open_list()] == [kept]
        assert [wish.case_id for wish in work.handoffs.open()] == [kept]
        assert [said.id for said in work.transcript(conversation.id)] == [work.inbox.find("web", "delete-0").id]  # type: ignore[union-attr]
        assert work.outbox.since(conversation.id, 0) == []
        assert {sent.conversation_id for sent in work.outbox.claim(DUE, after(hours=1) - START)} == {other.id}
        assert work.outbox.parked(conversation.id) == []
        assert [due.case_id for due in work.reminders.claim_due(after(days=9))] == [kept]
        row = work.people.conversation(conversation.id)
        assert row is not None
        assert (row[1].case_id, row[1].parked) == (None, 0)
        assert work.cases.verify_timeline(case_id) is None  # still sound, still checked


def test_undone_it_is_as_it_was(store: Store) -> None:
    with store.work() as work:
        conversation = enter(work)
        case_id = fill(work, conversation, "1")
        before = work.cases.load(case_id), work.transcript(conversation.id)[:1], work.handoffs.open()
        erasure = ask(work, conversation)

        assert work.erasures.undo(erasure.id, conversation.person_id, after(hours=23)) == case_id

        assert (work.cases.load(case_id), work.transcript(conversation.id)[:1], work.handoffs.open()) == before
        assert [due.case_id for due in work.reminders.claim_due(after(days=9))] == [case_id]
        assert work.outbox.claim(DUE, after(hours=1) - START) == []  # what had not left stays unsent
        assert work.erasures.due(after(days=9)) == []
        assert work.erasures.undo(erasure.id, conversation.person_id, after(hours=23)) is None


def test_it_is_undone_by_its_person_alone_and_in_time(store: Store) -> None:
    with store.work() as work:
        conversation, other = enter(work), enter(work, "berta")
        fill(work, conversation, "1")
        erasure = ask(work, conversation)

        assert work.erasures.undo(erasure.id, other.person_id, START) is None
        assert work.erasures.undo(erasure.id, conversation.person_id, DUE) is None
        work.erasures.begin(erasure.id)
        assert work.erasures.undo(erasure.id, conversation.person_id, START) is None


def test_when_its_time_has_come_no_row_is_left_but_its_own(store: Store) -> None:
    with store.work() as work:
        conversation = enter(work)
        case_id = fill(work, conversation, "1")
        erasure = ask(work, conversation)
        assert work.erasures.due(after(hours=23)) == []
        assert work.erasures.due(DUE) == [erasure]
        assert work.erasures.begin(erasure.id) == [case_id]
        work.erasures.finish(erasure.id, DUE)
        left = {name: count for name, count in counts(work).items() if count}
        assert left == {"person": 1, "conversation": 1, "inbox": 1, "erasure": 1}  # the request itself

        assert work.erasures.release(START) == 1
        assert {name for name, count in counts(work).items() if count} == {"erasure"}
        assert work.erasures.get(erasure.id) == replace(erasure, person_id=None, status="erased", ended_at=DUE)
        assert work.erasures.due(after(days=9)) == []


def test_erasing_may_be_broken_off_anywhere_and_repeated(store: Store) -> None:
    with store.work() as work:
        conversation = enter(work)
        case_id = fill(work, conversation, "1")
        erasure = ask(work, conversation)
        assert work.erasures.begin(erasure.id) == [case_id]
        (again,) = work.erasures.due(DUE)
        assert work.erasures.begin(again.id) == [case_id]
        work.erasures.finish(again.id, DUE)
        work.erasures.finish(again.id, after(days=2))
        assert work.erasures.begin(again.id) == []
        found = work.erasures.get(erasure.id)
        assert found is not None
        assert found.ended_at == DUE


def test_someone_who_came_back_is_kept_with_what_is_new(store: Store) -> None:
    with store.work() as work:
        conversation = enter(work)
        fill(work, conversation, "1")
        erasure = ask(work, conversation)
        row = work.people.conversation(conversation.id)
        assert row is not None
        work.people.save(replace(row[1], last_update_at=after(hours=2)))
        work.erasures.begin(erasure.id)
        work.erasures.finish(erasure.id, DUE)
        work.erasures.release(DUE)

        found = work.people.conversation(conversation.id)
        assert found is not None
        assert work.erasures.release(DUE) == 0
        assert open_case(work, found[1]).no == 2  # a number is never given twice


def test_one_case_goes_with_what_was_said_about_it_and_the_others_stay(store: Store) -> None:
    with store.work() as work:
        conversation = enter(work)
        first = fill(work, conversation, "1")
        second = fill(work, conversation, "2")
        receive(work, conversation, "hello")
        erasure = ask(work, conversation, 2)

        assert (erasure.scope, erasure.cases, erasure.messages, erasure.exhibits) == ("case", 1, 4, 1)
        assert [case.id for case in work.cases.of_person(conversation.person_id)] == [first]
        shown = [said.update_id for said in work.transcript(conversation.id) if hasattr(said, "update_id")]
        assert shown == ["1", "hello", "delete-2"]
        row = work.people.conversation(conversation.id)
        assert row is not None
        assert row[1].case_id is None

        assert work.erasures.undo(erasure.id, conversation.person_id, START) == second
        assert len(work.transcript(conversation.id)) == 2 * 4 + 2

        erasure = ask(work, conversation, 1)
        work.erasures.begin(erasure.id)
        work.erasures.finish(erasure.id, DUE)
        assert work.cases.ids() == [second]
        found = work.erasures.get(erasure.id)
        assert found is not None
        assert found.person_id is None


def test_two_deletions_do_not_touch_each_other(store: Store) -> None:
    with store.work() as work:
        conversation = enter(work)
        first, second = fill(work, conversation, "1"), fill(work, conversation, "2")
        one, two = ask(work, conversation, 1), ask(work, conversation)
        assert work.erasures.cases(one.id) == [first]
        assert work.erasures.cases(two.id) == [second]
        work.erasures.begin(one.id)
        work.erasures.finish(one.id, DUE)
        assert work.erasures.undo(two.id, conversation.person_id, START) == second
        assert work.cases.ids() == [second]


def test_what_was_deleted_is_gone_from_the_file_too(tmp_path: Path, sqlite_url: str) -> None:
    store = Store.open(sqlite_url)
    with store.work() as work:
        conversation = enter(work)
        fill(work, conversation, "1")
        erasure = ask(work, conversation)
        work.erasures.begin(erasure.id)
        work.commit()
    files = [path for path in tmp_path.iterdir() if path.name.startswith("test.db")]
    assert any(SECRET.encode() in path.read_bytes() for path in files)
    with store.work() as work:
        work.erasures.finish(erasure.id, DUE)
        work.erasures.release(START)
        work.commit()
    store.forget_free_pages()
    assert not any(SECRET.encode() in path.read_bytes() for path in tmp_path.iterdir())
    store.close()
