"""Messages as WeChat text: what fits into one, and the XML of a passive reply."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.channels.base import numbered
from bot.channels.text import split_message, split_text, utf8_bytes
from bot.messages import OutgoingMessage

TEXT_LIMIT = 2048
"""Bytes of UTF-8 in one text, passive or not: measured by several people, documented nowhere."""

_ILLEGAL = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINK = re.compile(r"<(?=\s*/?\s*a(?![0-9A-Za-z]))", re.IGNORECASE)


def plain(text: str) -> str:
    """The text as WeChat shows it literally: no control characters, nothing that would become a link."""
    return _LINK.sub("＜", _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def measure(text: str) -> int:
    """How much of `TEXT_LIMIT` a text takes."""
    return utf8_bytes(plain(text))


def fit(message: OutgoingMessage) -> list[OutgoingMessage]:
    """The message in parts of which each, its choices as a numbered list, is one WeChat text."""
    return split_message(message, TEXT_LIMIT, measure, measure(numbered(message)) - measure(message.text))


def count_fitting(messages: Sequence[OutgoingMessage]) -> int:
    """How many of the first messages make one text together; one at least, if there is any."""
    for count in range(len(messages), 1, -1):
        if measure(_join(messages[:count])) <= TEXT_LIMIT:
            return count
    return min(len(messages), 1)


def render(messages: Sequence[OutgoingMessage]) -> str:
    """The messages as one text, a blank line between them, cut where WeChat would refuse more."""
    return split_text(plain(_join(messages)), TEXT_LIMIT, utf8_bytes)[0]


def write_reply(text: str, account: str, openid: str, now: datetime) -> str:
    """The XML of a passive text reply; whatever the text holds, it is one element's content."""
    return (
        f"<xml><ToUserName>{_cdata(openid)}</ToUserName><FromUserName>{_cdata(account)}</FromUserName>"
        f"<CreateTime>{int(now.timestamp())}</CreateTime><MsgType>{_cdata('text')}</MsgType>"
        f"<Content>{_cdata(text)}</Content></xml>"
    )


def _join(messages: Sequence[OutgoingMessage]) -> str:
    """Only the last list is numbered: a typed number answers what was asked last, and one text has one "1."."""
    last = max((place for place, message in enumerate(messages) if message.choices), default=0)
    texts = [numbered(message) if place >= last else _bulleted(message) for place, message in enumerate(messages)]
    return "\n\n".join(texts)


def _bulleted(message: OutgoingMessage) -> str:
    return "\n".join([message.text, *(f"· {choice.label}" for choice in message.choices)])


def _cdata(text: str) -> str:
    return "<![CDATA[" + _ILLEGAL.sub("", text).replace("]]>", "]]]]><![CDATA[>") + "]]>"
