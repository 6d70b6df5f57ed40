"""What a person sees of the account: one answer to each message, through repeats, slowness and failures."""

import asyncio
import logging

import pytest

from bot.channels.base import Unavailable
from bot.messages import Choice, OutgoingFile, OutgoingMessage
from tests.bot.channels.wechat.parts import KEY, OPENID, Recorder, build
from tests.doubles.wechat import Push

MODES = pytest.mark.parametrize("mode", ["safe", "compatible", "plain"])


@MODES
async def test_a_message_is_answered_in_its_own_response(mode):
    seen = await build(mode).wechat.say(OPENID, "POS机坏了")

    assert (seen.kind, seen.text, seen.status) == ("reply", "收到：POS机坏了", (200,))


@MODES
async def test_markup_in_what_a_person_writes_comes_back_as_text(mode):
    nasty = "]]></Content><MsgType>image</MsgType><![CDATA[&amp; <b>😀"

    assert (await build(mode).wechat.say(OPENID, nasty)).text == f"收到：{nasty}"


@MODES
async def test_an_answer_without_messages_is_a_plain_success(mode):
    house = build(mode, recorder=Recorder(lambda _update: ()))

    push = house.wechat.push(house.wechat.xml(OPENID, "text", Content="x", MsgId=1), OPENID)

    assert (await house.wechat.post(push)).content == b"success"


async def test_several_messages_arrive_as_one_text():
    house = build(recorder=Recorder(lambda _update: ("第一条", "第二条")))

    assert (await house.wechat.say(OPENID, "x")).text == "第一条\n\n第二条"


async def test_only_the_inline_messages_are_in_the_response():
    house = build(recorder=Recorder(lambda _update: ("一", "二"), inline=1))

    assert (await house.wechat.say(OPENID, "x")).text == "一"


@MODES
async def test_the_same_push_three_times_is_one_update_and_three_times_the_same_text(mode):
    house = build(mode)
    push = house.wechat.push(house.wechat.xml(OPENID, "text", Content="x", MsgId=1), OPENID)

    answers = [await house.wechat.post(push) for _ in range(3)]

    assert [house.wechat.read(push, answer.content) for answer in answers] == ["收到：x"] * 3
    assert len(house.recorder.updates) == 1


async def test_the_same_push_twice_at_once_gets_the_same_text_twice():
    house = build()
    push = house.wechat.push(house.wechat.xml(OPENID, "text", Content="x", MsgId=1), OPENID)

    answers = await asyncio.gather(house.wechat.post(push), house.wechat.post(push))

    assert {house.wechat.read(push, answer.content) for answer in answers} == {"收到：x"}


async def test_an_update_that_could_not_be_recorded_is_asked_for_again():
    house = build(recorder=Recorder(fault=Unavailable()))

    seen = await house.wechat.say(OPENID, "x")

    assert seen.status == (503, 503, 503)


async def test_after_the_store_is_back_the_repeat_is_handled():
    house = build(recorder=Recorder(fault=Unavailable()))
    push = house.wechat.push(house.wechat.xml(OPENID, "text", Content="x", MsgId=1), OPENID)
    assert (await house.wechat.post(push)).status_code == 503

    house.recorder.fault = None

    assert house.wechat.read(push, (await house.wechat.post(push)).content) == "收到：x"


async def test_a_fault_nobody_thought_of_is_no_success_either_and_says_nothing_in_the_log(caplog):
    house = build(recorder=Recorder(fault=RuntimeError("秘密")))

    assert (await house.wechat.say(OPENID, "x")).status == (503, 503, 503)
    assert "RuntimeError" in caplog.text
    assert "秘密" not in caplog.text


async def test_a_turn_longer_than_wechat_waits_goes_on_and_the_repeat_gets_its_answer():
    """The line is cut, the turn is not; `success` is never said for what is not recorded yet."""
    may_end = asyncio.Event()
    begun = 0

    async def hold(_update):
        nonlocal begun
        begun += 1
        if begun == 2:
            may_end.set()
        await may_end.wait()

    house = build(recorder=Recorder(hold=hold), patience=0.05)

    seen = await house.wechat.say(OPENID, "x")

    assert (seen.kind, seen.text, seen.status) == ("reply", "收到：x", (None, 200))
    assert len(house.recorder.updates) == 1


async def test_stopping_waits_for_the_turns_under_way():
    may_end = asyncio.Event()

    async def hold(_update):
        await may_end.wait()

    house = build(recorder=Recorder(hold=hold), patience=0.02)
    house.wechat.attempts = 1
    await house.wechat.say(OPENID, "x")

    stopping = asyncio.create_task(house.channel.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    may_end.set()
    await stopping

    assert len(house.recorder.updates) == 1


async def test_people_do_not_wait_for_each_other():
    may_end = asyncio.Event()

    async def hold(update):
        if update.conversation == OPENID:
            await may_end.wait()

    house = build(recorder=Recorder(hold=hold))
    waiting = asyncio.create_task(house.wechat.say(OPENID, "x"))

    assert (await house.wechat.say("oOther", "y")).text == "收到：y"
    assert not waiting.done()
    may_end.set()
    assert (await waiting).text == "收到：x"


async def test_nobody_answers_a_person_who_left():
    house = build()

    assert (await house.wechat.event(OPENID, "subscribe")).kind == "reply"
    assert (await house.wechat.event(OPENID, "unsubscribe")).kind == "nothing"
    assert [update.kind for update in house.recorder.updates] == ["follow", "unfollow"]


async def test_nothing_personal_and_no_secret_is_logged(caplog):
    caplog.set_level(logging.DEBUG)
    house = build()

    await house.wechat.say(OPENID, "我的秘密")
    await house.wechat.message(OPENID, "hologram", Title="我的秘密")
    await house.wechat.send(house.wechat.push("<xml>我的秘密"))
    await house.channel.deliver(OPENID, OutgoingMessage("k", "我的秘密"), "1")
    await house.wechat.post(Push({"signature": "x"}, b""))

    ours = "\n".join(record.getMessage() for record in caplog.records)
    for secret in ("我的秘密", "oPerson", "s3cret", "test_token", KEY, "access-token-1"):
        # the double's own client writes down the queries it makes towards us
        assert secret not in "\n".join(line for line in ours.splitlines() if "http://bot/wechat" not in line)


def test_a_long_message_is_made_fit_with_its_choices_on_the_last_part():
    message = OutgoingMessage("k", "字" * 1000, (Choice("y", "好"),), (OutgoingFile("a", "b", "c"),))
    channel = build().channel

    parts = channel.fit(message)

    assert [bool(part.choices) for part in parts] == [False, True]
    assert channel.inline(parts) == 1
    assert channel.inline([]) == 0
