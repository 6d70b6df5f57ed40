"""The fee calculator: exact, shown as sums, and never in the merchant's favour by rounding."""

import doctest
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs import overcharge
from dialogs.overcharge import Payment, Terms, compare, total

AMOUNTS = st.decimals("0.01", "9999999", places=2)
FEES = st.decimals("0", "99999", places=2)
RATES = st.decimals("0", "10", places=3)


def test_the_reported_case_comes_out_as_reported() -> None:
    """F-07: of 30,580 yuan 917.34 were taken; 2.99 % are 914.34, so 3.00 are left unexplained."""
    one = compare(Payment(Decimal("30580"), Decimal("917.34")), Terms(Decimal("2.99")))

    assert (one.expected, one.difference) == (Decimal("914.34"), Decimal("3.00"))
    assert one.effective_sum == "917.34 ÷ 30580 = 2.9998%"
    assert one.expected_sum == "30580 × 2.99% = 914.34"
    assert one.difference_sum == "917.34 − 914.34 = 3"


def test_the_agreed_rate_before_the_rise_shows_the_whole_difference() -> None:
    one = compare(Payment(Decimal("30580"), Decimal("917.34")), Terms(Decimal("0.63")))

    assert (one.expected, one.difference) == (Decimal("192.65"), Decimal("724.69"))


def test_half_a_cent_is_rounded_up() -> None:
    assert compare(Payment(Decimal("0.50"), Decimal(0)), Terms(Decimal(1))).expected == Decimal("0.01")


def test_the_cap_holds_for_the_rate_and_the_fixed_fee_comes_on_top() -> None:
    one = compare(Payment(Decimal("10000"), Decimal("60")), Terms(Decimal("0.5"), fixed=Decimal(3), cap=Decimal(20)))

    assert one.is_capped
    assert (one.share_sum, one.expected_sum) == ("10000 × 0.5% = 50", "20 + 3 = 23")
    assert one.difference_sum == "60 − 23 = 37"


def test_an_amount_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above zero"):
        compare(Payment(Decimal(0), Decimal(1)), Terms(Decimal(1)))


@given(AMOUNTS, FEES, RATES, st.decimals("0", "10", places=2), st.none() | st.decimals("0", "50", places=2))
def test_expected_and_difference_add_up_to_what_was_charged(
    amount: Decimal, charged: Decimal, rate: Decimal, fixed: Decimal, cap: Decimal | None
) -> None:
    one = compare(Payment(amount, charged), Terms(rate, fixed, cap))

    assert one.expected + one.difference == charged
    assert one.expected >= fixed
    assert cap is None or one.expected <= cap + fixed
    assert abs(one.effective * amount / 100 - charged) <= amount * overcharge.RATE_STEP / 100


@given(AMOUNTS, RATES, RATES)
def test_a_higher_rate_never_lowers_the_fee(amount: Decimal, one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    payment = Payment(amount, Decimal(0))

    assert compare(payment, Terms(low)).expected <= compare(payment, Terms(high)).expected


@given(st.lists(st.tuples(AMOUNTS, FEES), max_size=8), RATES)
def test_the_total_counts_only_what_was_too_much(rows: list[tuple[Decimal, Decimal]], rate: Decimal) -> None:
    compared = [compare(Payment(amount, charged), Terms(rate)) for amount, charged in rows]

    assert total(compared) == sum((max(one.difference, Decimal(0)) for one in compared), Decimal(0))


def test_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(overcharge).failed == 0
