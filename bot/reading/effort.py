"""How long the reader may work for one file: its own work counts, not the time it waits for a busy machine."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MOST_WAITING = 5  # times the deadline that may pass on the clock
LOOKS = 20  # looks at a working reader in the time of one deadline


@dataclass(frozen=True, slots=True)
class Effort:
    """Seconds of processor time a process has used so far, and whether it would use more now if it could."""

    seconds: float
    is_ready: bool


Measure = Callable[[int], Effort | None]
"""The effort of a process by its id; None where it cannot be known."""


def measure(pid: int) -> Effort | None:
    """What Linux knows of a process; None elsewhere."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        return None
    return Effort(seconds, fields[0] in "RD")  # running or waiting for the processor; waiting for the disk


class Allowance:
    """The allowance for one file. Hanging is idleness: no work done and none wanted between two looks."""

    def __init__(self, deadline: float, begun: Effort | None, at: float) -> None:
        """`begun` is the reader's effort at the start, `at` the clock in seconds."""
        self._deadline = deadline
        self._begun = begun
        self._at = at
        self._last = begun
        self.until = at + deadline
        """When to look again."""

    def is_used_up(self, effort: Effort | None, at: float) -> bool:
        """Was that the time there is? Asked at `until`; if not, there is a new one."""
        if self._begun is None or effort is None or self._last is None:
            return True
        idle = not effort.is_ready and effort.seconds <= self._last.seconds
        worked = effort.seconds - self._begun.seconds
        if idle or worked >= self._deadline or at - self._at >= MOST_WAITING * self._deadline:
            return True
        self._last = effort
        self.until = at + self._deadline / LOOKS
        return False
