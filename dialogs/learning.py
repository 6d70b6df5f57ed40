"""What was confirmed of read transactions -> facts of the case. What the person said is never changed by a picture."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation

from dialogs.draft import Draft
from dialogs.view import Exhibit, Fact, ReadValue

SLOTS: Mapping[str, str] = {
    "time": "transaction_time",
    "reference_no": "reference_no",
    "merchant_no": "merchant_no",
    "terminal_no": "terminal_no",
    "acquirer": "company",
    "response_code": "response_code",
}
OWN = ("transaction_time", "reference_no")
"""Each transaction has its own: that of another one is no contradiction."""
PAGES = ("slip", "detail")
"""Kinds of pictures that tell of the matter; a list or a message tells of other transactions too."""
NOT_TAKEN = ("撤销", "退", "查询", "结算", "提现", "出款", "划款")
"""Types of transactions by which no money was taken."""
TOTAL = 0
"""In the place of an exhibit's number: what all of them come to."""


def learn(draft: Draft, exhibit: Exhibit) -> list[str]:
    """Take what was confirmed on the exhibit. Gives what differs from what is known, as `<slot>.<exhibit>`."""
    if exhibit.page not in PAGES:
        return []
    differing = []
    for field, slot in SLOTS.items():
        value = next((item[field].confirmed for item in exhibit.items if field in item and item[field].confirmed), "")
        if value and not _take(draft, slot, value, exhibit.no):
            differing.append(f"{slot}.{exhibit.no}")
    return differing + _learn_amount(draft, exhibit)


def unlearn(draft: Draft, exhibit: Exhibit) -> list[str]:
    """Let go of what only this exhibit showed, now that it is taken out; a sum of several becomes that of the others.
    Gives the slots of which nothing is known any more."""
    gone = [slot for field, slot in SLOTS.items() if _rests_on(draft, exhibit, field, slot)]
    slot = amount_slot(draft)
    fact, left = draft.view.facts.get(slot), candidate(draft, slot, TOTAL)
    whole = sum((money for _, money in _sums((*draft.view.exhibits, exhibit))), Decimal())
    if fact and fact.state == "confirmed" and _money(fact.value) == whole and not is_same(slot, left, fact.value):
        if left:
            settle(draft, slot, left, TOTAL)
            draft.say("reading.total", {"count": str(len(_sums(draft.view.exhibits))), "sum": money_words(left)})
        else:
            gone.append(slot)
    for name in gone:
        draft.forget(name)
    return gone


def _rests_on(draft: Draft, exhibit: Exhibit, field: str, slot: str) -> bool:
    """Was the fact confirmed on this exhibit, and does no other show it?"""
    fact = draft.view.facts.get(slot)
    if fact is None or fact.state != "confirmed" or exhibit.page not in PAGES:
        return False
    own = any(field in item and item[field].confirmed == fact.value for item in exhibit.items)
    others = (item[field].best for one in draft.view.exhibits for item in one.items if field in item)
    return own and not any(is_same(slot, fact.value, value) for value in others)


def candidate(draft: Draft, slot: str, number: int) -> str:
    """The value that an exhibit, or with `TOTAL` all of them, gives a slot; "" for none."""
    if slot in ("amount", "trade_amount"):
        sums = [money for no, money in _sums(draft.view.exhibits) if number in (TOTAL, no)]
        return _plain(sum(sums, Decimal())) if sums else ""
    field = next((field for field, name in SLOTS.items() if name == slot), "")
    exhibit = next((one for one in draft.view.exhibits if one.no == number), None)
    items = exhibit.items if exhibit else ()
    return next((item[field].confirmed or "" for item in items if field in item and item[field].confirmed), "")


def settle(draft: Draft, slot: str, value: str, number: int) -> None:
    """The value counts from now on, as read from the exhibit and confirmed."""
    draft.set_fact(slot, value, "confirmed")
    draft.filled.remove(slot)
    exhibits = [no for no, _ in _sums(draft.view.exhibits)] if number == TOTAL else [number]
    draft.sources[slot] = exhibits[0] if exhibits else number


def change(draft: Draft, exhibit: Exhibit, field: str, before: str, value: str) -> None:
    """A confirmed value was set right: so is the fact that came from it."""
    slot = amount_slot(draft) if field == "amount" else SLOTS.get(field, "")
    fact = draft.view.facts.get(slot)
    if fact and fact.state == "confirmed" and is_same(slot, fact.value, before):
        settle(draft, slot, value, exhibit.no)


def amount_slot(draft: Draft) -> str:
    """The slot that a slip's amount belongs to."""
    return "trade_amount" if draft.view.problem == "fee_dispute" else "amount"


def is_same(slot: str, known: str, read: str) -> bool:
    """Do both say the same, one of them perhaps with less detail?"""
    if slot in ("amount", "trade_amount"):
        return _money(known) == _money(read) is not None
    if slot == "transaction_time":
        shared = min(len(known), len(read), len("2026-11-24T10:30"))
        return known[:shared] == read[:shared]
    if slot == "company":
        return known in read or read in known
    return known.upper() == read.upper()


def _take(draft: Draft, slot: str, value: str, number: int) -> bool:
    """Make the value a fact if nothing contradicts it. False if something does."""
    known = draft.view.facts.get(slot)
    if slot not in draft.guide.slots:
        return True
    if not _is_known(known):
        settle(draft, slot, value, number)
    elif known and is_same(slot, known.value, value):
        if known.state != "confirmed":
            settle(draft, slot, known.value if slot == "company" else value, number)
    elif known:
        return slot in OWN and known.state == "confirmed"
    return True


def _learn_amount(draft: Draft, exhibit: Exhibit) -> list[str]:
    mine = [money for no, money in _sums(draft.view.exhibits) if no == exhibit.no]
    if not mine:
        return []
    slot, count = amount_slot(draft), len(_sums(draft.view.exhibits))
    total = candidate(draft, slot, TOTAL)
    known = draft.view.facts.get(slot)
    if not _is_known(known) or (known and known.state == "confirmed" and count > 1):
        if known is None or not is_same(slot, known.value, total):
            settle(draft, slot, total, TOTAL)
            if count > 1:
                draft.say("reading.total", {"count": str(count), "sum": money_words(total)})
    elif known and (_money(known.value) in mine or is_same(slot, known.value, total)):
        settle(draft, slot, known.value, exhibit.no if _money(known.value) in mine else TOTAL)
    else:
        return [f"{slot}.{TOTAL if count > 1 else exhibit.no}"]
    return []


def _is_known(fact: Fact | None) -> bool:
    return fact is not None and fact.state != "unknown" and bool(fact.value)


def _sums(exhibits: Iterable[Exhibit]) -> list[tuple[int, Decimal]]:
    """The confirmed amounts taken, with their exhibits; a transaction that is on two pictures counts once."""
    found: dict[str, tuple[int, Decimal]] = {}
    for one, item in _taken(exhibits):
        amount = _money(item["amount"].confirmed or "") if "amount" in item else None
        if amount is not None and (sum_paid := paid(one.page, amount)) > 0:
            found.setdefault(_name(item, f"{one.no}.{len(found)}"), (one.no, sum_paid))
    return list(found.values())


def paid(page: str, amount: Decimal) -> Decimal:
    """What was paid: a page of the payer's own app shows it with a minus. On a slip a minus is money given back."""
    return -amount if page == "detail" and amount < 0 else amount


def _taken(exhibits: Iterable[Exhibit]) -> Iterator[tuple[Exhibit, Mapping[str, ReadValue]]]:
    for exhibit in sorted(exhibits, key=lambda one: one.no):
        for item in exhibit.items if exhibit.page in PAGES else ():
            kind = item["trade_type"].best if "trade_type" in item else ""
            if not any(word in kind for word in NOT_TAKEN):
                yield exhibit, item


def _name(item: Mapping[str, ReadValue], otherwise: str) -> str:
    """What tells a transaction from others."""
    if "reference_no" in item and item["reference_no"].best:
        return item["reference_no"].best
    if "time" in item and item["time"].best:
        return f"{item['time'].best} {item['amount'].best}"
    return otherwise


def _money(value: str) -> Decimal | None:
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def _plain(value: Decimal) -> str:
    return format(value.quantize(Decimal("0.01")), "f")


def money_words(value: str) -> str:
    """A sum as it is printed.

    >>> money_words("1280.5")
    '1,280.50'
    """
    amount = _money(value)
    return value if amount is None else f"{amount:,.2f}"
