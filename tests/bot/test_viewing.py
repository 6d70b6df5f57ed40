"""A case as the dialog sees it."""

from datetime import UTC, datetime

from bot.viewing import by_new_names
from storage.records import Fact

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_a_value_set_under_the_new_name_counts_before_that_of_the_old_one() -> None:
    stored = {
        name: Fact(name, value, "said", {}, NOW) for name, value in (("new", "D0"), ("old", "T1"), ("other", "x"))
    }

    known = by_new_names(stored, {"old": "new"})

    assert {name: fact.value for name, fact in known.items()} == {"new": "D0", "other": "x"}


def test_a_value_under_an_old_name_is_still_known() -> None:
    known = by_new_names({"old": Fact("old", "T1", "said", {}, NOW)}, {"old": "new"})

    assert known["new"].value == "T1"
