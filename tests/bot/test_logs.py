"""Logs: readable, one form for all, and without a word that a person wrote."""

import json
import logging
from collections.abc import Iterator

import pytest

from bot import logs

SECRET = "王掌柜的话"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in logs.QUIET}
    yield
    root.handlers[:] = before
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)


def fail() -> None:
    try:
        int(SECRET)
    except ValueError as fault:
        raise RuntimeError(f"could not read {SECRET}") from fault


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_error_is_told_by_kind_and_place_not_by_its_words(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", form)
    try:
        fail()
    except RuntimeError:
        logging.getLogger("bot.any").exception("update failed id=%d", 7)

    told = capsys.readouterr().err
    assert "update failed id=7" in told
    assert "builtins.RuntimeError" in told
    assert "builtins.ValueError" in told
    assert "test_logs.py" in told
    assert SECRET not in told
    assert "\\u738b" not in told


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", "json")
    logging.getLogger("bot.any").info("two\nlines")

    [line] = capsys.readouterr().err.splitlines()
    assert json.loads(line)["message"] == "two\nlines"
    assert json.loads(line)["level"] == "info"


def test_libraries_that_log_addresses_are_kept_quiet_even_at_debug(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("debug", "text")
    for name in ("httpx", "telegram.ext", "transitions.core", "jieba"):
        logging.getLogger(name).info("https://api/bot700:token")
    logging.getLogger("bot.any").debug("shown")

    assert "token" not in (told := capsys.readouterr().err)
    assert "shown" in told
