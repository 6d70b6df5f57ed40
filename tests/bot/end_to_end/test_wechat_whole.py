"""The whole case by WeChat: signed pushes, passive answers, choices by typed numbers, pictures by their media id."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import httpx
import pytest

from tests.bot.end_to_end.case import FIRST_HALF, PICTURES, assert_first_step, assert_whole, look, until
from tests.bot.end_to_end.guests import OPENID, WeChatGuest, settled
from tests.doubles.wechat import ApiDouble, Mode, WeChatDouble
from tests.support.served import PATIENCE, Served, listening, served


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def account(
    folder: Path, database_url: str, mode: Mode = "safe", kind: str = "service"
) -> AsyncIterator[tuple[Served, WeChatGuest]]:
    """The program with an Official Account, and a follower of it."""
    api = ApiDouble(now)
    async with listening(api.app) as api_address:
        platform = WeChatDouble(httpx.AsyncClient(), now, mode=mode, patience=PATIENCE, api=api)
        settings = {
            "wechat_app_id": platform.app_id,
            "wechat_app_secret": api.secret if kind != "unverified" else "",
            "wechat_token": platform.token,
            "wechat_account": platform.account,
            "wechat_account_type": kind,
            "wechat_api_base": api_address,
            **({"wechat_plaintext": 1} if mode == "plain" else {"wechat_aes_key": platform.aes_key}),
        }
        async with (
            served(folder, database_url, **settings) as program,
            httpx.AsyncClient(base_url=program.address, timeout=PATIENCE) as client,
        ):
            platform.client = client
            yield program, WeChatGuest(platform, api)


async def tell_first_half(guest: WeChatGuest) -> None:
    for does, what in FIRST_HALF:
        if does == "say":
            await guest.say(what)
        else:
            await guest.choose_label({"settle_term=T1": "T\\+1", "!unknown=payout_status": "不知道"}[what])


@pytest.mark.parametrize("mode", ["safe", "plain"])
async def test_the_whole_case(mode: str, sqlite_url: str, tmp_path: Path) -> None:
    async with account(tmp_path / "run", sqlite_url, cast("Mode", mode)) as (program, guest):
        assert (await guest.platform.verify("4375120948345356249")).text == "4375120948345356249"
        await tell_first_half(guest)
        assert_first_step(look(sqlite_url, "wechat"))
        await program.restart()  # a kill -9 in the middle
        for data in PICTURES:
            await guest.show(data, "")
        for text in ("找人工", "明天下午三点提醒我再打一次电话", "我想投诉"):
            await guest.say(text)
        await until(lambda: len(look(sqlite_url, "wechat").stored) == 3)

        assert_whole(look(sqlite_url, "wechat"))
        assert guest.platform.token not in program.log
        assert guest.api.secret not in program.log
        assert OPENID not in program.log


@pytest.mark.postgres
async def test_the_whole_case_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    async with account(tmp_path / "run", postgres_url) as (_, guest):
        await tell_first_half(guest)
        for data in PICTURES:
            await guest.show(data, "")
        for text in ("找人工", "明天下午三点提醒我再打一次电话", "我想投诉"):
            await guest.say(text)
        await until(lambda: len(look(postgres_url, "wechat").stored) == 3)

        assert_whole(look(postgres_url, "wechat"))


async def test_an_account_without_rights_shows_all_it_has_to_say_in_passive_answers(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with account(tmp_path / "run", sqlite_url, kind="unverified") as (_, guest):
        for text in ("客服电话打了三次都没人接", "前天刷的一笔3860，到现在钱没到账", "我想投诉", "有没有别的办法收钱"):
            await guest.say(text)
        for _ in range(3):
            await guest.say("办到哪一步了")

        assert guest.api.sent == []
        assert_first_step(look(sqlite_url, "wechat"))


@pytest.mark.parametrize("together", [True, False], ids=["at once", "one after the other"])
async def test_the_same_push_three_times_has_one_answer_and_one_effect(
    together: bool, database_url: str, tmp_path: Path
) -> None:
    async with account(tmp_path / "run", database_url, kind="unverified") as (_, guest):
        platform = guest.platform
        text = "客服打了没人接，前天刷的3860没到账，找人工"
        push = platform.push(platform.xml(OPENID, "text", Content=text, MsgId=70001), OPENID)
        if together:
            answers = await asyncio.gather(*(platform.post(push) for _ in range(3)))
        else:
            answers = [await platform.post(push) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200] * 3
        assert len({platform.read(push, answer.content) for answer in answers}) == 1
        memory = look(database_url, "wechat")
        assert len(memory.received) == 1
        assert len(memory.file.attempts) == 1


async def test_a_follower_is_greeted_leaves_and_comes_back(sqlite_url: str, tmp_path: Path) -> None:
    async with account(tmp_path / "run", sqlite_url) as (_, guest):
        hello = await guest.platform.event(OPENID, "subscribe")
        assert hello.kind == "reply"
        await guest.say("前天刷的一笔3860，到现在钱没到账")
        assert (await guest.platform.event(OPENID, "unsubscribe")).kind == "nothing"
        later = int(now().timestamp()) + 5  # nobody comes back within the second
        back = await guest.platform.event(OPENID, "subscribe", CreateTime=later)

        assert back.kind == "reply"
        assert back.text != hello.text  # it knows the case
        assert look(sqlite_url, "wechat").file.facts["amount"].value == "3860"


async def test_what_wechat_does_not_hand_over_is_answered_with_what_to_send_instead(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with account(tmp_path / "run", sqlite_url) as (_, guest):
        await guest.say("前天刷的一笔3860，到现在钱没到账")
        record = await guest.platform.say(OPENID, "【收到不支持的消息类型，暂无法显示】")
        unknown = await guest.platform.message(OPENID, "hologram", Content="x")
        unreadable = await guest.platform.send(guest.platform.push("<xml><FromUserName>x</FromUserName></xml>"))
        await settled(lambda: len(guest.api.sent))

        memory = look(sqlite_url, "wechat", OPENID)
        assert record.kind == unknown.kind == "reply"
        assert record.text != unknown.text
        assert unreadable.kind in ("nothing", "reply")
        assert "failed" not in memory.sent


async def test_a_push_that_cannot_be_recorded_is_answered_once_it_comes_again(sqlite_url: str, tmp_path: Path) -> None:
    async with account(tmp_path / "run", sqlite_url) as (program, guest):
        platform = guest.platform
        push = platform.push(platform.xml(OPENID, "text", Content="钱没到账", MsgId=70002), OPENID)
        await program.kill()
        with pytest.raises(httpx.TransportError):
            await platform.post(push)
        await program.start()

        assert (await platform.send(push)).kind == "reply"
        assert len(look(sqlite_url, "wechat").received) == 1
