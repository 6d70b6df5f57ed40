"""What people say about their exhibits, and how far those have come."""

from dataclasses import replace

import pytest

from dialogs import progress
from dialogs.outcome import Outcome
from dialogs.turn import Incoming, Turn
from dialogs.view import Exhibit, Fact, Position, ReadValue
from tests.dialogs.walking import GUIDE, case, keys, step

PHOTOS = (Exhibit(1, "photo", "slip"), Exhibit(2, "photo", "bank_flow"), Exhibit(3, "photo"))


def said(text: str, **changes: object) -> list[str]:
    view = case(problem="settlement_delay", exhibits=PHOTOS, **changes)
    return keys(step(view, Turn("words", text=text, intent="out_of_scope", confidence=0.9)))


@pytest.mark.parametrize("text", ["撤回证据3", "证据3发错了", "第3张不要了", "删掉证据 3", "withdraw exhibit 3"])
def test_an_exhibit_is_withdrawn_in_many_words(text: str) -> None:
    assert said(text)[0] == "exhibit.withdrawn"


@pytest.mark.parametrize("text", ["证据2改名叫十一月流水", "把证据2改成叫十一月流水", "rename exhibit 2 to statement"])
def test_an_exhibit_is_named_in_many_words(text: str) -> None:
    assert said(text)[0] == "exhibit.renamed"


@pytest.mark.parametrize("text", ["我的证据", "看看证据", "证据列表", "my exhibits"])
def test_exhibits_are_listed_on_request(text: str) -> None:
    assert said(text) == ["shelf.list"]


@pytest.mark.parametrize("text", ["撤销第二个投诉", "第三次打电话没人接", "证据发给谁", "不要了"])
def test_other_words_withdraw_nothing(text: str) -> None:
    assert "exhibit.withdrawn" not in said(text)


def test_a_number_that_was_never_given_is_said_to_be_none() -> None:
    assert said("撤回证据9")[0] == "shelf.no_such"


def test_a_name_that_was_asked_for_is_no_wish_of_another_kind() -> None:
    assert "exhibit.renamed" not in said("跳过", position=Position(asked="rename:1"))


def test_what_cannot_be_had_is_not_counted() -> None:
    """The bar is over the most useful items that can be had."""
    core = GUIDE.problems["settlement_delay"].checklist[: progress.CORE]
    view = case(problem="settlement_delay", exhibits=(Exhibit(1, "photo", core[0]),))
    assert progress.count(GUIDE, view) == (1, 5)
    few = case(
        problem="settlement_delay",
        exhibits=(Exhibit(1, "photo", core[0]),),
        position=Position(skipped=tuple(f"item:{item}" for item in GUIDE.problems["settlement_delay"].checklist[1:])),
    )
    assert progress.count(GUIDE, few) == (1, 1)
    assert progress.level(1, 1) == "full"


@pytest.mark.parametrize("text", ["证据2是客服的短信", "第2张是小票", "把证据2改成协议", "exhibit 2 is the contract"])
def test_an_exhibit_is_sorted_in_many_words(text: str) -> None:
    assert said(text)[0] == "exhibit.sorted"


@pytest.mark.parametrize("text", ["证据1改名叫店里的小票", "证据1是小票", "撤回证据1"])
def test_words_that_name_an_exhibit_answer_no_question_about_another(text: str) -> None:
    """evidence.md: "小票" in a name is no choice between what was said and what a slip shows."""
    shown = ReadValue("828436881307005", 0.99, "828436881307005")
    view = case(
        problem="settlement_delay",
        facts={"merchant_no": "893109802740859"},
        exhibits=(Exhibit(1, "photo"), Exhibit(2, "photo", page="slip", items=({"merchant_no": shown},))),
        position=Position(reading=("differs.merchant_no.2",)),
    )
    outcome = step(view, Turn("words", text=text, intent="out_of_scope", confidence=0.9))
    assert "merchant_no" not in outcome.facts
    assert outcome.replies[0].key.startswith("exhibit.")


def slip(no: int, amount: str, reference: str) -> Exhibit:
    items = {name: ReadValue(value, 0.99, value) for name, value in (("amount", amount), ("reference_no", reference))}
    return Exhibit(no, "photo", page="slip", items=(items,))


def withdrawn(no: int, amount: str, *slips: Exhibit) -> Outcome:
    facts = {
        "problem": Fact("settlement_delay"),
        "amount": Fact(amount, "confirmed"),
        "reference_no": Fact("1" * 12, "confirmed"),
    }
    return step(replace(case(exhibits=slips), facts=facts), Turn("words", text=f"撤回证据{no}"))


def test_what_only_a_withdrawn_exhibit_showed_counts_no_more() -> None:
    """evidence.md: only confirmed values become facts; nothing stands on what was taken out."""
    gone = withdrawn(1, "100.00", slip(1, "100.00", "1" * 12))
    assert gone.facts == {"amount": None, "reference_no": None}
    assert keys(gone)[1] == "exhibit.unlearned"


def test_the_sum_of_several_slips_becomes_that_of_the_others() -> None:
    both = slip(1, "100.00", "1" * 12), slip(2, "20.50", "2" * 12)
    less = withdrawn(2, "120.50", *both)
    assert less.facts == {"amount": Fact("100.00", "confirmed")}
    assert "reading.total" in keys(less)


def test_a_sum_that_was_said_stays_when_a_slip_is_withdrawn() -> None:
    assert "amount" not in withdrawn(1, "18000", slip(1, "100.00", "1" * 12)).facts


def test_what_is_put_back_counts_as_before() -> None:
    view = case(problem="settlement_delay", withdrawn=(1,), set_aside=(slip(1, "100.00", "1" * 12),))
    outcome = step(view, Turn("words", text="恢复证据1"))
    assert outcome.facts["amount"] == Fact("100.00", "confirmed")
    assert outcome.restored == (1,)


def test_words_that_were_masked_are_not_called_unchanged() -> None:
    words = Turn("words", text="622202*********0128", masked=1, incoming=(Incoming(1, "forward", sha256="a" * 64),))
    assert "没有改动" not in step(case(problem="settlement_delay"), words).replies[0].text
    assert "没有改动" in step(case(problem="settlement_delay"), replace(words, masked=0)).replies[0].text


@pytest.mark.parametrize(("note", "told"), [("blurred", True), ("dark", True), ("small", True), ("unclear", False)])
def test_a_photo_that_is_to_be_taken_again_is_pointed_out_whatever_it_seemed_to_be(note: str, *, told: bool) -> None:
    """evidence.md: blur and darkness are pointed out; a shop's front with some writing is not nagged about."""
    photo = Exhibit(1, "photo", page="text", note=note)
    outcome = step(case(problem="settlement_delay", exhibits=(photo,)), Turn("read", read=(1,)))
    assert ("reading.notes" in keys(outcome)) is told
