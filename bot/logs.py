"""Readable logs that never hold what people wrote: ids and kinds only."""

import json
import logging
import sys
import traceback
from types import TracebackType

QUIET = (
    "transitions",
    "httpx",
    "httpcore",
    "telegram",
    "wechatpy",
    "jieba",
    "alembic",
    "multipart",
    "python_multipart",
    "asyncio",
)
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def configure(level: str, form: str) -> None:
    """Log to standard error as `text` or `json`. Libraries that would log addresses or tokens are kept to warnings."""
    handler = logging.StreamHandler(sys.stderr)
    plain = Lines("%(asctime)s %(levelname)-7s %(name)s %(message)s")
    handler.setFormatter(JsonLines() if form == "json" else plain)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


class Lines(logging.Formatter):
    """Text. Of an error it tells the kind and the place, not its words: those may quote a person."""

    def formatException(self, ei: ExcInfo) -> str:
        """Kind and place of the error, and of those it came from."""
        lines = []
        fault = ei[1]
        while fault is not None:
            lines.append(f"  {type(fault).__module__}.{type(fault).__qualname__}")
            frames = traceback.extract_tb(fault.__traceback__)
            lines += [f"    {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
            fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
        return "\n".join(lines)


class JsonLines(Lines):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
