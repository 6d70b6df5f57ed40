"""The courier: in order, once, again when told, never for ever, and never to someone who is gone."""

from collections import deque
from datetime import timedelta
from pathlib import Path

import pytest

from bot.courier import TRIES
from bot.messages import Delivery
from tests.bot.house import MATTER, House, house

RETRY = Delivery("retry", reason="network")


def statuses(it: House) -> list[str]:
    return [one.status for one in it.outbox()]


async def test_an_answer_is_delivered_once_and_in_order(database_url: str, tmp_path: Path) -> None:
    async with house(database_url, tmp_path) as it:
        answer = await it.says(MATTER)
        await it.runs(it.app.courier)
        await it.runs(it.app.courier)

        assert it.channel.keys == [message.key for message in answer.messages]
        assert set(statuses(it)) == {"sent"}
        assert len({key for _, _, key in it.channel.delivered}) == len(answer.messages)


async def test_a_message_that_waits_for_its_next_try_holds_back_those_after_it(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        it.channel.deliveries = deque([RETRY])
        answer = await it.says(MATTER)
        await it.runs(it.app.courier)
        assert it.channel.keys == [answer.messages[0].key]
        it.passes(minutes=1)
        await it.runs(it.app.courier)

        assert it.channel.keys == [answer.messages[0].key, *(message.key for message in answer.messages)]
        assert set(statuses(it)) == {"sent"}


async def test_the_platform_says_when_to_try_again(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        it.channel.deliveries = deque([Delivery("retry", reason="flood", after=timedelta(minutes=20))])
        await it.says(MATTER)
        await it.runs(it.app.courier)
        it.passes(minutes=19)
        await it.runs(it.app.courier)
        assert len(it.channel.delivered) == 1
        it.passes(minutes=2)
        await it.runs(it.app.courier)

        assert set(statuses(it)) == {"sent"}


async def test_trying_ends_some_time_and_the_next_message_goes(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        it.channel.deliveries = deque([RETRY] * TRIES)
        await it.says(MATTER)
        for _ in range(TRIES + 1):
            await it.runs(it.app.courier)
            it.passes(hours=2)

        assert statuses(it)[0] == "refused"
        assert set(statuses(it)[1:]) == {"sent"}


@pytest.mark.parametrize(("reason", "reachable"), [("blocked", False), ("deactivated", False), ("empty", True)])
async def test_a_refusal_by_someone_who_is_gone_is_remembered(
    reason: str, reachable: bool, sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path) as it:
        it.channel.deliveries = deque([Delivery("refused", reason=reason)])
        await it.says(MATTER)
        await it.runs(it.app.courier)

        assert it.row().reachable is reachable
        assert statuses(it)[0] == "refused"


async def test_a_delivery_without_an_answer_is_not_repeated_blindly(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        it.channel.deliveries = deque([Delivery("unknown", reason="timeout")])
        answer = await it.says(MATTER)
        await it.runs(it.app.courier)
        it.passes(days=1)
        await it.runs(it.app.courier)

        assert len(it.channel.delivered) == len(answer.messages)
        assert statuses(it)[0] == "unknown"


async def test_a_message_cut_off_by_a_crash_is_sent_once_more_and_then_left(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        for _ in range(3):  # claimed by a process that died each time
            with it.app.store.work() as work:
                work.outbox.claim(it.clock(), timedelta(minutes=2), 1)
                work.commit()
            it.passes(minutes=3)
        await it.runs(it.app.courier)

        assert statuses(it)[0] == "unknown"
        assert set(statuses(it)[1:]) == {"sent"}


async def test_a_channel_that_is_not_running_keeps_its_messages(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        del it.app.channels["fake"]
        await it.runs(it.app.courier)
        assert set(statuses(it)) == {"pending"}
        it.app.channels["fake"] = it.channel
        it.passes(hours=2)
        await it.runs(it.app.courier)

        assert set(statuses(it)) == {"sent"}


async def test_one_person_does_not_hold_back_another(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        it.channel.deliveries = deque([RETRY])
        await it.runs(it.app.courier)
        answer = await it.says(MATTER, conversation="other")
        await it.runs(it.app.courier)

        assert [who for who, _, _ in it.channel.delivered].count("other") == len(answer.messages)
