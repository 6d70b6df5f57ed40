"""The webhook takes what is recorded, refuses strangers, and never fails on what is in an update."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from bot.channels.telegram import Telegram
from tests.bot.channels.telegram.conftest import SECRET, House, build
from tests.doubles.telegram import TelegramDouble
from tests.support.served import PATIENCE

HEADER = "X-Telegram-Bot-Api-Secret-Token"
UPDATE = {"update_id": 1, "message": {"message_id": 1, "chat": {"id": 5, "type": "private"}, "text": "在吗"}}


class Door:
    """The channel's route, knocked at without a network."""

    def __init__(self, channel: Telegram) -> None:
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(Starlette(routes=channel.routes)), base_url="http://127.0.0.1"
        )

    async def gets(self, body: Any, secret: str | None = SECRET) -> int:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {} if secret is None else {HEADER: secret.encode()}
        return (await self._client.post("/telegram", content=content, headers=headers)).status_code

    async def close(self) -> None:
        await self._client.aclose()


@pytest.fixture
async def webhook(telegram: TelegramDouble, house: House) -> AsyncIterator[Telegram]:
    channel = build(telegram, house, mode="webhook", public_url="http://127.0.0.1:9")
    yield channel
    await channel.stop()


@pytest.fixture
async def door(webhook: Telegram) -> AsyncIterator[Door]:
    door = Door(webhook)
    yield door
    await door.close()


async def test_an_update_is_taken_when_it_is_recorded(door: Door, house: House) -> None:
    assert await door.gets(UPDATE) == 200
    assert house.texts == ["在吗"]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], "é"])
async def test_without_the_secret_nothing_is_done(door: Door, house: House, secret: str | None) -> None:
    assert await door.gets(UPDATE, secret) == 403
    assert house.asked == []


async def test_a_repeat_reaches_the_handler_as_the_same_update(door: Door, house: House) -> None:
    assert [await door.gets(UPDATE) for _ in range(3)] == [200, 200, 200]

    assert {update.update_id for update in house.asked} == {"1"}
    assert len(house.recorded) == 1


async def test_while_the_store_is_away_telegram_is_told_to_come_again(door: Door, house: House) -> None:
    house.away = 1

    assert await door.gets(UPDATE) == 503
    assert await door.gets(UPDATE) == 200
    assert house.texts == ["在吗"]


async def test_a_fault_of_ours_does_not_block_the_chat_for_a_day(door: Door, house: House) -> None:
    house.broken = True

    assert await door.gets(UPDATE) == 200


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"9" * 5000, b"null", b"[]", b"{}", b'{"update_id": 3}']
)
async def test_what_is_no_update_is_taken_and_passed_over(door: Door, house: House, body: bytes) -> None:
    assert await door.gets(body) == 200
    assert house.asked == []


async def test_a_body_beyond_a_megabyte_is_not_read(door: Door, house: House) -> None:
    assert await door.gets(b" " * ((1 << 20) + 1)) == 413
    assert await door.gets(json.dumps(UPDATE).encode().ljust(1 << 20)) == 200
    assert len(house.asked) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KINDS = st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "poll", "of_the_future"])
ODD = st.fixed_dictionaries({"update_id": st.integers() | JSON}, optional={"message": JSON}) | st.builds(
    lambda kind, body, more: {"update_id": 4, kind: {"chat": {"id": 5, "type": "private"}, **body, **more}},
    KINDS,
    st.fixed_dictionaries({}, optional={"text": JSON, "photo": JSON, "from": JSON, "data": JSON, "date": JSON}),
    st.dictionaries(st.text(max_size=8), JSON, max_size=2),
)


def test_no_content_is_ever_a_failure() -> None:
    telegram = TelegramDouble()
    telegram.address = "http://127.0.0.1:9"
    with asyncio.Runner() as runner:
        runner.run(asyncio.sleep(0))
        channel = build(telegram, House(), mode="webhook", public_url="http://127.0.0.1:9")
        door = Door(channel)

        @given(st.binary(max_size=200) | JSON | ODD)
        @settings(max_examples=200, deadline=None)
        def check(body: Any) -> None:
            assert runner.run(door.gets(body)) == 200

        check()
        runner.run(door.close())
        runner.run(channel.stop())


async def test_a_stop_finishes_what_is_under_way_and_takes_nothing_new(
    webhook: Telegram, door: Door, house: House
) -> None:
    house.go_on.clear()
    first = asyncio.create_task(door.gets(UPDATE))
    await house.arrived.wait()
    stopping = asyncio.create_task(webhook.stop())
    await asyncio.sleep(0)
    assert await door.gets({**UPDATE, "update_id": 2}) == 503
    assert not stopping.done()

    house.go_on.set()
    await stopping
    assert await first == 200
    assert len(house.recorded) == 1


async def test_polling_has_no_route(channel: Telegram) -> None:
    assert channel.routes == []


async def test_the_whole_way_with_a_server_that_calls(telegram: TelegramDouble, house: House) -> None:
    """The webhook is set with its secret after a first failure; what waited meanwhile comes, in order."""
    server = uvicorn.Server(uvicorn.Config(Starlette(), host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(PATIENCE):
        while not server.started:
            await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    channel = build(telegram, house, mode="webhook", public_url=f"http://127.0.0.1:{port}")
    server.config.loaded_app.app.router.routes.extend(channel.routes)
    person = telegram.person()
    await person.says("一")
    telegram.refuses("setWebhook", 502, "Bad Gateway")
    house.away = 1

    await channel.start()
    await telegram.until(lambda: len(telegram.called("setWebhook")) == 2)
    await telegram.delivers()
    await person.presses_on(1, "y", query="q")
    await telegram.until(lambda: telegram.answered == ["q"])

    assert [(update.text, update.choice) for update in house.recorded] == [("一", ""), ("", "y")]
    assert telegram.pending == 0
    [asked, _] = telegram.called("setWebhook")
    assert asked["secret_token"] == SECRET
    assert json.loads(asked["allowed_updates"]) == ["message", "edited_message", "callback_query", "my_chat_member"]
    assert "drop_pending_updates" not in asked
    await channel.stop()
    server.should_exit = True
    await serving
