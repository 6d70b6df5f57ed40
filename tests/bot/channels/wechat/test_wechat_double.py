"""The double is right where Tencent published what is right."""

import base64

import httpx
import pytest

from tests.bot.channels.wechat.parts import OPENID, START
from tests.bot.channels.wechat.vectors import JAVA_TEST, SEALED, SIGNED, Vector
from tests.doubles.wechat import Broken, Seal, WeChatDouble


def seal_of(vector: Vector) -> Seal:
    return Seal(vector.token, vector.app_id, vector.aes_key)


@pytest.mark.parametrize("vector", SEALED, ids=lambda vector: vector.signature[:8])
def test_it_signs_and_opens_the_published_examples(vector):
    seal = seal_of(vector)

    assert seal.sign(vector.timestamp, vector.nonce, vector.sealed) == vector.signature
    assert vector.contains in seal.decrypt(vector.sealed).decode()


@pytest.mark.parametrize("vector", [vector for vector in SEALED if vector.prefix], ids=lambda vector: vector.contains)
def test_it_seals_as_the_documents_do(vector):
    assert seal_of(vector).encrypt(vector.plain.encode(), vector.prefix.encode()) == vector.sealed


def test_it_seals_as_the_sample_codes_own_test_expects():
    seal = Seal(JAVA_TEST["token"], JAVA_TEST["app_id"], JAVA_TEST["aes_key"])

    assert seal.encrypt(JAVA_TEST["plain"].encode(), JAVA_TEST["prefix"].encode()) == JAVA_TEST["sealed"]


@pytest.mark.parametrize(("token", "timestamp", "nonce", "signature"), SIGNED)
def test_it_signs_queries_as_the_documents_do(token, timestamp, nonce, signature):
    assert Seal(token, "wx", "").sign(timestamp, nonce) == signature


def test_it_refuses_what_was_sealed_for_another_account():
    other = Seal("t", "wx_other", "A" * 43).encrypt(b"<xml/>")

    with pytest.raises(Broken):
        Seal("t", "wx_mine", "A" * 43).decrypt(other)


def test_it_refuses_a_changed_byte():
    seal = Seal("t", "wx", "A" * 43)
    raw = bytearray(base64.b64decode(seal.encrypt(b"<xml>1</xml>")))
    raw[-1] ^= 1

    with pytest.raises((Broken, ValueError)):
        seal.decrypt(base64.b64encode(raw).decode())


GOOD = (
    f"<xml><ToUserName>{OPENID}</ToUserName><FromUserName>gh_0123456789ab</FromUserName>"
    "<CreateTime>1</CreateTime><MsgType>text</MsgType><Content>好</Content></xml>"
)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, "success", "nothing"),
        (200, "", "nothing"),
        (200, GOOD, "reply"),
        (200, '{"a":1}', "fault"),
        (200, "<xml>", "fault"),
        (200, GOOD.replace("好", "好" * 700), "fault"),
        (200, GOOD.replace("好", ""), "fault"),
        (200, GOOD.replace(OPENID, "oOther"), "fault"),
        (200, GOOD.replace("<Content>", "<MsgType>image</MsgType><Content>"), "fault"),
        (200, GOOD.replace("gh_0123456789ab", "gh_other"), "fault"),
        (503, "success", "fault"),
    ],
)
async def test_it_shows_the_person_a_reply_only_for_what_wechat_accepts(status, body, kind):
    answer = httpx.MockTransport(lambda _request: httpx.Response(status, text=body))
    wechat = WeChatDouble(httpx.AsyncClient(transport=answer, base_url="http://bot"), lambda: START, mode="plain")

    seen = await wechat.say(OPENID, "x")

    assert seen.kind == kind
    assert seen.status == ((status,) if status == 200 else (status,) * 3)


async def test_it_does_not_accept_a_plain_reply_in_safe_mode():
    answer = httpx.MockTransport(lambda _request: httpx.Response(200, text=GOOD))
    wechat = WeChatDouble(httpx.AsyncClient(transport=answer, base_url="http://bot"), lambda: START)

    assert (await wechat.say(OPENID, "x")).kind == "fault"


async def test_it_repeats_a_push_with_the_very_same_query():
    requests = []

    def answer(request):
        requests.append((request.url, request.content))
        return httpx.Response(500)

    wechat = WeChatDouble(
        httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://bot"), lambda: START
    )
    await wechat.say(OPENID, "x")

    assert len(requests) == 3
    assert len(set(requests)) == 1
