"""Every requirement on evidence is held by a test that names its number, as docs/evidence.md says."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"requirements?\s+((?:\d+(?:,\s*|\s+and\s+)?)+)", re.I)
ROW = re.compile(r"^\| (\d+) \| .+ \| (.+) \|$", re.M)
NUMBERS = range(1, 25)


def named_in(path: Path) -> set[int]:
    """The numbers of requirements in the docstrings of a module of tests and of the tests in it."""
    tree = ast.parse(path.read_text("utf-8"))
    tests = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert any(node.name.startswith("test_") for node in tests), path
    docstrings = [ast.get_docstring(node) or "" for node in (tree, *tests)]
    return {int(number) for text in docstrings for found in NAMED.findall(text) for number in re.findall(r"\d+", found)}


def test_the_table_has_every_requirement_and_each_file_names_it() -> None:
    rows = ROW.findall((ROOT / "docs/evidence.md").read_text("utf-8"))
    assert [int(number) for number, _ in rows] == list(NUMBERS)
    for number, cell in rows:
        files = re.findall(r"`(tests/[\w/]+\.py)`", cell)
        assert files, f"requirement {number} has no tests"
        for file in files:
            assert int(number) in named_in(ROOT / file), f"{file} does not name requirement {number}"
