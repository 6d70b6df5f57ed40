"""Pixels to lines of text. The only module that knows the OCR library, which is an extra and may be missing.

The library is given decoded pixels and nothing else: a string it would take for an address and fetch, a model that is
not there it would download. So the models are named by path and checked by hash before it is loaded.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from nlu.receipt_lines import Corners, Line, Point

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

MODELS = {
    "Det": ("PP-OCRv6_det_small.onnx", "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f"),
    "Rec": ("PP-OCRv6_rec_small.onnx", "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884"),
    "Cls": ("ch_ppocr_mobile_v2.0_cls_mobile.onnx", "e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c"),
}
DETECTION_SIDE = 1280  # pixels of the long side in which text is looked for
_LONG = 2.5  # a box this many times as long as high tells which way the text runs
_VOTERS = 8
_POOR = 0.75
_LEAST_POOR = 4
_SHIFT = 0.25  # of its height that a line's corners may lie elsewhere when it is found once more


class OcrFault(Exception):
    """Reading pictures is not possible: the extra is missing or its models are not those we know."""


def find_fault(folder: Path | None = None) -> Literal["", "missing", "altered"]:
    """Why reading is not possible: the extra is missing, or a model is missing or altered; "" when it is possible.

    The models are looked for where the library keeps them, unless a `folder` is given.
    """
    if any(find_spec(name) is None for name in ("rapidocr", "onnxruntime", "cv2", "numpy", "PIL")):
        return "missing"
    for name, digest in MODELS.values():
        path = (folder or _folder()) / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            return "altered"
    return ""


def _folder() -> Path:
    spec = find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise OcrFault("rapidocr is not installed")
    return Path(spec.origin).parent / "models"


class Recogniser:
    """The loaded models, about 300 MB. Not for several threads at once."""

    def __init__(self, threads: int = 1) -> None:
        """Load the models. Raises `OcrFault` when they are missing or altered; nothing is ever downloaded."""
        if fault := find_fault():
            raise OcrFault(fault)
        from rapidocr import RapidOCR

        engine = "EngineConfig.onnxruntime"
        parameters: dict[str, Any] = {
            "Global.log_level": "critical",
            "Global.max_side_len": 8000,  # the caller decides about size
            "Global.text_score": 0.0,
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECTION_SIDE,
            f"{engine}.intra_op_num_threads": threads,
            f"{engine}.inter_op_num_threads": 1,
        }
        for part, (name, _) in MODELS.items():
            parameters[f"{part}.model_path"] = str(_folder() / name)
        self._engine: Any = RapidOCR(params=parameters)

    def find(self, pixels: "Pixels") -> list[Corners]:
        """Where there is text in a BGR picture; corners in no particular turn."""
        found = self._engine(pixels, use_det=True, use_cls=False, use_rec=False)
        if found.boxes is None:
            return []
        return [_corners(box.tolist()) for box in found.boxes]

    def read(self, pixels: "Pixels", places: "list[Corners] | None" = None, known: Sequence[Line] = ()) -> list[Line]:
        """The lines of a BGR picture, whichever way it is turned, roughly from top to bottom; `known` ones, found
        where they were, are not read again."""
        places = self.find(pixels) if places is None else places
        if not places:
            return []
        direction = dominant_direction(places)
        turned = [_turn(corners, direction) for corners in places]
        if self._is_upside_down(pixels, turned):
            direction = (-direction[0], -direction[1])
            turned = [(corners[2], corners[3], corners[0], corners[1]) for corners in turned]
        across = (-direction[1], direction[0])
        turned.sort(key=lambda corners: (_along(corners[0], across), _along(corners[0], direction)))
        lines = [_same(corners, known) or self.read_line(pixels, corners) for corners in turned]
        return [line for line in self._stand_up(pixels, lines) if line.text]

    def _stand_up(self, pixels: "Pixels", lines: list[Line]) -> list[Line]:
        """Of two papers lying head to foot the second one's lines are read the other way up."""
        poor = [line for line in lines if line.score < _POOR and _length(line.corners) > 2 * _height(line.corners)]
        if len(poor) < _LEAST_POOR:
            return lines
        better: dict[int, Line] = {}
        poor.sort(key=lambda line: -_length(line.corners))
        for number, line in enumerate(poor):
            a, b, c, d = line.corners
            again = self.read_line(pixels, (c, d, a, b))
            if again.score > line.score + 0.2:
                better[id(line)] = again
            elif number >= 3 and len(better) <= number // 2:
                return lines  # these are poor for another reason
        return [better.get(id(line), line) for line in lines]

    def read_line(self, pixels: "Pixels", corners: Corners) -> Line:
        """The text between four corners, which begin at its top left."""
        result = self._engine(cut(pixels, corners), use_det=False, use_cls=False, use_rec=True, return_word_box=True)
        text, score, words = result.txts[0], float(result.scores[0]), result.word_results[0]
        stripped = text.strip()
        if not stripped:
            return Line("", 0.0, corners)
        certainty = [float(value) for value in words.confs]
        columns = [column for word in words.word_cols for column in word]
        places = _places(text, columns, words.line_txt_len)
        start = text.index(stripped)
        span = slice(start, start + len(stripped))
        if len(certainty) != len(text):
            return Line(stripped, score, corners, places=tuple(places[span]))
        return Line(stripped, score, corners, tuple(certainty[span]), tuple(places[span]))

    def _is_upside_down(self, pixels: "Pixels", places: list[Corners]) -> bool:
        """Do the longest lines say that the picture stands on its head?"""
        voters = sorted(places, key=_length, reverse=True)[:_VOTERS]
        balance = 0.0
        for corners in voters:
            if _length(corners) < 1.5 * _height(corners):
                continue
            result = self._engine(cut(pixels, corners), use_det=False, use_cls=True, use_rec=False)
            label, score = result.cls_res[0]
            balance += float(score) if str(label) == "180" else -float(score)
        return balance > 0


def cut(pixels: "Pixels", corners: Corners) -> "Pixels":
    """The part between four corners, made rectangular."""
    import cv2
    import numpy as np

    width, height = max(4, round(_length(corners))), max(4, round(_height(corners)))
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(np.array(corners, dtype=np.float32), target)
    part = cv2.warpPerspective(pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(part, dtype=np.uint8)


def dominant_direction(places: list[Corners]) -> Point:
    """The direction most of the text runs in, to the right or, when the picture lies on its side, downwards."""
    total_cosine = total_sine = 0.0
    for corners in places:
        (dx, dy), (ex, ey) = _sides(corners)
        first, second = math.hypot(dx, dy), math.hypot(ex, ey)
        long, short = max(first, second), max(1.0, min(first, second))
        if long < _LONG * short:
            continue
        angle = math.atan2(dy, dx) if first >= second else math.atan2(ey, ex)
        # Twice the angle: a line has no head and no tail.
        total_cosine += long * math.cos(2 * angle)
        total_sine += long * math.sin(2 * angle)
    if not total_cosine and not total_sine:
        return 1.0, 0.0
    angle = math.atan2(total_sine, total_cosine) / 2
    return math.cos(angle), math.sin(angle)


def _sides(corners: Corners) -> tuple[Point, Point]:
    a, b, c, _ = corners
    return (b[0] - a[0], b[1] - a[1]), (c[0] - b[0], c[1] - b[1])


def _turn(corners: Corners, direction: Point) -> Corners:
    """The same corners, beginning at the top left as seen along `direction`."""
    across = (-direction[1], direction[0])
    ordered = sorted(corners, key=lambda point: _along(point, direction))
    left = sorted(ordered[:2], key=lambda point: _along(point, across))
    right = sorted(ordered[2:], key=lambda point: _along(point, across))
    return left[0], right[0], right[1], left[1]


def _along(point: Point, direction: Point) -> float:
    return point[0] * direction[0] + point[1] * direction[1]


def _length(corners: Corners) -> float:
    a, b, c, d = corners
    return max(math.dist(a, b), math.dist(d, c))


def _height(corners: Corners) -> float:
    a, b, c, d = corners
    return max(math.dist(a, d), math.dist(b, c))


def _same(corners: Corners, known: Sequence[Line]) -> Line | None:
    """The line that stands between these corners already."""
    near = _SHIFT * _height(corners)
    for line in known:
        if all(math.dist(here, there) <= near for here, there in zip(corners, line.corners, strict=True)):
            return replace(line, corners=corners)
    return None


def _corners(points: list[list[float]]) -> Corners:
    a, b, c, d = ((float(x), float(y)) for x, y in points)
    return a, b, c, d


def _places(text: str, columns: list[int], length: float) -> list[float]:
    """The centre of each character as a share of the line; blanks lie between their neighbours."""
    visible = sum(not character.isspace() for character in text)
    if visible != len(columns) or not length:
        return [(index + 0.5) / len(text) for index in range(len(text))]
    places: list[float] = []
    rest = iter(columns)
    for character in text:
        if character.isspace():
            places.append(places[-1] if places else 0.0)
        else:
            places.append(min(1.0, (next(rest) + 0.5) / length))
    return places
