"""Content files -> the guide and its texts: the only file access of this package. All faults are reported together."""

import csv
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from dialogs.errors import ContentFault
from dialogs.guide import (
    AdviceRule,
    Alternative,
    Channel,
    Code,
    Excuse,
    FeeBand,
    Ground,
    Guide,
    Item,
    Letter,
    Move,
    News,
    Note,
    Problem,
    Reason,
    ReminderRule,
    Rule,
    SeverityRule,
    Show,
    Slot,
    Topic,
)
from dialogs.reader import Reader
from dialogs.texts import Text, Texts

CONTENT = Path(__file__).parent / "content"
FIRST_LANGUAGE = "zh-Hans"
CODE_COLUMNS = {FIRST_LANGUAGE: "zh"}
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
    "slots",
    "signs",
)


def load(folder: Path = CONTENT) -> tuple[Guide, Texts]:
    """The guide and its texts. Raises `ContentFault` with every fault that makes them unusable."""
    reader = Reader(folder)
    guide, texts = read(reader)
    if reader.faults or guide is None:
        raise ContentFault(reader.faults)
    return guide, texts


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
        languages={str(language): _strings(names) for language, names in main["languages"].items()},
        phrases={str(words).lower(): str(intent) for words, intent in main["phrases"].items()},
        only_with={str(intent): _strings(words) for intent, words in (main.get("only_with") or {}).items()},
        another_words=_strings(main.get("another_words")),
        bare_no=_strings(main.get("bare_no")),
        shows=tuple(reader.each("guide.yaml", main.get("shows"), _show_builder(reader))),
        topics=_topics(reader, topics.get("topics")),
        refusals=_topics(reader, topics.get("refusals")),
        excuses=_excuses(reader),
        news=_news(reader),
        problems=_problems(reader),
        items=_items(reader),
        severity=_severity(reader),
        advice=_advice(reader),
        reminders=_reminders(reader),
        channels=_channels(reader),
        alternatives=_alternatives(reader),
        reasons=_reasons(reader),
        letters=_letters(reader, writing.get("letters")),
        rules={problem: _rules(reader, rows) for problem, rows in (writing.get("rules") or {}).items()},
        details=_strings(writing.get("details")),
        writing=_strings(writing.get("writing")),
        tone={kind: _strings(words) for kind, words in (writing.get("tone") or {}).items()},
        fees=_fees(reader),
        codes={row["code"]: Code(row["code"], tuple(row["who_should_act"].split("|"))) for row in codes},
        grounds=_grounds(reader),
        signs=tuple(main["signs"]),
        renames=dict(main.get("renames") or {}),
    )
    return guide, texts


def _strings(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in value or ())


def _slot_builder(reader: Reader, file: str) -> Callable[[str, dict[str, Any]], Slot]:
    def build(name: str, row: dict[str, Any]) -> Slot:
        return Slot(
            name=str(row["name"]),
            section=str(row.get("section", "")),
            kind=str(row["kind"]),
            values=_strings(row.get("values")),
            entity=str(row.get("entity", "")),
            problems=_strings(row.get("for")),
            when=reader.condition(file, str(row.get("name", name)), row.get("when")),
            unknown=bool(row.get("unknown", True)),
            early=bool(row.get("early", False)),
            on_entry=bool(row.get("on_entry", False)),
            largest=_strings(row.get("largest")),
            before=_strings(row.get("before")),
            apart=_strings(row.get("apart")),
            days=tuple(int(days) for days in row.get("days") or ()),
            words={str(value): _strings(words) for value, words in (row.get("words") or {}).items()},
            intents={str(intent): str(value) for intent, value in (row.get("intents") or {}).items()},
        )

    return build


def _move_builder(reader: Reader) -> Callable[[str, dict[str, Any]], Move]:
    def build(name: str, row: dict[str, Any]) -> Move:
        when = reader.condition("guide.yaml", name, row.get("when"))
        return Move(str(row["trigger"]), str(row["from"]), str(row["to"]), when)

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
        return Topic(key, str(row.get("section", "")), _strings(row.get("words")), when)

    return tuple(reader.each("topics.yaml", rows, build))


def _problems(reader: Reader) -> Mapping[str, Problem]:
    def build(name: str, row: dict[str, Any]) -> Problem:
        return Problem(
            id=name,
            severity=int(row["severity"]),
            money=bool(row.get("money", False)),
            terminal=bool(row.get("terminal", False)),
            checks=_strings(row.get("checks")),
            checks_by={
                str(slot): {str(value): _strings(steps) for value, steps in by_value.items()}
                for slot, by_value in (row.get("checks_by") or {}).items()
            },
            checklist=_strings(row.get("checklist")),
            goal=str(row.get("goal") or ""),
            repair=str(row.get("repair") or ""),
            functional=bool(row.get("functional", False)),
        )

    return {problem.id: problem for problem in reader.each(*_rows(reader, "problems.yaml", "problems"), build)}


def _rows(reader: Reader, file: str, key: str) -> tuple[str, Any]:
    data = reader.mapping(file)
    rows = data.get(key)
    if rows is None:
        if data:
            reader.fault(file, key, "is missing")
        rows = []
    return file, rows


def _items(reader: Reader) -> Mapping[str, Item]:
    def build(name: str, row: dict[str, Any]) -> Item:
        return Item(name, _strings(row.get("kinds")), _strings(row.get("words")), _strings(row.get("facts")))

    return {item.id: item for item in reader.each(*_rows(reader, "evidence.yaml", "items"), build)}


def _severity(reader: Reader) -> tuple[SeverityRule, ...]:
    def build(_: str, row: dict[str, Any]) -> SeverityRule:
        when = reader.condition("severity.yaml", str(row["id"]), row["when"])
        return SeverityRule(str(row["id"]), int(row["level"]), when)

    return tuple(reader.each(*_rows(reader, "severity.yaml", "rules"), build))


def _advice(reader: Reader) -> tuple[AdviceRule, ...]:
    def build(_: str, row: dict[str, Any]) -> AdviceRule:
        key, due = str(row["key"]), str(row.get("due") or "")
        if due == "none":
            due = ""
        return AdviceRule(
            key=key,
            section=str(row.get("section", "")),
            priority=int(row["priority"]),
            when=reader.condition("advice.yaml", key, row.get("when")),
            due=due,
            facts=_strings(row.get("facts")),
        )

    return tuple(reader.each(*_rows(reader, "advice.yaml", "rules"), build))


def _reminders(reader: Reader) -> tuple[ReminderRule, ...]:
    def build(_: str, row: dict[str, Any]) -> ReminderRule:
        due = row["due"]
        number = str(due.get("add", "0d"))
        days = int(number[:-1]) * {"d": 1, "w": 7}[number[-1]]
        when = reader.condition("reminders.yaml", str(row["rule"]), row.get("when"))
        return ReminderRule(str(row["rule"]), str(row["text"]), when, str(due["from"]), days, str(due.get("at", "")))

    return tuple(reader.each(*_rows(reader, "reminders.yaml", "rules"), build))


def _channels(reader: Reader) -> tuple[Channel, ...]:
    def build(name: str, row: dict[str, Any]) -> Channel:
        when = reader.condition("channels.yaml", name, row.get("when"))
        return Channel(name, int(row["order"]), when, _strings(row.get("facts")), bool(row.get("enabled", True)))

    found = reader.each(*_rows(reader, "channels.yaml", "channels"), build)
    return tuple(sorted(found, key=lambda channel: channel.order))


def _alternatives(reader: Reader) -> tuple[Alternative, ...]:
    def build(name: str, row: dict[str, Any]) -> Alternative:
        when = reader.condition("alternatives.yaml", name, row.get("when"))
        return Alternative(name, int(row["order"]), when, _strings(row.get("facts")))

    found = reader.each(*_rows(reader, "alternatives.yaml", "alternatives"), build)
    return tuple(sorted(found, key=lambda way: way.order))


def _reasons(reader: Reader) -> tuple[Reason, ...]:
    def build(name: str, row: dict[str, Any]) -> Reason:
        return Reason(name, _strings(row.get("facts")))

    return tuple(reader.each(*_rows(reader, "reasons.yaml", "reasons"), build))


def _letters(reader: Reader, rows: Any) -> Mapping[str, Letter]:
    def build(name: str, row: dict[str, Any]) -> Letter:
        return Letter(
            id=name,
            needs=_strings(row.get("needs")),
            wants=_strings(row.get("wants")),
            facts=_strings(row.get("facts")),
            words=_strings(row.get("words")),
            sections=_strings(row.get("sections")),
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


def _excuses(reader: Reader) -> tuple[Excuse, ...]:
    def build(_: str, row: dict[str, Any]) -> Excuse:
        return Excuse(
            id=str(row["id"]),
            words=_strings(row["words"]),
            company=_strings(row.get("with")),
            days=int(row["days"]),
            facts=_strings(row.get("facts")),
        )

    return tuple(reader.each(*_rows(reader, "excuses.yaml", "excuses"), build))


def _news(reader: Reader) -> tuple[News, ...]:
    def build(_: str, row: dict[str, Any]) -> News:
        return News(
            id=str(row["id"]),
            words=_strings(row["words"]),
            human=bool(row.get("human", False)),
            only=bool(row.get("only", False)),
            facts=_strings(row.get("facts")),
        )

    return tuple(reader.each(*_rows(reader, "news.yaml", "news"), build))


def _fees(reader: Reader) -> tuple[FeeBand, ...]:
    def build(_: str, row: dict[str, Any]) -> FeeBand:
        below = row.get("below")
        return FeeBand(str(row["key"]), None if below is None else Decimal(str(below)), _strings(row.get("facts")))

    return tuple(reader.each(*_rows(reader, "fees.yaml", "bands"), build))


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


def _grounds(reader: Reader) -> Mapping[str, Ground]:
    def build(_: str, row: dict[str, Any]) -> Ground:
        return Ground(str(row["id"]), str(row["zh"]), str(row["cite"]), str(row["level"]), str(row["confidence"]))

    return {ground.id: ground for ground in reader.each(*_rows(reader, "facts.yaml", "facts"), build)}


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
                texts[str(key)] = Text(text.strip(), _strings(row.get("facts")), reviewed)
            else:
                texts[str(key)] = Text(str(row).strip(), (), str(data.get("reviewed", "")))
    return texts


def _letter_templates(folder: Path) -> dict[str, dict[str, str]]:
    return {
        path.name: {file.stem: file.read_text("utf-8") for file in sorted((path / "letters").glob("*.j2"))}
        for path in folder.iterdir()
        if path.is_dir()
    } or {FIRST_LANGUAGE: {}}
