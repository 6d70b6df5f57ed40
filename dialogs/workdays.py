"""Working days: Monday to Friday. Public holidays are not known to the program; what is said of such days says so."""

from datetime import datetime, timedelta

SATURDAY = 5


def on(moment: datetime, days: int) -> datetime:
    """The moment that many working days later, or before.

    >>> on(datetime(2026, 11, 27, 18), 3).isoformat()
    '2026-12-02T18:00:00'
    >>> on(datetime(2026, 12, 2, 18), -3).isoformat()
    '2026-11-27T18:00:00'
    """
    step = timedelta(days=1 if days > 0 else -1)
    for _ in range(abs(days)):
        moment += step
        while moment.weekday() >= SATURDAY:
            moment += step
    return moment
