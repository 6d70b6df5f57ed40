"""Words to meaning: what a merchant's utterance is for, and the values it names.

`Matcher.load()` reads the prepared lexicon once; `Matcher.understand(text, now=…)` is pure after that.
The names below are imported on first use, so that `import nlu` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nlu.matcher import Matcher
    from nlu.understanding import Entity, LexiconError, Reason, Understanding

__all__ = ["Entity", "LexiconError", "Matcher", "Reason", "Understanding"]

_HOMES = {
    "Entity": "nlu.understanding",
    "LexiconError": "nlu.understanding",
    "Matcher": "nlu.matcher",
    "Reason": "nlu.understanding",
    "Understanding": "nlu.understanding",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'nlu' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
