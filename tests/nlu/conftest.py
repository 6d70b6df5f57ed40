"""One matcher for every test of understanding: it keeps nothing between utterances."""

import pytest

from nlu import Matcher


@pytest.fixture(scope="session")
def matcher() -> Matcher:
    return Matcher.load()
