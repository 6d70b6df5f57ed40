"""A value that was read: what it says, how surely, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from nlu.receipt_layout import Cell
from nlu.receipt_lines import Box, fold
from nlu.receipt_values import Moment, Value, is_past, say_moment

UNSURE = 0.94  # of what was pieced together or guessed a little: to be checked
_IDENTITY = ("reference_no", "voucher_no", "order_no", "amount", "time", "merchant_no", "terminal_no", "batch_no")


@dataclass(frozen=True, slots=True)
class Field:
    """What was read for one field, how surely (0..1), and where in the picture (left, top, right, bottom)."""

    value: str
    score: float
    box: Box


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a cell's text."""

    cell: Cell
    start: int
    stop: int

    @property
    def text(self) -> str:
        """The folded text."""
        return self.cell.text[self.start : self.stop]

    def field(self, value: Value, kept: str | None = None) -> Field:
        """The field whose value stands in this piece."""
        start, stop = self.start + value.start, self.start + value.stop
        return Field(
            kept or value.text, score_of(self.cell, start, stop) * value.trust, self.cell.line.box(start, stop)
        )


def moment_field(piece: Piece, moment: Moment, *, now: datetime, day: date | None = None) -> Field | None:
    """The field of a moment, unless it is in the future; `day` stands in for a missing date."""
    when: tuple[date | None, time | None] = (moment.day or day, moment.clock)
    if when[0] is None or not is_past(when[0], when[1], now):
        return None
    score, box = stretch(piece, moment)
    return Field(say_moment(when[0], when[1], seconds=moment.seconds), score * (1.0 if moment.day else 0.97), box)


def join_moments(piece: Piece, moment: Moment, other: Piece, clock: Moment, now: datetime) -> Field | None:
    """The field of a day and of a clock time that stand apart, unless they are in the future."""
    day, hour = moment.day, clock.clock
    if day is None or hour is None or not is_past(day, hour, now):
        return None
    (first, box), (second, _) = stretch(piece, moment), stretch(other, clock)
    return Field(say_moment(day, hour, seconds=clock.seconds), min(first, second), box)


def stretch(piece: Piece, moment: Moment) -> tuple[float, Box]:
    """How surely a moment was read, and where it stands."""
    start, stop = piece.start + moment.start, piece.start + moment.stop
    return score_of(piece.cell, start, stop) * moment.trust, piece.cell.line.box(start, stop)


def score_of(cell: Cell, start: int, stop: int) -> float:
    """How surely the characters from `start` to `stop` of a cell were read."""
    return round(min(1.0, cell.line.sureness(start, stop)), 3)


def is_same(first: Mapping[str, Field], second: Mapping[str, Field]) -> bool:
    """Do both tell of one transaction, as two copies of a slip do? Nothing may differ that both name."""
    shared = [name for name in _IDENTITY if name in first and name in second]
    return (
        len(shared) >= 3
        and bool({"reference_no", "voucher_no", "order_no"} & set(shared))
        and all(fold(first[name].value) == fold(second[name].value) for name in shared)
    )
