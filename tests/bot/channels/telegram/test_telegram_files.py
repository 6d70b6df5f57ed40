"""Bytes that people sent are fetched whole, or it is said why not and whether trying again is of use."""

import httpx
import pytest

from bot.channels.base import FetchFailed
from bot.channels.telegram import Telegram
from tests.doubles.telegram import TelegramDouble


async def fetched(channel: Telegram, reference: dict[str, object]) -> bytes:
    return b"".join([chunk async for chunk in channel.fetch(reference)])


async def failure(channel: Telegram, reference: dict[str, object]) -> FetchFailed:
    with pytest.raises(FetchFailed) as caught:
        await fetched(channel, reference)
    assert "token" not in repr(caught.value)
    return caught.value


async def test_the_bytes_arrive_unaltered_and_in_pieces(channel: Telegram, telegram: TelegramDouble) -> None:
    data = bytes(range(256)) * 8000

    pieces = [chunk async for chunk in channel.fetch(telegram.keeps(data))]

    assert b"".join(pieces) == data
    assert len(pieces) > 1


async def test_a_file_may_be_fetched_again(channel: Telegram, telegram: TelegramDouble) -> None:
    reference = telegram.keeps(b"x")

    assert await fetched(channel, reference) == await fetched(channel, reference) == b"x"
    assert len(telegram.called("getFile")) == 2


async def test_more_than_twenty_mebibytes_never_come(channel: Telegram, telegram: TelegramDouble) -> None:
    fault = await failure(channel, telegram.keeps(b"x", size=(20 << 20) + 1))

    assert (fault.reason, fault.lasting) == ("too_big", True)


@pytest.mark.parametrize("reference", [{}, {"file_id": None}, {"message_id": 4}])
async def test_what_is_no_file_is_never_there(channel: Telegram, reference: dict[str, object]) -> None:
    assert (await failure(channel, reference)).lasting


async def test_an_id_telegram_does_not_know_is_gone_for_good(channel: Telegram) -> None:
    fault = await failure(channel, {"file_id": "unknown"})

    assert (fault.reason, fault.lasting) == ("gone", True)


async def test_a_server_in_trouble_is_asked_again(channel: Telegram, telegram: TelegramDouble) -> None:
    reference = telegram.keeps(b"x")
    telegram.refuses("getFile", 500, "Internal Server Error")

    assert not (await failure(channel, reference)).lasting
    assert await fetched(channel, reference) == b"x"


async def test_a_dead_link_is_asked_for_anew(channel: Telegram, telegram: TelegramDouble) -> None:
    reference = telegram.keeps(b"x")
    telegram.vanishes(reference)

    fault = await failure(channel, reference)

    assert (fault.reason, fault.lasting) == ("status 404", False)


async def test_a_download_cut_short_is_not_taken_for_the_file(channel: Telegram, telegram: TelegramDouble) -> None:
    fault = await failure(channel, telegram.keeps(b"half", size=8))

    assert (fault.reason, fault.lasting) == ("truncated", False)


async def test_nobody_listening_means_later(channel: Telegram, telegram: TelegramDouble) -> None:
    reference = telegram.keeps(b"x")
    await telegram.__aexit__(None)

    assert not (await failure(channel, reference)).lasting


async def test_the_token_is_in_no_log(
    channel: Telegram, telegram: TelegramDouble, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")

    await fetched(channel, telegram.keeps(b"x"))
    await failure(channel, {"file_id": "unknown"})

    assert httpx.__name__ not in {record.name for record in caplog.records}
    assert telegram.token not in caplog.text
