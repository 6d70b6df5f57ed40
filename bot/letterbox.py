"""Letters as they were sent: recorded in the timeline when they were shown, given back as Word files."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from bot.docx import MIME
from storage import Work
from storage.records import EventKind

EVENT: Final = "letter"
SHOWN = "letter.text"  # the text key of a message that is nothing but a letter


def event(name: str, text: str) -> tuple[EventKind, Mapping[str, object]]:
    """The timeline entry of a letter that was shown."""
    return EVENT, {"id": name, "sha256": fingerprint(text), "text": text}


def fingerprint(text: str) -> str:
    """What names one version of a letter."""
    return hashlib.sha256(text.encode()).hexdigest()


def find(work: Work, person_id: int, sha256: str) -> str | None:
    """The text of a letter that a person was shown; None where there is none."""
    for case in work.cases.of_person(person_id):
        for entry in work.cases.timeline(case.id):
            if entry.kind == EVENT and entry.body.get("sha256") == sha256:
                return str(entry.body["text"])
    return None


def files(key: str, text: str) -> list[dict[str, Any]]:
    """The file that a message offers to download: the letter, where the message is one."""
    if key != SHOWN:
        return []
    return [{"name": file_name(text), "mime": MIME, "url": f"/chat/letters/{fingerprint(text)}.docx"}]


def file_name(text: str) -> str:
    """A name for the letter's file: its first line."""
    title = "".join(one for one in text.strip().partition("\n")[0] if one.isalnum())[:40]
    return f"{title or 'letter'}.docx"
