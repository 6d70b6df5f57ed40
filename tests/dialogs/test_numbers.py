"""No figure is invented: what the guide says in numbers stands in the facts it names, or is an example or advice.
Letters and the other languages say the same figures."""

import re

import pytest

from dialogs import guards
from tests.dialogs.walking import GUIDE, LANGUAGE, TEXTS, case

SENTENCE = re.compile(r"[^\n。]+")
COUNTS = re.compile(r"\d+ ?(?:天|日|年|个|元|%|万)|第.{1,4}条|工作日|年")
OTHER = (
    "ask.",
    "value.",
    "letter.",
    "shelf.",
    "packet.",
    "handover.",
    "reading.",
)  # questions and labels: examples only
OURS = ("建议", "比如", "例", "走第", "T+1", "180 天")  # our advice, examples, a step of ours, what they themselves say

NUMERALS = {**dict(zip("一二三四五六七八九", range(1, 10), strict=True)), "两": 2}
SPELLED = re.compile(
    r"(?<![一二三四五六七八九十两第这过])(?!一(?:天|个?日))([一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九两])(?:个)?(?:自然日|工作日|天|日|年)(?!期|程)"
)
SHORT_NUMBER = re.compile(r"(?<![\d.])(?:1\d{2}|12\d{3}|9\d{4})(?![\d.])")
LINES = ("110", "96110", "95516", "12378", "12363", "12315", "12345", "12321", "12300")
MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905
IN_WORDS = re.compile(r"\b(" + "|".join(MONTHS) + r")\b")
UNCERTAIN = re.compile(
    r"not sure|not certain|may |could not|check|differs|can't promise|no one can promise|try a|ask (?:first|the)"
)


def number(words: str) -> int:
    """A small Chinese numeral.

    >>> number("三十"), number("十五"), number("三")
    (30, 15, 3)
    """
    tens, _, ones = words.rpartition("十")
    if "十" not in words:
        return NUMERALS[words]
    return (NUMERALS[tens] if tens else 1) * 10 + (NUMERALS[ones] if ones else 0)


def ground_of(facts: tuple[str, ...]) -> str:
    return " ".join(GUIDE.grounds[fact].text for fact in facts)


def figures(text: str) -> list[str]:
    """The figures of a text, those of a date too however it is written; without the short numbers that one calls."""
    text = re.sub(r"^\d\.? ", "", text, flags=re.MULTILINE)  # the number of a line
    plain = IN_WORDS.sub(lambda found: f" {MONTHS.index(found[1]) + 1} ", re.sub(r"\{[^}]*\}", "", text))
    plain = re.sub(r"(\d+) ?[万萬]", r"\g<1>0000", re.sub(r"(?<=\d),(?=\d{3})", "", plain))
    found = re.findall(r"\d+(?:\.\d+)?", plain)
    return sorted(one for one in found if one not in LINES)


def test_every_figure_of_a_rule_stands_in_its_facts() -> None:
    loose = []
    for key, text in TEXTS.keys(LANGUAGE).items():
        if key.startswith(OTHER):
            continue
        ground = ground_of(text.facts)
        for sentence in SENTENCE.findall(text.text):
            if not COUNTS.search(sentence) or any(word in sentence for word in OURS):
                continue
            loose += [
                f"{key}: {figure} in {sentence}"
                for figure in re.findall(r"\d+(?:\.\d+)?", sentence)
                if figure not in ground
            ]

    assert loose == []


def test_every_span_in_words_stands_in_its_facts_letters_too() -> None:
    loose = []
    for key, text in TEXTS.keys(LANGUAGE).items():
        if not text.facts:
            continue
        ground = ground_of(text.facts)
        known = {int(one) for one in re.findall(r"\d+", ground)} | {number(one) for one in SPELLED.findall(ground)}
        for sentence in SENTENCE.findall(text.text):
            if not any(word in sentence for word in OURS):
                loose += [
                    f"{key}: {one} in {sentence}" for one in SPELLED.findall(sentence) if number(one) not in known
                ]

    assert loose == []


def test_every_number_to_call_stands_in_the_facts_of_its_text() -> None:
    loose = []
    for key, text in TEXTS.keys(LANGUAGE).items():
        ground = ground_of(text.facts)
        called = [one for one in SHORT_NUMBER.findall(text.text) if one in LINES or len(one) > len(LINES[0])]
        loose += [f"{key}: {one}" for one in called if one not in ground]

    assert loose == []


@pytest.mark.parametrize("language", [one for one in TEXTS.languages if one != LANGUAGE])
def test_the_other_languages_say_the_same_figures(language: str) -> None:
    there = TEXTS.keys(language)
    wrong = [
        f"{key}: {figures(text.text)} but {figures(there[key].text)}"
        for key, text in TEXTS.keys(LANGUAGE).items()
        if text.facts and key in there and figures(text.text) != figures(there[key].text)
    ]

    assert wrong == []


@pytest.mark.parametrize("language", [one for one in TEXTS.languages if one != LANGUAGE])
def test_the_other_languages_name_the_same_numbers_to_call(language: str) -> None:
    there = TEXTS.keys(language)
    wrong = []
    for key, text in TEXTS.keys(LANGUAGE).items():
        if key in there:
            named = [set(SHORT_NUMBER.findall(words)) & set(LINES) for words in (text.text, there[key].text)]
            wrong += [f"{key}: {sorted(named[0] ^ named[1])}"] if named[0] != named[1] else []

    assert wrong == []


def test_what_is_uncertain_is_worded_so_in_english_too() -> None:
    there = TEXTS.keys("en")
    bold = [
        key
        for key, text in TEXTS.keys(LANGUAGE).items()
        if any(GUIDE.grounds[fact].level == "uncertain" for fact in text.facts)
        if key in there and not UNCERTAIN.search(there[key].text)
    ]

    assert bold == []


def test_a_template_of_a_letter_says_no_figure_of_its_own() -> None:
    loose = []
    for name, template in TEXTS.letters(LANGUAGE).items():
        plain = re.sub(r"\{[{%].*?[%}]\}", "", template)
        plain = re.sub(r"^(?:\d+\.?|（\d）) ?.*?(?=\D)", "", plain, flags=re.M)
        loose += [f"{name}: {figure}" for figure in re.findall(r"\d+", plain)]

    assert loose == []


def test_no_letter_cites_an_uncertain_fact_or_the_regulation_on_payment_companies_against_a_bank() -> None:
    view = case(problem="fee_dispute", facts={"company": "某某银行", "fee_kind": "rate_up", "contract_with": "agent"})
    rows = [row for rows in (*GUIDE.rules.values(), *(one.cites for one in GUIDE.letters.values())) for row in rows]
    cited = {row.fact for row in rows}

    assert {fact for fact in cited if GUIDE.grounds[fact].level == "uncertain"} == set()
    against_a_bank = {row.fact for row in rows if guards.holds(row.when, GUIDE, view)}
    assert {fact for fact in against_a_bank if "非银行支付机构监督管理条例" in GUIDE.grounds[fact].cite} == set()
