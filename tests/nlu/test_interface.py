"""What other packages may rely on."""

import io
import json
import subprocess
import sys
from dataclasses import FrozenInstanceError
from datetime import datetime
from pathlib import Path

import pytest

from nlu import LexiconError, Matcher, cli

NOW = datetime.fromisoformat("2026-03-18T10:30:00+08:00")


def test_a_plain_problem_is_understood(matcher: Matcher) -> None:
    understanding = matcher.understand("机子不吐票了咋整", now=NOW)

    assert understanding.intent == "device_fault"
    assert 0 <= understanding.confidence <= 1


def test_an_understanding_cannot_be_changed(matcher: Matcher) -> None:
    understanding = matcher.understand("你好", now=NOW)

    with pytest.raises(FrozenInstanceError):
        understanding.intent = "deny"  # type: ignore[misc]


def test_importing_nlu_loads_nothing_of_it() -> None:
    code = "import sys, nlu; print(sorted(name for name in sys.modules if name.startswith('nlu.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_a_missing_lexicon_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match=r"prepared\.json is missing: run"):
        Matcher.load(tmp_path)


@pytest.mark.parametrize(("number", "intent"), [("1", "affirm"), ("2", "deny"), ("2.", "deny")])
def test_a_bare_number_picks_among_the_expected(matcher: Matcher, number: str, intent: str) -> None:
    assert matcher.understand(number, now=NOW, expected=("affirm", "deny")).intent == intent


def test_a_bare_no_answers_what_the_position_expects(matcher: Matcher) -> None:
    assert matcher.understand("没有", now=NOW, expected=("affirm", "deny")).intent == "deny"
    asked_for_a_reply = ("company_silent", "company_promised", "company_refused")
    assert matcher.understand("没有", now=NOW, expected=asked_for_a_reply).intent == "company_silent"


def test_the_same_words_always_mean_the_same(matcher: Matcher) -> None:
    text = "押金不退，客服也不接电话，去哪投诉"

    assert matcher.understand(text, now=NOW) == Matcher.load().understand(text, now=NOW)


def test_the_explanation_names_the_words_that_decided(matcher: Matcher) -> None:
    understanding = matcher.understand("押金一直不退", now=NOW, explain=True)

    assert "押金" in "".join(reason.words for reason in understanding.reasons if reason.intent == "deposit_refund")
    assert understanding.second != understanding.intent


@pytest.mark.parametrize("text", ["没被冻结，就是到账慢", "不是卡纸，就是连不上网"])
def test_what_is_only_denied_is_set_aside(matcher: Matcher, text: str) -> None:
    assert matcher.understand(text, now=NOW).intent in ("settlement_delay", "network_fault")


def test_trouble_that_is_over_is_resolved(matcher: Matcher) -> None:
    assert matcher.understand("昨天刷不了卡，今天好了", now=NOW).intent == "resolved"


def test_a_very_long_text_is_read_at_both_ends(matcher: Matcher) -> None:
    text = "你好，我的押金一直不退，299元。" + "啊" * 100_000 + "打13812345678找我"
    understanding = matcher.understand(text, now=NOW)

    assert {entity.type for entity in understanding.entities} == {"amount", "phone"}
    for entity in understanding.entities:
        assert text[entity.start : entity.end] == entity.text


def test_lines_in_give_lines_out_and_a_bad_line_is_named() -> None:
    out, faults = io.StringIO(), io.StringIO()
    lines = io.StringIO('{"id": "1", "text": "钱没到"}\nnonsense\n{"id": "3"}\n\n{"id": "4", "text": "转人工"}\n')
    status = cli.understand_lines(lines, out, now=NOW, faults=faults)

    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [(answer["id"], answer["intent"]) for answer in answers] == [("1", "settlement_delay"), ("4", "ask_human")]
    assert status == 1
    assert faults.getvalue().startswith("line 2: this is not JSON")
    assert "line 3: there is no" in faults.getvalue()
