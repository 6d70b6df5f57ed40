"""The lunar calendar, as far as merchants date by it."""

from datetime import date, timedelta

# first day of each lunar year, and the lengths of its months as bits (12 or 13 of them, 1 is 30 days), leap month
_YEARS = {
    2023: (date(2023, 1, 22), "0100110110101", 2),
    2024: (date(2024, 2, 10), "010010110110", 0),
    2025: (date(2025, 1, 29), "1010010101110", 6),
    2026: (date(2026, 2, 17), "101001001110", 0),
    2027: (date(2027, 2, 6), "110100100110", 0),
    2028: (date(2028, 1, 26), "1110100100110", 5),
    2029: (date(2029, 2, 13), "110101010011", 0),
    2030: (date(2030, 2, 3), "010110101010", 0),
    2031: (date(2031, 1, 23), "0110101101010", 3),
    2032: (date(2032, 2, 11), "100101101101", 0),
}


def lunar_date(year: int, month: int, day: int) -> date | None:
    """Return the day of a lunar date (leap months not meant), or None where it does not exist or is not known."""
    if year not in _YEARS or not 1 <= month <= 12:
        return None
    start, lengths, leap = _YEARS[year]
    place = month - 1 + (1 if leap and month > leap else 0)
    if not 1 <= day <= 29 + int(lengths[place]):
        return None
    return start + timedelta(days=sum(29 + int(bit) for bit in lengths[:place]) + day - 1)


def nearest_lunar(today: date, month: int | None, day: int) -> date | None:
    """Return the lunar day closest to today, the past one of two equals; any month where none is said."""
    months = range(1, 13) if month is None else (month,)
    found = [
        when
        for year in (today.year - 1, today.year, today.year + 1)
        for each in months
        if (when := lunar_date(year, each, day)) is not None
    ]
    if month is None:
        found = [when for when in found if when <= today] or found
    return min(found, key=lambda when: (abs((when - today).days), when > today), default=None)
