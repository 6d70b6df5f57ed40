"""The live stream: what is new arrives by itself, once, from where the page had read to; and it ends when asked."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest

from bot.channels.base import FetchFailed
from bot.messages import OutgoingMessage
from bot.web.events import Pace
from tests.support.fake_web import FakeHouse, make_app, serving
from tests.support.served import PATIENCE

QUICK = Pace(poll=0.05, heartbeat=0.05)
NEVER = Pace(poll=60, slowest=60, heartbeat=60)
OWN = {"X-Requested-With": "zgb"}


@asynccontextmanager
async def _visiting(pace: Pace) -> AsyncIterator[tuple[FakeHouse, httpx.AsyncClient, str]]:
    app, house = make_app(pace=pace)
    async with (
        serving(app, house) as address,
        httpx.AsyncClient(base_url=address, headers=OWN, timeout=PATIENCE) as client,
    ):
        await client.post("/chat/messages", json={"id": "m1", "text": "a"})
        yield house, client, house.updates[0].conversation


async def _next(lines: AsyncIterator[str], kind: str = "update") -> tuple[str, Any]:
    """Id and data of the next event of a kind."""
    event: dict[str, str] = {}
    async for line in lines:
        if line:
            name, _, value = line.partition(": ")
            event[name] = value
        elif event.get("event") == kind:
            return event.get("id", ""), json.loads(event["data"])
        else:
            event = {}
    raise AssertionError(f"the stream ended without {kind}")


async def test_a_delivered_message_arrives_by_itself() -> None:
    async with _visiting(NEVER) as (house, client, who), client.stream("GET", "/chat/events?after=2") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.aiter_lines()
        await _next(lines)  # the case, as it is now
        await house.remind(who, "客服回电了吗？")
        mark, update = await _next(lines)

    assert [message["key"] for message in update["messages"]] == ["reminder.call"]
    assert mark == str(update["last"])


async def test_what_another_process_wrote_is_found_by_looking() -> None:
    async with _visiting(QUICK) as (house, client, who), client.stream("GET", "/chat/events?after=2") as stream:
        lines = stream.aiter_lines()
        await _next(lines)
        house.say(who, OutgoingMessage("k", "t"))  # nobody is notified
        _, update = await _next(lines)

    assert [message["key"] for message in update["messages"]] == ["k"]


async def test_a_stream_goes_on_after_the_last_event_that_was_seen() -> None:
    async with _visiting(NEVER) as (house, client, who):
        house.say(who, OutgoingMessage("missed", "t"))
        headers = {"Last-Event-ID": "2"}
        async with client.stream("GET", "/chat/events?after=0", headers=headers) as stream:
            _, update = await _next(stream.aiter_lines())

    assert [message["key"] for message in update["messages"]] == ["missed"]


async def test_a_quiet_stream_gives_a_sign_of_life() -> None:
    async with _visiting(QUICK) as (_, client, _who), client.stream("GET", "/chat/events?after=2") as stream:
        await _next(stream.aiter_lines(), "beat")


async def test_a_store_that_is_away_does_not_end_the_stream() -> None:
    async with _visiting(QUICK) as (house, client, who), client.stream("GET", "/chat/events?after=2") as stream:
        lines = stream.aiter_lines()
        await _next(lines)
        house.away = True
        await _next(lines, "beat")
        house.away = False
        await house.remind(who, "t")
        await _next(lines)


async def test_the_oldest_of_too_many_pages_parts() -> None:
    async with _visiting(NEVER) as (_, client, _who), AsyncExitStack() as pages:
        opened = []
        for _ in range(5):
            stream = await pages.enter_async_context(client.stream("GET", "/chat/events?after=2"))
            opened.append(stream.aiter_lines())
            await _next(opened[-1])
        await _next(opened[0], "parted")


async def test_a_stranger_gets_no_stream() -> None:
    app, house = make_app()
    async with serving(app, house) as address, httpx.AsyncClient(base_url=address) as client:
        assert (await client.get("/chat/events")).status_code == 403


async def test_stopping_ends_all_streams() -> None:
    async with _visiting(NEVER) as (house, client, _who), client.stream("GET", "/chat/events?after=2") as stream:
        lines = stream.aiter_lines()
        await _next(lines)
        await house.web.stop()
        assert [line async for line in lines] == []


async def test_a_page_that_goes_leaves_no_listener_behind() -> None:
    async with _visiting(QUICK) as (house, client, _who):
        async with client.stream("GET", "/chat/events?after=2") as stream:
            await _next(stream.aiter_lines())
            assert house.web._listeners
        for _ in range(200):
            if not house.web._listeners:
                break
            await asyncio.sleep(0.02)

        assert not house.web._listeners


async def test_nothing_can_be_fetched_from_the_web_channel() -> None:
    _, house = make_app()
    with pytest.raises(FetchFailed) as fault:
        async for _ in house.web.fetch({}):
            pass

    assert fault.value.lasting
