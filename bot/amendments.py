"""A contact of the log that was set right: what of it can be, and what the timeline says of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from storage.records import AMENDED, Attempt, EventKind


def essence(attempt: Attempt) -> dict[str, Any]:
    """What of a contact can be set right, as plain values."""
    values = {name: getattr(attempt, name) for name in AMENDED}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def restored(attempt: Attempt, values: Mapping[str, Any]) -> Attempt:
    """The contact with the values that `essence` gave."""
    until = values["promised_until"]
    moments = {"at": datetime.fromisoformat(values["at"]), "promised_until": until and datetime.fromisoformat(until)}
    return replace(attempt, **{**values, **moments})


def events(was: Attempt, now: Attempt) -> list[tuple[EventKind, Mapping[str, Any]]]:
    """The timeline's entries for a contact that was set right, one for each field."""
    old, new = essence(was), essence(now)
    return [
        ("attempt_changed", {"no": was.no, "field": name, "before": old[name] or "", "value": new[name] or ""})
        for name in AMENDED
        if old[name] != new[name]
    ]
