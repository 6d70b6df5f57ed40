"""The OCR library is taken only with the models we know, and is never told to fetch any."""

import shutil
from pathlib import Path

import pytest

from nlu import ocr
from tests.bot.reading.needs import need_libraries

need_libraries()


def test_the_models_that_come_with_the_extra_are_the_known_ones() -> None:
    assert ocr.find_fault() == ""


@pytest.mark.parametrize("damage", ["missing", "altered"])
def test_a_model_that_is_missing_or_altered_is_a_fault(tmp_path: Path, damage: str) -> None:
    import rapidocr

    models = Path(rapidocr.__file__).parent / "models"
    for name, _ in ocr.MODELS.values():
        shutil.copyfile(models / name, tmp_path / name)
    victim = tmp_path / ocr.MODELS["Cls"][0]
    if damage == "missing":
        victim.unlink()
    else:
        victim.write_bytes(victim.read_bytes()[:-1] + b"x")

    assert ocr.find_fault(tmp_path) == "altered"
