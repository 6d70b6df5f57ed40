"""The whole case by Telegram, with the program as its own process and Telegram on the loopback."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import Store
from tests.bot.end_to_end.case import (
    FIRST_HALF,
    SECOND_HALF,
    assert_first_step,
    assert_whole,
    look,
    show_photos,
    tell,
    until,
)
from tests.bot.end_to_end.guests import TelegramGuest, settled
from tests.doubles.telegram import TelegramDouble
from tests.support.served import free_port, served

SECRET = "a-secret-of-the-webhook"


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble(now=lambda: datetime.now(UTC)) as double:
        yield double


def settings(telegram: TelegramDouble) -> dict[str, object]:
    return {"telegram_token": telegram.token, "telegram_api_base": telegram.address}


def webhook(port: int) -> dict[str, object]:
    return {
        "telegram_mode": "webhook",
        "telegram_webhook_secret": SECRET,
        "public_url": f"http://127.0.0.1:{port}",
    }


async def test_the_whole_case_by_polling(telegram: TelegramDouble, database_url: str, tmp_path: Path) -> None:
    guest = TelegramGuest(telegram.person())
    async with served(tmp_path / "run", database_url, **settings(telegram)) as program:
        await tell(guest, FIRST_HALF)
        assert_first_step(look(database_url, "telegram"))
        await program.restart()  # a kill -9 in the middle
        await show_photos(guest)
        await tell(guest, SECOND_HALF)
        await until(lambda: len(look(database_url, "telegram").stored) == 3)

        assert_whole(look(database_url, "telegram"))
        assert telegram.pending == 0
        await until(lambda: len(telegram.answered) == 2)  # both presses
    memory = look(database_url, "telegram")
    assert len(guest.person.reads) == len(memory.sent)
    assert telegram.token not in program.log


async def test_the_whole_case_by_webhook(telegram: TelegramDouble, sqlite_url: str, tmp_path: Path) -> None:
    guest, port = TelegramGuest(telegram.person()), free_port()
    async with served(tmp_path / "run", sqlite_url, port=port, **settings(telegram), **webhook(port)) as program:
        await telegram.until(lambda: bool(telegram.called("setWebhook")))
        await tell(guest, FIRST_HALF)
        await show_photos(guest)
        await tell(guest, SECOND_HALF)
        await until(lambda: len(look(sqlite_url, "telegram").stored) == 3)

        assert_whole(look(sqlite_url, "telegram"))
    assert SECRET not in program.log


async def test_a_webhook_that_is_not_taken_comes_again_and_is_answered_once(
    telegram: TelegramDouble, sqlite_url: str, tmp_path: Path
) -> None:
    guest, port = TelegramGuest(telegram.person()), free_port()
    async with served(tmp_path / "run", sqlite_url, port=port, **settings(telegram), **webhook(port)) as program:
        await telegram.until(lambda: bool(telegram.called("setWebhook")))
        await program.kill()
        await guest.person.says("前天刷的一笔3860，到现在钱没到账")
        assert telegram.pending == 1
        await program.start()
        await telegram.delivers()
        await telegram.until(lambda: bool(guest.person.reads))
        await settled(lambda: len(guest.person.reads))

        memory = look(sqlite_url, "telegram")
        assert len(memory.received) == 1
        assert len(guest.person.reads) == len(memory.sent)


async def test_a_reminder_that_fell_due_while_the_program_was_down_is_delivered_once(
    telegram: TelegramDouble, sqlite_url: str, tmp_path: Path
) -> None:
    guest = TelegramGuest(telegram.person())
    async with served(tmp_path / "run", sqlite_url, **settings(telegram)) as program:
        await tell(guest, (*FIRST_HALF[:2], ("say", "明天下午三点提醒我再打一次电话")))
        await program.kill()
        store = Store.open(sqlite_url)
        with store.work() as work:
            work.conn.exec_driver_sql("UPDATE reminder SET due_at = '2026-01-01 00:00:00' WHERE rule = 'wish'")
            work.commit()
        store.close()
        before = len(guest.person.reads)
        await program.start()
        await telegram.until(lambda: len(guest.person.reads) > before)
        await program.restart()
        await settled(lambda: len(guest.person.reads), 1.0)

    memory = look(sqlite_url, "telegram")
    assert memory.sent.count("remind.wish") == 1
    assert len(guest.person.reads) == len(memory.sent)
    assert [one.status for one in memory.file.reminders if one.rule == "wish"] == ["sent"]
