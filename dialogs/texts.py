"""The guide's words: text keys to sentences, and canonical values to what people read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment


@dataclass(frozen=True, slots=True)
class Text:
    """One text of one language, the facts it rests on, and when it was reviewed (ISO date)."""

    text: str
    facts: tuple[str, ...] = ()
    reviewed: str = ""

    @property
    def fields(self) -> frozenset[str]:
        """The names of its placeholders."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.text) if name)


class Texts:
    """The texts of all languages. A key that a language lacks is looked up in the first one."""

    def __init__(self, languages: Mapping[str, Mapping[str, Text]], letters: Mapping[str, Mapping[str, str]]) -> None:
        self._languages = languages
        self._letters = letters
        self._first = next(iter(languages))
        self._jinja = SandboxedEnvironment(
            undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
        )

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages there are, the first the one every text exists in."""
        return tuple(self._languages)

    def has(self, key: str) -> bool:
        """Is there such a text?"""
        return key in self._languages[self._first]

    def get(self, language: str, key: str) -> Text:
        """The text; raises KeyError for a key that no language has (a content check forbids that)."""
        found = self._languages.get(language, {}).get(key)
        return found or self._languages[self._first][key]

    def say(self, language: str, key: str, params: Mapping[str, str] | None = None) -> str:
        """The sentence with its placeholders filled; without a value one is empty, and no line of its own."""
        values = _Blank(params or {})
        lines = ((line, line.format_map(values)) for line in self.get(language, key).text.splitlines())
        return "\n".join(said for line, said in lines if said.strip() or not line.strip()).strip()

    def letter(self, language: str, letter: str, values: Mapping[str, Any]) -> str:
        """A letter's text. Raises jinja2.UndefinedError when the template needs a value that is not given."""
        source = self._letters.get(language, {}).get(letter) or self._letters[self._first][letter]
        return self._jinja.from_string(source).render(values).strip()

    def when(self, language: str, moment: datetime, now: datetime) -> str:
        """A moment as people write it, without the year when it is this one; midnight stands for a day without an
        hour."""
        months = self.get(language, "date.months").text.split()
        date = {"year": str(moment.year), "month": months[moment.month - 1], "day": str(moment.day)}
        day = self.say(language, "date.this_year" if moment.year == now.year else "date.other_year", date)
        if (moment.hour, moment.minute) == (0, 0):
            return day
        return self.say(language, "date.moment", {"date": day, "clock": f"{moment:%H:%M}"})

    def date_words(self, language: str, value: str, now: datetime) -> str:
        """A canonical time value (YYYY-MM-DD or YYYY-MM-DDTHH:MM) as people write it; an unreadable one as it is."""
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return value
        return self.when(language, moment.replace(tzinfo=now.tzinfo), now)

    def listed(self, language: str, words: Iterable[str], key: str = "list.words") -> str:
        """Several words as one list; with the key list.clauses, several clauses as one sentence."""
        first, *others = (*words,) or ("",)
        for word in others:
            first = self.say(language, key, {"list": first, "item": word})
        return first

    def letters(self, language: str) -> Mapping[str, str]:
        """The letter templates of a language."""
        return self._letters.get(language, {})

    def keys(self, language: str) -> Mapping[str, Text]:
        """All texts of one language."""
        return self._languages.get(language, {})


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def amount_words(value: str) -> str:
    """A decimal amount with thousands separators, without needless zeros.

    >>> amount_words("18000"), amount_words("1280.50")
    ('18,000', '1,280.50')
    """
    whole, point, rest = value.partition(".")
    grouped = f"{int(whole or 0):,}"
    return grouped if not point or not rest.strip("0") else f"{grouped}.{rest.ljust(2, '0')}"
