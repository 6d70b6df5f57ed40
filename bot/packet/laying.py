"""Lays a case's exhibits in the bag: originals, or covered copies in their stead, and display copies to print."""

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from bot.packet.bag import Bag
from bot.packet.contents import Exhibit, PacketContents
from bot.packet.copying import Copier, copier
from bot.packet.exhibits import without_original
from bot.packet.pictures import LONG_SIDE
from storage import BlobFault, BlobsAway, BlobStore

Pieces = Mapping[int, Sequence[Mapping[str, Any]]]
"""The display copies of exhibits by number: {name, width, height} each."""

COPIERS = 2  # children that make display copies side by side
MOST_PIXELS = 120_000_000
"""Of all pictures printed in one document: the typesetter unpacks them all at once, at three bytes each."""
LEAST_SIDE = 900
MOST_BYTES = 1 << 30
"""Of all originals in one packet; those that come after are left out, and that is said."""


def chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk


class Laying:
    """Lays the exhibits in the bag and makes their display copies. `exhibits` are those of the contents as they came
    to lie there, `pieces` the display copies."""

    def __init__(
        self, blobs: BlobStore, contents: PacketContents, bag: Bag, display: Path, done: Callable[[], None]
    ) -> None:
        self._blobs = blobs
        self._contents = contents
        self._bag = bag
        self._display = display
        self._room = MOST_BYTES
        laid = [self._lay(one) for one in contents.exhibits]
        count = sum(1 for one in laid if one.mime.startswith("image/"))
        side = min(LONG_SIDE, max(LEAST_SIDE, math.isqrt(MOST_PIXELS * 4 // (3 * max(1, count)))))
        copiers: SimpleQueue[Copier] = SimpleQueue()
        found: dict[int, Sequence[Mapping[str, Any]]] = {}

        def pieces_of(one: Exhibit) -> Sequence[Mapping[str, Any]]:
            if not one.mime.startswith("image/") or not (one.path or one.copy):
                return ()
            mine = copiers.get()
            try:
                # A copy that stands for the original is not made smaller than it need be.
                wanted = LONG_SIDE if one.copy else side
                return mine.copy(self._source(one), display / str(one.no), one.covers or (), wanted)
            finally:
                copiers.put(mine)

        def smaller(pieces: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
            mine = copiers.get()
            try:
                return [
                    row
                    for piece in pieces
                    for row in mine.shrink(
                        display / str(piece["name"]), display / f"small-{Path(str(piece['name'])).stem}", factor
                    )
                ]
            finally:
                copiers.put(mine)

        with ExitStack() as stack, ThreadPoolExecutor(COPIERS) as threads:
            for _ in range(COPIERS):
                copiers.put(stack.enter_context(copier()))
            for one, pieces in zip(laid, threads.map(pieces_of, laid), strict=True):
                found[one.no] = pieces
                done()
            self.exhibits = tuple(self._lay_copies(one, found[one.no]) for one in laid)
            pixels = sum(piece["width"] * piece["height"] for pieces in found.values() for piece in pieces)
            factor = math.sqrt(MOST_PIXELS / max(1, pixels))
            if factor < 1:
                found = dict(zip(found, threads.map(smaller, found.values()), strict=True))
        self.pieces: Pieces = found

    def _source(self, one: Exhibit) -> Path:
        return self._bag.folder / one.path if one.path else self._display / f"{one.no}.original"

    def _lay(self, one: Exhibit) -> Exhibit:
        """Copy an original into the bag, or aside where only covered copies of it go there; one that is not what was
        recorded is left out, and that is said."""
        if not one.path and not one.copy:
            return one
        words, digest = self._contents.words, hashlib.sha256()
        if one.path:
            self._room -= one.size
            if self._room < 0:
                return without_original(one, words["exhibit.absent.no_room"])
        target = self._source(one)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            if one.path:
                sha256 = self._bag.add(one.path, self._blobs.open(self._contents.case_id, one.sha256)).sha256
            else:
                with target.open("xb") as file:
                    for chunk in self._blobs.open(self._contents.case_id, one.sha256):
                        digest.update(chunk)
                        file.write(chunk)
                sha256 = digest.hexdigest()
        except BlobsAway:
            raise  # not lost: the packet waits
        except BlobFault:
            self._bag.remove(one.path)
            return without_original(one, words["exhibit.absent.lost"])
        if sha256 != one.sha256 or self._contents.recorded.get(one.no, one.sha256) != one.sha256:
            self._bag.remove(one.path)
            return without_original(one, words["exhibit.absent.altered"])
        return one

    def _lay_copies(self, one: Exhibit, pieces: Sequence[Mapping[str, Any]]) -> Exhibit:
        """Copy the covered copies into the bag where they stand for the original."""
        if not one.copy:
            return one
        self._source(one).unlink(missing_ok=True)
        for number, piece in enumerate(pieces, 1):
            name = one.copy if len(pieces) == 1 else one.copy.replace(".masked", f"-{number:02d}.masked")
            self._bag.add(name, chunks(self._display / str(piece["name"])))
        if len(pieces) == 1:
            return one
        return replace(one, copy=one.copy.replace(".masked", "-01.masked")) if pieces else _broken(one, self._contents)


def _broken(one: Exhibit, contents: PacketContents) -> Exhibit:
    return without_original(one, contents.words["exhibit.broken.copy"])
