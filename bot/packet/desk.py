"""Where packets are asked for and fetched: an order in a turn, the files behind a signed link, by conversation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import get_args

from bot.links import Links
from bot.packet.contents import Recipient
from dialogs.handover import DISCREET
from dialogs.outcome import Reply
from dialogs.texts import Texts
from storage import BlobStore, Store, Work
from storage.records import CaseFile, Conversation, Packet, Person

PURPOSE = "packet"
"""The purpose of a link to a packet's files."""
MANY = 60  # exhibits from which making takes long enough to say so
KINDS = {"zip": "application/zip", "pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class Download:
    """A file to hand out; `open` gives its bytes and raises `BlobFault` when they are gone."""

    name: str
    mime: str
    size: int
    open: Callable[[], Iterator[bytes]]


class PacketDesk:
    """Takes orders and hands out what was made. `kept` are the folders of packets, `links` signs addresses (None: there
    is nowhere to download from)."""

    def __init__(
        self, store: Store, kept: BlobStore, texts: Texts, links: Callable[[], Links], public_url: str
    ) -> None:
        self._store = store
        self._kept = kept
        self._texts = texts
        self._links = links
        self._public_url = public_url

    def order(self, work: Work, person: Person, row: Conversation, file: CaseFile, wanted: str, now: datetime) -> Reply:
        """Write down that a packet is wanted: `<recipient>`, with `.discreet` to cover others' numbers and names. Gives
        what is said to that."""
        recipient = wanted.removesuffix(DISCREET)
        work.packets.ask(file.case.id, row.id, recipient, discreet=wanted.endswith(DISCREET), now=now)
        count = sum(1 for one in file.evidence if one.status == "stored")
        key = "handover.making.many" if count >= MANY else "handover.making"
        params = {"for": self._texts.say(person.language, f"handover.for.{recipient}"), "count": str(count)}
        return Reply(key, self._texts.say(person.language, key, params))

    def path(self, packet: Packet, kind: str, ends_at: datetime) -> str:
        """Where a file of the packet can be downloaded until it ends."""
        return f"/{PURPOSE}/{self._links().sign(PURPOSE, f'{packet.id}-{kind}', ends_at)}"

    def url(self, packet: Packet, kind: str, ends_at: datetime) -> str:
        """The same as a whole address; "" where the program has no address of its own."""
        return f"{self._public_url}{self.path(packet, kind, ends_at)}" if self._public_url else ""

    def open_signed(self, token: str, now: datetime) -> Download | None:
        """The file a link is about; None when it ended, is none of ours, or the case is gone."""
        subject = self._links().read(PURPOSE, token, now) or ""
        number, _, kind = subject.partition("-")
        if not number.isdigit() or kind not in KINDS:
            return None
        with self._store.read() as work:
            packet = work.packets.get(int(number))
        if packet is None or packet.status != "made":
            return None
        return next((self._download(packet, file) for file in packet.files if file["mime"] == KINDS[kind]), None)

    def open_for(self, channel: str, conversation: str, sha256: str) -> Iterator[bytes] | None:
        """The bytes of a file that was handed over in a conversation."""
        with self._store.read() as work:
            packet = work.packets.with_file(channel, conversation, sha256)
        return self._kept.open(packet.case_id, sha256) if packet else None

    def _download(self, packet: Packet, file: dict[str, object]) -> Download:
        opened = partial(self._kept.open, packet.case_id, str(file["sha256"]))
        return Download(str(file["name"]), str(file["mime"]), int(str(file["size"])), opened)


def recipient_of(packet: Packet) -> Recipient:
    """Whom a packet is for. Raises ValueError for someone this program does not know."""
    if packet.recipient not in get_args(Recipient):
        raise ValueError(packet.recipient)
    return packet.recipient  # type: ignore[return-value]
