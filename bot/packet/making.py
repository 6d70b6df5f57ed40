"""Makes a packet: gathers the case, lays originals, document and timeline in a bag, signs, stamps and packs it."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.packet import fonts as font_files
from bot.packet import instructions
from bot.packet.bag import Bag, write_zip
from bot.packet.contents import Exhibit, PacketContents, Recipient
from bot.packet.document import typeset
from bot.packet.gathering import Gatherer
from bot.packet.pictures import Picture, display_copies
from bot.packet.signing import Signer
from bot.packet.stamping import Stamper
from storage import BlobFault, BlobFolder, Store, Work

Progress = Callable[[int, int], None]
"""Told how many steps of how many are done: one for each exhibit, one for the document, one for packing."""

THREADS = 2  # decoding leaves the interpreter free


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet that was made. `originals` are in it, `left_out` are the exhibits without theirs; `stamped_at` None:
    not stamped (yet); `manifest` is the SHA-256 of what was signed and stamped."""

    case_id: int
    recipient: Recipient
    id: str
    path: Path
    name: str
    size: int
    originals: int
    left_out: tuple[int, ...]
    manifest: str
    fingerprint: str
    stamped_at: datetime | None


class PacketMaker:
    """Makes packets from the store and the blobs. May be called from any thread; a big case takes seconds."""

    def __init__(
        self,
        store: Store,
        blobs: BlobFolder,
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

    def make(
        self, case_id: int, target: Path, *, recipient: Recipient = "self", progress: Progress | None = None
    ) -> Packet:
        """Write the packet to `target`: the ZIP, or the document alone if its name ends in `.pdf`.

        The same case state gives the same bytes. Raises `PacketFault`. That it was made is for the caller to record.
        """
        fonts = font_files.load(self._fonts)
        with self._store.read() as work:
            contents = self._gatherer.gather(work, case_id, recipient)
        steps = _Steps(len(contents.exhibits) + 2, progress)
        with TemporaryDirectory(prefix="packet-") as name:
            bag = Bag(Path(name))
            contents = replace(contents, exhibits=tuple(self._lay(bag, contents, one) for one in contents.exhibits))
            packet_id = _identify(contents)
            pictures = _pictures(bag, contents, steps)
            document = typeset(
                contents,
                packet_id,
                pictures,
                fonts,
                fingerprint=self._signer.fingerprint,
                stamping=self._stamper is not None,
            )
            steps.done()
            bag.add(instructions.DOCUMENT, document)
            sealed = self._seal(bag, contents, packet_id)
            stamped_at = self._sign(bag, sealed)
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.suffix.lower() == ".pdf":
                target.write_bytes(document)
            else:
                write_zip(bag.folder, f"{contents.number}-{packet_id}", target)
            steps.done()
        return Packet(
            case_id,
            recipient,
            packet_id,
            target,
            f"{contents.number}-{packet_id}{target.suffix.lower()}",
            target.stat().st_size,
            sum(1 for one in contents.exhibits if one.path),
            tuple(one.no for one in contents.exhibits if not one.path),
            hashlib.sha256(sealed).hexdigest(),
            self._signer.fingerprint,
            stamped_at,
        )

    def _lay(self, bag: Bag, contents: PacketContents, one: Exhibit) -> Exhibit:
        """Copy an original into the bag; one that is not what was recorded is left out, and that is said."""
        if not one.path:
            return one
        try:
            laid = bag.add(one.path, self._blobs.open(contents.case_id, one.sha256))
        except BlobFault:
            bag.remove(one.path)
            return replace(one, path="", absent=contents.words["exhibit.absent.lost"])
        if laid.sha256 != one.sha256 or contents.recorded.get(one.no, one.sha256) != one.sha256:
            bag.remove(one.path)
            return replace(one, path="", absent=contents.words["exhibit.absent.altered"])
        return one

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
            }
        )

    def _sign(self, bag: Bag, sealed: bytes) -> datetime | None:
        bag.add(instructions.SIGNATURE, self._signer.sign(sealed))
        stamp = self._stamper.stamp(sealed) if self._stamper is not None else None
        if stamp is None:
            return None
        bag.add(instructions.STAMP, stamp.answer)
        return stamp.at


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


def _pictures(bag: Bag, contents: PacketContents, steps: _Steps) -> Mapping[int, Sequence[Picture]]:
    """The display copies of all pictures in the bag."""

    def copies(one: Exhibit) -> Sequence[Picture]:
        if not one.path or not one.mime.startswith("image/"):
            return ()
        return display_copies((bag.folder / one.path).read_bytes())

    found = {}
    with ThreadPoolExecutor(THREADS) as threads:
        for one, pieces in zip(contents.exhibits, threads.map(copies, contents.exhibits), strict=True):
            found[one.no] = pieces
            steps.done()
    return found
