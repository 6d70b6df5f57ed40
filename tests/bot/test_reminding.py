"""Reminders: once, not at night, not to someone who is gone or asked for none."""

from datetime import datetime
from pathlib import Path

from tests.bot.house import MATTER, House, house


def reminders(it: House, rule: str) -> list[str]:
    return [one.status for one in it.file().reminders if one.rule == rule]


def said(it: House, key: str) -> int:
    return [one.body["key"] for one in it.outbox()].count(key)


async def test_a_wish_is_kept_once_whatever_the_hour(database_url: str, tmp_path: Path) -> None:
    async with house(database_url, tmp_path) as it:
        await it.says(MATTER)
        await it.says("明天晚上十一点提醒我再打一次电话")
        await it.runs(it.app.reminding)
        assert said(it, "remind.wish") == 0
        it.passes(days=1, hours=12, minutes=31)  # 23:01
        await it.runs(it.app.reminding)
        await it.runs(it.app.reminding)

        assert said(it, "remind.wish") == 1
        assert reminders(it, "wish") == ["sent"]


async def test_a_rule_s_reminder_waits_for_the_morning(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says("客服打了没人接，" + MATTER)
        [planned, *_] = [one for one in it.file().reminders if one.status == "planned"]
        begin = datetime.fromisoformat("2026-12-24T23:30:00+08:00")
        it.passes(seconds=(begin - it.clock()).total_seconds())
        await it.runs(it.app.reminding)
        assert said(it, planned.key) == 0
        it.passes(hours=9, minutes=1)  # 08:31
        await it.runs(it.app.reminding)

        assert said(it, planned.key) == 1


async def test_nothing_is_sent_to_someone_who_left(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        await it.says("明天下午三点提醒我再打一次电话")
        await it.says("", kind="unfollow")
        before = len(it.outbox())
        it.passes(days=2)
        await it.runs(it.app.reminding)

        assert len(it.outbox()) == before
        assert reminders(it, "wish") == ["cancelled"]


async def test_who_wants_no_reminders_gets_none(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says("客服打了没人接，" + MATTER)
        assert any(one.status == "planned" for one in it.file().reminders)
        await it.says("", kind="choice", choice="1:!stop")
        it.passes(days=60)
        before = len(it.outbox())
        await it.runs(it.app.reminding)

        assert len(it.outbox()) == before


async def test_reminders_that_fell_due_while_nothing_ran_come_once_each(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says("客服打了没人接，" + MATTER)
        await it.says("明天下午三点提醒我再打一次电话")
        keys = [one.key for one in it.file().reminders if one.status == "planned"]
    async with house(sqlite_url, tmp_path) as it:  # another process, much later
        it.passes(days=90, hours=1)
        await it.runs(it.app.reminding)
        await it.runs(it.app.reminding)

        assert {key: said(it, key) for key in keys} == dict.fromkeys(keys, 1)
