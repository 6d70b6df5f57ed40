"""The tables of the guide, one content file each: problems, items, severity, advice, reminders, places to complain."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dialogs.guide import (
    AdviceRule,
    Alternative,
    Channel,
    FeeBand,
    Ground,
    Item,
    Problem,
    Reason,
    ReminderRule,
    SeverityRule,
)
from dialogs.reader import Reader
from dialogs.recognised import Excuse, News, Situation


def strings(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in value or ())


def problems(reader: Reader) -> Mapping[str, Problem]:
    def build(name: str, row: dict[str, Any]) -> Problem:
        return Problem(
            id=name,
            severity=int(row["severity"]),
            money=bool(row.get("money", False)),
            terminal=bool(row.get("terminal", False)),
            checks=strings(row.get("checks")),
            checks_by={
                str(slot): {str(value): strings(steps) for value, steps in by_value.items()}
                for slot, by_value in (row.get("checks_by") or {}).items()
            },
            checklist=strings(row.get("checklist")),
            goal=str(row.get("goal") or ""),
            repair=str(row.get("repair") or ""),
            functional=bool(row.get("functional", False)),
        )

    return {problem.id: problem for problem in reader.each(*_rows(reader, "problems.yaml", "problems"), build)}


def _rows(reader: Reader, file: str, key: str) -> tuple[str, Any]:
    return file, _part(reader, file, reader.mapping(file), key)


def _part(reader: Reader, file: str, data: Mapping[str, Any], key: str) -> Any:
    if data and data.get(key) is None:
        reader.fault(file, key, "is missing")
    return data.get(key) or []


def items(reader: Reader) -> Mapping[str, Item]:
    def build(name: str, row: dict[str, Any]) -> Item:
        written = bool(row.get("written", False))
        return Item(name, strings(row.get("kinds")), strings(row.get("words")), strings(row.get("facts")), written)

    return {item.id: item for item in reader.each(*_rows(reader, "evidence.yaml", "items"), build)}


def severity(reader: Reader) -> tuple[SeverityRule, ...]:
    def build(_: str, row: dict[str, Any]) -> SeverityRule:
        when = reader.condition("severity.yaml", str(row["id"]), row["when"])
        return SeverityRule(str(row["id"]), int(row["level"]), when)

    return tuple(reader.each(*_rows(reader, "severity.yaml", "rules"), build))


def advice(reader: Reader) -> tuple[AdviceRule, ...]:
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
            facts=strings(row.get("facts")),
            rungs=strings(row.get("rungs")),
        )

    return tuple(reader.each(*_rows(reader, "advice.yaml", "rules"), build))


def reminders(reader: Reader) -> tuple[ReminderRule, ...]:
    def build(_: str, row: dict[str, Any]) -> ReminderRule:
        due = row["due"]
        number = str(due.get("add", "0d"))
        days = int(number[:-1]) * {"d": 1, "w": 7}[number[-1]]
        when = reader.condition("reminders.yaml", str(row["rule"]), row.get("when"))
        return ReminderRule(str(row["rule"]), str(row["text"]), when, str(due["from"]), days, str(due.get("at", "")))

    return tuple(reader.each(*_rows(reader, "reminders.yaml", "rules"), build))


def channels(reader: Reader) -> tuple[Channel, ...]:
    def build(name: str, row: dict[str, Any]) -> Channel:
        when = reader.condition("channels.yaml", name, row.get("when"))
        return Channel(
            id=name,
            order=int(row["order"]),
            when=when,
            facts=strings(row.get("facts")),
            enabled=bool(row.get("enabled", True)),
            words=strings(row.get("words")),
        )

    found = reader.each(*_rows(reader, "channels.yaml", "channels"), build)
    return tuple(sorted(found, key=lambda channel: channel.order))


def alternatives(reader: Reader) -> tuple[Alternative, ...]:
    def build(name: str, row: dict[str, Any]) -> Alternative:
        when = reader.condition("alternatives.yaml", name, row.get("when"))
        return Alternative(name, int(row["order"]), when, strings(row.get("facts")))

    found = reader.each(*_rows(reader, "alternatives.yaml", "alternatives"), build)
    return tuple(sorted(found, key=lambda way: way.order))


def reasons(reader: Reader) -> tuple[Reason, ...]:
    def build(name: str, row: dict[str, Any]) -> Reason:
        return Reason(name, strings(row.get("facts")))

    return tuple(reader.each(*_rows(reader, "reasons.yaml", "reasons"), build))


def excuses(reader: Reader) -> tuple[Excuse, ...]:
    def build(_: str, row: dict[str, Any]) -> Excuse:
        return Excuse(
            id=str(row["id"]),
            words=strings(row["words"]),
            company=strings(row.get("with")),
            days=int(row["days"]),
            facts=strings(row.get("facts")),
        )

    return tuple(reader.each(*_rows(reader, "excuses.yaml", "excuses"), build))


def news(reader: Reader) -> tuple[News, ...]:
    def build(_: str, row: dict[str, Any]) -> News:
        return News(
            id=str(row["id"]),
            words=strings(row.get("words")),
            situation=str(row.get("situation") or ""),
            human=bool(row.get("human", False)),
            only=bool(row.get("only", False)),
            facts=strings(row.get("facts")),
            tells=str(row.get("tells") or ""),
            when=reader.condition("news.yaml", f"news {row['id']}", row.get("when")),
        )

    return tuple(reader.each(*_rows(reader, "news.yaml", "news"), build))


def situations(reader: Reader) -> tuple[Situation, ...]:
    file = "situations.yaml"
    data = reader.mapping(file)
    ideas = {f"@{name}": strings(words) for name, words in (data.get("ideas") or {}).items()}

    def words_of(listed: Any) -> tuple[str, ...]:
        """The words of a list, those of an idea in the place of its name."""
        found: list[str] = []
        for one in strings(listed):
            if one.startswith("@") and one not in ideas:
                reader.fault(file, one, f"there is no such idea; those that are there are {', '.join(ideas)}")
            found += ideas.get(one, (one,))
        return tuple(found)

    def build(_: str, row: dict[str, Any]) -> Situation:
        return Situation(
            id=str(row["id"]),
            ways=tuple(tuple(map(words_of, way)) for way in (row["says"], *(row.get("or") or ()))),
            unless=words_of(row.get("unless")),
            problem=str(row.get("problem") or ""),
            facts={str(name): str(value) for name, value in (row.get("facts") or {}).items()},
            level=int(row.get("level", 0)),
            section=str(row.get("section") or ""),
            keeps_out=strings(row.get("keeps_out")),
            sign=str(row.get("sign") or ""),
            means=strings(row.get("means")),
        )

    return tuple(reader.each(file, _part(reader, file, data, "situations"), build))


def fees(reader: Reader) -> tuple[FeeBand, ...]:
    def build(_: str, row: dict[str, Any]) -> FeeBand:
        below = row.get("below")
        top = None if below is None else Decimal(str(below))
        return FeeBand(str(row["key"]), top, strings(row.get("facts")), strings(row.get("words")))

    return tuple(reader.each(*_rows(reader, "fees.yaml", "bands"), build))


def grounds(reader: Reader) -> Mapping[str, Ground]:
    def build(_: str, row: dict[str, Any]) -> Ground:
        return Ground(str(row["id"]), str(row["zh"]), str(row["cite"]), str(row["level"]), str(row["confidence"]))

    return {ground.id: ground for ground in reader.each(*_rows(reader, "facts.yaml", "facts"), build)}
