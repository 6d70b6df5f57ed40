"""What people say about their exhibits, and how far those have come."""

import pytest

from dialogs import progress
from dialogs.turn import Turn
from dialogs.view import Exhibit, Position
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
