"""The child that reads: takes files on its standard input, one at a time, and answers each with a line of JSON.

It alone unpacks what strangers sent. It may use little memory and no network, and its parent ends it when it is slow.
Frames both ways: four bytes of length, then that many bytes. In: `now` in ISO 8601, then the file. Out: a JSON object.
"""

import json
import os
import struct
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO

from bot.confinement import confine
from bot.reading.covering import Found, find_covers
from bot.reading.decoding import Page, Unreadable, decode
from bot.reading.hiding import hide_item, hide_lines
from bot.reading.looking import look, look_over
from bot.reading.prints import take_prints
from bot.reading.reading import ReadField, Reading, to_json
from nlu.ocr import Recogniser
from nlu.receipt import Receipt, read_receipt
from nlu.receipt_lines import Line

MEMORY = 3 * 1024**3  # bytes of address space
MOST_LINES = 2000
UNCLEAR = ("blurred", "dark", "small", "unclear", "cut", "truncated")
"""Notes of pictures in which an eye may still read what this one could not."""
SLOW = 6.0  # seconds of work after which there is no time for a second look
LENGTH = struct.Struct(">I")


def read(recogniser: Recogniser, data: bytes, now: datetime) -> Reading:
    """Read one file, whatever is in it."""
    kind, note, masked, unreadable = "", "", 0, ""
    items: list[dict[str, ReadField]] = []
    lines: list[str] = []
    covers: list[Found] = []
    begun = time.process_time()
    prints: tuple[str, ...] = ()
    try:
        for number, page in enumerate(decode(data)):
            if page.pixels is not None and not prints:
                prints = take_prints(page.pixels)
            found, receipt, trouble = _read_page(recogniser, page, now)
            note = note or page.note or trouble
            kind = _kind_of_all(kind, receipt)
            items += [_fields(receipt, index, number) for index in range(len(receipt.items))]
            lines += [line.text for line in found]
            if page.pixels is not None:
                quick = time.process_time() - begun < SLOW
                again = partial(look_over, recogniser, before=page.pixels, found=found) if quick else None
                covers += find_covers(page.pixels, found, again)
    except Unreadable as fault:
        note = unreadable = fault.note
    shown, masked = hide_lines(lines[:MOST_LINES])
    rows = tuple({"kind": cover.kind, "corners": cover.corners} for cover in covers)
    known = not unreadable and note not in UNCLEAR
    found_items = tuple(hide_item(item) for item in items)
    return Reading(kind, found_items, shown, masked, note, prints, covers=rows if known else None)


def _read_page(recogniser: Recogniser, page: Page, now: datetime) -> tuple[Sequence[Line], Receipt, str]:
    if page.pixels is None:
        return page.lines, read_receipt(page.lines, now), ""
    return look(recogniser, page.pixels, now, page.cut, page.taken)


def _kind_of_all(kind: str, receipt: Receipt) -> str:
    return receipt.kind if kind in ("", "text") and receipt.kind else kind


def _fields(receipt: Receipt, index: int, page: int) -> dict[str, ReadField]:
    return {
        name: ReadField(field.value, round(min(1.0, field.score), 3), field.box, page)
        for name, field in receipt.items[index].items()
    }


def main() -> int:
    """Serve until the parent closes the pipe."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not end up between the answers
    confine(MEMORY, niceness=5)  # people who chat come first
    recogniser = Recogniser(threads=1)
    _refuse_network()
    _send(out, {"ready": True})
    while (frame := _receive(sys.stdin.buffer)) is not None:
        data = _receive(sys.stdin.buffer)
        if data is None:
            break
        _send(out, to_json(read(recogniser, data, datetime.fromisoformat(frame.decode()))))
    return 0


def _refuse_network() -> None:
    def refuse(event: str, _: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.system", "os.exec"):
            raise PermissionError(f"{event} is not allowed while reading")

    sys.addaudithook(refuse)


def _receive(stream: BinaryIO) -> bytes | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    size = LENGTH.unpack(head)[0]
    data = stream.read(size)
    return data if len(data) == size else None


def _send(stream: BinaryIO, answer: dict[str, Any]) -> None:
    data = json.dumps(answer, ensure_ascii=False).encode()
    stream.write(LENGTH.pack(len(data)) + data)
    stream.flush()


if __name__ == "__main__":
    sys.exit(main())
