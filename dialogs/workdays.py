"""Working days: Monday to Friday. Public holidays are not known to the program; what is said of such days says so."""

from datetime import datetime, timedelta

SATURDAY = 5


def on(moment: datetime, days: int) -> datetime:
    """The moment that many working days later.

    >>> on(datetime(2026, 11, 27, 18), 3).isoformat()
    '2026-12-02T18:00:00'
    """
    for _ in range(days):
        moment += timedelta(days=1)
        while moment.weekday() >= SATURDAY:
            moment += timedelta(days=1)
    return moment
