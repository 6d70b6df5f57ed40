"""Times for tests: a fixed start and steps from it."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)


def after(**step: float) -> datetime:
    """The start moved by a step such as `minutes=5`."""
    return START + timedelta(**step)
