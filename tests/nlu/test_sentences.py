"""Sets of sentences, each with the figures it must not fall below."""

from datetime import datetime
from typing import Any

import pytest
import yaml

from nlu import Matcher
from tests.nlu.measures import SENTENCES, entity_f1, f1_by_intent, judge, rows, wrong_when_sure

SETS: dict[str, Any] = yaml.safe_load((SENTENCES / "sets.yaml").read_text(encoding="utf-8"))
NOW = datetime.fromisoformat(SETS["now"])


def sets_of(kind: str) -> list[str]:
    return [name for name, said in SETS["sets"].items() if said["kind"] == kind]


def test_every_set_is_listed_and_no_sentence_stands_twice() -> None:
    assert {path.stem for path in SENTENCES.glob("*.jsonl")} == set(SETS["sets"])
    for name in SETS["sets"]:
        texts = [row["text"] for row in rows(name)]
        assert len(texts) == len(set(texts)), name


@pytest.mark.parametrize("name", sets_of("intents"))
def test_intents(matcher: Matcher, name: str) -> None:
    wanted = SETS["sets"][name]
    judged = judge(matcher, list(rows(name)), NOW)
    by_intent = f1_by_intent(judged)
    wrong = [(one.wanted, one.found, one.text) for one in judged if not one.is_right]

    assert sum(by_intent.values()) / len(by_intent) >= wanted["macro_f1"], wrong
    assert min(by_intent.values()) >= wanted["least_f1"], sorted(by_intent.items(), key=lambda item: item[1])[:5]
    assert wrong_when_sure(judged) <= wanted["wrong_when_sure"], wrong


@pytest.mark.parametrize("name", sets_of("multi"))
def test_the_first_of_several(matcher: Matcher, name: str) -> None:
    judged = judge(matcher, list(rows(name)), NOW)

    assert sum(one.is_right for one in judged) / len(judged) >= SETS["sets"][name]["primary"], judged


@pytest.mark.parametrize("name", sets_of("entities"))
def test_entities(matcher: Matcher, name: str) -> None:
    f1, faults = entity_f1(matcher, list(rows(name)), NOW)

    assert f1 >= SETS["sets"][name]["f1"], faults
