"""The words printed beside values: which field they name, and where in a text they stand."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

WORDS = Path(__file__).parent / "lexicon" / "receipts" / "labels.yaml"
COMPANIES = Path(__file__).parent / "lexicon" / "companies.yaml"
FIELDS = (
    "merchant_name", "merchant_no", "terminal_no", "card_masked", "acquirer", "trade_type", "time", "amount",
    "reference_no", "voucher_no", "batch_no", "auth_code", "order_no", "response_code", "status",
)  # fmt: skip
_OF_WORDS = ("类型", "类别", "状态", "结果")  # short labels whose values are words that are known
_LAST = 100  # rank of labels put together, after all that are listed
_CHINESE = r"\u4e00-\u9fff"
# What may follow a label before its value: the same in English in brackets, the currency, a colon.
_AFTER = (
    r"(?:\s*[(\[{](?:小写|大写|单位:?元|元|人民币|[a-z0-9./ &'\-¥$]{0,40})[)\]}]?|\s*/元)?"
    r"\s*(?:[:;=】]|[是为](?=\s*[\d¥a-z]))?\s*"
)


@dataclass(frozen=True, slots=True)
class Label:
    """A label found in a text: `word` as the vocabulary has it, the fields it may name with their rank (0 is best).

    No fields: it names something that is not read. The value, if any, is text[stop:end].
    """

    word: str
    fields: tuple[tuple[str, int], ...]
    start: int
    stop: int
    end: int


class Vocabulary:
    """The words of `lexicon/receipts/labels.yaml`, ready to be looked for."""

    def __init__(self, words: Mapping[str, Any], companies: Mapping[str, Sequence[str]] | None = None) -> None:
        """`companies` are payment companies with their other spellings, as the head of a slip names them."""
        fields: dict[str, list[tuple[str, int]]] = {}
        for name in FIELDS:
            for rank, word in enumerate(words["labels"].get(name, ())):
                fields.setdefault(word, []).append((name, rank))
        for word in words["other"]:
            fields.setdefault(word, [])
        for name, (beginnings, ends) in words["compounds"].items():
            for number, word in enumerate(_compounds(beginnings, ends)):
                fields.setdefault(word, [(name, _LAST + number)])
        for word in [word for word, named in fields.items() if named and re.match(f"[{_CHINESE}]", word)]:
            fields.setdefault(f"原{word}", [])  # of the payment that this one takes back
        self._fields = {word: tuple(named) for word, named in fields.items()}
        self._keys = {re.sub(r"[\s.\-/&]", "", word): word for word in fields}
        ordered = sorted(fields, key=lambda word: (-len(word), word))
        known = (*(kind for kinds in words["trade_types"].values() for kind in kinds), *words["statuses"])
        self._kinds = frozenset(known)
        self._followers = "|".join(["人民币", *(re.escape(word) for word in known if word[0] > "z")])
        self._pattern = re.compile(
            "(?:" + "|".join(_expression(word, self._after_short(word)) for word in ordered) + ")" + _AFTER
        )
        self._by_length: dict[int, list[str]] = {}
        for word in fields:
            if len(word) >= 3 and re.fullmatch(f"[{_CHINESE}]+", word):
                self._by_length.setdefault(len(word), []).append(word)
        self.trade_types = {
            spelling: kept for kept, spellings in words["trade_types"].items() for spelling in spellings
        }
        self.acquirers = frozenset(
            spelling.lower()
            for name, spellings in (companies or {}).items()
            for spelling in (name, *spellings)
            if re.fullmatch(f"[{_CHINESE}]{{3,}}", spelling)
        )
        self.statuses = frozenset(words["statuses"])
        self.signs: dict[str, tuple[str, ...]] = {name: tuple(values) for name, values in words["signs"].items()}

    def labels(self, text: str) -> list[Label]:
        """The labels in a folded text, in their order; one that repeats the field before it is part of that one."""
        found: list[Label] = []
        if (bare := text.strip()) in self._kinds and bare not in self._fields:
            return found
        for match in self._pattern.finditer(text):
            word = self._word(match.group())
            if word is not None:
                found.append(Label(word, self._fields[word], match.start(), match.end(), len(text)))
        if not found and (guess := self._misread(text)) is not None:
            found.append(guess)
        joined: list[Label] = []
        for label in found:
            if joined and label.start <= joined[-1].stop and _shares(joined[-1], label):
                last = joined.pop()
                joined.append(Label(last.word, last.fields or label.fields, last.start, label.stop, len(text)))
            else:
                if joined:
                    joined[-1] = _ending(joined[-1], label.start)
                joined.append(label)
        return joined

    def heads(self, text: str) -> list[Label]:
        """The labels of a folded text that holds nothing else, as above the columns of a table; else none."""
        found: list[Label] = []
        stop = 0
        for match in self._pattern.finditer(text):
            word = self._word(match.group())
            if word is None or re.search(r"[\w#]", text[stop : match.start()]):
                break
            found.append(Label(word, self._fields[word], match.start(), match.end(), match.end()))
            stop = match.end()
        if found and not re.search(r"\w", text[stop:]):
            return found
        return self._glued(text)

    def named(self, text: str) -> list[Label]:
        """The labels in a folded text, whatever stands between them."""
        matches = ((match, self._word(match.group())) for match in self._pattern.finditer(text))
        return [
            Label(word, self._fields[word], match.start(), match.end(), match.end())
            for match, word in matches
            if word is not None
        ]

    def _glued(self, text: str) -> list[Label]:
        """Labels between which no blank was seen."""
        found: list[Label] = []
        for match in re.finditer(r"\S", text):
            if found and match.start() < found[-1].stop:
                continue
            longest = (text[match.start() : match.start() + length] for length in range(8, 1, -1))
            word = next((word for word in longest if word in self._fields and re.match(f"[{_CHINESE}]+$", word)), None)
            if word is None:
                return []
            stop = match.start() + len(word)
            found.append(Label(word, self._fields[word], match.start(), stop, stop))
        return found

    def has(self, sign: str, text: str) -> bool:
        """Does the text hold one of the words of this sign? A number named after it ("结算单号") is another word."""
        return any(re.search(f"{re.escape(word)}(?!号)", text) for word in self.signs[sign])

    def _after_short(self, word: str) -> str:
        """What may follow a short label at once without making another word of it."""
        return self._followers if word in _OF_WORDS else "人民币"

    def _word(self, matched: str) -> str | None:
        bare = re.sub(r"[\s.\-/&]", "", re.split(r"[(\[{:;=】]|/元", matched)[0])
        return self._keys.get(bare)

    def _misread(self, text: str) -> Label | None:
        """A label at the very beginning with one character misread, when only one field can be meant."""
        match = re.match(
            rf"\s*([{_CHINESE}]{{3,}})(?:\s*[(\[{{][a-z0-9./ &'\-]{{0,40}}[)\]}}]?)?\s*([:;]\s*|(?=\d)|$)", text
        )
        if match is None:
            return None
        said = match.group(1)
        near = [
            word
            for word in self._by_length.get(len(said), ())
            if sum(a != b for a, b in zip(word, said, strict=True)) == 1
        ]
        meant = {self._fields[word][0][0] if self._fields[word] else "" for word in near}
        if len(meant) != 1 or meant == {""} or re.search("[总笔率余原未旧限]", said):
            return None  # such a character is no slip of the eye, it makes another word
        return Label(near[0], self._fields[near[0]], match.start(1), match.end(), len(text))


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """The vocabulary that comes with the package."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    words, companies = (yaml.load(path.read_bytes(), Loader=loader) for path in (WORDS, COMPANIES))
    return Vocabulary(words, companies)


def _compounds(beginnings: Sequence[str], ends: Sequence[str]) -> Iterator[str]:
    for beginning in beginnings:
        for end in ends:
            yield f"{beginning} {end}" if beginning[-1] <= "z" and end[0] <= "z" else f"{beginning}{end}"


def _expression(word: str, followers: str) -> str:
    if re.search(r"[a-z]$", word):
        parts = [re.escape(part) for part in re.split(r"[\s/&]+", word)]
        ascii_start = r"(?<![a-z])" if re.match("[a-z]", word) else rf"(?<![{_CHINESE}])"
        return ascii_start + r"[\s./&\-]*".join(parts) + r"(?![a-z])\.?"
    characters = r"\s*".join(re.escape(character) for character in word)
    # A short word may be the beginning of another one; a long one may run straight into its value.
    end = rf"(?!(?!{followers})[{_CHINESE}])" if len(word) <= 2 else ""
    return rf"(?<![{_CHINESE}]){characters}{end}"


def _shares(first: Label, second: Label) -> bool:
    names = {name for name, _ in first.fields}
    return not first.fields or not second.fields or bool(names & {name for name, _ in second.fields})


def _ending(label: Label, end: int) -> Label:
    return Label(label.word, label.fields, label.start, label.stop, end)


def strip_brackets(text: str) -> str:
    """The text without what stands in brackets, unless that is all of it."""
    return re.sub(r"\s*[(\[][^)\]]*[)\]]?\s*", "", text).strip() or text.strip("()[] ")
