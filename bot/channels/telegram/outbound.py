"""Our messages in Telegram's terms: parts that fit, keyboards, and what an error means for a message."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import httpx
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)

from bot.channels.text import split_message, utf16_units
from bot.messages import Choice, Delivery, OutgoingMessage

TEXT_LIMIT = 4096
"""UTF-16 units in one message."""

CHOICE_LIMIT = 64
"""Bytes in the data of one button."""

SHORT = 8
"""Characters up to which two labels share a row, so that both stay readable on a phone."""

_TOKEN_PAUSE = timedelta(minutes=5)

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


def fit(message: OutgoingMessage) -> list[OutgoingMessage]:
    """The message as parts that are one request each: its text, choices under the last of it, then file by file."""
    parts: list[OutgoingMessage] = []
    if message.text.strip() or not message.files:
        parts = split_message(replace(message, files=()), TEXT_LIMIT, utf16_units)
    parts += [replace(message, text="", choices=(), files=(file,)) for file in message.files]
    if message.files and not message.text.strip():
        parts[-1] = replace(parts[-1], choices=message.choices)
    return parts


def keyboard(choices: Sequence[Choice]) -> InlineKeyboardMarkup | None:
    """The choices as buttons, one a row, two where both are short. Raises `ValueError` for an id that is too long."""
    rows: list[list[InlineKeyboardButton]] = []
    for choice in choices:
        if not 1 <= len(choice.id.encode()) <= CHOICE_LIMIT:
            raise ValueError(f"the id of a choice must be 1 to {CHOICE_LIMIT} bytes: {choice.id!r}")
        button = InlineKeyboardButton(choice.label, callback_data=choice.id)
        last = rows[-1] if rows else []
        if len(last) == 1 and len(last[0].text) <= SHORT and len(choice.label) <= SHORT:
            last.append(button)
        else:
            rows.append([button])
    return InlineKeyboardMarkup(rows) if rows else None


def sendable(text: str) -> str:
    """The text without halves of surrogate pairs, which no request could carry."""
    return text.encode("utf-8", "replace").decode()


def classify(fault: Exception) -> Delivery:
    """What an error of a send means for the message. `BadRequest` and `TimedOut` are kinds of `NetworkError`."""
    if isinstance(fault, RetryAfter):
        after = fault.retry_after  # whole seconds, or a timedelta with PTB_TIMEDELTA=1
        return Delivery(
            "retry", reason="flood", after=after if isinstance(after, timedelta) else timedelta(seconds=after)
        )
    if isinstance(fault, ChatMigrated):
        return Delivery("refused", reason=f"migrated:{fault.new_chat_id}")
    if isinstance(fault, Forbidden | BadRequest):
        return Delivery("refused", reason=_refusal(fault))
    if isinstance(fault, InvalidToken):
        # The messages are fine and the operator can mend the token.
        return Delivery("retry", reason="token", after=_TOKEN_PAUSE)
    cause = fault.__cause__
    if isinstance(cause, _NEVER_SENT):
        return Delivery("retry", reason="network")
    if isinstance(fault, TimedOut) or isinstance(cause, httpx.HTTPError):
        return Delivery("unknown", reason="timeout" if isinstance(fault, TimedOut) else "network")
    if isinstance(fault, NetworkError) and "too large" in fault.message.lower():
        return Delivery("refused", reason="too_big")
    if isinstance(fault, NetworkError | Conflict):
        return Delivery("retry", reason="server")
    return Delivery("unknown", reason=type(fault).__name__)


def _refusal(fault: Forbidden | BadRequest) -> str:
    said = describe(fault)
    for words, reason in (
        ("blocked by the user", "blocked"),
        ("kicked", "blocked"),
        ("deactivated", "deactivated"),
        ("chat not found", "not_found"),
    ):
        if words in said.lower():
            return reason
    return said


def describe(fault: Exception) -> str:
    """An error in words that may be logged and stored: never an address with the token, never a person's words."""
    kind = type(fault).__name__
    if not isinstance(fault, Forbidden | BadRequest):
        return kind
    said = fault.message.partition(". Parsing the server response")[0]
    return f"{kind}: {re.sub(r'[0-9]+:[A-Za-z0-9_-]{8,}', '…', said)[:120]}"
