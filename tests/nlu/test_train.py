"""Learning from a lexicon: the same result every time, and a line that is added is understood."""

import random
from dataclasses import replace

import pytest

from nlu import Matcher
from nlu.calibrate import calibrate
from nlu.expand import _CHOICE, choices, mishear, sentences
from nlu.features import HEARD, Features
from nlu.lexicon import Language, Lexicon, read_lexicon
from nlu.normalise import Normaliser
from nlu.scores import Scorer
from nlu.times import NOON_OF_EXAMPLES
from nlu.train import build, learn

INTENTS = ("device_fault", "suspected_fraud", "resolved", "illicit_request", "out_of_scope")
EXAMPLES = {
    "device_fault": ("机子(不吐票|不出纸|黑屏)了", "机子(坏了|开不了机)"),
    "suspected_fraud": ("业务员(跑了|拉黑我)", "有人(要|骗)我验证码"),
    "resolved": ("(现在|今天)好了", "好了(不用|没事)了"),
    "illicit_request": ("(怎么|帮我)套现", "套现(几个点|找谁)"),
    "out_of_scope": ("(今天|明天)下雨吗", "讲个(笑话|故事)"),
}


@pytest.fixture(scope="module")
def small() -> Lexicon:
    whole = read_lexicon()
    return replace(
        whole,
        intents={intent: kind for intent, kind in whole.intents.items() if intent in INTENTS},
        languages={"zh": Language(words={"DEVICE": ("机子",)}, examples=EXAMPLES), "en": Language()},
    )


def test_learning_twice_gives_the_same(small: Lexicon) -> None:
    assert learn(small, epochs=1) == learn(small, epochs=1)


def test_a_line_that_is_added_is_understood(small: Lexicon) -> None:
    line = "隔壁的喇叭吵死人"
    assert Matcher(learn(small, epochs=2)).understand(line, now=NOON_OF_EXAMPLES).intent != "device_fault"

    more = {**EXAMPLES, "device_fault": (*EXAMPLES["device_fault"], line, "喇叭吵死人")}
    taught = replace(small, languages={**small.languages, "zh": replace(small.languages["zh"], examples=more)})
    assert Matcher(learn(taught, epochs=2)).understand(line, now=NOON_OF_EXAMPLES).intent == "device_fault"


def test_a_meaning_that_is_only_heard_speaks_as_it_was_learned(small: Lexicon) -> None:
    normaliser, features, _ = build(small)
    (clause,) = features.clauses("击子怀了")

    assert f"{HEARD}DEVICE" in clause.keys
    assert Scorer(learn(small, epochs=1), normaliser).score([f"{HEARD}DEVICE"]).row


def test_no_choice_of_an_example_stands_within_another() -> None:
    lines = [
        line for language in read_lexicon().languages.values() for lines in language.examples.values() for line in lines
    ]
    assert [line for line in lines if set("()|") & set(_CHOICE.sub("", line))] == []


def test_a_short_line_is_also_learned_as_pinyin(small: Lexicon) -> None:
    assert "jin tian hao le" in {sentence.text for sentence in sentences(small) if sentence.is_made}


def test_a_part_left_out_leaves_no_blank_behind() -> None:
    assert list(choices("(how)? do i (pay)?")) == ["how do i pay", "do i pay", "how do i", "do i"]


def test_confidence_rises_with_the_lead_and_the_last_step_is_not_left_small() -> None:
    decisions = [(lead / 1000, lead > 300 or lead % 3 == 0) for lead in range(1000)]
    found = calibrate(decisions + [(1.0, True)] * 5)

    assert found["right"] == sorted(found["right"])
    assert len(found["right"]) == len(found["lead"]) + 1
    assert found["right"][-1] > 0.8


def test_nothing_is_sure_where_too_many_decisions_with_such_a_lead_were_wrong() -> None:
    """A confidence that others act on begins where hardly any decision was wrong, be its step right on average."""
    decisions = [(lead / 1000, lead >= 700 or lead % 5 != 0) for lead in range(1000)]
    found = calibrate(decisions)

    sure = found["right"].index(next(share for share in found["right"] if share >= 0.8))
    assert 0.6 < found["lead"][sure - 1] <= 0.75


def test_a_word_written_by_its_sound_is_heard(small: Lexicon) -> None:
    _, features, _ = build(small)
    (clause,) = features.clauses("鸡自不动")
    assert f"{HEARD}DEVICE" in clause.keys
    assert f"{HEARD}DEVICE" not in features.clauses("机子不动")[0].keys  # what is written is known better


def test_a_misheard_sentence_keeps_its_sound_and_loses_little() -> None:
    homophones = dict.fromkeys("到道倒", "到道倒")
    found = {mishear("钱到了没到道", homophones, random.Random(seed)) for seed in range(50)}
    assert len(found) > 5
    assert all(4 <= len(text) <= 6 for text in found)


@pytest.mark.parametrize(
    ("clause", "found"),
    [("押金没到账", ["押金", "没到账"]), ("刷卡机", ["刷卡机"]), ("不到账户", ["不到", "账户"])],
)
def test_the_longest_word_counts_and_jieba_cuts_where_words_overlap(clause: str, found: list[str]) -> None:
    words = dict.fromkeys(("押金", "没到账", "到账", "刷卡", "刷卡机", "不到", "到账户头", "账户"), "X")
    features = Features(Normaliser({}, {}, {}), words)

    assert [word for word, _, _ in features.words_in(clause)] == found
