"""What the tests of reading need besides Python: the ocr extra and a Chinese font. Under CI both must be there."""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
LIBRARIES = ("rapidocr", "onnxruntime", "cv2", "numpy", "PIL", "pypdfium2")


def need_libraries() -> None:
    """Skip the module when the extra is not installed."""
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        _leave(f"NOT TESTED: the ocr extra is missing ({', '.join(missing)})")


def need_font() -> None:
    """Skip the module when no Chinese font is there to draw pictures with."""
    if not FONT.exists():
        _leave("NOT TESTED: the package fonts-noto-cjk is missing")


def _leave(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"{reason}; under CI nothing is skipped", pytrace=False)
    pytest.skip(reason, allow_module_level=True)
