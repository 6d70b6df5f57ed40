"""The make-believe Telegram finds what is wrong with a request, and people on it see and press what was sent."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from bot.channels.telegram import Telegram
from bot.messages import Choice, OutgoingMessage
from tests.bot.channels.telegram.conftest import House
from tests.doubles.telegram import TelegramDouble
from tests.doubles.telegram_schema import faults_of
from tests.support.served import PATIENCE


@pytest.mark.parametrize(
    ("method", "fields", "fault"),
    [
        ("sendMessage", {"chat_id": "5", "text": "[是"}, ""),
        ("sendMassage", {}, "sendMassage: unknown method"),
        ("sendMessage", {"chat_id": "5"}, "sendMessage.text: Field required"),
        ("sendMessage", {"chat_id": "5", "text": "a", "txt": "b"}, "sendMessage.txt: unknown field"),
        ("sendMessage", {"chat_id": "5", "text": "a", "reply_markup": "{"}, "sendMessage.reply_markup: not JSON"),
        (
            "sendMessage",
            {"chat_id": "5", "text": "a", "reply_markup": {"inline_keyboard": [[{"text": "a", "data": "b"}]]}},
            "sendMessage.reply_markup.inline_keyboard.data: unknown field",
        ),
    ],
)
def test_faults_of_a_request_are_named(method: str, fields: dict[str, Any], fault: str) -> None:
    sent = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}

    assert faults_of(method, sent, {}) == ([fault] if fault else [])


async def test_a_faulty_request_fails_the_test_it_happens_in() -> None:
    async def send_nothing() -> None:
        async with TelegramDouble() as telegram, httpx.AsyncClient() as client:
            await client.post(f"{telegram.address}/bot{telegram.token}/sendMessage", data={"chat_id": "5", "text": " "})

    with pytest.raises(AssertionError, match="message text is empty"):
        await send_nothing()


async def test_somebody_presses_what_the_bot_showed(channel: Telegram, telegram: TelegramDouble, house: House) -> None:
    person = telegram.person()
    question = OutgoingMessage(
        "assess.arrived", "钱到了吗？", (Choice("arrived=yes", "到了"), Choice("arrived=no", "没到"))
    )
    await channel.deliver(str(person.id), question, "key")
    [seen] = person.reads
    assert (seen.text, seen.labels) == ("钱到了吗？", ["到了", "没到"])

    await channel.start()
    await person.presses("没到")
    async with asyncio.timeout(PATIENCE):
        while not house.recorded:
            await asyncio.sleep(0.005)

    assert house.recorded[0].choice == "arrived=no"
