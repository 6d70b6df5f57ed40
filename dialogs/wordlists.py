"""Words that name something of the guide: looking them up in plain text, and those that a language adds."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dialogs.guide import Guide
from dialogs.reader import Reader
from dialogs.recognised import Situation

FILE = "words.yaml"
WAYS = "situations"
KINDS = {
    "slots": "name",
    "items": "id",
    "letters": "id",
    "topics": "key",
    "refusals": "key",
    "excuses": "id",
    "news": "id",
}


def position(word: str, plain: str) -> int:
    """Where a word stands in plain text (see `Turn.plain`), -1 for nowhere. One in Latin letters stands alone: "app" is
    not in "happened"."""
    word = word.lower()
    if not word.isascii() or word not in plain:
        return plain.find(word)
    found = re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", plain)
    return found.start() if found else -1


def says(words: Iterable[str], plain: str) -> bool:
    """Does one of the words stand in the plain text?"""
    return any(position(word, plain) >= 0 for word in words)


ASKED = re.compile(r".(?<![还也才都就并决绝要])[不么吗](?:啊|呀|哦|嘛)?[?？。.!！~～ ]*$")


def asks(words: Iterable[str], plain: str) -> bool:
    """Does the plain text ask something: with one of the words, or with its last ("能退不")?

    >>> asks((), "能退不"), asks((), "我不"), asks((), "还不"), asks((), "不")
    (True, True, False, False)
    """
    return says(words, plain) or ASKED.search(plain) is not None


def tells(lists: Sequence[Iterable[str]], plain: str) -> bool:
    """Does one word of each list stand in the plain text? No lists tell nothing."""
    return bool(lists) and all(says(words, plain) for words in lists)


def add(guide: Guide, language: str, reader: Reader) -> Guide:
    """The guide with the words that a language adds in its own file, where it has one."""
    file = f"{language}/{FILE}"
    if not (reader.folder / file).exists():
        return guide
    more = reader.mapping(file)
    for part in set(more) - {"reviewed", "owner", WAYS, *KINDS}:
        reader.fault(file, part, f"has no words; those that have are {WAYS}, {', '.join(KINDS)}")
    parts = {part: _added(guide, part, more.get(part) or {}, file, reader) for part in KINDS}
    return replace(guide, situations=_ways(guide, more.get(WAYS) or {}, file, reader), **parts)


def _ways(guide: Guide, more: Mapping[str, Any], file: str, reader: Reader) -> tuple[Situation, ...]:
    """The special cases, each with the lists of words that tell of it in one more language."""
    for name in more.keys() - {one.id for one in guide.situations}:
        reader.fault(file, f"{WAYS}.{name}", "there is no such thing in the guide; correct the name")
    found = []
    for one in guide.situations:
        row = more.get(one.id) or {}
        says = tuple(tuple(map(str, words)) for words in row.get("says") or ())
        ways = (*one.ways, says) if says else one.ways
        found.append(replace(one, ways=ways, unless=(*one.unless, *map(str, row.get("unless") or ()))))
    return tuple(found)


def _added(guide: Guide, part: str, more: Mapping[str, Any], file: str, reader: Reader) -> Any:
    """One part of the guide, a tuple or a mapping, its rows with the words added to theirs."""
    rows = getattr(guide, part)
    named = {str(getattr(row, KINDS[part])): row for row in (rows.values() if isinstance(rows, Mapping) else rows)}
    for name in more.keys() - named.keys():
        reader.fault(file, f"{part}.{name}", "there is no such thing in the guide; correct the name")
    found = {
        name: replace(row, words=_both(row.words, more[name])) if name in more else row for name, row in named.items()
    }
    return found if isinstance(rows, Mapping) else tuple(found.values())


def _both(own: Any, more: Any) -> Any:
    """Two lists of words, or for a slot two of each value."""
    if isinstance(own, Mapping):
        return {value: (*own.get(value, ()), *map(str, more.get(value) or ())) for value in {**own, **more}}
    return (*own, *map(str, more))
