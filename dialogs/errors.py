"""Errors of this package.

DialogFault
└── ContentFault    the content files cannot be used; `faults` names each file, key and what to do
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a content file, and what to do about it. A `warning` does not stop the program."""

    file: str
    key: str
    message: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.message}"


class DialogFault(Exception):
    """Base of this package's errors."""


class ContentFault(DialogFault):
    """The content cannot be used."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults
