"""Customer-service texts and media: one token for all, each error code its reaction, no secret anywhere."""

import asyncio
import logging
import traceback
from datetime import timedelta

import httpx
import pytest

from bot.channels.base import FetchFailed
from bot.channels.wechat.channel import WeChat
from bot.messages import Choice, Delivery, OutgoingMessage
from tests.bot.channels.wechat.parts import OPENID, START, Clock, House, Recorder, build, no_files, settings

MESSAGE = OutgoingMessage("k", "记得联系客服", (Choice("done", "已联系"),))
PICTURE = "http://mmbiz.qpic.cn/mmbiz_jpg/abc/0"
CREATED = int(START.timestamp())


def granted(**changes: object) -> House:
    house = build(**changes)
    house.api.grant(OPENID, 99, timedelta(hours=48))
    return house


def failing(fault: Exception) -> WeChat:
    def answer(request: httpx.Request) -> httpx.Response:
        if "stable_token" in request.url.path:
            return httpx.Response(200, json={"access_token": "access-token-1", "expires_in": 7200})
        raise fault

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return WeChat(settings(), Recorder(), Clock(), no_files, client)


async def fetch(channel: WeChat, **reference: object) -> bytes:
    return b"".join([chunk async for chunk in channel.fetch({"created": CREATED, **reference})])


async def test_a_message_is_one_text_with_its_choices_numbered():
    house = granted()

    assert await house.channel.deliver(OPENID, MESSAGE, "1") == Delivery("sent")
    assert house.api.sent == [(OPENID, "记得联系客服\n1. 已联系")]


@pytest.mark.parametrize("kind", ["subscription", "service", "test"])
async def test_verified_and_test_accounts_send(kind):
    assert (await granted(wechat_account_type=kind).channel.deliver(OPENID, MESSAGE, "1")).status == "sent"


async def test_an_unverified_account_parks_without_asking_anybody():
    house = granted(wechat_account_type="unverified")

    assert (await house.channel.deliver(OPENID, MESSAGE, "1")).status == "parked"
    assert house.api.calls == []


async def test_many_at_once_share_one_token():
    house = granted()
    house.api.gate = asyncio.Event()
    sends = [asyncio.create_task(house.channel.deliver(OPENID, MESSAGE, str(n))) for n in range(20)]
    await asyncio.sleep(0)
    house.api.gate.set()

    assert {(await send).status for send in sends} == {"sent"}
    assert house.api.calls.count("token") == 1


async def test_the_token_is_kept_and_renewed_five_minutes_early():
    house = granted()
    for hours, minutes in ((0, 0), (1, 54), (0, 2)):
        house.clock.advance(hours=hours, minutes=minutes)
        assert (await house.channel.deliver(OPENID, MESSAGE, "1")).status == "sent"

    assert house.api.calls == ["token", "send", "send", "token", "send"]


async def test_a_dead_token_is_replaced_once_and_the_message_sent_once():
    house = granted()
    await house.channel.deliver(OPENID, MESSAGE, "1")
    house.api.kill_token()

    assert (await house.channel.deliver(OPENID, MESSAGE, "2")).status == "sent"
    assert len(house.api.sent) == 2
    assert house.api.calls.count("token") == 2


async def test_a_token_that_stays_dead_costs_two_tokens_and_two_sends():
    house = granted()
    house.api.dead = True

    assert (await house.channel.deliver(OPENID, MESSAGE, "1")) == Delivery("parked", reason="errcode_40001")
    assert (house.api.calls.count("token"), house.api.calls.count("send")) == (2, 2)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (-1, "retry"),
        (45011, "retry"),
        (45009, "retry"),
        (45015, "parked"),
        (45047, "parked"),
        (48001, "parked"),
        (48002, "parked"),
        (50002, "parked"),
        (40164, "parked"),
        (40243, "parked"),
        (40003, "refused"),
        (43004, "refused"),
        (43019, "refused"),
        (43101, "refused"),
        (45002, "refused"),
        (47003, "refused"),
        (99999, "parked"),
        (502, "unknown"),
    ],
)
async def test_each_code_has_its_reaction_after_one_attempt(code, status):
    house = granted()
    house.api.errors.append(code)

    delivery = await house.channel.deliver(OPENID, MESSAGE, "1")

    assert delivery.status == status
    assert (delivery.after is not None) == (code in (45009, 45011))
    assert house.api.calls.count("send") == 1


@pytest.mark.parametrize(("code", "reason"), [(40003, "not_found"), (43004, "blocked"), (43019, "blocked")])
async def test_a_person_who_is_gone_is_told_apart_from_a_message_that_is_wrong(code, reason):
    house = granted()
    house.api.errors.append(code)

    assert await house.channel.deliver(OPENID, MESSAGE, "1") == Delivery("refused", reason=reason)


@pytest.mark.parametrize("code", [40164, 40125, 40243, 89503, 40013])
async def test_an_account_that_gets_no_token_alerts_the_operator_and_keeps_the_message(code, caplog):
    house = granted()
    house.api.token_errors.append(code)

    assert (await house.channel.deliver(OPENID, MESSAGE, "1")).status == "parked"
    assert str(code) in caplog.text


async def test_a_day_limit_waits_for_midnight_in_beijing_and_a_minute_limit_for_the_next_minute():
    house = granted()  # 16:00 in Beijing
    house.api.errors.extend([45009, 45011])

    assert (await house.channel.deliver(OPENID, MESSAGE, "1")).after == timedelta(hours=8)
    assert (await house.channel.deliver(OPENID, MESSAGE, "1")).after == timedelta(seconds=60)


@pytest.mark.parametrize("code", [48001, 50002])
async def test_an_account_without_the_right_is_not_asked_again(code):
    house = granted()
    house.api.errors.append(code)
    await house.channel.deliver(OPENID, MESSAGE, "1")
    calls = len(house.api.calls)

    assert (await house.channel.deliver(OPENID, MESSAGE, "2")).status == "parked"
    assert len(house.api.calls) == calls


async def test_credit_that_is_used_up_or_over_waits_for_the_person():
    house = build()
    await house.wechat.say(OPENID, "x")

    sent = [(await house.channel.deliver(OPENID, MESSAGE, str(n))).status for n in range(6)]
    house.clock.advance(hours=49)
    later = await house.channel.deliver(OPENID, MESSAGE, "7")

    assert sent == ["sent"] * 5 + ["parked"]
    assert later == Delivery("parked", reason="window_closed")


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (httpx.ConnectError("x"), "retry"),
        (httpx.ConnectTimeout("x"), "retry"),
        (httpx.PoolTimeout("x"), "retry"),
        (httpx.ReadTimeout("x"), "unknown"),
        (httpx.WriteError("x"), "unknown"),
        (httpx.RemoteProtocolError("x"), "unknown"),
    ],
)
async def test_a_lost_connection_is_tried_again_only_if_nothing_can_have_arrived(fault, status):
    assert (await failing(fault).deliver(OPENID, MESSAGE, "1")).status == status


async def test_without_a_token_nothing_can_have_arrived():
    client = httpx.AsyncClient(transport=httpx.MockTransport(lambda _request: httpx.Response(502)))
    channel = WeChat(settings(), Recorder(), Clock(), no_files, client)

    assert (await channel.deliver(OPENID, MESSAGE, "1")).status == "retry"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"x"', b'{"errcode":"no"}'])
async def test_an_answer_that_makes_no_sense_is_no_success(body):
    def answer(request: httpx.Request) -> httpx.Response:
        if "stable_token" in request.url.path:
            return httpx.Response(200, json={"access_token": "t", "expires_in": 7200})
        return httpx.Response(200, content=body)

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    channel = WeChat(settings(), Recorder(), Clock(), no_files, client)

    assert (await channel.deliver(OPENID, MESSAGE, "1")).status in ("unknown", "retry")


async def test_chinese_travels_as_it_is_not_as_escapes():
    bodies = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(request.content)
        return httpx.Response(200, json={"access_token": "t", "expires_in": 7200, "errcode": 0})

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    await WeChat(settings(), Recorder(), Clock(), no_files, client).deliver(OPENID, MESSAGE, "1")

    assert "记得联系客服".encode() in bodies[1]


async def test_no_secret_is_in_a_log_or_a_fault(caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpx")
    house = granted()
    house.api.media["m"] = b"\xff\xd8"
    no_line = failing(httpx.ConnectError("https://api/?secret=s3cret"))
    torn_line = failing(httpx.ReadError("https://api/?access_token=access-token-1"))
    await house.channel.deliver(OPENID, MESSAGE, "1")
    await fetch(house.channel, media_id="m")
    await no_line.deliver(OPENID, MESSAGE, "1")
    with pytest.raises(FetchFailed) as caught:
        await fetch(torn_line, media_id="m")

    written = caplog.text + "".join(traceback.format_exception(caught.value)) + repr(house.channel.__dict__)
    assert "HTTP Request" in caplog.text
    for secret in ("s3cret", "access-token", "记得联系客服", OPENID):
        assert secret not in written


async def test_media_are_streamed_unaltered():
    house = granted()
    house.api.media["m"] = bytes(range(256)) * 1000

    assert await fetch(house.channel, media_id="m", pic_url=PICTURE) == bytes(range(256)) * 1000
    assert house.api.calls == ["token", "media"]


async def test_media_survive_a_dead_token():
    house = granted()
    house.api.media["m"] = b"\xff\xd8"
    await fetch(house.channel, media_id="m")
    house.api.kill_token()

    assert await fetch(house.channel, media_id="m") == b"\xff\xd8"


async def test_a_video_is_fetched_in_two_steps():
    house = granted()
    house.api.media["v"] = "http://vweixinp.tc.qq.com/1007_a.mp4?vkey=1"
    house.api.files["http://vweixinp.tc.qq.com/1007_a.mp4?vkey=1"] = b"mp4"

    assert await fetch(house.channel, media_id="v") == b"mp4"


async def test_an_unverified_account_fetches_pictures_by_their_address():
    house = granted(wechat_account_type="unverified")
    house.api.files[PICTURE] = b"\xff\xd8"

    assert await fetch(house.channel, media_id="m", pic_url=PICTURE) == b"\xff\xd8"
    assert house.api.calls == ["file"]


@pytest.mark.parametrize(
    ("error", "lasting"), [(40007, True), (48001, True), (45009, False), (-1, False), (502, False), (504, False)]
)
async def test_an_error_is_never_taken_for_the_file(error, lasting):
    house = granted()
    house.api.media["m"] = b"\xff\xd8"
    house.api.errors.append(error)

    with pytest.raises(FetchFailed) as caught:
        await fetch(house.channel, media_id="m")
    assert caught.value.lasting is lasting


async def test_an_error_disguised_as_a_download_is_seen_too():
    house = granted()
    house.api.media["m"] = b'{"errcode":40007,"errmsg":"invalid media_id"}'

    with pytest.raises(FetchFailed) as caught:
        await fetch(house.channel, media_id="m")
    assert caught.value.lasting


@pytest.mark.parametrize(
    ("reference", "account"),
    [
        ({}, "service"),
        ({"url": "https://x"}, "service"),
        ({"media_id": "m"}, "unverified"),
        ({"media_id": ""}, "service"),
    ],
)
async def test_what_cannot_be_had_is_said_at_once(reference, account):
    house = granted(wechat_account_type=account)

    with pytest.raises(FetchFailed) as caught:
        await fetch(house.channel, **reference)
    assert caught.value.lasting
    assert house.api.calls == []


async def test_after_three_days_nobody_is_asked():
    house = granted()
    house.clock.advance(days=3, seconds=1)

    with pytest.raises(FetchFailed) as caught:
        await fetch(house.channel, media_id="m")
    assert (caught.value.lasting, house.api.calls) == (True, [])


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/x",
        "http://169.254.169.254/latest",
        "http://evil.example/x",
        "http://mmbiz.qpic.cn.evil.example/x",
        "http://evilqpic.cn/x",
        "http://mmbiz.qpic.cn@evil.example/x",
        "http://evil.example\\@mmbiz.qpic.cn/x",
        "http://user:pass@mmbiz.qpic.cn/x",
        "file:///etc/passwd",
        "ftp://mmbiz.qpic.cn/x",
        "//mmbiz.qpic.cn/x",
        "http://[::1/x",
        "no address",
    ],
)
async def test_pictures_come_from_tencents_hosts_only(address):
    house = granted(wechat_account_type="unverified")
    house.api.files[address] = b"x"

    with pytest.raises(FetchFailed) as caught:
        await fetch(house.channel, pic_url=address)
    assert caught.value.lasting
    assert house.api.calls == []


async def test_a_redirect_is_followed_within_tencents_hosts_only():
    house = granted(wechat_account_type="unverified")
    house.api.redirects = {PICTURE: "http://b.qpic.cn/1", "http://c.qpic.cn/": "http://127.0.0.1/x"}
    house.api.files = {"http://b.qpic.cn/1": b"x", "http://127.0.0.1/x": b"secret"}

    assert await fetch(house.channel, pic_url=PICTURE) == b"x"
    with pytest.raises(FetchFailed):
        await fetch(house.channel, pic_url="http://c.qpic.cn/")


async def test_redirects_in_a_circle_end():
    house = granted(wechat_account_type="unverified")
    house.api.redirects = {PICTURE: PICTURE}

    with pytest.raises(FetchFailed):
        await fetch(house.channel, pic_url=PICTURE)


@pytest.mark.parametrize("kind", ["text/html", "application/json; charset=utf-8"])
async def test_a_page_is_not_a_picture(kind):
    client = httpx.AsyncClient(
        transport=httpx.MockTransport(lambda _: httpx.Response(200, content=b"x", headers={"content-type": kind}))
    )
    channel = WeChat(settings(wechat_account_type="unverified"), Recorder(), Clock(), no_files, client)

    with pytest.raises(FetchFailed):
        await fetch(channel, pic_url=PICTURE)


async def test_a_file_over_the_limit_is_given_up_without_being_kept():
    house = granted()
    house.api.media["m"] = b"\xff" * 200_000
    channel = WeChat(settings(), Recorder(), house.clock, no_files, house.api.client(), media_limit=100_000)

    with pytest.raises(FetchFailed) as caught:
        await fetch(channel, media_id="m")
    assert caught.value.lasting


async def test_the_loop_is_free_while_many_sends_are_pending():
    """Fifty sends that hang leave everybody else's callback untouched."""
    house = granted()
    await house.channel.deliver(OPENID, MESSAGE, "0")
    house.api.gate = asyncio.Event()
    sends = [asyncio.create_task(house.channel.deliver(OPENID, MESSAGE, str(n))) for n in range(50)]
    while house.api.calls.count("send") < 51:
        await asyncio.sleep(0)

    seen = await house.wechat.say("oOther", "y")

    assert seen.text == "收到：y"
    assert not any(send.done() for send in sends)
    house.api.gate.set()
    assert {(await send).status for send in sends} == {"sent"}
