"""The lexicon: YAML that people edit, and the prepared file learned from it that the matcher reads."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlu.understanding import LexiconError

FOLDER = Path(__file__).parent / "lexicon"
PREPARED = "prepared.json"
LANGUAGES = ("zh", "en")
KINDS = ("problem", "request", "answer", "chat")
OTHER = "out_of_scope"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression that speaks for an intent with a weight set by hand."""

    intent: str
    match: str
    weight: float


@dataclass(frozen=True, slots=True)
class Language:
    """What one language's files say.

    `variants` maps a standard spelling to the others, `words` a meaning to its words, `examples` an intent to its
    sentences; `denied` and `meant` are how the two halves of a contrast begin, `fine` how the first may end instead;
    `turns` are where words without punctuation may turn from a trouble to a wish, `adds` tell that one thing comes on
    top of another.
    """

    variants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    patterns: tuple[Pattern, ...] = ()
    denied: tuple[str, ...] = ()
    meant: tuple[str, ...] = ()
    fine: tuple[str, ...] = ()
    turns: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The YAML files of a folder, parsed; `signs` and `companies` are as written."""

    intents: Mapping[str, str]
    languages: Mapping[str, Language]
    signs: Mapping[str, Any]
    companies: Mapping[str, tuple[str, ...]]
    script: Mapping[str, str]
    sounds: Mapping[str, str]


def read_lexicon(folder: Path = FOLDER) -> Lexicon:
    """Return the lexicon as people wrote it; needs PyYAML and some tenths of a second."""
    from nlu.normalise import read_table

    kinds = _read_yaml(folder / "intents.yaml")
    return Lexicon(
        intents={intent: kind for kind in KINDS for intent in kinds.get(kind, ())},
        languages={language: _read_language(folder, language) for language in LANGUAGES},
        signs=_read_yaml(folder / "signs.yaml"),
        companies={name: _texts(spellings) for name, spellings in _read_yaml(folder / "companies.yaml").items()},
        script=dict(read_table(folder / "traditional.txt")),
        sounds=dict(read_table(folder / "syllables.txt")),
    )


def read_prepared(folder: Path = FOLDER) -> dict[str, Any]:
    """Return the prepared file; raises LexiconError where it is missing or not readable."""
    path = folder / PREPARED
    try:
        prepared: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise LexiconError(f"{path} is missing: run `python -m nlu.train {folder}` to make it.") from None
    except ValueError as error:
        raise LexiconError(f"{path} cannot be read ({error}): run `python -m nlu.train {folder}`.") from None
    return prepared


def digest(folder: Path = FOLDER) -> str:
    """Return the SHA-256 of every file the prepared one is learned from."""
    found = hashlib.sha256()
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.txt")]):
        found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def _read_yaml(path: Path) -> dict[str, Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        found = yaml.load(path.read_bytes(), Loader=loader)
    except FileNotFoundError:
        raise LexiconError(f"{path} is missing.") from None
    except yaml.YAMLError as error:
        raise LexiconError(f"{path} is not valid YAML: {error}") from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise LexiconError(f"{path} must hold keys and values at the top.")
    return found


def _read_language(folder: Path, language: str) -> Language:
    said = _read_yaml(folder / f"{language}.yaml")
    examples: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.glob(f"{language}.examples*.yaml")):
        for intent, lines in _read_yaml(path).items():
            kept = tuple(line.strip() for line in str(lines).splitlines() if line.strip())
            examples[intent] = examples.get(intent, ()) + kept
    return Language(
        variants={standard: _texts(variants) for standard, variants in (said.get("variants") or {}).items()},
        words={meaning: _texts(words) for meaning, words in (said.get("words") or {}).items()},
        patterns=tuple(
            Pattern(row["intent"], row["match"], float(row["weight"])) for row in said.get("patterns") or ()
        ),
        denied=_texts((said.get("contrast") or {}).get("denied")),
        meant=_texts((said.get("contrast") or {}).get("meant")),
        fine=_texts((said.get("contrast") or {}).get("fine")),
        turns=_texts(said.get("turns")),
        adds=_texts(said.get("adds")),
        examples=examples,
    )


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(str(value) for value in values or ())
