"""What is recognised by its words, as the content gives it: excuses, news, special cases."""

from collections.abc import Mapping
from dataclasses import dataclass

from dialogs.condition import Condition


@dataclass(frozen=True, slots=True)
class Excuse:
    """Words that put the merchant off (some mean it only near `company`), and the days to give them: advice, no law."""

    id: str
    words: tuple[str, ...]
    company: tuple[str, ...]
    days: int
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class News:
    """Something told or asked that is answered at once: by one of `words`, or by those of a special case, in a case for
    which `when` holds. `human`: a person is asked for with it; `only`: the rest of the message is left alone; `tells`:
    the advice that it makes needless to say."""

    id: str
    words: tuple[str, ...]
    situation: str
    human: bool
    only: bool
    facts: tuple[str, ...]
    tells: str = ""
    when: Condition = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """A special case within a problem, or within any ("" as `problem`). It is told by one word of each list of one of
    its `ways` and none of `unless`; `problem` and `facts` are known with it; `level` takes the place of the problem's
    own severity (0: it does not). `section`: where it belongs; `keeps_out`: slots that no value said with it is meant
    for; `sign`: the sign of fraud it is; `means`: intents and signs that it would be taken for and is not."""

    id: str
    ways: tuple[tuple[tuple[str, ...], ...], ...]
    unless: tuple[str, ...]
    problem: str
    facts: Mapping[str, str]
    level: int
    section: str = ""
    keeps_out: tuple[str, ...] = ()
    sign: str = ""
    means: tuple[str, ...] = ()
