"""Bytes from and to Telegram, never all of them in memory."""

import tempfile
from collections.abc import AsyncIterator, Mapping
from typing import IO, Any

import httpx
from telegram import Bot
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.channels.base import FetchFailed

DOWNLOAD_LIMIT = 20 << 20
"""Bytes that Telegram lets a bot download."""

UPLOAD_LIMIT = 50_000_000
"""Bytes that Telegram lets a bot upload."""

_IN_MEMORY = 1 << 20


class TooBig(Exception):
    """A file is larger than Telegram takes."""


async def download(bot: Bot, client: httpx.AsyncClient, reference: Mapping[str, Any]) -> AsyncIterator[bytes]:
    """Stream the file behind the reference. Its link is asked for anew each time, because links die after an hour."""
    file_id = reference.get("file_id")
    if not isinstance(file_id, str) or not file_id:
        raise FetchFailed("no_file", lasting=True)
    try:
        file = await bot.get_file(file_id)
    except BadRequest as fault:
        raise FetchFailed("too_big" if "too big" in fault.message.lower() else "gone", lasting=True) from None
    except Forbidden:
        raise FetchFailed("gone", lasting=True) from None
    except TelegramError as fault:
        raise FetchFailed(type(fault).__name__, lasting=False) from None
    if (file.file_size or 0) > DOWNLOAD_LIMIT:
        raise FetchFailed("too_big", lasting=True)
    if not file.file_path:
        raise FetchFailed("no_link", lasting=False)
    received = 0
    try:
        async with client.stream("GET", file.file_path) as answer:
            if answer.status_code != httpx.codes.OK:
                raise FetchFailed(f"status {answer.status_code}", lasting=False)
            async for chunk in answer.aiter_bytes():
                received += len(chunk)
                if received > DOWNLOAD_LIMIT:
                    raise FetchFailed("too_big", lasting=True)
                yield chunk
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        # Without its cause: that one names the address, and the address holds the token.
        raise FetchFailed(type(fault).__name__, lasting=False) from None
    if file.file_size and received != file.file_size:
        raise FetchFailed("truncated", lasting=False)


async def spool(chunks: AsyncIterator[bytes], into: IO[bytes]) -> None:
    """Collect the chunks in a file and rewind it. Raises `TooBig`."""
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > UPLOAD_LIMIT:
            raise TooBig
        into.write(chunk)
    into.seek(0)


def spooled() -> IO[bytes]:
    """A file for an upload: in memory while it is small, on disk when it grows."""
    return tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)
