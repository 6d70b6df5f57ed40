"""The lexicon that ships is clean, and each kind of fault is found."""

import shutil
from pathlib import Path

import pytest

from nlu import check
from nlu.lexicon import FOLDER


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "lexicon"
    shutil.copytree(FOLDER, copy)
    return copy


def messages(folder: Path) -> str:
    return "\n".join(f"{fault.file} {fault.key} {fault.message}" for fault in check.check(folder))


def test_the_lexicon_that_ships_has_no_fault() -> None:
    # examples that go to another intent are warnings (bot/commands/check.py)
    assert [fault for fault in check.check() if not fault.file.endswith(".examples")] == []


def test_a_change_without_learning_is_noticed(folder: Path) -> None:
    (folder / "en.yaml").write_text((folder / "en.yaml").read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")

    assert "prepared.json digest is older than the lexicon" in messages(folder)


def test_an_unknown_intent_and_a_lost_example_are_named(folder: Path) -> None:
    path = folder / "zh.examples-more.yaml"
    path.write_text("no_such_intent: |\n  什么\ngreet: |\n  押金一直不退给我\n", encoding="utf-8")
    found = messages(folder)

    assert "no_such_intent is no intent" in found
    assert "greet: 押金一直不退给我 is understood as deposit_refund" in found


def test_a_word_with_two_meanings_is_named(folder: Path) -> None:
    path = folder / "zh.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("  PAPER: [纸,", "  PAPER: [纸, 电池,"), encoding="utf-8")

    assert "电池 stands 2 times under words" in messages(folder)


def test_broken_yaml_is_one_fault_and_no_traceback(folder: Path) -> None:
    (folder / "zh.yaml").write_text("words: [", encoding="utf-8")
    faults = check.check(folder)

    assert len(faults) == 1
    assert "is not valid YAML" in faults[0].message
