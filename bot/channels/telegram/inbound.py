"""Telegram's updates in our words. Works on the raw JSON, because what cannot be understood must still be answered."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.messages import Attachment, AttachmentKind, Origin, Update

Json = Mapping[str, Any]

_FILES: tuple[tuple[str, AttachmentKind, str], ...] = (
    ("live_photo", "video", "video/mp4"),
    ("animation", "animation", "video/mp4"),
    ("document", "document", ""),
    ("voice", "voice", "audio/ogg"),
    ("audio", "audio", "audio/mpeg"),
    ("video", "video", "video/mp4"),
    ("video_note", "video", "video/mp4"),
    ("sticker", "sticker", "image/webp"),
)
"""Field of a message, what it is to us, and its MIME type where Telegram names none."""

# fmt: off
_ENVELOPE = frozenset({
    "message_id", "message_thread_id", "direct_messages_topic", "from", "sender_chat", "sender_boost_count",
    "sender_business_bot", "date", "business_connection_id", "chat", "forward_origin", "is_topic_message",
    "is_automatic_forward", "reply_to_message", "external_reply", "quote", "reply_to_story", "via_bot", "edit_date",
    "has_protected_content", "is_from_offline", "media_group_id", "author_signature", "entities", "caption",
    "caption_entities", "link_preview_options", "effect_id", "reply_markup", "show_caption_above_media",
})
# fmt: on
"""Fields of a message that say nothing about what kind of thing it is."""

_START = re.compile(r"/start(?:@\w+)?(?:\s+(?P<payload>.*))?", re.DOTALL)
_COMMAND = re.compile(r"/(?P<name>help|status|cancel|settings)(?:@\w+)?\s*")


def translate(raw: object, now: datetime) -> Update | None:
    """The update in our words, for any JSON value at all; None when it has no id or belongs to no chat.

    `now` stands in for the moment where Telegram gives none (presses of a button).
    """
    if not isinstance(raw, dict):
        return None
    number = _number(raw, "update_id")
    kind, body = _body(raw)
    chat = _part(body, "chat") or _part(_part(body, "message"), "chat")
    person = _part(body, "from") or _part(body, "user")
    conversation = _number(chat, "id") or _number(person, "id")
    if number is None or conversation is None:
        return None
    base = Update(
        channel="telegram",
        update_id=str(number),
        conversation=str(conversation),
        kind="other",
        sent_at=_moment(body, "edit_date") or _moment(body, "date") or now,
        language=_language(person),
        note=_name(kind),
    )
    if kind == "my_chat_member" and _part(body, "new_chat_member").get("status") in ("kicked", "left"):
        return replace(base, kind="unfollow", note="")
    if conversation < 0 or (chat and chat.get("type") != "private"):
        return replace(base, note="group")
    if kind == "my_chat_member":
        return replace(base, kind="follow", note="")
    if kind == "callback_query":
        choice = _words(body, "data")
        return replace(base, kind="choice", choice=choice, note="") if choice else base
    if kind == "edited_message":
        return replace(_message(base, body), kind="edit", note="")
    return _message(base, body) if kind == "message" else base


def press(raw: object) -> str:
    """The id of the button press that waits for its answer, or nothing."""
    return _words(_part(raw, "callback_query"), "id") if isinstance(raw, dict) else ""


def _body(raw: Json) -> tuple[str, Json]:
    for kind in raw:
        if kind != "update_id" and isinstance(raw[kind], dict):
            return kind, raw[kind]
    return "", {}


def _message(base: Update, body: Json) -> Update:
    origin = _origin(body)
    text = _words(body, "text")
    if text:
        base = replace(base, text=text, origin=origin, note="")
        return replace(base, kind="forward") if origin else _command(base)
    attachments = _attachments(body, origin)
    if not attachments:
        return replace(base, origin=origin, note=_content(body))
    return replace(
        base,
        kind="attachment",
        text=_words(body, "caption"),
        attachments=attachments,
        origin=origin,
        album=_words(body, "media_group_id"),
        note="",
    )


def _command(update: Update) -> Update:
    """A command with words after it is left to the understanding of words; only /start takes a payload."""
    if start := _START.fullmatch(update.text):
        return replace(update, kind="start", text=(start["payload"] or "").strip())
    if command := _COMMAND.fullmatch(update.text):
        return replace(update, kind="choice", text="", choice=f"cmd.{command['name']}")
    return replace(update, kind="text")


def _attachments(body: Json, origin: Origin | None) -> tuple[Attachment, ...]:
    message_id = _number(body, "message_id")
    found: list[Attachment | None] = [_photo(body, message_id, origin)]
    for field, kind, mime in _FILES:
        # Telegram repeats an animation as a document, for old programs.
        if field != "document" or "animation" not in body:
            found.append(_file(kind, _part(body, field), mime, message_id, origin))
    # A venue holds the same location again, with the name and address of the place.
    found.append(_record("location", _part(body, "venue") or _part(body, "location"), message_id, origin))
    found.append(_record("contact", _part(body, "contact"), message_id, origin))
    return tuple(item for item in found if item)


def _photo(body: Json, message_id: int | None, origin: Origin | None) -> Attachment | None:
    sizes = body.get("photo")
    sizes = [size for size in sizes if isinstance(size, dict)] if isinstance(sizes, list) else []
    if not sizes:
        return None
    largest = max(sizes, key=lambda size: (_number(size, "width") or 0) * (_number(size, "height") or 0))
    return _file("photo", largest, "image/jpeg", message_id, origin)


def _file(
    kind: AttachmentKind, thing: Json, mime: str, message_id: int | None, origin: Origin | None
) -> Attachment | None:
    file_id = _words(thing, "file_id")
    if not file_id:
        return None
    size = _number(thing, "file_size")
    return Attachment(
        kind=kind,
        name=_words(thing, "file_name"),
        mime=_words(thing, "mime_type") or mime,
        size=size if size is not None and size >= 0 else None,
        reference={"file_id": file_id, "file_unique_id": _words(thing, "file_unique_id"), "message_id": message_id},
        origin=origin,
    )


def _record(kind: AttachmentKind, thing: Json, message_id: int | None, origin: Origin | None) -> Attachment | None:
    """A thing that is no file: its bytes are the JSON that Telegram sent."""
    if not thing:
        return None
    data = json.dumps(thing, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
    return Attachment(
        kind, mime="application/json", size=len(data), data=data, reference={"message_id": message_id}, origin=origin
    )


def _origin(body: Json) -> Origin | None:
    origin = _part(body, "forward_origin")
    if not origin:
        return None
    user = _part(origin, "sender_user")
    chat = _part(origin, "sender_chat") or _part(origin, "chat")
    names = (
        f"{_words(user, 'first_name')} {_words(user, 'last_name')}".strip(),
        _words(origin, "sender_user_name"),
        _words(chat, "title"),
        _words(origin, "author_signature"),
    )
    return Origin(next((name for name in names if name), ""), _moment(origin, "date"))


def _content(body: Json) -> str:
    return next((_name(field) for field in body if field not in _ENVELOPE), "unknown")


def _name(field: str) -> str:
    return field if re.fullmatch(r"[a-z0-9_]{1,40}", field) else "unknown"


def _language(person: Json) -> str:
    code = _words(person, "language_code")
    return code if re.fullmatch(r"[A-Za-z0-9-]{2,35}", code) else ""


def _part(whole: Json, field: str) -> Json:
    value = whole.get(field)
    return value if isinstance(value, dict) else {}


def _number(whole: Json, field: str) -> int | None:
    """The field as a number of at most 64 bits, which is what Telegram promises and databases hold."""
    value = whole.get(field)
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63 else None


def _words(whole: Json, field: str) -> str:
    """The field as text that every database can hold: no NUL and no half of a surrogate pair."""
    value = whole.get(field)
    if not isinstance(value, str):
        return ""
    return value.replace("\0", "").encode("utf-8", "replace").decode() if not value.isprintable() else value


def _moment(whole: Json, field: str) -> datetime | None:
    seconds = _number(whole, field)
    if not seconds:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
