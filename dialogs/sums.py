"""Sums in words that no one asked for: one by itself, one that is set right, one that is another's."""

import re
from decimal import Decimal

from dialogs import mentions
from dialogs.draft import Draft
from dialogs.guide import Slot

PLAIN_NUMBER = re.compile(r"(?<![\w.,])[1-9]\d{1,7}(?:\.\d{1,2})?(?![\w%]|[.,]\d)")
BARE_AMOUNT = re.compile(r"[1-9]\d{2,7}(?:\.\d{1,2})?")
DENIAL = re.compile(r"不是|并非|唔是|说错|记错|\bnot\b")


def fill_bare(draft: Draft) -> None:
    """A number that is a clause of its own in a story about money is the amount."""
    slot = draft.guide.slots["amount"]
    taken = draft.view.value("amount") or "amount" in {*draft.filled, *draft.kept_out}
    if taken or not draft.view.problem or not draft.applies(slot):
        return
    clauses = re.split("[" + re.escape("".join(mentions.CLAUSE_ENDS)) + "]", draft.turn.plain)
    numbers = [clause.strip() for clause in clauses if BARE_AMOUNT.fullmatch(clause.strip())]
    if len(clauses) > 1 and len(numbers) == 1:
        draft.set_fact("amount", numbers[0])
        draft.handled = True


def fill_corrected(draft: Draft) -> None:
    """Of two plain numbers of which one is the sum that is known, the other is the sum as it should be."""
    known = draft.view.value("amount")
    numbers = list(dict.fromkeys(PLAIN_NUMBER.findall(draft.turn.plain)))
    others = [number for number in numbers if known and Decimal(number) != Decimal(known)]
    if not draft.filled and len(numbers) == 2 and len(others) == 1:
        draft.set_fact("amount", others[0])
        draft.handled = True


def denies_another(draft: Draft, slot: Slot) -> bool:
    """Do the words say "not this but that" of two numbers, neither of them the slot's? They mean another thing then."""
    known, numbers = draft.view.value(slot.name), set(PLAIN_NUMBER.findall(draft.turn.plain))
    if slot.entity != "amount" or not known or len(numbers) < 2 or not DENIAL.search(draft.turn.plain):
        return False
    return Decimal(known) not in map(Decimal, numbers)
