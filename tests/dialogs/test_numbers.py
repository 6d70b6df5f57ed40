"""No figure is invented: what the guide says in numbers stands in the facts it names, or is an example or advice."""

import re

from tests.dialogs.walking import GUIDE, TEXTS

LANGUAGE = TEXTS.languages[0]
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


def test_every_figure_of_a_rule_stands_in_its_facts() -> None:
    loose = []
    for key, text in TEXTS.keys(LANGUAGE).items():
        if key.startswith(OTHER):
            continue
        ground = " ".join(GUIDE.grounds[fact].text for fact in text.facts)
        for sentence in SENTENCE.findall(text.text):
            if not COUNTS.search(sentence) or any(word in sentence for word in OURS):
                continue
            loose += [
                f"{key}: {number} in {sentence}"
                for number in re.findall(r"\d+(?:\.\d+)?", sentence)
                if number not in ground
            ]

    assert loose == []
