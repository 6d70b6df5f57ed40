"""A value as it is mentioned: in which clause, said of what, denied or lying ahead."""

import re
from collections.abc import Mapping, Sequence

from dialogs import charges, contacts, wordlists
from dialogs.draft import Draft
from dialogs.guide import Slot
from dialogs.turn import Entity, Turn

CLAUSE_ENDS = ",，。;；!！?？\n "
HELD = re.compile(
    r"(?:押|压|冻|冻结|锁|扣|等|风控|审核)(?:款|住|着|期|我|要|满|够|足|到|上|个|您)?$|"
    r"(?:得|需|要)(?:满|够|足|等|押|压)$|"
    r"(?:说|讲|答应|承诺)(?:的?是|了|要|最多|最快|大概|大约|再|过)?$|"
    r"\b(?:risk control|will be held|must be held|be held|holds?(?: it| them| the money| my money)?|wait)(?: for)? $"
)
HOLD = re.compile(r"[ -]*(?:risk |control )*hold\b")
NOT = re.compile(r"(?:不是|并非|唔是|not )$")


def named_value(values: Mapping[str, Sequence[str]], text: str) -> str:
    """The value whose words are named: the longest words tell most, then those that stand first; those denied ("not
    this") are left out; "" for none."""
    found = [
        (-len(word), position, value)
        for value, words in values.items()
        for word in words
        if (position := wordlists.position(word, text)) >= 0 and not NOT.search(text[:position])
    ]
    return min(found)[2] if found else ""


def entities(draft: Draft) -> tuple[Entity, ...]:
    """The values in the words; of words that are about nothing of ours only one that is most of them."""
    entities, text = draft.turn.entities, draft.turn.text.strip()
    entities = tuple(
        one for one in entities if not charges.is_tariff(draft.turn, one) and not contacts.is_called(draft.turn, one)
    )
    if draft.turn.intent != "out_of_scope":
        return entities
    return tuple(entity for entity in entities if 2 * len(entity.text) >= len(text))


def lies_ahead(turn: Turn, entity: Entity) -> bool:
    """Is a time span one for which money is to be held ("押180天"), and not one that has passed ("押了180天了")?"""
    at = turn.text.find(entity.text)
    before, after = turn.plain[:at], turn.plain[at + len(entity.text) :]
    return at >= 0 and not after.startswith("了") and bool(HELD.search(before) or HOLD.match(after))


def stands_apart(turn: Turn, slot: Slot, entity: Entity) -> bool:
    """Is the value said of something else? A day, when one of the words stands in its clause; a sum or rate, when one
    stands right before it: "刷满20万退299" tells of two."""
    if slot.kind == "time":
        return any(word in clause(turn, entity.text) for word in slot.apart)
    named = "|".join(map(re.escape, slot.apart))
    return re.search(rf"(?:{named})[了够到满 ]{{0,2}}$", turn.plain[: max(turn.text.find(entity.text), 0)]) is not None


def clause(turn: Turn, value: str) -> str:
    """The clause of the words in which the value stands."""
    at = turn.text.find(value)
    if at < 0:
        return ""
    begin = max((turn.plain.rfind(mark, 0, at) for mark in CLAUSE_ENDS), default=-1) + 1
    ends = [found for mark in CLAUSE_ENDS if (found := turn.plain.find(mark, at + len(value))) >= 0]
    return turn.plain[begin : min(ends, default=len(turn.plain))]
