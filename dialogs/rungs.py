"""The rungs of the ladder and their clocks, as the content gives them."""

from dataclasses import dataclass

from dialogs.condition import Condition


@dataclass(frozen=True, slots=True)
class Clock:
    """How long a rung of the ladder is given: by the law, by a public paper that is to be checked, or as advice. It
    runs from a contact with one of `after` as its answer (any, where there are none)."""

    days: int
    unit: str
    kind: str
    facts: tuple[str, ...]
    when: Condition = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: whom it is with, for which cases, what must be there first, and how long to wait.

    `channel`: the place to complain it goes to, whose closing closes it; `more`: the text that tells all of it;
    `letter`: what is written for it. `needs`: holds when it can be taken. `anew`: answers after which it is taken at
    once again, once, in another way.
    """

    id: str
    parties: tuple[str, ...]
    when: Condition
    needs: Condition
    clocks: tuple[Clock, ...]
    facts: tuple[str, ...]
    channel: str = ""
    more: str = ""
    letter: str = ""
    anew: tuple[str, ...] = ()
