"""The web chat's API: taking what a page sends, giving back the conversation and its case, and letters."""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot import letterbox
from bot.channels.base import Handler, Unavailable
from bot.channels.web import WebChannel
from bot.docx import MIME, make_docx
from bot.languages import accepted
from bot.messages import Answer, Attachment, AttachmentKind, OutgoingMessage, Update
from bot.settings import Settings
from bot.web.intake import Limits, Refused, Submission, read_submission
from bot.web.visitor import Visitor

log = logging.getLogger(__name__)


class Reader(Protocol):
    """What the page shows, read from storage. All raise `Unavailable` when the store is away.

    A conversation is given by its external id. Times are ISO 8601 in the zone they are to be shown in. Texts are plain.

    state: `{"now", "language", "last", "messages": [message…], "case": case | None, "cases": […]}`, oldest message
    first. `language` is empty while no one has spoken. `last` is a number that grows with every message of the
    conversation; given back as `after`, it asks for what came later.

    message: `{"id": "i12" (in) | "o34" (out), "from": "person" | "guide", "key": text key | kind of update, "text",
    "choices": [{"id", "label"}], "files": [{"name", "mime", "url"}], "evidence": [{"no", "kind", "name", "url",
    "original", "status"}], "at", "ref"}`. `ref` is the update_id of a message from a person: by it the page recognises
    what it sent itself. The text of a tapped choice is its label. `evidence[].url` is empty unless the exhibit belongs
    to the current case, since /chat/evidence/<no> serves only that one's (see `bot/web/evidence.py`).

    case: `{"no", "title", "section", "status", "severity": 1-4, "severity_label", "intent",
    "sections": [{"id", "label", "state": "done" | "current" | "open"}],
    "facts": [{"name", "label", "value", "state": "said" | "read" | "confirmed" | "unknown",
    "correct": choice id or ""}],
    "checklist": {"have", "of", "items": [{"id", "label", "state": "have" | "missing" | "unavailable",
    "exhibits": [no…]}]}, "suggestions": [{"key", "text", "why", "due", "now", "source"}], "deadlines": [{"due", "key",
    "text"}], "attempts": [{"no", "at", "text"}], "ladder": [{"id", "label", "state": "done" | "waiting" | "next" |
    "later", "text", "due": until when an answer is waited for or null, "by": "law" | "dated" | "advice" | "promise" |
    ""}], "evidence": [{"no", "kind", "name", "sha256", "status", "url",
    "original", "at"}],
    "go": {section id: choice id}, "human": choice id, "packet": choice id}`.

    cases: `[{"no", "title", "status", "current": bool, "choice": choice id that switches to it or ""}]`.
    """

    async def state(self, conversation: str) -> dict[str, Any]:
        """The whole conversation and its current case; a conversation not yet known has no messages and no case."""
        ...

    async def since(self, conversation: str, after: int) -> dict[str, Any]:
        """The same as `state` with only the messages later than `after`; a message given twice does no harm."""
        ...

    async def language(self, conversation: str) -> str:
        """The language spoken in it; "" while no one has spoken."""
        ...

    async def letter(self, conversation: str, sha256: str) -> str | None:
        """The text of a letter that was shown in the conversation; None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Chat:
    """The handlers of /chat, with everything they need."""

    handle: Handler
    reader: Reader
    web: WebChannel
    settings: Settings
    now: Callable[[], datetime]
    limits: Limits

    def routes(self) -> Sequence[BaseRoute]:
        """The API without its event stream (`bot/web/events.py`)."""
        return (
            Route("/chat/messages", self.post_message, methods=["POST"]),
            Route("/chat/state", self.get_state, methods=["GET"]),
            Route("/chat/letters/{sha256}.docx", self.get_letter, methods=["GET"]),
        )

    async def post_message(self, request: Request) -> Response:
        """Hand a submission to the conversation, a file at a time, and answer with the replies.

        `messages` are the replies; where the page said what it has read (`after`), `update` is the reader's own view
        of everything later, which has ids and the case.
        """
        if not self._is_own_page(request):
            return _refuse(403, "forbidden")
        visitor = Visitor.of(request)
        known = visitor or Visitor.new()
        try:
            async with read_submission(request, self.limits) as submission:
                answers = [await self.handle(update) async for update in self._translate(submission, known, request)]
        except Refused as refusal:
            return _refuse(refusal.status, refusal.key)
        except ClientDisconnect:
            return _refuse(400, "bad_request")
        except Unavailable:
            return _refuse(503, "unavailable")
        self.web.notify(known.conversation)
        response = JSONResponse(await self._answer(known, answers, submission.after))
        if visitor is None:
            known.remember(response, self.settings)
        return response

    async def get_state(self, request: Request) -> Response:
        """Everything a page needs when it opens."""
        visitor = Visitor.of(request)
        known = visitor or Visitor.new()
        try:
            state = await self.reader.state(known.conversation)
        except Unavailable:
            return _refuse(503, "unavailable")
        response = JSONResponse(name_own(state, known))
        if visitor is None:
            known.remember(response, self.settings)
        return response

    async def get_letter(self, request: Request) -> Response:
        """A letter as it was shown to the visitor, as a Word file."""
        visitor = Visitor.of(request)
        try:
            text = await self.reader.letter(visitor.conversation, request.path_params["sha256"]) if visitor else None
        except Unavailable:
            return _refuse(503, "unavailable")
        if text is None:
            return _refuse(404, "not_found")
        name = quote(letterbox.file_name(text))
        return Response(
            make_docx(text),
            media_type=MIME,
            headers={"Content-Disposition": f"attachment; filename=\"letter.docx\"; filename*=UTF-8''{name}"},
        )

    def _is_own_page(self, request: Request) -> bool:
        if request.headers.get("x-requested-with") != "zgb":
            return False
        origin = request.headers.get("origin")
        own = {request.headers.get("host", ""), urlsplit(self.settings.public_url).netloc} - {""}
        return origin is None or urlsplit(origin).netloc in own

    async def _translate(self, submission: Submission, visitor: Visitor, request: Request) -> AsyncIterator[Update]:
        update = Update(
            channel=self.web.name,
            update_id=_own_prefix(visitor) + submission.id,
            conversation=visitor.conversation,
            kind="choice" if submission.choice else "start" if submission.start else "text",
            sent_at=self.now(),
            text=submission.text,
            choice=submission.choice,
            language=accepted(request.headers.get("accept-language", "")),
        )
        if not submission.files:
            yield update
        for n, file in enumerate(submission.files, 1):
            data = await file.read()  # one file in memory at a time, however many were sent
            yield replace(
                update,
                update_id=f"{update.update_id}.{n}",
                kind="attachment",
                text=submission.text if n == 1 else "",
                album=submission.album or (submission.id if len(submission.files) > 1 else ""),
                attachments=(
                    Attachment(
                        kind=_kind(file.content_type or ""),
                        name=_plain_name(file.filename or ""),
                        mime=file.content_type or "",
                        size=len(data),
                        data=data,
                    ),
                ),
            )

    async def _answer(self, visitor: Visitor, answers: Sequence[Answer], after: int | None) -> dict[str, Any]:
        body: dict[str, Any] = {"messages": [_show(message) for answer in answers for message in answer.messages]}
        if after is not None:
            try:
                body["update"] = name_own(await self.reader.since(visitor.conversation, after), visitor)
            except Unavailable:  # what was sent is safe; the event stream will bring the rest
                log.warning("could not read the conversation after a turn")
        return body


def name_own(state: dict[str, Any], visitor: Visitor) -> dict[str, Any]:
    """The state with each `ref` turned into the id the page itself gave (see `Chat.post_message`)."""
    prefix = _own_prefix(visitor)
    messages = [
        {**message, "ref": ref.removeprefix(prefix)} if (ref := message.get("ref")) else message
        for message in state["messages"]
    ]
    return {**state, "messages": messages}


def _own_prefix(visitor: Visitor) -> str:
    # An update id is for ever and for everyone; without this a page could name another's and be given its replies.
    return visitor.conversation[:16] + "."


def _show(message: OutgoingMessage) -> dict[str, Any]:
    return {
        "key": message.key,
        "text": message.text,
        "choices": [{"id": choice.id, "label": choice.label} for choice in message.choices],
        "files": [{"name": file.name, "mime": file.mime} for file in message.files],
    }


def _kind(mime: str) -> AttachmentKind:
    match mime.split("/")[0]:
        case "image":
            return "photo"
        case "audio":
            return "audio"
        case "video":
            return "video"
        case _:
            return "document"


def _plain_name(name: str) -> str:
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(character for character in last if character.isprintable())[-200:]


def _refuse(status: int, key: str) -> Response:
    headers = {"Retry-After": "2"} if status == 503 else None
    return JSONResponse({"error": key}, status, headers=headers)
