"""Small helpers to write statements once and use them on both databases."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from sqlalchemy import Column, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import BindParameter

_INSERTS: dict[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def per_dialect(build: Callable[[Callable[[Table], Any]], Executable]) -> dict[str, Executable]:
    """The same upsert for each dialect, by its name; `build` is given the dialect's insert function."""
    return {name: build(insert) for name, insert in _INSERTS.items()}


def columns_of(table: Table, record: type) -> list[Column[Any]]:
    """The table's columns in the order of the record's fields."""
    return [table.c[field.name] for field in fields(record) if field.name in table.c]


def values_of(*names: str) -> dict[str, BindParameter[Any]]:
    """Bound values for an update, named `new_…` so that they do not meet the names of its condition."""
    return {name: bindparam(f"new_{name}") for name in names}
