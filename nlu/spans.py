"""A value found, before it is turned into an entity."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """A typed value and where it stands; a type of "" only keeps its place from being read as something else."""

    type: str
    value: str
    start: int
    end: int
