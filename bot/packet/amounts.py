"""The sums of a case with how they were worked out: only from what was stated or confirmed, nothing estimated."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.packet.contents import Amount
from bot.packet.wording import Wording
from dialogs.learning import NOT_TAKEN, PAGES, paid
from dialogs.texts import amount_words
from storage.records import Evidence

WRITTEN_OUT = 6  # a longer sum is only counted


@dataclass(frozen=True, slots=True)
class Transaction:
    """A confirmed transaction on an exhibit."""

    exhibit: int
    amount: Decimal
    at: str = ""


def transactions(evidence: Iterable[Evidence]) -> tuple[Transaction, ...]:
    """What was read from slips and transaction details and confirmed, `{"amount": {"value": …, "confirmed": …}}`: with
    what the merchant set right, without refunds, and once for a transaction that is on two pictures."""
    found: dict[str, Transaction] = {}
    for one in evidence:
        page = str((one.seen or {}).get("kind", PAGES[0]))
        if one.status == "withdrawn" or page not in PAGES:
            continue
        for item in one.items:
            amount = _confirmed(item, "amount") if isinstance(item, Mapping) else None
            value = decimal(amount)
            if value is None or any(word in str(_confirmed(item, "trade_type") or "") for word in NOT_TAKEN):
                continue
            value = paid(page, value)
            name = _confirmed(item, "reference_no") or f"{one.no}.{len(found)}"
            if value > 0:
                found.setdefault(str(name), Transaction(one.no, value, str(_confirmed(item, "time") or "")))
    return tuple(found.values())


def _confirmed(item: Mapping[str, Any], name: str) -> Any:
    """The confirmed value of a field; None where nothing is."""
    field = item.get(name)
    if not isinstance(field, Mapping) or not field.get("confirmed"):
        return None
    return field["confirmed"] if isinstance(field["confirmed"], str) else field.get("value")


def work_out(
    wording: Wording,
    read: tuple[Transaction, ...],
    since: datetime | None,
    as_of: datetime,
    source_of: Mapping[str, str],
) -> tuple[Amount, ...]:
    """The rows of the packet's table of amounts; none for what is not known."""
    rows = []
    claimed = decimal(wording.view.value("amount"))
    if claimed is not None:
        rows.append(_row(wording, "claimed", wording.say("amount.stated"), claimed, source_of.get("amount", "")))
    lines, difference = wording.overcharge()
    if lines:
        result = wording.say("unit.amount", value=amount_words(difference)) if difference and claimed is None else ""
        rows.append(Amount(wording.say("amount.fees"), "\n".join(lines), result, source_of.get("fee_charged", "")))
    if read:
        total = sum((one.amount for one in read), Decimal(0))
        numbers = sorted({one.exhibit for one in read})
        source = "、".join(wording.say("source.exhibit", no=str(no)) for no in numbers)
        calculation = wording.say("amount.slips.many", count=str(len(read)))
        if len(read) <= WRITTEN_OUT:
            terms = " + ".join(money(one.amount) for one in read)
            calculation = wording.say("amount.slips.calculation", sum=terms)
        rows.append(_row(wording, "slips", calculation, total, source))
        if claimed is not None and claimed != total:
            words = wording.say("amount.difference.calculation", claimed=money(claimed), sum=money(total))
            rows.append(_row(wording, "difference", words, claimed - total, ""))
    if since is not None and since.date() <= as_of.date():
        calculation = wording.say("amount.days.calculation", **{"from": wording.day(since), "to": wording.day(as_of)})
        result = wording.say("amount.days.result", days=str(days(since, as_of)))
        rows.append(Amount(wording.say("amount.days"), calculation, result, source_of.get("since", "")))
    return tuple(rows)


def _row(wording: Wording, name: str, calculation: str, value: Decimal, source: str) -> Amount:
    return Amount(wording.say(f"amount.{name}"), calculation, wording.say("unit.amount", value=money(value)), source)


def days(since: datetime, as_of: datetime) -> int:
    """Calendar days from one local day to another, the first not counted."""
    return (as_of.date() - since.date()).days


def money(value: Decimal) -> str:
    """A sum with thousands separators and two decimals where it has any.

    >>> money(Decimal("18000")), money(Decimal("-1280.5"))
    ('18,000', '-1,280.50')
    """
    sign = "-" if value < 0 else ""
    return sign + amount_words(format(abs(value), "f"))


def decimal(value: Any) -> Decimal | None:
    """The sum a canonical string stands for, None for anything else."""
    try:
        number = Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None
