"""Checks of the content: what is missing, what contradicts, what is past its review date."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

from dialogs import holder, wordlists
from dialogs.drafting import GAPS
from dialogs.errors import Fault
from dialogs.guide import Guide, Slot
from dialogs.ladder import OWN_REMINDERS, PARTS
from dialogs.loader import CONTENT, FIRST_LANGUAGE, read
from dialogs.reader import Reader
from dialogs.references import references
from dialogs.saying import Sayings, sayings
from dialogs.sections import URGENT
from dialogs.texts import Text, Texts
from dialogs.utterance import MISSES
from dialogs.view import Result

REVIEW_AFTER = timedelta(days=180)
RULE = re.compile(
    r"第[一二三四五六七八九十百零〇\d]+条|\d+\s*个?(?:工作日|自然日|日内|天内|个月|年)|\d+(?:\.\d+)?\s*%|(?<!\d)(?:12\d{3}|95516|96110|110)(?!\d)"
)
HEDGE = re.compile(
    r"不确定|核实|核对|为准|可能|一般|常见|多数|通常|不一定|据|估计|仅供参考|旧资料|需.*确认|建议|各地|变化"
)

DOCUMENTS = ("packet.", "letter.we", "letter.they", "letter.heading", "letter.numerals", "letter.sum", "letter.rule",
             "letter.story.", "letter.goal.", "letter.claim.", "letter.detail.", "letter.value.", "letter.line.",
             "letter.way.", "letter.result.", "letter.sign.", "letter.gap.")  # fmt: skip
"""What stands in letters and packets: these go to companies and authorities in China and are in Chinese alone."""
NAMES_OF_PLACES = ("party.", "letter.", "button.", "recipient.", "source")  # said of what took place, or not at all
OWN = ("packet.",)  # parts of the program that put their keys together themselves
KINDS = "photo document voice audio video animation sticker location contact link record forward text".split()  # noqa: SIM905


def check(
    folder: Path = CONTENT, *, today: date, said: Sayings | None = None, review_after: timedelta = REVIEW_AFTER
) -> list[Fault]:
    """All faults and warnings of a content folder; `today` and `review_after` tell what is past its review, `said` is
    what the sources say, where these are more than this package's."""
    reader = Reader(folder)
    guide, texts = read(reader)
    found = list(reader.faults)
    if guide is not None:
        found += references(guide)
        found += _keys(guide, texts, said or sayings())
        found += _grounds(guide, texts)
        found += _letters(guide, texts)
        found += _closed(guide, texts)
    found += _stale(reader, today, review_after)
    return found


def needed(guide: Guide) -> dict[str, str]:
    """Every text key that the guide can say, with the place that needs it."""
    keys: dict[str, str] = {}
    for section in guide.sections:
        keys[f"section.{section}"] = f"section {section}"
        if section not in (guide.initial, guide.sections[-1]):
            keys[f"enter.{section}"] = keys[f"done.{section}"] = f"section {section}"
    for slot in guide.slots.values():
        keys |= dict.fromkeys(_slot_keys(slot), f"slot {slot.name}")
    for problem in guide.problems.values():
        steps = [step for by in problem.checks_by.values() for steps in by.values() for step in steps]
        own = [f"problem.{problem.id}", problem.goal, problem.repair, *problem.checks, *steps]
        keys |= dict.fromkeys(filter(None, own), f"problem {problem.id}")
    for item in guide.items:
        keys[f"item.{item}"] = keys[f"item.{item}.how"] = f"item {item}"
    for rule in guide.advice:
        keys[rule.key] = keys[f"{rule.key}.why"] = "advice.yaml"
    keys |= {rule.key: f"reminder {rule.rule}" for rule in guide.reminders}
    keys |= {f"channel.{channel.id}": "channels.yaml" for channel in guide.channels}
    keys |= {f"alternatives.{way.id}": "alternatives.yaml" for way in guide.alternatives}
    keys |= {f"why.{reason.id}": "reasons.yaml" for reason in guide.reasons}
    keys |= {band.key: "fees.yaml" for band in guide.fees}
    keys |= {f"scam.{sign}": "guide.yaml signs" for sign in guide.signs}
    keys |= {f"kind.{kind}": "the program" for kind in KINDS}
    keys |= {f"severity.why.{rule.id}": "severity.yaml" for rule in guide.severity}
    keys |= {f"severity.{level}": "severity.yaml" for level in range(1, URGENT + 1)}
    keys |= {f"confidence.{ground.level}": "facts.yaml" for ground in guide.grounds.values()}
    keys |= {f"enter.{guide.sections[-1]}": "the last section"} | dict.fromkeys(("button.yes", "button.no"), "slots")
    keys |= {f"code.{part}.{code}": "response_codes.csv" for code in guide.codes for part in ("meaning", "advice")}
    keys |= {f"button.language.{language}": "guide.yaml languages" for language in guide.languages}
    for recipient in guide.recipients:
        texts_of = (f"handover.for.{recipient.id}", f"button.packet.{recipient.id}")
        keys |= dict.fromkeys(texts_of, f"recipient {recipient.id}")
    keys |= {f"miss.{misses}": "the program" for misses in range(1, MISSES + 1)}
    keys |= {f"closing.{value}": "slot outcome" for value in guide.slots["outcome"].values}
    for channel in guide.channels:
        parts = (f"channel.{channel.id}.{part}" for part in ("takes", "bring", "limits"))
        keys |= dict.fromkeys(parts, "channels.yaml")
    for rung in guide.ladder:
        own = [f"rung.{rung.id}", *(f"rung.{rung.id}.{part}" for part in PARTS), rung.more]
        reminder = [f"remind.rung.{rung.id}"] if rung.clocks and rung.id not in OWN_REMINDERS else []
        keys |= dict.fromkeys(filter(None, (*own, *reminder)), f"rung {rung.id}")
        keys |= {f"ladder.due.{clock.kind}": f"rung {rung.id}" for clock in rung.clocks}
    for step, looks in holder.STEPS.items():
        keys |= dict.fromkeys(
            (f"holder.{step}", *(f"button.holder.{step}.{seen}" for seen in looks)), "the holder path"
        )
    keys |= {f"party.{party.id}": "contacts.yaml" for party in guide.contacts.parties}
    keys |= {f"{part}.{way.id}": "contacts.yaml" for way in guide.contacts.ways for part in ("way", "letter.way")}
    keys |= {f"value.contact_result.{result}": "the log of contacts" for result in get_args(Result)}
    keys |= {f"letter.result.{result}": "the log of contacts" for result in get_args(Result)}
    keys |= {f"excuse.{excuse.id}": "excuses.yaml" for excuse in guide.excuses}
    keys |= {f"news.{news.id}": "news.yaml" for news in guide.news}
    for topic in (*guide.topics, *guide.refusals):
        keys[topic.key] = "topics.yaml"
        if topic.section:
            keys[f"button.{topic.key}"] = "topics.yaml"
    keys |= dict(_letter_keys(guide))
    keys |= {show.key: f"show {show.id}" for show in guide.shows if show.kind == "text"}
    keys |= {key: f"answers {intent}" for intent, key in guide.answers.items()}
    keys |= {f"command.{command}": "guide.yaml commands" for command in guide.commands}
    return keys


def _letter_keys(guide: Guide) -> Iterator[tuple[str, str]]:
    """What is said of letters, and the sentences they are made of."""
    for letter in guide.letters.values():
        own = [
            f"{part}.{letter.id}" for part in ("letter", "button.letter", "letter.not", "letter.limits", "letter.gist")
        ]
        rules = [f"letter.rule.{rule.fact}" for rule in letter.cites]
        for key in (*own, *rules, *(note.key for note in letter.notes)):
            yield key, f"letter {letter.id}"
    for problem in guide.problems:
        for part in ("story", "goal", "claim"):
            yield f"letter.{part}.{problem}", f"letters on {problem}"
    keys = [f"letter.rule.{rule.fact}" for rules in guide.rules.values() for rule in rules]
    keys += [f"letter.detail.{name}" for name in guide.details]
    keys += [f"letter.gap.{name}" for name in GAPS]
    keys += [f"letter.tone.{kind}" for kind in guide.tone]
    keys += [f"letter.sign.{sign}" for sign in guide.signs]
    for key in keys:
        yield key, "letters.yaml"


def _slot_keys(slot: Slot) -> Iterator[str]:
    yield f"ask.{slot.name}"
    yield f"label.{slot.name}"
    if slot.name == "problem":
        yield from (f"problem.{value}" for value in slot.values)
    elif slot.kind != "yes_no":
        yield from (f"value.{slot.name}.{value}" for value in slot.values)


def _keys(guide: Guide, texts: Texts, code: Sayings) -> Iterator[Fault]:
    wanted = needed(guide)
    first = texts.keys(FIRST_LANGUAGE)
    ends = {key.partition(".")[2] for key in first}  # a part of the program may put a prefix of its own before its keys
    wanted |= {key: place for key, place in code.said.items() if key not in ends}
    for key, place in wanted.items():
        if key not in first:
            yield Fault(FIRST_LANGUAGE, key, f"the text is missing; {place} needs it")
    optional = {f"understood.item.{slot}" for slot in guide.slots}
    optional |= {f"letter.{who}.{letter}" for who in ("we", "they") for letter in guide.letters}
    optional |= {f"letter.value.{slot.name}.{value}" for slot in guide.slots.values() for value in slot.values}
    optional |= {key for key in first if key.startswith("letter.way.")}
    optional |= {key for key in first if key.startswith("packet.")}  # said by the packet, whose own test holds them
    optional |= {key for key in first if key.endswith(".more") and key.removesuffix(".more") in first}  # the rest of it
    yes_no = [slot.name for slot in guide.slots.values() if slot.kind == "yes_no"]
    optional |= {f"value.{slot}.{value}" for slot in yes_no for value in ("yes", "no")}
    for key in first.keys() - wanted.keys() - optional:
        if not key.startswith(OWN) and not code.may_say(key):
            yield Fault(FIRST_LANGUAGE, key, "nothing says this text; remove it or use it", warning=True)
    for language in set(texts.languages) ^ set(guide.languages):
        yield Fault("guide.yaml", "languages", f"{language} needs a row here and a folder of its own")
    for language in texts.languages[1:]:
        own = texts.keys(language)
        for key, text in first.items():
            if key not in own and not key.startswith(DOCUMENTS):
                yield Fault(language, key, "is not translated")
            elif key in own and own[key].reviewed < text.reviewed:
                message = f"is older than the text of {FIRST_LANGUAGE}; compare them, then give it today's date"
                yield Fault(language, key, message, warning=True)
        for key, text in own.items():
            if key not in first:
                yield Fault(language, key, f"{FIRST_LANGUAGE} has no such text")
            elif key.startswith(DOCUMENTS):
                yield Fault(language, key, "stands in letters and packets, which are in Chinese alone; remove it")
            elif text.fields != first[key].fields:
                yield Fault(language, key, f"has other placeholders than in {FIRST_LANGUAGE}")


def _closed(guide: Guide, texts: Texts) -> Iterator[Fault]:
    """Texts that still send people to a place of complaint which is out of use."""
    for channel in guide.channels:
        if channel.enabled or not channel.words:
            continue
        rungs = [rung for rung in guide.ladder if rung.channel == channel.id]
        own = (f"channel.{channel.id}", *(f"rung.{rung.id}" for rung in rungs), *NAMES_OF_PLACES)
        for key, text in texts.keys(FIRST_LANGUAGE).items():
            if not key.startswith((*own, *DOCUMENTS)) and wordlists.says(channel.words, text.text.lower()):
                message = f"names {channel.id}, which is out of use in channels.yaml; name another place meanwhile"
                yield Fault(FIRST_LANGUAGE, key, message, warning=True)


def _grounds(guide: Guide, texts: Texts) -> Iterator[Fault]:
    rows: list[tuple[str, str, Iterable[str]]] = []
    rows += [("advice.yaml", rule.key, rule.facts) for rule in guide.advice]
    rows += [("channels.yaml", channel.id, channel.facts) for channel in guide.channels]
    rows += [("alternatives.yaml", way.id, way.facts) for way in guide.alternatives]
    rows += [("reasons.yaml", reason.id, reason.facts) for reason in guide.reasons]
    rows += [("letters.yaml", letter.id, letter.facts) for letter in guide.letters.values()]
    rows += [("evidence.yaml", item.id, item.facts) for item in guide.items.values()]
    rows += [("fees.yaml", band.key, band.facts) for band in guide.fees]
    rows += [("excuses.yaml", excuse.id, excuse.facts) for excuse in guide.excuses]
    rows += [("ladder.yaml", rung.id, rung.facts) for rung in guide.ladder]
    rows += [("ladder.yaml", rung.id, clock.facts) for rung in guide.ladder for clock in rung.clocks]
    rows += [("news.yaml", news.id, news.facts) for news in guide.news]
    rows += [(FIRST_LANGUAGE, key, text.facts) for key, text in texts.keys(FIRST_LANGUAGE).items()]
    for file, key, facts in rows:
        for fact in facts:
            if fact not in guide.grounds:
                yield Fault(file, key, f"there is no fact {fact} in facts.yaml")
    for key, text in texts.keys(FIRST_LANGUAGE).items():
        yield from _stated(key, text, guide)


def _stated(key: str, text: Text, guide: Guide) -> Iterator[Fault]:
    """A text that states a rule names its facts; one that rests on an uncertain fact says so."""
    rule = RULE.search(text.text)
    if rule and not text.facts and not key.startswith("why.") and "{" not in rule.group():
        yield Fault(FIRST_LANGUAGE, key, f"states a rule ({rule.group()}) and names no fact; add facts: [...]")
    uncertain = [fact for fact in text.facts if fact in guide.grounds and guide.grounds[fact].level == "uncertain"]
    if uncertain and not HEDGE.search(text.text):
        yield Fault(FIRST_LANGUAGE, key, f"rests on {uncertain[0]}, which is uncertain, and does not say so")


def _letters(guide: Guide, texts: Texts) -> Iterator[Fault]:
    """Letters go to companies and authorities in China, so there is one template of each, in Chinese."""
    for letter in guide.letters:
        if letter not in texts.letters(FIRST_LANGUAGE):
            yield Fault(f"{FIRST_LANGUAGE}/letters", letter, "the template is missing")


def stale(folder: Path = CONTENT, *, today: date, review_after: timedelta = REVIEW_AFTER) -> list[Fault]:
    """What of a content folder is past its review, and nothing else."""
    reader = Reader(folder)
    read(reader)
    return [fault for fault in _stale(reader, today, review_after) if fault.warning]


def _stale(reader: Reader, today: date, review_after: timedelta) -> Iterator[Fault]:
    for file, reviewed in sorted(reader.reviewed.items()):
        if reviewed > today:
            yield Fault(file, "reviewed", f"{reviewed} lies in the future")
        elif today - reviewed > review_after:
            whose = f" ({reader.owners[file]})" if reader.owners.get(file) else ""
            yield Fault(file, "reviewed", f"last reviewed {reviewed}{whose}; review it and set the date", warning=True)
