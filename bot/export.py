"""Everything that is kept of a person in one ZIP: what was said, their cases, and the exhibits' own bytes."""

import io
import json
import mimetypes
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dialogs.texts import Texts
from storage import BlobFault, BlobsAway, BlobStore, Store, Work
from storage.records import CaseFile, Conversation, Event, Evidence, Person, Received, Sent

ALL = 10_000_000  # messages: more than anyone has
ENDINGS = {
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "audio/amr": ".amr",
    "text/plain": ".txt",
}


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is kept of a person at one moment, without the bytes."""

    person: Person
    conversations: Sequence[tuple[Conversation, Sequence[Received | Sent]]]
    cases: Sequence[tuple[CaseFile, Sequence[Event]]]


class Exporter:
    """Packs what is kept. What an erasure has marked is not in it any more."""

    def __init__(self, store: Store, blobs: BlobStore, texts: Texts, zone: ZoneInfo) -> None:
        self._store = store
        self._blobs = blobs
        self._texts = texts
        self._zone = zone

    def person_on(self, channel: str, conversation: str) -> int | None:
        """The person of a conversation, None if nobody is known there."""
        with self._store.read() as work:
            both = work.people.find(channel, conversation)
            return both[0].id if both else None

    def gather(self, person_id: int) -> Holdings | None:
        """All there is of a person, as of one moment; None if they are not known."""
        with self._store.read() as work:
            person = work.people.person(person_id)
            if person is None:
                return None
            rows = work.people.conversations(person_id)
            files = [work.cases.load(case.id) for case in work.cases.of_person(person_id)]
            return Holdings(
                person,
                [(row, work.transcript(row.id, limit=ALL)) for row in rows],
                [(file, work.cases.timeline(file.case.id)) for file in files if file],
            )

    def pack(self, holdings: Holdings, now: datetime) -> Iterator[bytes]:
        """The ZIP in pieces, holding no more than a piece of an exhibit in memory."""
        sink = _Sink()
        moment = now.astimezone(self._zone)
        missing: list[dict[str, Any]] = []
        with zipfile.ZipFile(sink, "w") as archive:

            def add(name: str, data: bytes) -> Iterator[bytes]:
                yield from self._add(archive, sink, moment, name, iter([data]), zipfile.ZIP_DEFLATED)

            language = holdings.person.language
            readme = self._texts.say(language, "export.readme", {"time": f"{moment:%Y-%m-%d %H:%M}"})
            yield from add(self._texts.say(language, "export.readme_name"), readme.encode())
            yield from add("person.json", _json(_person(holdings)))
            for number, (row, said) in enumerate(holdings.conversations, 1):
                yield from add(f"conversations/{number}-{row.channel}.json", _json(_conversation(row, said)))
            for file, events in holdings.cases:
                folder = f"cases/{file.case.no}"
                yield from add(f"{folder}/case.json", _json(_case(file)))
                yield from add(f"{folder}/timeline.json", _json([asdict(event) for event in events]))
                for one in file.evidence:
                    if one.sha256:
                        yield from self._exhibit(archive, sink, moment, folder, one, missing)
            if missing:
                yield from add("missing.json", _json(missing))
        yield sink.take()

    def _exhibit(
        self,
        archive: zipfile.ZipFile,
        sink: "_Sink",
        moment: datetime,
        folder: str,
        one: Evidence,
        missing: list[dict[str, Any]],
    ) -> Iterator[bytes]:
        name = f"{folder}/{_file_name(one)}"
        try:
            chunks = self._blobs.open(one.case_id, one.sha256 or "")
            yield from self._add(archive, sink, moment, name, chunks, zipfile.ZIP_STORED)
        except BlobsAway:
            raise  # not missing: the copy can be had later
        except BlobFault:
            # Named instead of ending everything: the rest is theirs all the same.
            missing.append({"file": name, "sha256": one.sha256})

    def _add(
        self,
        archive: zipfile.ZipFile,
        sink: "_Sink",
        moment: datetime,
        name: str,
        chunks: Iterator[bytes],
        compression: int,
    ) -> Iterator[bytes]:
        info = zipfile.ZipInfo(name, moment.timetuple()[:6])
        info.compress_type = compression
        info.external_attr = 0o600 << 16
        with archive.open(info, "w") as entry:
            for chunk in chunks:
                entry.write(chunk)
                yield sink.take()
        yield sink.take()


def record(work: Work, person_id: int, by: str, now: datetime) -> None:
    """Note in each case that everything was handed out: by person, link or operator."""
    for case in work.cases.of_person(person_id):
        file = work.cases.load(case.id)
        if file is not None:
            work.cases.save(work.cases.log(file.case, now, [("exported", {"by": by})]))


class _Sink(io.RawIOBase):
    """Where the ZIP is written to: what came since the last `take`. No seeking, which `zipfile` respects."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._buffer += data
        return len(data)

    def take(self) -> bytes:
        taken = bytes(self._buffer)
        self._buffer.clear()
        return taken


def _person(holdings: Holdings) -> dict[str, Any]:
    return {
        **_plain(holdings.person),
        "conversations": [
            {
                "channel": row.channel,
                "external_id": row.external_id,
                "since": row.created_at,
                "last": row.last_update_at,
            }
            for row, _ in holdings.conversations
        ],
        "cases": [file.case.no for file, _ in holdings.cases],
    }


def _conversation(row: Conversation, said: Sequence[Received | Sent]) -> dict[str, Any]:
    return {
        "conversation": _plain(row),
        "messages": [
            {"from": "person", "at": one.received_at, "sent_at": one.sent_at, "id": one.update_id, **one.body}
            if isinstance(one, Received)
            else {"from": "guide", "at": one.created_at, "status": one.status, **one.body}
            for one in said
        ],
    }


def _case(file: CaseFile) -> dict[str, Any]:
    return {
        "case": _plain(file.case),
        "facts": [_plain(fact) for fact in file.facts.values()],
        "attempts": [_plain(attempt) for attempt in file.attempts],
        "reminders": [_plain(reminder) for reminder in file.reminders],
        "exhibits": [{**_plain(one), "file": _file_name(one) if one.sha256 else None} for one in file.evidence],
    }


def _plain(record: Any) -> dict[str, Any]:
    return asdict(record)


def _file_name(one: Evidence) -> str:
    ending = ENDINGS.get(one.mime) or mimetypes.guess_extension(one.mime) or ".bin"
    return f"exhibits/{one.no:03}-{(one.sha256 or '')[:12]}{ending}"


def _json(value: Mapping[str, Any] | Sequence[Any]) -> bytes:
    as_text: Callable[[Any], str] = lambda one: one.isoformat()  # noqa: E731 (moments are all that JSON does not know)
    return json.dumps(value, ensure_ascii=False, indent=1, default=as_text).encode()
