"""Content files read one by one; what is wrong with them is collected, with file and key."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml

from dialogs.condition import Condition
from dialogs.errors import Fault
from dialogs.guards import ANY, GUARDS

SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
T = TypeVar("T")


class Loader(SafeLoader):  # type: ignore[valid-type,misc]
    """Reads YAML in which no name stands twice: the second would silently replace the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for name, _ in node.value:
            if (name.tag, name.value) in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{name.value} is given twice", name.start_mark)
            seen.add((name.tag, name.value))
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


class Reader:
    """Reads the files of a content folder and collects what is wrong with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[Fault] = []
        self.reviewed: dict[str, date] = {}
        self.owners: dict[str, str] = {}

    def fault(self, file: str, key: str, message: str) -> None:
        self.faults.append(Fault(file, key, message))

    def mapping(self, file: str) -> dict[str, Any]:
        """The file as a mapping; empty, with a fault, when it is none."""
        path = self.folder / file
        try:
            data = yaml.load(path.read_text("utf-8"), Loader)
        except FileNotFoundError:
            self.fault(file, "-", "the file is missing; put it back")
            return {}
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            self.fault(file, "-", f"cannot be read as YAML: {error}".replace("\n", " "))
            return {}
        if not isinstance(data, dict):
            self.fault(file, "-", "must be a mapping of names to values")
            return {}
        reviewed = data.get("reviewed")
        if isinstance(reviewed, date):
            self.reviewed[file] = reviewed
        else:
            self.fault(file, "reviewed", "needs the date of the last review, as 2026-11-24")
        self.owners[file] = str(data.get("owner") or "")
        if not self.owners[file] and "/" not in file:
            self.fault(file, "owner", "needs who looks after these rules, as law, payments or guide")
        return data

    def each(self, file: str, rows: Any, build: Callable[[str, dict[str, Any]], T]) -> list[T]:
        """Build something from each row: a list of mappings, or a mapping of ids to mappings."""
        pairs: Iterable[tuple[str, Any]]
        if isinstance(rows, dict):
            pairs = [(str(name), row) for name, row in rows.items()]
        else:
            pairs = [(f"row {number}", row) for number, row in enumerate(rows or [], 1)]
        built = []
        for name, row in pairs:
            try:
                built.append(build(name, dict(row or {})))
            except (KeyError, TypeError, ValueError, ArithmeticError) as error:
                self.fault(file, name, f"{type(error).__name__}: {error}")
        return built

    def condition(self, file: str, key: str, lines: Any) -> Condition:
        """A condition as the content writes it; unknown guards are faults."""
        if lines is not None and not isinstance(lines, list):
            self.fault(file, key, "a condition is a list of guards")
            return ()
        condition: list[tuple[str, bool, Any]] = []
        for line in lines or ():
            if isinstance(line, dict) and len(line) != 1:
                self.fault(file, key, f"each line of a condition is one guard, this one is {len(line)}: {line}")
                continue
            name, argument = next(iter(line.items())) if isinstance(line, dict) else (line, None)
            wanted = not str(name).startswith("not ")
            name = str(name).removeprefix("not ")
            if name not in GUARDS:
                self.fault(file, key, f"there is no guard named {name}; the guards are in dialogs/guards.py")
                continue
            if name == ANY:
                argument = tuple(self.condition(file, key, option) for option in argument or ())
            condition.append((name, wanted, argument))
        return tuple(condition)
