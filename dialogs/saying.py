"""Which texts the program says, read from its own source: so no list of them can fall behind."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

CODE = (Path(__file__).parent,)
KEY = re.compile(r"[a-z][a-z_]*(?:\.[A-Za-z0-9_]+)*")
PLACES = {"say": (0, 1), "text": (0,), "button": (2,), "words": (2,)}
"""Where the functions that say something take a text key."""
ENOUGH = 2  # dots of a key put together that tell enough of it


@dataclass(frozen=True, slots=True)
class Sayings:
    """`said`: keys that are said as they stand, with the file; `named`: all strings that may be a key; `patterns`: keys
    put together from parts."""

    said: dict[str, str]
    named: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]

    def may_say(self, key: str) -> bool:
        """Can the program come to say the text? Where hardly more than a gap is written out, what fills it must be."""
        if key in self.named:
            return True
        fitting = [pattern.pattern for pattern in self.patterns if pattern.fullmatch(key)]
        return any(found.count(r"\.") >= ENOUGH for found in fitting) or bool(
            fitting and key.rpartition(".")[2] in self.named
        )


def sayings(folders: Iterable[Path] = CODE) -> Sayings:
    """What the Python sources in the folders say."""
    said: dict[str, str] = {}
    named: set[str] = set()
    patterns: set[str] = set()
    for path in sorted(path for folder in folders for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                named.add(node.value)
            elif isinstance(node, ast.JoinedStr) and (pattern := _pattern(node)):
                patterns.add(pattern)
            elif isinstance(node, ast.Call):
                said |= dict.fromkeys(_keys(node), path.name)
    return Sayings(said, frozenset(named), tuple(map(re.compile, sorted(patterns))))


def _keys(call: ast.Call) -> Iterator[str]:
    """The text keys written out in a call that says something."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    for place in PLACES.get(name, ()):
        if place < len(call.args):
            yield from (key for key in _constants(call.args[place]) if KEY.fullmatch(key))


def _constants(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_constants(node.body), *_constants(node.orelse))


def _pattern(node: ast.JoinedStr) -> str:
    """A key with gaps, as a regular expression; "" where it does not begin with a part of its own."""
    first = node.values[0]
    if not (isinstance(first, ast.Constant) and re.fullmatch(r"[a-z_]+\..*", str(first.value), re.DOTALL)):
        return ""
    return "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in node.values)
