"""One item of proof as a packet describes it: name, source, hash, where its original lies in the bag or why not."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.packet.contents import Audience, Exhibit, Line, ReadLine
from bot.packet.covers import ALWAYS, Cover
from bot.packet.wording import Wording
from dialogs.learning import money_words
from dialogs.view import SHOWN
from storage.records import Evidence

EXTENSIONS: Mapping[str, str] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/bmp": "bmp",
    "image/tiff": "tif",
    "image/heic": "heic",
    "image/avif": "avif",
    "application/pdf": "pdf",
    "application/zip": "zip",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "audio/amr": "amr",
    "audio/silk": "silk",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "audio/mp4": "m4a",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "text/plain": "txt",
}
"""The extension by content; any other type is `bin`. The merchant's own file name is never used for a path."""

TYPED = frozenset({"text", "forward"})
"""Kinds whose bytes are words that were masked before they were kept."""

MOST_READ = 24  # fields of one exhibit that are printed
PRINTED = 6000  # characters of a text that are printed


def describe(wording: Wording, one: Evidence, audience: Audience, covers: tuple[Cover, ...] | None) -> Exhibit:
    """The exhibit for this audience; `covers` are those of its picture, None if nobody looked at it."""
    absent = _absence(one, audience)
    if absent == "covered" and covers is not None:
        absent = ""
    covered = absent.startswith("covered")
    picture = one.mime.startswith("image/") and bool(one.sha256)
    inside = not absent and (audience.originals or not picture)
    name = wording.guide(f"item.{one.item}") if one.item else wording.say("exhibits.unsorted")
    kind = wording.guide(f"kind.{one.kind}")
    channel = wording.say(f"channel.{one.channel}") if wording.has(f"channel.{one.channel}") else one.channel
    shown = not absent or covered
    lines = _lines(wording, one) if shown else ()
    like = (one.seen or {}).get("like")
    read, note = _read(wording, one) if shown else ((), "")
    return Exhibit(
        no=one.no,
        name=name,
        kind=kind,
        mime=one.mime,
        size=one.size or 0,
        what="，".join((kind, EXTENSIONS.get(one.mime, "bin").upper(), size_words(one.size or 0)))
        if one.sha256
        else kind,
        sha256=one.sha256 or "",
        caption=one.caption if shown else "",
        received=wording.say("exhibit.received.words", at=wording.at(one.received_at), channel=channel),
        received_short=wording.at(one.received_at),
        origin=_origin(wording, one) if shown else "",
        file=one.name if shown else "",
        path=f"data/exhibits/E{one.no:03d}.{EXTENSIONS.get(one.mime, 'bin')}" if inside else "",
        absent=wording.say(f"exhibit.absent.{absent}") if absent else "",
        text=_excerpt(wording, one.text) if one.kind in TYPED and shown and not lines else "",
        lines=lines,
        read=read,
        read_note=note,
        like=wording.say("exhibit.like.words", no=str(like)) if like and shown else "",
        copy=f"data/exhibits/E{one.no:03d}.masked.jpg" if not absent and not inside else "",
        covers=_shown_covers(covers, audience) if picture else (),
        withheld=absent == "covered",
    )


def _shown_covers(covers: tuple[Cover, ...] | None, audience: Audience) -> tuple[Cover, ...] | None:
    if covers is None or not audience.originals:
        return covers
    return tuple(cover for cover in covers if cover.kind in ALWAYS)


def without_original(one: Exhibit, absent: str) -> Exhibit:
    """The exhibit, its original left out after all."""
    return replace(one, path="", copy="", absent=absent)


def _absence(one: Evidence, audience: Audience) -> str:
    """Why the original is left out, "" if it is not."""
    if one.status in ("announced", "failed", "refused", "withdrawn"):
        return one.status
    if one.sha256 is None or one.status != "stored":
        return "erased"
    if audience.originals or one.kind in TYPED:
        return ""
    return "covered" if one.mime.startswith("image/") else "covered_file"


def _excerpt(wording: Wording, text: str) -> str:
    """As much of a text as can be read on paper; the rest is in the bag."""
    if len(text) <= PRINTED:
        return text
    return text[:PRINTED] + "\n" + wording.say("exhibit.more", count=str(len(text) - PRINTED))


def _origin(wording: Wording, one: Evidence) -> str:
    origin = one.origin or {}
    author = str(origin.get("author") or "")
    at = wording.stated(str(origin.get("at") or ""))
    if author and at:
        return wording.say("exhibit.origin.words", author=author, at=wording.at(at[0]))
    return author or (wording.at(at[0]) if at else "")


def _lines(wording: Wording, one: Evidence) -> tuple[Line, ...]:
    """The lines of a chat record."""
    found = []
    for item in one.items:
        if isinstance(item, Mapping) and "body" in item:
            at = wording.stated(str(item.get("at") or ""))
            found.append(Line(str(item.get("author") or ""), wording.at(at[0]) if at else "", str(item["body"])))
    return tuple(found)


def size_words(size: int) -> str:
    """A size as people read it.

    >>> size_words(512), size_words(2_500_000)
    ('512 B', '2.4 MB')
    """
    for unit, step in (("MB", 1 << 20), ("KB", 1 << 10)):
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return f"{size} B"


def _read(wording: Wording, one: Evidence) -> tuple[tuple[ReadLine, ...], str]:
    """What was read from a picture, and what of it the merchant confirmed, set right or denied; that is said once where
    it is the same of all."""
    fields = []
    for place, item in enumerate(one.items if one.reading != "none" else (), 1):
        for name in (name for name in SHOWN if name in item):
            label = wording.guide(f"reading.label.{name}")
            if len(one.items) > 1:
                label = wording.say("read.nth", nth=str(place), label=label)
            fields.append((label, name, item[name]))
    states = {_state(field) for _, _, field in fields}
    alike = states.pop() if len(fields) > 1 and states in ({"open"}, {"confirmed"}) else ""
    found = [ReadLine(label, _read_words(wording, name, field, known=bool(alike))) for label, name, field in fields]
    if len(found) > MOST_READ:
        found[MOST_READ:] = [ReadLine("", wording.say("read.more", count=str(len(found) - MOST_READ)))]
    return tuple(found), wording.say(f"read.all.{alike}") if alike else ""


def _state(field: Mapping[str, Any]) -> str:
    """What the merchant said of a field that was read."""
    confirmed = field.get("confirmed")
    if confirmed is None or confirmed is False:
        return "open" if confirmed is None else "denied"
    return "confirmed" if str(confirmed) in (str(field["value"]), "True") else "corrected"


def _read_words(wording: Wording, name: str, field: Mapping[str, Any], *, known: bool) -> str:
    read = _plain_words(wording, name, str(field["value"]))
    confirmed = _plain_words(wording, name, str(field.get("confirmed")))
    return read if known else wording.say(f"read.{_state(field)}", read=read, confirmed=confirmed)


def _plain_words(wording: Wording, name: str, value: str) -> str:
    if name == "amount":
        return wording.say("unit.amount", value=money_words(value))
    stated = wording.stated(value) if name == "time" else None
    return stated[1] if stated else value
