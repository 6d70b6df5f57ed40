"""Content files -> the guide and its texts. All faults are reported together."""

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dialogs import closed, ladder_tables, tables, wordlists
from dialogs.errors import ContentFault
from dialogs.guide import Code, Guide, Move, Ongoing, Recipient, Show, Slot, Topic
from dialogs.letter_forms import Letter, Note, Rule
from dialogs.reader import Reader
from dialogs.tables import strings
from dialogs.texts import Text, Texts

CONTENT = Path(__file__).parent / "content"
FIRST_LANGUAGE = "zh-Hans"
CODE_COLUMNS = {FIRST_LANGUAGE: "zh"}  # other languages have a column of their own name, or none
NEEDED = (
    "reviewed",
    "version",
    "sections",
    "initial",
    "jumps",
    "answers",
    "commands",
    "phrases",
    "languages",
    "shows",
    "moves",
    "recipients",
    "slots",
    "signs",
)


def load(folder: Path = CONTENT) -> tuple[Guide, Texts]:
    """The guide and its texts. Raises `ContentFault` with every fault that makes them unusable."""
    reader = Reader(folder)
    guide, texts = read(reader)
    if reader.faults or guide is None:
        raise ContentFault(reader.faults)
    return closed.without(guide), texts


def read(reader: Reader) -> tuple[Guide | None, Texts]:
    """As `load`, leaving the faults in the reader."""
    codes = _code_rows(reader)
    texts = Texts(_languages(reader, codes), _letter_templates(reader.folder))
    main = reader.mapping("guide.yaml")
    lacking = [key for key in NEEDED if not main.get(key)] if main else []
    for key in lacking:
        reader.fault("guide.yaml", key, "is missing")
    if not main or lacking:
        return None, texts
    topics, writing = reader.mapping("topics.yaml"), reader.mapping("letters.yaml")
    guide = Guide(
        version=str(main["version"]),
        reviewed=main["reviewed"],
        sections=tuple(main["sections"]),
        initial=str(main["initial"]),
        slots={
            slot.name: slot
            for file, rows in (("guide.yaml", main["slots"]), ("letters.yaml", writing.get("slots")))
            for slot in reader.each(file, rows, _slot_builder(reader, file))
        },
        moves=tuple(reader.each("guide.yaml", main["moves"], _move_builder(reader))),
        jumps=dict(main["jumps"]),
        answers=dict(main["answers"]),
        commands=dict(main["commands"]),
        languages={str(language): strings(names) for language, names in main["languages"].items()},
        phrases={str(words).lower(): str(intent) for words, intent in main["phrases"].items()},
        only_with={str(intent): strings(words) for intent, words in (main.get("only_with") or {}).items()},
        besides_with={str(intent): strings(words) for intent, words in (main.get("besides_with") or {}).items()},
        another_words=strings(main.get("another_words")),
        bare_no=strings(main.get("bare_no")),
        yes_words=strings(main.get("yes_words")),
        enough_words=strings(main.get("enough_words")),
        question_words=strings(main.get("question_words")),
        meaning_words=strings(main.get("meaning_words")),
        still_words=strings(main.get("still_words")),
        not_done=strings(main.get("not_done")),
        not_contacted=strings(main.get("not_contacted")),
        unnamed=strings(main.get("unnamed")),
        insults=strings(main.get("insults")),
        ongoing=Ongoing(**{name: strings(words) for name, words in (main.get("ongoing") or {}).items()}),
        also_words=strings(main.get("also_words")),
        section_words={str(name): strings(words) for name, words in (main.get("section_words") or {}).items()},
        shows=tuple(reader.each("guide.yaml", main.get("shows"), _show_builder(reader))),
        topics=_topics(reader, topics.get("topics")),
        refusals=_topics(reader, topics.get("refusals")),
        recipients=tuple(reader.each("guide.yaml", main["recipients"], _recipient_builder(reader))),
        excuses=tables.excuses(reader),
        news=tables.news(reader),
        situations=tables.situations(reader),
        contacts=ladder_tables.contacts(reader),
        ladder=ladder_tables.ladder(reader),
        problems=tables.problems(reader),
        items=tables.items(reader),
        severity=tables.severity(reader),
        advice=tables.advice(reader),
        reminders=tables.reminders(reader),
        channels=tables.channels(reader),
        alternatives=tables.alternatives(reader),
        reasons=tables.reasons(reader),
        letters=_letters(reader, writing.get("letters")),
        rules={problem: _rules(reader, rows) for problem, rows in (writing.get("rules") or {}).items()},
        details=strings(writing.get("details")),
        writing=strings(writing.get("writing")),
        tone={kind: strings(words) for kind, words in (writing.get("tone") or {}).items()},
        fees=tables.fees(reader),
        codes={row["code"]: Code(row["code"], tuple(row["who_should_act"].split("|"))) for row in codes},
        grounds=tables.grounds(reader),
        signs=tuple(main["signs"]),
        renames=dict(main.get("renames") or {}),
    )
    for language in texts.languages:
        guide = wordlists.add(guide, language, reader)
    return guide, texts


def _slot_builder(reader: Reader, file: str) -> Callable[[str, dict[str, Any]], Slot]:
    def build(name: str, row: dict[str, Any]) -> Slot:
        return Slot(
            name=str(row["name"]),
            section=str(row.get("section", "")),
            kind=str(row["kind"]),
            values=strings(row.get("values")),
            entity=str(row.get("entity", "")),
            problems=strings(row.get("for")),
            when=reader.condition(file, str(row.get("name", name)), row.get("when")),
            unknown=bool(row.get("unknown", True)),
            early=bool(row.get("early", False)),
            on_entry=bool(row.get("on_entry", False)),
            largest=strings(row.get("largest")),
            smallest=strings(row.get("smallest")),
            covered_by=strings(row.get("covered_by")),
            before=strings(row.get("before")),
            apart=strings(row.get("apart")),
            vague=strings(row.get("vague")),
            days=tuple(int(days) for days in row.get("days") or ()),
            words={str(value): strings(words) for value, words in (row.get("words") or {}).items()},
            told={str(value): strings(words) for value, words in (row.get("told") or {}).items()},
            intents={str(intent): str(value) for intent, value in (row.get("intents") or {}).items()},
        )

    return build


def _move_builder(reader: Reader) -> Callable[[str, dict[str, Any]], Move]:
    def build(name: str, row: dict[str, Any]) -> Move:
        when = reader.condition("guide.yaml", name, row.get("when"))
        return Move(str(row["trigger"]), str(row["from"]), str(row["to"]), when)

    return build


def _recipient_builder(reader: Reader) -> Callable[[str, dict[str, Any]], Recipient]:
    def build(name: str, row: dict[str, Any]) -> Recipient:
        when = reader.condition("guide.yaml", name, row.get("when"))
        return Recipient(str(row["id"]), strings(row.get("words")), when)

    return build


def _show_builder(reader: Reader) -> Callable[[str, dict[str, Any]], Show]:
    def build(_: str, row: dict[str, Any]) -> Show:
        when = reader.condition("guide.yaml", str(row["id"]), row.get("when"))
        return Show(
            id=str(row["id"]),
            section=str(row["section"]),
            kind=str(row["kind"]),
            key=str(row.get("key", "")),
            when=when,
            tells=str(row.get("tells", "")),
            first=bool(row.get("first", False)),
        )

    return build


def _topics(reader: Reader, rows: Any) -> tuple[Topic, ...]:
    def build(_: str, row: dict[str, Any]) -> Topic:
        key = str(row["key"])
        when = reader.condition("topics.yaml", key, row.get("when"))
        return Topic(
            key, str(row.get("section", "")), strings(row.get("words")), when, bool(row.get("only_there", False))
        )

    return tuple(reader.each("topics.yaml", rows, build))


def _letters(reader: Reader, rows: Any) -> Mapping[str, Letter]:
    def build(name: str, row: dict[str, Any]) -> Letter:
        return Letter(
            id=name,
            needs=strings(row.get("needs")),
            wants=strings(row.get("wants")),
            facts=strings(row.get("facts")),
            words=strings(row.get("words")),
            sections=strings(row.get("sections")),
            when=reader.condition("letters.yaml", name, row.get("when")),
            offered=reader.condition("letters.yaml", name, row.get("offered")),
            cites=_rules(reader, row.get("cites")),
            grounds=bool(row.get("grounds", False)),
            notes=tuple(
                Note(str(note["key"]), reader.condition("letters.yaml", name, note.get("when")))
                for note in row.get("notes") or ()
            ),
        )

    return {letter.id: letter for letter in reader.each("letters.yaml", rows, build)}


def _rules(reader: Reader, rows: Any) -> tuple[Rule, ...]:
    def build(_: str, row: dict[str, Any]) -> Rule:
        return Rule(str(row["fact"]), reader.condition("letters.yaml", str(row["fact"]), row.get("when")))

    return tuple(reader.each("letters.yaml", rows, build))


def _code_rows(reader: Reader) -> list[dict[str, str]]:
    path = reader.folder / "response_codes.csv"
    if not path.exists():
        reader.fault(path.name, "-", "the file is missing; put it back")
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _code_texts(rows: list[dict[str, str]], column: str) -> dict[str, Text]:
    """What the table of codes says in the language of its columns; other languages have it among their texts."""
    return {
        f"code.{part}.{row['code']}": Text(row[f"{part}_{column}"])
        for row in rows
        for part in ("meaning", "advice")
        if f"{part}_{column}" in row
    }


def _languages(reader: Reader, codes: list[dict[str, str]]) -> dict[str, dict[str, Text]]:
    folders = sorted(path.name for path in reader.folder.iterdir() if path.is_dir() and list(path.glob("*.yaml")))
    order = [FIRST_LANGUAGE, *(name for name in folders if name != FIRST_LANGUAGE)]
    return {
        language: {**_code_texts(codes, CODE_COLUMNS.get(language, language)), **_texts(reader, language)}
        for language in order
    }


def _texts(reader: Reader, language: str) -> dict[str, Text]:
    texts: dict[str, Text] = {}
    for path in sorted((reader.folder / language).glob("*.yaml")):
        file = f"{language}/{path.name}"
        data = reader.mapping(file)
        for key, row in (data.get("texts") or {}).items():
            if key in texts:
                reader.fault(file, key, "is given twice")
            if isinstance(row, dict):
                text = str(row.get("text", ""))
                reviewed = str(row.get("reviewed") or data.get("reviewed", ""))
                texts[str(key)] = Text(text.strip(), strings(row.get("facts")), reviewed)
            else:
                texts[str(key)] = Text(str(row).strip(), (), str(data.get("reviewed", "")))
    return texts


def _letter_templates(folder: Path) -> dict[str, dict[str, str]]:
    return {
        path.name: {file.stem: file.read_text("utf-8") for file in sorted((path / "letters").glob("*.j2"))}
        for path in folder.iterdir()
        if path.is_dir()
    } or {FIRST_LANGUAGE: {}}
