"""Taking in the bytes of what was sent: looked at, kept under their SHA-256, never altered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.filetypes import sniff
from bot.messages import Attachment, Update
from storage import BlobStore

LARGEST = 25 * 1024 * 1024  # bytes a file
MOST = 400  # exhibits of a case


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one attachment's bytes: kept under a hash, or refused for a reason (a text key's last part).

    `note` names something the person should know of a file that was kept: mislabelled, or what `FileType` notes.
    """

    sha256: str = ""
    size: int = 0
    mime: str = ""
    kind: str = ""
    refused: str = ""
    note: str = ""


def take(attachments: Sequence[Attachment], blobs: BlobStore, case_id: int) -> Mapping[int, Taken]:
    """Keep the bytes at hand of each attachment; by position. Raises `BlobFault` when they cannot be kept."""
    return {
        position: take_one(attachment, attachment.data, blobs, case_id)
        for position, attachment in enumerate(attachments)
        if attachment.data is not None
    }


def take_text(update: Update, blobs: BlobStore, case_id: int) -> Taken:
    """Keep the words of an update. Raises `BlobFault` when they cannot be kept."""
    blob = blobs.put(update.text.encode(), case_id=case_id)
    return Taken(blob.sha256, blob.size, "text/plain", "forward" if update.kind == "forward" else "text")


def take_one(attachment: Attachment, data: bytes, blobs: BlobStore, case_id: int) -> Taken:
    """Look at one file's bytes and keep them, or say why not."""
    if not data:
        return Taken(refused="empty")
    if len(data) > LARGEST:
        return Taken(refused="too_big")
    found = sniff(data)
    if not found.mime:
        return Taken(refused="unknown_type")
    blob = blobs.put(data, case_id=case_id)
    kind = attachment.kind if attachment.kind in ("voice", "video", "animation", "sticker") else found.kind
    claimed = attachment.mime.split("/")[0]
    note = found.note
    if claimed == "image" and found.kind != "photo":
        note = "mislabelled"
    return Taken(blob.sha256, blob.size, found.mime, kind, note=note)
