"""Polling loses nothing and confirms nothing too early, whatever breaks and whenever it stops."""

import asyncio
import logging
import sqlite3
import sys
from pathlib import Path

import pytest

from bot.channels.telegram import Telegram
from bot.channels.telegram.polling import Patience, poll
from tests.bot.channels.telegram.conftest import COMMANDS, House, build
from tests.doubles.telegram import TelegramDouble
from tests.support.served import PATIENCE


async def until(house: House, count: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while len(house.recorded) < count:
            await asyncio.sleep(0.005)


async def test_what_people_send_is_handled_in_order(channel: Telegram, telegram: TelegramDouble, house: House) -> None:
    people = [telegram.person(number) for number in (1, 2, 3)]
    await channel.start()
    for n in range(5):
        for person in people:
            await person.says(f"{n}")
    await until(house, 15)

    for person in people:
        said = [update.text for update in house.recorded if update.conversation == str(person.id)]
        assert said == ["0", "1", "2", "3", "4"]


async def test_every_kind_a_person_can_send_comes_through_the_server(
    channel: Telegram, telegram: TelegramDouble, house: House
) -> None:
    person = telegram.person()
    await channel.start()
    await person.says("/start")
    await person.sends_photo(b"jpeg", caption="小票")
    await person.sends_album([b"a", b"b"], "两张")
    await person.sends_document(b"%PDF", "流水.pdf", "application/pdf")
    await person.forwards("已受理", "客服")
    await person.edits(3, "改了")
    await person.blocks()
    await person.unblocks()
    await until(house, 9)

    assert [update.kind for update in house.recorded] == [
        "start",
        "attachment",
        "attachment",
        "attachment",
        "attachment",
        "forward",
        "edit",
        "unfollow",
        "follow",
    ]
    [photo] = house.recorded[1].attachments
    assert photo.reference is not None
    assert b"".join([chunk async for chunk in channel.fetch(photo.reference)]) == b"jpeg"
    first, second = house.recorded[2:4]
    assert first.album == second.album != ""


async def test_nothing_is_confirmed_before_it_is_recorded(
    channel: Telegram, telegram: TelegramDouble, house: House
) -> None:
    house.go_on.clear()
    await channel.start()
    await telegram.person().says("一")
    await house.arrived.wait()
    assert telegram.pending == 1

    house.go_on.set()
    await telegram.until(lambda: telegram.pending == 0)
    assert house.texts == ["一"]


async def test_the_store_being_away_loses_nothing_and_keeps_the_order(
    channel: Telegram, telegram: TelegramDouble, house: House
) -> None:
    house.away = 3
    person = telegram.person()
    await channel.start()
    for n in range(4):
        await person.says(f"{n}")
    await telegram.until(lambda: telegram.pending == 0)

    assert house.texts == ["0", "1", "2", "3"]


async def test_an_update_our_own_code_fails_on_does_not_stop_the_others(
    channel: Telegram, telegram: TelegramDouble, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.broken = True
    await channel.start()
    await telegram.person().says("我的秘密")
    await telegram.until(lambda: telegram.pending == 0)
    house.broken = False
    await telegram.person().says("后来")
    await until(house, 1)

    assert house.texts == ["后来"]
    assert "RuntimeError" in caplog.text
    assert "我的秘密" not in caplog.text


async def test_updates_the_bot_cannot_read_are_named_or_passed_over(
    channel: Telegram, telegram: TelegramDouble, house: House
) -> None:
    person = telegram.person()
    await channel.start()
    await telegram.puts({"message": {"no": "chat"}})
    await telegram.puts({"message": {"chat": person.chat, "from": 5, "date": "yesterday", "photo": {"a": [1]}}})
    await person.says("后来")
    await until(house, 2)

    assert [(update.kind, update.text) for update in house.recorded] == [("other", ""), ("text", "后来")]


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
async def test_polling_outlives_every_fault_of_the_network(
    channel: Telegram, telegram: TelegramDouble, house: House
) -> None:
    telegram.refuses("deleteWebhook", 502, "Bad Gateway")
    telegram.refuses("getUpdates", 500, "Internal Server Error")
    telegram.refuses("getUpdates", 409, "Conflict: terminated by other getUpdates request")
    telegram.refuses("getUpdates", 401, "Unauthorized")
    telegram.refuses("getUpdates", 429, "Too Many Requests: retry after 1", {"retry_after": 1})
    telegram.cuts("getUpdates")
    await channel.start()
    await telegram.person().says("还在吗")
    await until(house, 1)

    assert house.texts == ["还在吗"]


async def test_an_offset_is_named_only_to_confirm_because_numbers_may_begin_again_lower() -> None:
    answers: list[list[dict[str, int]]] = [[{"update_id": 900}, {"update_id": 901}], [], [{"update_id": 7}], []]
    patience = Patience(0.01)
    offsets: list[int | None] = []

    class Scripted:
        async def raw_updates(self, offset: int | None) -> list[dict[str, int]]:
            offsets.append(offset)
            if not answers:
                patience.stop()
                return []
            return answers.pop(0)

    async def take(batch: object) -> bool:
        return batch is not None

    await poll(Scripted(), take, patience)  # type: ignore[arg-type]

    assert offsets == [None, 902, None, 8, None]


async def test_a_chat_that_takes_long_does_not_hold_up_the_others(
    channel: Telegram, telegram: TelegramDouble, house: House
) -> None:
    slow, quick = telegram.person(1), telegram.person(2)
    await slow.says("慢")
    await quick.says("快")
    house.slow_chat = "1"
    house.go_on.clear()
    await channel.start()
    await until(house, 1)

    assert house.texts == ["快"]
    house.go_on.set()
    await until(house, 2)


async def test_a_stop_during_an_open_poll_is_clean_and_the_next_start_goes_on(
    channel: Telegram, telegram: TelegramDouble, house: House
) -> None:
    await channel.start()
    await telegram.person().says("一")
    await until(house, 1)
    await channel.stop()
    await telegram.person().says("二")

    again = build(telegram, house)
    await again.start()
    await until(house, 2)
    await again.stop()

    assert house.texts == ["一", "二"]


async def test_a_stop_finishes_the_update_under_way_and_leaves_the_rest_for_the_next_start(
    channel: Telegram, telegram: TelegramDouble, house: House
) -> None:
    person = telegram.person()
    for n in range(3):
        await person.says(f"{n}")
    house.go_on.clear()
    await channel.start()
    await house.arrived.wait()
    stopping = asyncio.create_task(channel.stop())
    await asyncio.sleep(0)
    house.go_on.set()
    await stopping
    assert house.texts == ["0"]

    again = build(telegram, house)
    await again.start()
    await until(house, 3)
    await again.stop()

    assert house.texts == ["0", "1", "2"]
    assert [update.text for update in house.asked] == ["0", "0", "1", "2"]
    assert house.asked[0].update_id == house.asked[1].update_id


async def test_a_press_is_answered_once_and_at_once(channel: Telegram, telegram: TelegramDouble, house: House) -> None:
    person = telegram.person()
    house.go_on.clear()
    await channel.start()
    await person.presses_on(1, "y", query="q1")
    await telegram.until(lambda: telegram.answered == ["q1"])
    assert house.recorded == []

    house.away = 1
    house.go_on.set()
    await person.presses_on(1, "y", query="q1")
    await until(house, 2)

    assert telegram.answered == ["q1"]
    assert [update.choice for update in house.recorded] == ["y", "y"]


async def test_a_press_that_cannot_be_answered_is_handled_all_the_same(
    channel: Telegram, telegram: TelegramDouble, house: House
) -> None:
    telegram.refuses("answerCallbackQuery", 400, "Bad Request: query is too old and response timeout expired")
    await channel.start()
    await telegram.person().presses_on(1, "y")
    await until(house, 1)

    assert house.recorded[0].choice == "y"


async def test_the_menu_of_commands_is_set_and_nothing_pending_is_dropped(
    channel: Telegram, telegram: TelegramDouble
) -> None:
    telegram.refuses("setMyCommands", 500, "Internal Server Error")
    await channel.start()
    await telegram.until(lambda: len(telegram.called("setMyCommands")) == 2)

    [first, second] = telegram.called("setMyCommands")
    assert first == second
    assert all(name in second["commands"] for name in COMMANDS)
    assert "all_private_chats" in second["scope"]
    assert all("drop_pending_updates" not in fields for _, fields in telegram.calls)


async def test_a_start_without_telegram_returns_at_once_and_a_stop_ends_it(
    channel: Telegram, telegram: TelegramDouble
) -> None:
    await telegram.__aexit__(None)

    await channel.start()
    await asyncio.sleep(0.05)
    await channel.stop()


async def test_nothing_personal_and_no_token_is_logged(
    channel: Telegram, telegram: TelegramDouble, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    telegram.refuses("getUpdates", 400, f"Bad Request: bot{telegram.token}")
    await channel.start()
    await telegram.person(name="王五").says("我的卡号是多少")
    await until(house, 1)
    await channel.stop()

    for secret in (telegram.token, "我的卡号是多少", "王五"):
        assert secret not in caplog.text


RECORDER = """
import asyncio, sqlite3, sys
from datetime import UTC, datetime
from bot.channels.telegram import Telegram
from bot.messages import Answer
from bot.settings import Settings

async def main(address, token, path):
    store = sqlite3.connect(path)

    async def record(update):
        await asyncio.sleep(0.02)
        store.execute("insert or ignore into seen (id, text) values (?, ?)", (update.update_id, update.text))
        store.commit()
        return Answer(())

    settings = Settings(_env_file=None, telegram_token=token, telegram_api_base=address)
    channel = Telegram(settings, record, lambda: datetime(2026, 3, 9, tzinfo=UTC), None, pause=0.01)
    await channel.start()
    await asyncio.Event().wait()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_kill_at_any_moment_loses_nothing(telegram: TelegramDouble, tmp_path: Path) -> None:
    path = tmp_path / "seen.db"
    store = sqlite3.connect(path)
    store.execute("create table seen (number integer primary key, id text unique, text text)")
    store.commit()
    person = telegram.person()
    for n in range(20):
        await person.says(str(n))

    def seen() -> list[str]:
        return [text for (text,) in store.execute("select text from seen order by number")]

    for wanted in (3, 9, 20):
        program = await asyncio.create_subprocess_exec(
            sys.executable, "-c", RECORDER, telegram.address, telegram.token, str(path)
        )
        async with asyncio.timeout(PATIENCE):
            while len(seen()) < wanted:
                await asyncio.sleep(0.01)
        program.kill()
        await program.wait()
    store.close()
    check = sqlite3.connect(path)
    texts = [text for (text,) in check.execute("select text from seen order by number")]
    check.close()

    assert texts == [str(n) for n in range(20)]
