"""Signed addresses: good for one purpose, until their moment, and not to be guessed or changed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.links import Links

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
LINKS = Links(b"a secret")
TOKEN = LINKS.sign("export", "12", LATER)


def test_a_token_gives_back_what_it_was_made_for() -> None:
    assert LINKS.read("export", TOKEN, NOW) == "12"


@pytest.mark.parametrize("now", [LATER, LATER + timedelta(days=400)])
def test_a_token_ends_at_its_moment(now: datetime) -> None:
    assert LINKS.read("export", TOKEN, LATER - timedelta(microseconds=1)) == "12"
    assert LINKS.read("export", TOKEN, now) is None


def test_a_token_is_for_one_purpose() -> None:
    assert LINKS.read("packet", TOKEN, NOW) is None


def test_a_token_of_another_secret_is_refused() -> None:
    assert Links(b"another").read("export", TOKEN, NOW) is None


@pytest.mark.parametrize(
    "token",
    ["", "12", "12.1", TOKEN + "=", TOKEN + "\n", TOKEN.replace("12.", "13.", 1), TOKEN.replace("12.", "١٢.", 1)],
)
def test_what_is_no_token_of_ours_is_refused(token: str) -> None:
    assert LINKS.read("export", token, NOW) is None


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from("0aZ_-.~"))
@settings(deadline=None)
def test_no_changed_character_is_taken(at: int, character: str) -> None:
    changed = TOKEN[:at] + character + TOKEN[at + 1 :]
    # The last character of a signature holds two bits more than there are: compared as text, they count as well.
    assert (LINKS.read("export", changed, NOW) == "12") == (changed == TOKEN)


@given(st.text(max_size=120))
@settings(deadline=None)
def test_any_text_is_read_without_a_fault(text: str) -> None:
    assert LINKS.read("export", text, NOW) is None


def test_a_subject_that_would_need_escaping_is_refused() -> None:
    with pytest.raises(ValueError, match="subject"):
        LINKS.sign("export", "1.2", LATER)


def test_an_empty_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="secret"):
        Links(b"")
