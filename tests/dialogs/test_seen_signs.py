"""A sign of fraud that only a picture showed: it warns, but nobody has said it."""

from dialogs import letters
from dialogs.draft import Draft
from dialogs.outcome import Outcome
from dialogs.turn import Pick, Turn
from dialogs.view import CaseView, Fact
from tests.dialogs.walking import DIALOG, GUIDE, LANGUAGE, TEXTS, after, case, keys, step

SEEN = Turn("read", signs=("private_account",), signs_on=3, read=(3,))


def seen(problem: str = "settlement_delay") -> tuple[CaseView, Outcome]:
    view = case(problem=problem)
    outcome = step(view, SEEN)
    return after(view, outcome), outcome


def letter(view: CaseView) -> str:
    draft = Draft(GUIDE, DIALOG.machine, TEXTS, LANGUAGE, view, Turn("other"))
    return letters.body(draft, "lawyer_brief")


def test_it_warns_and_is_kept_as_read_from_its_exhibit() -> None:
    """evidence.md requirement 9: what stands in a picture is no account of the merchant's."""
    _, outcome = seen()
    assert keys(outcome)[0] == "scam.private_account"
    assert outcome.facts == {"seen_signs": Fact("private_account", "read")}
    assert outcome.sources == {"seen_signs": 3}
    assert outcome.severity == 4


def test_a_matter_that_only_a_picture_tells_of_is_read_too() -> None:
    assert seen(problem="")[1].facts["problem"] == Fact("suspected_fraud", "read")


def test_it_is_said_once_the_question_about_it_is_answered() -> None:
    view, _ = seen(problem="")
    outcome = step(view, Turn("pick", pick=Pick(1, "fraud_loss", "nothing_yet")))
    assert outcome.facts["fraud_signs"] == Fact("private_account")
    assert outcome.facts["problem"] == Fact("suspected_fraud")
    assert outcome.facts["seen_signs"] is None


def test_an_answer_that_knows_nothing_makes_it_nobodys_account() -> None:
    view, _ = seen()
    outcome = step(view, Turn("pick", pick=Pick(1, "!unknown", "fraud_loss")))
    assert "fraud_signs" not in outcome.facts


def test_it_stands_in_no_letter_before() -> None:
    """evidence.md requirement 6: nothing unconfirmed enters a complaint."""
    view, _ = seen()
    told = case(problem="settlement_delay", facts={"fraud_signs": "private_account"})
    sentence = TEXTS.get(LANGUAGE, "letter.sign.private_account").text
    assert sentence in letter(told)
    assert sentence not in letter(view)
