"""The lexicon checked: every fault with its file, its key and what to do about it."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from nlu.expand import choices
from nlu.lexicon import FOLDER, LANGUAGES, PREPARED, Lexicon, digest, read_lexicon, read_prepared
from nlu.matcher import Matcher
from nlu.times import SHANGHAI
from nlu.understanding import LexiconError

NOW = datetime(2026, 3, 18, 10, 30, tzinfo=SHANGHAI)  # examples with times must not depend on the day of the check
LEAST_EXAMPLES = 10
LEAST_SPEECH = 0.05  # log odds below which a word never tips a decision


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to mend: the file, the key in it, and a sentence that says what is wrong and what to do."""

    file: str
    key: str
    message: str


def check(folder: Path | None = None) -> list[Fault]:
    """Return every fault of a folder's lexicon (default: the packaged one); an empty list is a clean one."""
    folder = folder or FOLDER
    try:
        lexicon = read_lexicon(folder)
    except LexiconError as error:
        return [Fault(folder.name, "", str(error))]
    faults = [
        *_unknown_intents(lexicon),
        *_doubles(lexicon),
        *_missing_in_a_language(lexicon),
        *_bad_signs(lexicon),
    ]
    try:
        prepared = read_prepared(folder)
    except LexiconError as error:
        return [*faults, Fault(PREPARED, "", str(error))]
    if prepared.get("digest") != digest(folder):
        faults.append(Fault(PREPARED, "digest", "is older than the lexicon: run `python -m nlu.train`."))
    matcher = Matcher(prepared)
    return [*faults, *_silent_words(lexicon, matcher), *_strayed_examples(lexicon, matcher)]


def _unknown_intents(lexicon: Lexicon) -> Iterator[Fault]:
    for language, said in lexicon.languages.items():
        for intent in said.examples:
            if intent not in lexicon.intents:
                yield Fault(f"{language}.examples", intent, "is no intent of intents.yaml: correct the id.")
    for intent in lexicon.intents:
        count = sum(len(said.examples.get(intent, ())) for said in lexicon.languages.values())
        if count < LEAST_EXAMPLES:
            yield Fault("intents.yaml", intent, f"has {count} examples: write at least {LEAST_EXAMPLES}.")


def _doubles(lexicon: Lexicon) -> Iterator[Fault]:
    for language, said in lexicon.languages.items():
        meanings = Counter(word for words in said.words.values() for word in words)
        for word, count in meanings.items():
            if count > 1:
                yield Fault(f"{language}.yaml", word, f"stands {count} times under words: keep one.")
        spellings = Counter(variant for variants in said.variants.values() for variant in variants)
        for variant, count in spellings.items():
            if count > 1:
                yield Fault(f"{language}.yaml", variant, f"stands {count} times under variants: keep one.")
        homes: dict[str, set[str]] = {}
        for intent, lines in said.examples.items():
            for line in lines:
                homes.setdefault(line, set()).add(intent)
        for line, intents in homes.items():
            if len(intents) > 1:
                said_of = " and ".join(sorted(intents))
                yield Fault(f"{language}.examples", line, f"is an example of {said_of}: keep one.")


def _missing_in_a_language(lexicon: Lexicon) -> Iterator[Fault]:
    for language, said in lexicon.languages.items():
        for other in LANGUAGES:
            for intent in lexicon.languages[other].examples:
                if intent not in said.examples:
                    yield Fault(f"{language}.examples", intent, f"has examples in {other} but none here: write some.")
            for meaning in lexicon.languages[other].words:
                if meaning not in said.words:
                    yield Fault(f"{language}.yaml", meaning, f"has words in {other} but none here: write some.")


def _bad_signs(lexicon: Lexicon) -> Iterator[Fault]:
    for name, said in lexicon.signs.items():
        for pattern in said if name == "unless" else said["match"]:
            try:
                re.compile(pattern)
            except re.error as error:
                yield Fault("signs.yaml", name, f"holds a pattern that is no regular expression ({error}): {pattern}")


def _silent_words(lexicon: Lexicon, matcher: Matcher) -> Iterator[Fault]:
    for language, said in lexicon.languages.items():
        for meaning, words in said.words.items():
            if matcher.weight_of_meaning(meaning) < LEAST_SPEECH:
                yield Fault(f"{language}.yaml", meaning, "never wins: write an example with its words, or drop it.")
            for word in words:
                if not matcher.reads_as(word, meaning):
                    yield Fault(f"{language}.yaml", f"{meaning}: {word}", "is read as another word: drop or move it.")


def _strayed_examples(lexicon: Lexicon, matcher: Matcher) -> Iterator[Fault]:
    for language, said in lexicon.languages.items():
        for intent, lines in said.examples.items():
            for line in lines:
                strays = _strays(line, intent, matcher)
                if strays:
                    yield Fault(
                        f"{language}.examples",
                        f"{intent}: {line}",
                        f"is understood as {strays[0]}: reword it, move it, or write more like it.",
                    )


def _strays(line: str, intent: str, matcher: Matcher) -> list[str]:
    """Return the intents that sentences of a line go to instead of its own, if more than half of them do."""
    sentences = [sentence for sentence in islice(choices(line), 0, 60, 10) if sentence.strip()]
    found = [matcher.understand(sentence, now=NOW) for sentence in sentences]
    strays = [one.intent for one in found if one.intent != intent and intent not in one.secondary]
    return strays if 2 * len(strays) > len(sentences) else []
