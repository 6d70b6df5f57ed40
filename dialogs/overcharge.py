"""What a payment company should have charged on a card payment, and by how much it charged more. Pure, exact."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
RATE_STEP = Decimal("0.0001")  # per cent, as an effective rate is shown


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed: `rate` in per cent, `fixed` yuan a payment, `cap` yuan that the rate's part may not exceed."""

    rate: Decimal
    fixed: Decimal = Decimal(0)
    cap: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """One card payment in yuan: its amount, and the fee that was taken from it."""

    amount: Decimal
    charged: Decimal


@dataclass(frozen=True, slots=True)
class Comparison:
    """A payment beside its terms, in yuan and cents: `difference` is what was charged too much (below zero: too
    little), `effective` the rate really taken, in per cent."""

    payment: Payment
    terms: Terms
    expected: Decimal
    difference: Decimal
    effective: Decimal

    @property
    def is_capped(self) -> bool:
        """Did the cap lower the agreed fee?"""
        return self.terms.cap is not None and _share(self.payment.amount, self.terms.rate) > self.terms.cap

    @property
    def effective_sum(self) -> str:
        """How the rate really taken comes about, as a sum."""
        return f"{money(self.payment.charged)} ÷ {money(self.payment.amount)} = {percent(self.effective)}"

    @property
    def share_sum(self) -> str:
        """The agreed rate's part of the fee, before cap and fixed fee."""
        share = money(_share(self.payment.amount, self.terms.rate))
        return f"{money(self.payment.amount)} × {percent(self.terms.rate)} = {share}"

    @property
    def expected_sum(self) -> str:
        """The agreed fee; the same as `share_sum` where there is neither a cap that counts nor a fixed fee."""
        if not self.terms.fixed:
            return money(self.expected) if self.is_capped else self.share_sum
        share = self.terms.cap if self.is_capped else _share(self.payment.amount, self.terms.rate)
        return f"{money(share or Decimal(0))} + {money(self.terms.fixed)} = {money(self.expected)}"

    @property
    def difference_sum(self) -> str:
        """What was charged too much."""
        return f"{money(self.payment.charged)} − {money(self.expected)} = {money(self.difference)}"


def compare(payment: Payment, terms: Terms) -> Comparison:
    """The payment beside its terms. The rate's part is rounded half up to the cent, then capped; the fixed fee comes
    on top. Raises ValueError for an amount that is not above zero."""
    if payment.amount <= 0:
        raise ValueError("a payment has an amount above zero")
    share = _share(payment.amount, terms.rate)
    expected = (share if terms.cap is None else min(share, terms.cap)) + terms.fixed
    effective = (payment.charged / payment.amount * 100).quantize(RATE_STEP, ROUND_HALF_UP)
    return Comparison(payment, terms, _cents(expected), _cents(payment.charged - expected), effective)


def total(comparisons: Iterable[Comparison]) -> Decimal:
    """What was charged too much in all: payments charged too little are not set off against it."""
    return sum((one.difference for one in comparisons if one.difference > 0), Decimal("0.00"))


def money(number: Decimal) -> str:
    """An amount as a calculation shows it: whole, or with two decimals.

    >>> money(Decimal("914.3")), money(Decimal("3.00")), money(Decimal("3E+4"))
    ('914.30', '3', '30000')
    """
    return f"{number:.0f}" if number == number.to_integral_value() else f"{number:.2f}"


def percent(rate: Decimal) -> str:
    """A rate without needless zeros.

    >>> percent(Decimal("0.630")), percent(Decimal("3.0000"))
    ('0.63%', '3%')
    """
    text = f"{rate:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def _share(amount: Decimal, rate: Decimal) -> Decimal:
    return _cents(amount * rate / 100)


def _cents(number: Decimal) -> Decimal:
    return number.quantize(CENT, ROUND_HALF_UP)
