"""Chat records that come as one text, pasted or forwarded: who said what, and when."""

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.messages import RecordItem

FEWEST = 2  # lines with a name and a time; one alone may be anything
MOST = 500
_AT = (
    r"(?P<year>20\d\d)[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?\s+"
    r"(?P<hour>\d{1,2})[:：](?P<minute>\d\d)(?:[:：](?P<second>\d\d))?"
)
_HEADS = (
    re.compile(rf"(?P<author>\S[^\n]{{0,30}}?)[:：]?\s+{_AT}[:：]?"),
    re.compile(rf"{_AT}\s+(?P<author>\S[^\n]{{0,30}}?)[:：]?"),
)
_TITLE = re.compile(r"\[?(?:.{0,30}的)?聊天[记記][录錄]\]?[:：]?")


def read(text: str, zone: ZoneInfo) -> tuple[RecordItem, ...]:
    """The lines of a chat record; none where the text is none, as it does not begin with a name and a full time.

    >>> record = "老王 2026-11-20 10:01\\n钱呢\\n小李 2026/11/20 10:05:09\\n三天内"
    >>> [(one.author, one.body) for one in read(record, ZoneInfo("UTC"))]
    [('老王', '钱呢'), ('小李', '三天内')]
    >>> read("11月20日我打了客服，说三天内", ZoneInfo("UTC"))
    ()
    """
    items = tuple(_items(text.strip().splitlines(), zone))
    return items[:MOST] if len(items) >= FEWEST else ()


def _items(lines: list[str], zone: ZoneInfo) -> Iterator[RecordItem]:
    if lines and _TITLE.fullmatch(lines[0].strip()):
        lines = lines[1:]
    head: tuple[str, datetime] | None = None
    body: list[str] = []
    for line in lines:
        found = _head(line.strip(), zone)
        if found is None and head is None and line.strip():
            return  # it begins with somebody's own words
        if found is None:
            body.append(line)
            continue
        if head is not None:
            yield RecordItem(*head, "text", "\n".join(body).strip())
        head, body = found, []
    if head is not None:
        yield RecordItem(*head, "text", "\n".join(body).strip())


def _head(line: str, zone: ZoneInfo) -> tuple[str, datetime] | None:
    found = next((match for pattern in _HEADS if (match := pattern.fullmatch(line))), None)
    if found is None:
        return None
    parts = [int(found[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")]
    try:
        return found["author"], datetime(*parts, tzinfo=zone)  # type: ignore[misc,arg-type]
    except ValueError:
        return None
