"""The plan of the house names every room, and none that is gone."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
TOGETHER = ("bot/commands", "storage/repositories", "storage/migrations")
"""Folders that are named as one: a module each for what everybody can guess."""


def test_every_module_is_named_and_none_that_is_gone() -> None:
    plan = (ROOT / "docs" / "architecture.md").read_text("utf-8").partition("## 3. ")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(\w+\.py)`", plan))
    modules = [path for package in ("bot", "dialogs", "nlu", "storage") for path in (ROOT / package).rglob("*.py")]
    there = {path.name for path in modules if not path.relative_to(ROOT).as_posix().startswith(TOGETHER)}

    assert named - {path.name for path in modules} == set()
    assert there - named == {"__init__.py"}
