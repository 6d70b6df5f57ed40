"""Makes a packet: gathers the case, lays originals, document and timeline in a bag, signs, stamps and packs it.

What is unpacked or set is in child processes, and bytes go from file to file: the program itself stays small.
"""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.packet import fonts as font_files
from bot.packet import instructions
from bot.packet.bag import Bag, write_zip
from bot.packet.contents import PacketContents, Recipient
from bot.packet.document import typeset
from bot.packet.gathering import Gatherer
from bot.packet.laying import Laying, chunks
from bot.packet.signing import Signer
from bot.packet.stamping import Stamper
from bot.packet.stamplist import listed
from storage import BlobStore, Store, Work

Progress = Callable[[int, int], None]
"""Told how many steps of how many are done: one for each exhibit, one for the document, one for packing."""


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet that was made. `originals` are in it, and `copies` covered ones; `left_out` are the exhibits with
    neither, `withheld` those of them that are pictures which nobody looked at for what must be covered; `unchecked` are
    such pictures that are in it. `stamped_at` None: not stamped (yet); `manifest` is the SHA-256 of what was signed and
    stamped."""

    case_id: int
    recipient: Recipient
    id: str
    path: Path
    name: str
    size: int
    originals: int
    copies: int
    left_out: tuple[int, ...]
    unchecked: tuple[int, ...]
    withheld: tuple[int, ...]
    manifest: str
    fingerprint: str
    stamped_at: datetime | None


class PacketMaker:
    """Makes packets from the store and the blobs. May be called from any thread; a big case takes seconds."""

    def __init__(
        self,
        store: Store,
        blobs: BlobStore,
        gatherer: Gatherer,
        signer: Signer,
        stamper: Stamper | None = None,
        fonts: Path | None = None,
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._gatherer = gatherer
        self._signer = signer
        self._stamper = stamper
        self._fonts = fonts

    @property
    def is_stamping(self) -> bool:
        """Is there an authority that packets are to be stamped by?"""
        return self._stamper is not None

    def state(self, case_id: int, recipient: Recipient, *, discreet: bool = False) -> str:
        """What names all that a packet would say now: the same state, the same packet. Raises `PacketFault`."""
        with self._store.read() as work:
            return _identify(self._gatherer.gather(work, case_id, recipient, discreet=discreet))

    def make(
        self,
        case_id: int,
        target: Path,
        *,
        recipient: Recipient = "self",
        discreet: bool = False,
        document: Path | None = None,
        progress: Progress | None = None,
    ) -> Packet:
        """Write the packet to `target`: the ZIP, or the document alone if its name ends in `.pdf`; and the document to
        `document` besides.

        The same case state gives the same bytes. Raises `PacketFault`. That it was made is for the caller to record.
        """
        fonts = font_files.load(self._fonts)
        with self._store.read() as work:
            contents = self._gatherer.gather(work, case_id, recipient, discreet=discreet)
        steps = _Steps(len(contents.exhibits) + 2, progress)
        with TemporaryDirectory(prefix="packet-") as name:
            bag, display = Bag(Path(name) / "bag"), Path(name) / "display"
            for folder in (bag.folder, display):
                folder.mkdir()
            laid = Laying(self._blobs, contents, bag, display, steps.done)
            contents = replace(contents, exhibits=laid.exhibits)
            packet_id = _identify(contents)
            pdf = typeset(
                contents,
                packet_id,
                display,
                laid.pieces,
                fonts,
                fingerprint=self._signer.fingerprint,
                stamping=self._stamper is not None,
            )
            steps.done()
            bag.add(instructions.DOCUMENT, chunks(pdf))
            sealed = self._seal(bag, contents, packet_id)
            stamped_at, stamps = self._sign(bag, sealed)
            stamps |= self._lay_heads(bag, contents)
            for path, data in listed(stamps, self._signer).items():
                bag.add(path, data)
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.suffix.lower() == ".pdf":
                shutil.copyfile(pdf, target)
            else:
                write_zip(bag.folder, f"{contents.number}-{packet_id}", target)
            if document is not None:
                shutil.copyfile(pdf, document)
            steps.done()
        return Packet(
            case_id,
            recipient,
            packet_id,
            target,
            f"{contents.number}-{packet_id}{target.suffix.lower()}",
            target.stat().st_size,
            sum(1 for one in contents.exhibits if one.path),
            sum(1 for one in contents.exhibits if one.copy),
            tuple(one.no for one in contents.exhibits if not one.path and not one.copy),
            contents.unchecked,
            tuple(one.no for one in contents.exhibits if one.withheld),
            hashlib.sha256(sealed).hexdigest(),
            self._signer.fingerprint,
            stamped_at,
        )

    def _seal(self, bag: Bag, contents: PacketContents, packet_id: str) -> bytes:
        head = contents.records[-1].hash if contents.records else ""
        if instructions.has_chain(contents):
            bag.add(instructions.CHAIN, "".join(f"{record.body}\n" for record in contents.records).encode())
        stamping = self._stamper is not None
        text = instructions.as_text(contents, self._signer.fingerprint, stamping=stamping)
        bag.add(instructions.INSTRUCTIONS, text.encode())
        bag.add(instructions.PUBLIC_KEY, self._signer.public_pem)
        if self._stamper is not None:
            bag.add(instructions.ROOTS, self._stamper.roots)
        return bag.seal(
            {
                "Source-Organization": contents.words["by"],
                "External-Description": f"{contents.words['title']} {contents.audience}",
                "External-Identifier": packet_id,
                "Internal-Sender-Identifier": contents.number,
                "Bagging-Date": f"{contents.as_of:%Y-%m-%d}",
                "Recipient": contents.recipient,
                "Chain-Head": head,
                "Chain-Length": str(len(contents.records)),
                "Stamp-List": instructions.STAMP_LIST,
            }
        )

    def _sign(self, bag: Bag, sealed: bytes) -> tuple[datetime | None, dict[str, str]]:
        bag.add(instructions.SIGNATURE, self._signer.sign(sealed))
        stamp = self._stamper.stamp(sealed) if self._stamper is not None else None
        if stamp is None:
            return None, {}
        return stamp.at, {instructions.STAMP: bag.add(instructions.STAMP, stamp.answer).sha256}

    def _lay_heads(self, bag: Bag, contents: PacketContents) -> dict[str, str]:
        """The daily time stamps over entries of the timeline, as far as they have come: their paths and SHA-256."""
        laid: dict[str, str] = {}
        if self._stamper is None or not instructions.has_chain(contents):
            return laid
        for record in contents.records:
            data = instructions.head_data(record.hash)
            answer = self._stamper.answer(hashlib.sha256(data).hexdigest())
            if answer is not None:
                for suffix, part in (("txt", data), ("tsr", answer)):
                    path = f"{instructions.HEADS}/{record.seq}.{suffix}"
                    laid[path] = bag.add(path, part).sha256
        return laid


def record(work: Work, packet: Packet, now: datetime) -> None:
    """Write into the case's timeline that a packet was made, for whom and with how many originals."""
    file = work.cases.load(packet.case_id)
    if file is None:
        return
    body = {
        "recipient": packet.recipient,
        "packet": packet.id,
        "manifest": packet.manifest,
        "originals": packet.originals,
    }
    work.cases.save(work.cases.log(file.case, now, [("packet_made", body)]))


def _identify(contents: PacketContents) -> str:
    """A short name that changes with anything the packet says."""
    text = json.dumps(asdict(contents), ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class _Steps:
    def __init__(self, count: int, progress: Progress | None) -> None:
        self._count = count
        self._progress = progress
        self._done = 0

    def done(self) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, self._count)
