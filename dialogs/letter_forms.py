"""The letters that can be written, the rules they cite and the notes after them, as the content gives them."""

from dataclasses import dataclass

from dialogs.condition import Condition


@dataclass(frozen=True, slots=True)
class Rule:
    """A fact that a letter cites, when it bears on the case."""

    fact: str
    when: Condition = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A text said after a letter, when it bears on the case."""

    key: str
    when: Condition = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A text the guide can write. `needs`: slots without which it is not written; `wants`: asked for once, left out
    when not known. `when`: who may use it; `cites`: rules of its own, `grounds`: also those of the problem.

    It is meant when one of its `words` is said, and is `offered` at the end of its `sections`.
    """

    id: str
    needs: tuple[str, ...]
    wants: tuple[str, ...]
    facts: tuple[str, ...]
    words: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    when: Condition = ()
    offered: Condition = ()
    cites: tuple[Rule, ...] = ()
    grounds: bool = False
    notes: tuple[Note, ...] = ()
