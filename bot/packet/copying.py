"""A child process that makes display copies, one picture after the other: it alone unpacks what strangers sent.

Requests and answers are lines of JSON. In: `{"source", "target": path without ending, "covers": [[kind, corners]…],
"side", "whole"}`, or `{"source", "target", "factor"}` to make a copy smaller. Out: `[{"name", "width", "height"}…]`,
the files beside the target; an empty list for what cannot be opened.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from bot.confinement import confine
from bot.packet.covers import Cover
from bot.packet.pictures import LONG_SIDE, Picture, display_copies, shrunk

MEMORY = 2 * 1024**3  # bytes of address space: the largest picture allowed, unpacked a few times over
SECONDS = 30.0  # a picture; the slowest takes two


class Copier:
    """Hands pictures to a child, which is ended and begun anew when one is too much for it. Not for several threads."""

    def __init__(self, deadline: float = SECONDS) -> None:
        self._deadline = deadline
        self._child: subprocess.Popen[str] | None = None

    def copy(
        self, source: Path, target: Path, covers: Sequence[Cover] = (), side: int = LONG_SIDE, *, whole: bool = False
    ) -> list[dict[str, Any]]:
        """The display copies of a picture, as files whose names begin as the target's: name, width and height each.
        `whole`: a long screenshot is not cut into pieces."""
        rows = [[cover.kind, cover.corners] for cover in covers]
        files = {"source": str(source), "target": str(target)}
        return self._answer({**files, "covers": rows, "side": side, "whole": whole})

    def shrink(self, source: Path, target: Path, factor: float) -> list[dict[str, Any]]:
        """A display copy made smaller."""
        return self._answer({"source": str(source), "target": str(target), "factor": factor})

    def _answer(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        with suppress(OSError, ValueError):
            answer: list[dict[str, Any]] = json.loads(self._ask(json.dumps(request)))
            return answer
        self.close()
        return []

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()

    def _ask(self, line: str) -> str:
        child = self._child = self._child or _start()
        assert child.stdin is not None
        assert child.stdout is not None
        alarm = threading.Timer(self._deadline, child.kill)
        alarm.start()
        try:
            child.stdin.write(line + "\n")
            child.stdin.flush()
            return child.stdout.readline()
        finally:
            alarm.cancel()


@contextmanager
def copier() -> Iterator[Copier]:
    """A copier whose child ends with the block."""
    one = Copier()
    try:
        yield one
    finally:
        one.close()


def _start() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot.packet.copying"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # libraries print what they see
        text=True,
        encoding="utf-8",
        cwd=Path(__file__).parents[2],
    )


def main() -> int:
    """Serve until the parent closes the pipe."""
    confine(MEMORY)
    for line in sys.stdin:
        print(json.dumps(_copy(json.loads(line))), flush=True)  # noqa: T201 (the answer)
    return 0


def _copy(request: dict[str, Any]) -> list[dict[str, Any]]:
    target = Path(request["target"])
    source = Path(request["source"]).read_bytes()
    if "factor" in request:
        pieces: tuple[Picture, ...] = (shrunk(source, request["factor"]),)
    else:
        covers = [Cover(kind, tuple((x, y) for x, y in corners)) for kind, corners in request["covers"]]
        pieces = display_copies(source, covers, request["side"], whole=request["whole"])
    rows = []
    for index, piece in enumerate(pieces):
        path = target.with_name(f"{target.name}-{index}.jpg")
        path.write_bytes(piece.data)
        rows.append({"name": path.name, "width": piece.width, "height": piece.height})
    return rows


if __name__ == "__main__":
    sys.exit(main())
