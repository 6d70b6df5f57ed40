"""What a page sends, read with a limit on everything before anything is parsed or kept."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_CHOICE = re.compile(r"[\x21-\x7e]{1,64}")
_JSON_BYTES_PER_CHARACTER = 12  # a character beyond the basic plane, escaped as two \uXXXX


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest things a page may send: bytes of a file, files at once, characters of a text."""

    file: int = 25 * 1024 * 1024
    files: int = 10
    text: int = 100_000


@dataclass(frozen=True, slots=True)
class Submission:
    """One thing a person did in the page. `after` is what the page has read already; `album` groups its uploads."""

    id: str
    text: str = ""
    choice: str = ""
    start: bool = False
    after: int | None = None
    album: str = ""
    files: tuple[UploadFile, ...] = ()


class Refused(Exception):
    """The page's request cannot be taken: an HTTP status and the key of the sentence the page shows."""

    def __init__(self, status: int, key: str) -> None:
        super().__init__(key)
        self.status = status
        self.key = key


@asynccontextmanager
async def read_submission(request: Request, limits: Limits) -> AsyncIterator[Submission]:
    """The submission in a request, its files open until the block ends. Raises `Refused`."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "application/json":
        yield _from_json(await _read_capped(request, limits.text * _JSON_BYTES_PER_CHARACTER + 2048), limits)
    elif kind == "multipart/form-data":
        fields, files = await _read_form(request, limits)
        try:
            yield _from_form(fields, files, limits)
        finally:
            for file in files:
                await file.close()
    else:
        raise Refused(415, "unsupported")


async def _read_capped(request: Request, most: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise Refused(413, "text_too_long")
    return bytes(body)


def _from_json(body: bytes, limits: Limits) -> Submission:
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "bad_request") from None
    if not isinstance(sent, dict):
        raise Refused(400, "bad_request")
    text, choice = _string(sent, "text"), _string(sent, "choice")
    start = sent.get("start") is True
    if sum((bool(text.strip()), bool(choice), start)) != 1:
        raise Refused(400, "bad_request" if text and choice else "empty")
    if choice and not _CHOICE.fullmatch(choice):
        raise Refused(400, "bad_request")
    return Submission(
        id=_id(_string(sent, "id")),
        text=_storable(text, limits),
        choice=choice,
        start=start,
        after=_after(sent.get("after")),
    )


def _from_form(fields: dict[str, str], files: list[UploadFile], limits: Limits) -> Submission:
    if not files:
        raise Refused(400, "empty")
    if any(not file.size for file in files):
        raise Refused(400, "empty_file")
    album = fields.get("album", "")
    return Submission(
        id=_id(fields.get("id", "")),
        text=_storable(fields.get("caption", ""), limits).strip(),
        after=_after(fields.get("after")),
        album=_id(album) if album else "",
        files=tuple(files),
    )


async def _read_form(request: Request, limits: Limits) -> tuple[dict[str, str], list[UploadFile]]:
    parser = _CappedParser(request.headers, request.stream(), limits)
    try:
        form = await parser.parse()
    except MultiPartException as fault:
        raise Refused(400, "too_many_files" if "Too many files" in fault.message else "bad_request") from None
    fields: dict[str, str] = {}
    files: list[UploadFile] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files.append(value)
        else:
            fields[name] = value
    return fields, files


class _CappedParser(MultiPartParser):
    """Refuses a file as soon as it has passed the limit, while it is still arriving."""

    def __init__(self, headers: Headers, stream: Any, limits: Limits) -> None:
        super().__init__(headers, stream, max_files=limits.files, max_fields=16, max_part_size=limits.text * 4)
        self._file_limit = limits.file
        self._file_bytes = 0

    def on_part_begin(self) -> None:
        super().on_part_begin()
        self._file_bytes = 0

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._file_bytes += end - start
        if self._current_part.file is not None and self._file_bytes > self._file_limit:
            raise Refused(413, "too_large")
        super().on_part_data(data, start, end)


def _string(sent: dict[str, Any], name: str) -> str:
    value = sent.get(name, "")
    if not isinstance(value, str):
        raise Refused(400, "bad_request")
    return value


def _storable(text: str, limits: Limits) -> str:
    if len(text) > limits.text:
        raise Refused(413, "text_too_long")
    # JSON can spell half characters and NUL, which no database takes.
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def _id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise Refused(400, "bad_request")
    return value


def _after(value: object) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,18}", str(value)):
        raise Refused(400, "bad_request")
    return int(str(value))
