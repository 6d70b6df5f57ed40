"""What WeChat pushes, translated: one XML in, one `Update` out, or None for what needs only an acknowledgement."""

import hashlib
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from wechatpy import parse_message

from bot.messages import Attachment, Update, UpdateKind

log = logging.getLogger(__name__)

Fields = Mapping[str, Any]

UNSUPPORTED = frozenset(
    {
        "【收到不支持的消息类型，暂无法显示】",
        "【收到不支援的訊息類型，無法顯示】",
        "[Unsupported Message]",
        "[Unsupported message]",
    }
)
"""What WeChat writes in place of a forwarded record, a file or a sticker: not the person's words."""

# What may stand before the root; a document type, and with it every entity, may not.
_PROLOGUE = re.compile(r"\s*(?:<\?xml[^<>]*\?>\s*)?<xml>")
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OPENID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_NUMBER = re.compile(r"[0-9]{1,20}")
_MOMENT = re.compile(r"[0-9]{1,10}")
_CHOICE = re.compile(r"[\x21-\x7e]{1,64}")


@dataclass(frozen=True, slots=True)
class Inbound:
    """A push as read: whom it is for and from (empty where it does not say), and what it means to us."""

    account: str
    openid: str
    update: Update | None


@dataclass(frozen=True, slots=True)
class _Meaning:
    kind: UpdateKind
    text: str = ""
    choice: str = ""
    attachments: tuple[Attachment, ...] = ()
    note: str = ""


def translate(xml: bytes, channel: str, now: datetime) -> Inbound:
    """What an authentic body says. Never raises: a wrong-shaped one is an update of kind `other`.

    Notes of kind `other`: `unsupported_record` (record, file or sticker that WeChat does not hand over), `file`,
    `miniprogram`, `unknown` (a message of a kind we do not know), `unreadable` (damaged). `update_id` is a digest of
    account, person, time, and message id or event with its key, so it holds across restarts and shows nobody.
    """
    fields = _read(xml)
    account, openid = _text(fields, "ToUserName"), _text(fields, "FromUserName")
    if not _OPENID.fullmatch(openid):
        log.warning("a push without a sender, %d bytes", len(xml))
        return Inbound(account, "", None)
    moment, kind = _text(fields, "CreateTime"), _text(fields, "MsgType").lower()
    parts = [account, openid, moment]
    meaning: _Meaning | None
    if kind == "event" and _MOMENT.fullmatch(moment):
        meaning = _understand_event(fields)
        parts += [_text(fields, name) for name in ("Event", "EventKey", "MsgID")]
    elif kind and _NUMBER.fullmatch(_text(fields, "MsgId")) and _MOMENT.fullmatch(moment):
        meaning = _understand_message(kind, fields, int(moment))
        parts.append(_text(fields, "MsgId"))
    else:
        meaning = _Meaning("other", note="unreadable")
        parts.append(hashlib.sha256(xml).hexdigest())
    if meaning is None:
        return Inbound(account, openid, None)
    update = Update(
        channel=channel,
        update_id=hashlib.sha256("\n".join(parts).encode()).hexdigest(),
        conversation=openid,
        kind=meaning.kind,
        sent_at=datetime.fromtimestamp(int(moment), UTC) if _MOMENT.fullmatch(moment) else now,
        text=meaning.text,
        choice=meaning.choice,
        attachments=meaning.attachments,
        note=meaning.note,
    )
    return Inbound(account, openid, update)


def _read(xml: bytes) -> Fields:
    text = _ILLEGAL.sub("", xml.decode("utf-8", "replace"))
    if not _PROLOGUE.match(text):
        return {}
    # The library answers malformed input with eight kinds of exception, none of them its own.
    try:
        message = parse_message(text)
    except Exception as fault:
        log.warning("a push that cannot be parsed: %s", type(fault).__name__)
        return _salvage(text)
    fields: Fields = message._data
    return fields


def _salvage(text: str) -> Fields:
    """To whom and from whom a body is that the parser gives up on (a MsgType that is missing, repeated or nested)."""
    found = {}
    for name in ("ToUserName", "FromUserName", "CreateTime"):
        match = re.search(rf"<{name}>(?:<!\[CDATA\[)?([0-9A-Za-z_-]{{1,64}})(?:\]\]>)?</{name}>", text)
        if match:
            found[name] = match[1]
    return found


def _text(fields: Fields, name: str) -> str:
    """The field as text; empty where it is missing, repeated or has children."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _understand_message(kind: str, fields: Fields, created: int) -> _Meaning:
    understand = _MESSAGES.get(kind)
    if understand is None:
        log.info("a message of unknown type %s", kind if _CHOICE.fullmatch(kind) else "?")
        return _Meaning("other", note="unknown")
    return understand(fields, created)


def _understand_text(fields: Fields, _created: int) -> _Meaning:
    text = _text(fields, "Content")
    if "Content" in fields and fields["Content"] is not None and not text:
        return _Meaning("other", note="unreadable")
    if text.strip() in UNSUPPORTED:
        return _Meaning("other", note="unsupported_record")
    tapped = _text(fields, "bizmsgmenuid")
    if _CHOICE.fullmatch(tapped):
        return _Meaning("choice", text=text, choice=tapped)
    return _Meaning("text", text=text)


def _understand_image(fields: Fields, created: int) -> _Meaning:
    return _announce(Attachment("photo", reference=_reference(fields, created, pic_url="PicUrl")))


def _understand_voice(fields: Fields, created: int) -> _Meaning:
    reference = _reference(fields, created)
    if better := _text(fields, "MediaId16K"):
        reference["media_id"] = better
    # WeChat stopped transcribing in 2023; where it still does, what it heard are the person's words.
    return _announce(Attachment("voice", reference=reference), _text(fields, "Recognition"))


def _understand_video(fields: Fields, created: int) -> _Meaning:
    return _announce(Attachment("video", reference=_reference(fields, created)))


def _understand_location(fields: Fields, _created: int) -> _Meaning:
    point = ",".join(_text(fields, name) for name in ("Location_X", "Location_Y"))
    return _announce(Attachment("location"), f"{_text(fields, 'Label')} ({point})".strip())


def _understand_link(fields: Fields, _created: int) -> _Meaning:
    lines = [_text(fields, "Title"), _text(fields, "Description")]
    link = Attachment("link", reference={"url": _text(fields, "Url")})
    return _announce(link, "\n".join(line for line in lines if line))


def _understand_file(fields: Fields, created: int) -> _Meaning:
    reference = _reference(fields, created)
    if not reference["media_id"]:
        return _Meaning("other", note="file")
    size = _text(fields, "FileTotalLen")
    known = int(size) if _NUMBER.fullmatch(size) else None
    return _announce(Attachment("document", name=_text(fields, "Title"), size=known, reference=reference))


def _understand_mini_program(_fields: Fields, _created: int) -> _Meaning:
    return _Meaning("other", note="miniprogram")


def _announce(attachment: Attachment, text: str = "") -> _Meaning:
    return _Meaning("attachment", text=text, attachments=(attachment,))


def _reference(fields: Fields, created: int, **more: str) -> dict[str, Any]:
    found = {key: _text(fields, name) for key, name in more.items()}
    return {"media_id": _text(fields, "MediaId"), "created": created, **found}


def _understand_event(fields: Fields) -> _Meaning | None:
    event = _text(fields, "Event").lower()
    key = _text(fields, "EventKey")
    if event in ("subscribe", "subscribe_scan"):
        return _Meaning("follow")
    if event == "unsubscribe":
        return _Meaning("unfollow")
    if event == "scan":
        return _Meaning("start")
    if event in ("click", "scancode_waitmsg"):
        return _Meaning("choice", choice=key) if _CHOICE.fullmatch(key) else _Meaning("other", note="unreadable")
    if not event:
        return _Meaning("other", note="unreadable")
    if event not in _ACKNOWLEDGED:
        log.info("an event of unknown type %s", event if _CHOICE.fullmatch(event) else "?")
    return None


_MESSAGES: Mapping[str, Callable[[Fields, int], _Meaning]] = {
    "text": _understand_text,
    "image": _understand_image,
    "voice": _understand_voice,
    "video": _understand_video,
    "shortvideo": _understand_video,
    "location": _understand_location,
    "link": _understand_link,
    "file": _understand_file,
    "miniprogrampage": _understand_mini_program,
}

_ACKNOWLEDGED = frozenset(
    {
        "location",  # where the person is, sent on opening the chat: not asked for, not kept
        "view",
        "view_miniprogram",
        "scancode_push",
        "pic_sysphoto",  # the photos and the place chosen from a menu follow as messages of their own
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",
        "templatesendjobfinish",
        "masssendjobfinish",
        "subscribe_msg_popup_event",
        "subscribe_msg_change_event",
        "subscribe_msg_sent_event",
        "kf_create_session",
        "kf_close_session",
        "kf_switch_session",
        "user_info_modified",
        "user_authorization_revoke",
    }
)
