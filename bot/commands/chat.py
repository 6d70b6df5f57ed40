"""`chat`: the guide in a terminal, or as JSON lines in and out."""

import asyncio
import json
import mimetypes
import re
import stat
import sys
import uuid
from argparse import Namespace
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

from bot import settings as configuration
from bot.app import App, real_clock
from bot.channels.base import Unavailable, numbered
from bot.filetypes import sniff
from bot.messages import Attachment, Origin, OutgoingFile, OutgoingMessage, Update
from bot.reading.service import ReadingService
from bot.taking import LARGEST

DURATION = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)


class BadLine(Exception):
    """A line that is none of the forms there are; the text says what is wrong."""


@dataclass
class MovingClock:
    """A clock that can be put forward."""

    ahead: timedelta = timedelta()
    fixed: datetime | None = None

    def __call__(self) -> datetime:
        return self.at(self.ahead)

    def at(self, ahead: timedelta) -> datetime:
        """The time it shows when put forward so far in all. Raises `OverflowError` beyond the year 9999."""
        return (self.fixed or real_clock()) + ahead


class Terminal:
    """Talks to one program in this process as one person after the other."""

    def __init__(self, app: App, clock: MovingClock) -> None:
        self._app = app
        self._clock = clock
        self.person = "me"
        self._folder: Path | None = None

    async def answer(self, line: dict[str, Any]) -> list[OutgoingMessage]:
        """What one line of input leads to."""
        if "new" in line:
            self.person = words(line, "new")
            return []
        if "advance" in line:
            return await self.advance(duration(words(line, "advance")))
        answer = await self._app.handle(self._update(line))
        await self._settle()
        return [*answer.messages, *self._app.console.take(self.person)]

    async def greet(self) -> list[OutgoingMessage]:
        """What is said at the start, or when someone comes back."""
        answer = await self._app.handle(replace(self._update({"text": ""}), kind="start"))
        return list(answer.messages)

    async def advance(self, step: timedelta) -> list[OutgoingMessage]:
        """Put the clock forward, stopping at whatever falls due on the way."""
        target = self._clock.ahead + step
        try:
            self._clock.at(target).astimezone(self._app.settings.zone)
        except OverflowError:
            raise BadLine("advance: that is beyond the last year there is") from None
        messages: list[OutgoingMessage] = []
        while (due := self._next_due()) is not None and (ahead := self._ahead_of(due)) <= target:
            self._clock.ahead = max(ahead, self._clock.ahead)
            await self._settle()
            messages += self._app.console.take(self.person)
        self._clock.ahead = target
        await self._settle()
        return [*messages, *self._app.console.take(self.person)]

    def _ahead_of(self, moment: datetime) -> timedelta:
        return moment - (self._clock() - self._clock.ahead)

    def _next_due(self) -> datetime | None:
        with self._app.store.read() as work:
            return work.reminders.next_due()

    async def _settle(self) -> None:
        app = self._app
        for loop in (app.retention, app.fetching, app.reading, app.orders, app.reminding, app.courier):
            while await loop.work():
                pass

    def save(self, file: OutgoingFile) -> str:
        """Write a file that was handed over to a folder that stays, and give its path; "" if it is gone."""
        chunks = self._app.packets.open_for("console", self.person, file.sha256)
        if chunks is None:
            return ""
        self._folder = self._folder or Path(mkdtemp(prefix="zhanggui-files-"))
        path = self._folder / file.name
        with path.open("wb") as target:
            for chunk in chunks:
                target.write(chunk)
        return str(path)

    def _update(self, line: dict[str, Any]) -> Update:
        update = Update(
            channel="console",
            update_id=uuid.uuid4().hex,
            conversation=self.person,
            kind="text",
            sent_at=self._clock(),
        )
        if "choice" in line:
            return replace(update, kind="choice", choice=words(line, "choice"))
        if "file" in line:
            return self._file(update, words(line, "file"), words(line, "caption"))
        if isinstance(line.get("forward"), dict):
            return self._forward(update, line["forward"])
        if "text" in line:
            return replace(update, text=words(line, "text"))
        raise BadLine("needs one of text, choice, file, forward, advance, new")

    @staticmethod
    def _file(update: Update, name: str, caption: str) -> Update:
        path = Path(name)
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                raise BadLine("file: is not a file")
            with path.open("rb") as file:
                data = file.read(LARGEST + 1)  # what is beyond is refused whatever it holds
        except (OSError, ValueError) as fault:
            raise BadLine(f"file: {getattr(fault, 'strerror', None) or 'cannot be read'}") from None
        kind = sniff(data).kind
        claimed = mimetypes.guess_type(path.name)[0] or ""
        attachment = Attachment(kind, name=path.name, mime=claimed, size=path.stat().st_size, data=data)
        return replace(update, kind="attachment", text=caption, attachments=(attachment,))

    def _forward(self, update: Update, forward: dict[str, Any]) -> Update:
        try:
            at = datetime.fromisoformat(words(forward, "at")) if forward.get("at") else None
            if at is not None:
                at = (at if at.tzinfo else at.replace(tzinfo=self._app.settings.zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise BadLine("forward.at: must be an ISO 8601 time") from None
        return replace(update, kind="forward", text=words(forward, "text"), origin=Origin(words(forward, "from"), at))


def words(line: Mapping[str, Any], name: str) -> str:
    """A text of the line, "" where it is missing. JSON can spell half characters, which nothing takes."""
    value = line.get(name, "")
    if not isinstance(value, str):
        raise BadLine(f"{name}: must be a text")
    return value.encode("utf-8", "replace").decode()


def read_line(raw: bytes) -> dict[str, Any]:
    """The object a line spells."""
    try:
        line = json.loads(raw)
    except UnicodeDecodeError:
        raise BadLine("not JSON: not UTF-8") from None
    except (ValueError, RecursionError) as fault:
        raise BadLine(f"not JSON: {getattr(fault, 'msg', type(fault).__name__)}") from None
    if not isinstance(line, dict):
        raise BadLine("must be a JSON object")
    return line


def duration(text: str) -> timedelta:
    """An ISO 8601 duration of weeks, days, hours, minutes, seconds.

    >>> duration("P3DT2H")
    datetime.timedelta(days=3, seconds=7200)
    """
    found = DURATION.fullmatch(text)
    parts = {name: int(value) for name, value in found.groupdict().items() if value} if found else {}
    if not parts:
        raise BadLine("advance: must be an ISO 8601 duration such as P3DT2H")
    try:
        return timedelta(**parts)
    except OverflowError:
        raise BadLine("advance: that is too long") from None


def run(arguments: Namespace) -> int:
    """Run the command."""
    with TemporaryDirectory(prefix="zhanggui-") as folder:
        given = configuration.load()
        own = arguments.db is None
        settings = configuration.load(
            database_url=arguments.db or f"sqlite:///{folder}/chat.db",
            blobs=f"{folder}/blobs" if own else given.blobs,
            signing_key=f"{folder}/signing_key.pem" if own else given.signing_key,
            telegram_token="",
            wechat_token="",
            wechat_app_id="",
            wechat_account="",
            wechat_aes_key="",
        )
        fixed = arguments.now
        clock = MovingClock(fixed=fixed.replace(tzinfo=settings.zone) if fixed and fixed.tzinfo is None else fixed)
        app = App(settings, clock, ReadingService(clock))
        return asyncio.run(_talk(app, clock, jsonl=arguments.jsonl))


async def _talk(app: App, clock: MovingClock, *, jsonl: bool) -> int:
    await app.start(receive=False, work=False)
    try:
        terminal = Terminal(app, clock)
        return await (_json_lines(app, terminal, clock) if jsonl else _by_hand(terminal))
    finally:
        await app.stop()


async def _lines() -> AsyncIterator[bytes]:
    while line := await asyncio.to_thread(sys.stdin.buffer.readline):
        yield line


async def _json_lines(app: App, terminal: Terminal, clock: MovingClock) -> int:
    status = 0
    async for raw in _lines():
        replies: list[OutgoingMessage] = []
        error = ""
        try:
            replies = await terminal.answer(read_line(raw))
        except BadLine as fault:
            error = str(fault)
        except Unavailable:
            error = "the store is away; nothing was recorded, send the line again"
        print(_out(app, terminal, clock, replies, error), flush=True)
        status = 1 if error else status
    return status


def _out(app: App, terminal: Terminal, clock: MovingClock, replies: list[OutgoingMessage], error: str) -> str:
    with app.store.read() as work:
        case = app.casebook.case_json(work, "console", terminal.person)
    out: dict[str, Any] = {
        "now": clock().astimezone(app.settings.zone).isoformat(timespec="seconds"),
        "replies": [
            {
                "key": reply.key,
                "text": reply.text,
                "choices": [{"id": choice.id, "label": choice.label} for choice in reply.choices],
                "files": [{"name": file.name, "path": terminal.save(file)} for file in reply.files],
            }
            for reply in replies
        ],
        "case": case,
    }
    if error:
        out["error"] = error
    return json.dumps(out, ensure_ascii=False)


async def _by_hand(terminal: Terminal) -> int:
    _show(terminal, await terminal.greet())
    print("> ", end="", flush=True)
    async for line in _lines():
        text = line.decode("utf-8", "replace").strip()
        if text:
            _show(terminal, await terminal.answer({"text": text}))
        print("> ", end="", flush=True)
    print()
    return 0


def _show(terminal: Terminal, messages: list[OutgoingMessage]) -> None:
    for message in messages:
        print(numbered(message))
        for file in message.files:
            print(terminal.save(file))
        print()
