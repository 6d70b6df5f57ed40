"""What is said at the start when pictures cannot be read, or must not be."""

from pathlib import Path

import pytest

from bot.commands import doctor, serve
from nlu.ocr import MODELS, find_fault
from tests.support.program import settings

FAULTS = [("", True), ("missing", None), ("altered", False)]


def test_an_altered_model_file_stops_the_start(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """evidence.md requirement 2: an error at the start, no download."""
    monkeypatch.setattr(serve, "find_fault", lambda: "altered")
    fault = serve._cannot_start(settings(sqlite_url, tmp_path, port=0), receive=True)

    assert "model file" in fault
    assert "\n" not in fault


def test_without_the_extra_the_program_starts(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """evidence.md requirement 1."""
    monkeypatch.setattr(serve, "find_fault", lambda: "missing")

    assert serve._cannot_start(settings(sqlite_url, tmp_path, port=0), receive=True) == ""


@pytest.mark.parametrize(("fault", "works"), FAULTS)
def test_doctor_says_whether_photos_are_read(
    fault: str, works: bool | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "find_fault", lambda: fault)
    finding = doctor._reading(settings(f"sqlite:///{tmp_path}/a.db", tmp_path))

    assert finding.works is works
    assert finding.words


def test_a_model_that_was_changed_is_found(tmp_path: Path) -> None:
    """evidence.md requirement 2: every model is checked by its hash before it is loaded."""
    if find_fault() == "missing":
        pytest.skip("NOT TESTED: the ocr extra is missing")
    for name, _ in MODELS.values():
        (tmp_path / name).write_bytes(b"not the model")

    assert find_fault(tmp_path) == "altered"
    assert find_fault(tmp_path / "nowhere") == "altered"
