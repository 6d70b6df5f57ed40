"""What was read from an exhibit between its row, where it is JSON, and the dialog, which sees values."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.reading.reading import Reading
from dialogs import view as seen
from dialogs.outcome import Checked
from storage import Work
from storage.records import EventKind, Evidence


def is_readable(mime: str) -> bool:
    """Is there anything to read in files of this type?"""
    return mime.startswith("image/") or mime == "application/pdf"


def items_of(reading: Reading) -> list[dict[str, Any]]:
    """The transactions as they are kept: each field with its score and place, confirmed by nobody yet."""
    return [
        {
            name: {
                "value": read.value,
                "score": read.score,
                "box": list(read.box),
                "page": read.page,
                "confirmed": None,
            }
            for name, read in item.items()
        }
        for item in reading.items
    ]


def exhibits(evidence: Sequence[Evidence], zone: ZoneInfo) -> tuple[seen.Exhibit, ...]:
    """Exhibits as the dialog sees them. Of a picture that looks like an earlier one only what that did not show counts:
    nobody is asked about the same thing twice."""
    by_no = {one.no: _exhibit(one, zone) for one in evidence}
    return tuple(replace(one, items=_news(one, by_no.get(one.like))) if one.like else one for one in by_no.values())


def _news(one: seen.Exhibit, earlier: seen.Exhibit | None) -> tuple[Mapping[str, seen.ReadValue], ...]:
    known = {(name, field.value) for item in (earlier.items if earlier else ()) for name, field in item.items()}
    return tuple(
        {name: field for name, field in item.items() if (name, field.value) not in known} for item in one.items
    )


def _exhibit(evidence: Evidence, zone: ZoneInfo) -> seen.Exhibit:
    what, origin = evidence.seen or {}, evidence.origin or {}
    at = datetime.fromisoformat(origin["at"]) if origin.get("at") else evidence.received_at
    return seen.Exhibit(
        no=evidence.no,
        kind=evidence.kind,
        item=evidence.item,
        name=evidence.name,
        caption=evidence.caption,
        author=str(origin.get("author") or ""),
        at=at.astimezone(zone),
        reading=evidence.reading,
        page=str(what.get("kind", "")),
        note=str(what.get("note", "")),
        like=int(what.get("like", 0)),
        items=tuple(_values(item) for item in evidence.items) if evidence.reading in ("read", "told") else (),
    )


def _values(item: Mapping[str, Any]) -> dict[str, seen.ReadValue]:
    return {
        name: seen.ReadValue(str(field["value"]), float(field["score"]), _confirmed(field))
        for name, field in item.items()
    }


def _confirmed(field: Mapping[str, Any]) -> str | None:
    """What was confirmed: in the row a text, null for nothing yet, false where what was read is wrong."""
    confirmed = field.get("confirmed")
    return "" if confirmed is False else confirmed


def confirmed(evidence: Evidence) -> list[dict[str, Any]]:
    """What was confirmed of each transaction: its fields with what is right."""
    if evidence.reading not in ("read", "told"):
        return []
    return [
        {name: field["confirmed"] for name, field in item.items() if field.get("confirmed") is not None}
        for item in evidence.items
    ]


def with_confirmed(evidence: Evidence, earlier: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The transactions with what was confirmed at an earlier time."""
    return [
        {name: {**field, "confirmed": then.get(name)} for name, field in item.items()}
        for item, then in zip(evidence.items, earlier, strict=True)
    ]


def write_checked(
    work: Work,
    evidence: Sequence[Evidence],
    checked: Sequence[Checked],
    events: list[tuple[EventKind, Mapping[str, object]]],
) -> tuple[Evidence, ...]:
    """Keep what was confirmed beside what was read, which stays; the timeline names both."""
    written = []
    for one in evidence:
        mine = [field for field in checked if field.exhibit == one.no]
        if mine:
            items = [dict(item) for item in one.items]
            for field in mine:
                known = {"value": "", "score": 0.0, **items[field.item].get(field.field, {})}
                items[field.item][field.field] = {**known, "confirmed": field.value or False}
            work.readings.items(one.id, items)
            fields = [
                {"item": at, "field": name, "read": items[at][name]["value"], "confirmed": items[at][name]["confirmed"]}
                for at, name in dict.fromkeys((field.item, field.field) for field in mine)
            ]
            events.append(("evidence_checked", {"no": one.no, "fields": fields}))
            one = replace(one, items=items)
        written.append(one)
    return tuple(written)
