"""What other packages may rely on."""

from datetime import datetime

import pytest

from nlu import Matcher

NOW = datetime.fromisoformat("2026-03-18T10:30:00+08:00")


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher.load()


def test_a_plain_problem_is_understood(matcher: Matcher) -> None:
    assert matcher.understand("机子不吐票了咋整", now=NOW).intent == "device_fault"


def test_a_bare_number_picks_among_the_expected(matcher: Matcher) -> None:
    assert matcher.understand("2", now=NOW, expected=("affirm", "deny")).intent == "deny"
