"""Cases: numbers given once, facts by name, everything loaded together."""

from dataclasses import replace

from storage import Store
from storage.records import Attempt, Case, Fact
from tests.storage.helpers import enter, open_case
from tests.support.moments import START, after


def test_numbers_count_per_person_and_are_never_given_twice(store: Store) -> None:
    with store.work() as work:
        anna, berta = enter(work, "anna"), enter(work, "berta")
        cases = [open_case(work, anna), open_case(work, anna), open_case(work, berta)]
        assert [case.no for case in cases] == [1, 2, 1]
        work.cases.delete(cases[1].id)
        assert open_case(work, anna).no == 3
        assert [case.no for case in work.cases.of_person(anna.person_id)] == [1, 3]
        assert work.cases.by_no(anna.person_id, 1) == cases[0]
        assert work.cases.by_no(anna.person_id, 2) is None


def test_a_saved_case_comes_back_as_it_was(store: Store) -> None:
    with store.work() as work:
        case = open_case(work, enter(work))
        changed = replace(
            case,
            status="closed",
            section="legal",
            severity=3,
            intent="delayed_settlement",
            position={"slot": "amount", "stack": ["rights"]},
            updated_at=after(hours=1),
            closed_at=after(hours=1),
            guide_version="2",
        )
        work.cases.save(changed)
        work.commit()
    with store.read() as work:
        file = work.cases.load(case.id)
        assert file is not None
        assert file.case == changed
        assert (file.facts, file.attempts, file.evidence, file.reminders) == ({}, (), (), ())
        assert work.cases.load(case.id + 1) is None


def test_a_case_is_loaded_with_all_that_belongs_to_it(store: Store) -> None:
    with store.work() as work:
        conversation = enter(work)
        case = open_case(work, conversation)
        other = open_case(work, conversation)
        for each in (case, other):
            work.cases.put_facts(each.id, [Fact("amount", each.no, "said", {}, START)])
            work.cases.attempt(each.id, Attempt(START, "phone"))
            work.evidence.add(each.id, kind="photo", channel="web", update_id="1", received_at=START)
            work.reminders.plan(each.id, conversation.id, "k", "r", START, {"n": each.no}, START)
        file = work.cases.load(case.id)
    assert file is not None
    assert file.facts["amount"].value == 1
    assert [attempt.no for attempt in file.attempts] == [1]
    assert [evidence.case_id for evidence in file.evidence] == [case.id]
    assert [reminder.params for reminder in file.reminders] == [{"n": 1}]


def test_a_fact_takes_the_place_of_an_earlier_one_and_can_be_dropped(store: Store) -> None:
    with store.work() as work:
        case = open_case(work, enter(work))
        first = Fact("amount", {"value": 1200, "currency": "CNY"}, "said", {"update": "1"}, START)
        nothing = Fact("terminal_no", None, "unknown", {}, START)
        work.cases.put_facts(case.id, [first, nothing])
        changed = replace(first, value=[1, "二", None], state="confirmed", at=after(minutes=1))
        work.cases.put_facts(case.id, [changed])
        assert _facts(work.cases.load(case.id)) == {"amount": changed, "terminal_no": nothing}
        work.cases.drop_facts(case.id, ["amount", "other"])
        assert _facts(work.cases.load(case.id)) == {"terminal_no": nothing}
        work.cases.put_facts(case.id, [])
        work.cases.drop_facts(case.id, [])


def test_attempts_are_numbered_and_come_back_as_they_were(store: Store) -> None:
    with store.work() as work:
        case = open_case(work, enter(work))
        given = Attempt(
            at=START,
            way="phone",
            party="company",
            number="95516",
            who="王",
            answer="三天内",
            ticket="T1",
            promised_until=after(days=3),
            count=2,
            note="忙",
            update_ref="web:1",
        )
        first, second = work.cases.attempt(case.id, given), work.cases.attempt(case.id, Attempt(START, "mail"))
        file = work.cases.load(case.id)
    assert file is not None
    assert (first.no, second.no) == (1, 2)
    assert first == replace(given, no=1, id=first.id)
    assert file.attempts == (first, second)


def test_a_contact_is_set_right_and_its_answer_stays(store: Store) -> None:
    with store.work() as work:
        case = open_case(work, enter(work))
        first = work.cases.attempt(case.id, Attempt(START, "phone", who="1024", answer="三天内"))
        other = work.cases.attempt(case.id, Attempt(START, "mail"))
        right = replace(first, who="1042", count=2, promised_until=after(days=5))
        work.cases.change_attempt(case.id, replace(right, answer="其他"))
        file = work.cases.load(case.id)
    assert file is not None
    assert file.attempts == (right, other)


def test_the_open_list_leads_with_those_who_wait_for_a_human(store: Store) -> None:
    with store.work() as work:
        people = [enter(work, name) for name in ("a", "b", "c", "d")]
        cases: list[Case] = [open_case(work, person) for person in people]
        work.cases.save(replace(cases[0], updated_at=after(hours=5)))
        work.cases.save(replace(cases[3], status="closed"))
        work.handoffs.add(cases[1].id, people[1].id, reason="", now=after(hours=2))
        work.handoffs.add(cases[2].id, people[2].id, reason="", now=after(hours=1))
        listed = work.cases.open_list(10)
        assert [line.case_id for line in listed] == [cases[2].id, cases[1].id, cases[0].id]
        assert [line.asked_at for line in listed] == [after(hours=1), after(hours=2), None]
        assert len(work.cases.open_list(2)) == 2


def _facts(file: object) -> dict[str, Fact]:
    return dict(file.facts)  # type: ignore[attr-defined]
