"""Shapes shared with channels: what comes in, what goes out, and how sending ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

UpdateKind = Literal["text", "choice", "attachment", "forward", "start", "follow", "unfollow", "edit", "other"]
AttachmentKind = Literal[
    "photo", "document", "voice", "audio", "video", "animation", "sticker", "location", "contact", "link", "record"
]
DeliveryStatus = Literal["sent", "retry", "parked", "refused", "unknown"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Whom a forwarded thing is from: the author's name as the platform shows it and the original moment, if known."""

    author: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecordItem:
    """One line of a forwarded chat record: who, when, and what was said."""

    author: str
    at: datetime | None
    kind: str
    body: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A thing that was sent. Either `data` holds its bytes, or `reference` tells the channel how to fetch them later.

    `reference` is JSON-able and belongs to the channel that wrote it (a file_id, a media id, a URL). `size` is in
    bytes, None where the platform does not say. `items` is filled for a chat record.
    """

    kind: AttachmentKind
    name: str = ""
    mime: str = ""
    size: int | None = None
    data: bytes | None = field(default=None, repr=False)
    reference: Mapping[str, Any] | None = None
    origin: Origin | None = None
    items: tuple[RecordItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """One incoming thing, translated. (channel, update_id) identifies it for ever; a repeat is the same update.

    `conversation` is the platform's id of the chat; `text` the person's own words, or a caption; `choice` the id of a
    tapped choice; `sent_at` an aware moment; `album` groups attachments sent as one; `note` names the kind of a thing
    the channel could not translate (kind `other`), for the reply that says what to send instead.
    """

    channel: str
    update_id: str
    conversation: str
    kind: UpdateKind
    sent_at: datetime
    text: str = field(default="", repr=False)
    choice: str = ""
    attachments: tuple[Attachment, ...] = ()
    origin: Origin | None = None
    album: str = ""
    language: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A tappable answer. `id` is at most 64 bytes of ASCII and answers its own question however old it is."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file to send: `sha256` names the stored blob, `url` where the page downloads it ("" for nowhere)."""

    name: str
    mime: str
    sha256: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message to a person. `key` is the stable text key; `text` is plain text without any markup."""

    key: str
    text: str
    choices: tuple[Choice, ...] = ()
    files: tuple[OutgoingFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one attempt to send ended.

    sent: the platform took it (`reference` is its message id). retry: it did not, try again after `after`. parked: it
    can only be shown when the person writes again, and then leads the answer. refused: it never will (`reason`).
    unknown: no answer came, it may have arrived; it is not sent again blindly.
    """

    status: DeliveryStatus
    reference: str = ""
    reason: str = ""
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What handling an update came to: the messages that answer it, the same ones again for a repeat.

    The first `inline` of them go into the channel's own response (see `Channel.inline`); the courier delivers the
    rest. `repeated` says that the update had been handled before.
    """

    messages: tuple[OutgoingMessage, ...]
    inline: int = 0
    repeated: bool = False
