"""Understanding as lines of JSON, for the command line."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TextIO

from nlu.matcher import Matcher
from nlu.understanding import Understanding


def understand_lines(
    stream_in: TextIO,
    stream_out: TextIO,
    *,
    now: datetime,
    expected: Sequence[str] = (),
    explain: bool = False,
    faults: TextIO | None = None,
) -> int:
    """Answer each line `{"id","text"}` with one line of JSON; return the exit status, 1 if any line was at fault.

    A line that cannot be read is named in one sentence on `faults` (default: standard error) and answered by nothing.
    """
    matcher = Matcher.load()
    status = 0
    for number, line in enumerate(stream_in, start=1):
        if not line.strip():
            continue
        try:
            asked = _read(line)
        except ValueError as error:
            (faults or sys.stderr).write(f"line {number}: {error}\n")
            status = 1
            continue
        understanding = matcher.understand(asked["text"], now=now, expected=expected, explain=explain)
        answer = as_dict(understanding, explain=explain)
        stream_out.write(json.dumps({"id": asked.get("id"), **answer}, ensure_ascii=False) + "\n")
    return status


def as_dict(understanding: Understanding, *, explain: bool = False) -> dict[str, Any]:
    """Return an understanding as the object of one line."""
    answer: dict[str, Any] = {
        "intent": understanding.intent,
        "secondary": list(understanding.secondary),
        "confidence": understanding.confidence,
        "entities": [{"type": e.type, "value": e.value, "text": e.text} for e in understanding.entities],
    }
    if understanding.signs or explain:
        answer["signs"] = list(understanding.signs)
    if explain:
        answer["second"] = understanding.second
        answer["reasons"] = [
            {"words": reason.words, "intent": reason.intent, "weight": reason.weight}
            for reason in understanding.reasons
        ]
    return answer


def _read(line: str) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except ValueError:
        raise ValueError('this is not JSON; write {"id": "1", "text": "…"} on one line.') from None
    if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
        raise ValueError('there is no "text"; write {"id": "1", "text": "…"} on one line.')
    return asked
