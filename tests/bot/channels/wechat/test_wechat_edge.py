"""Only WeChat is believed: signature, freshness, size, encryption; no way round any of them."""

import asyncio
import base64
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat.edge import BODY_LIMIT, Edge, Refused, Repeats, TooLarge, read_body
from tests.bot.channels.wechat.parts import KEY, OPENID, START, build
from tests.bot.channels.wechat.vectors import DOCUMENTED_PUSH, SAMPLE_PUSH, SAMPLE_TEXT, SIGNED, Vector
from tests.doubles.wechat import Push, Seal

OTHER_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"


def at(timestamp: str) -> datetime:
    return datetime.fromtimestamp(int(timestamp), UTC)


def parameters_of(vector: Vector) -> list[tuple[str, str]]:
    seal = Seal(vector.token, vector.app_id, vector.aes_key)
    return [
        ("signature", seal.sign(vector.timestamp, vector.nonce)),
        ("timestamp", vector.timestamp),
        ("nonce", vector.nonce),
        ("openid", "oX"),
        ("encrypt_type", "aes"),
        ("msg_signature", vector.signature),
    ]


@pytest.mark.parametrize(("token", "timestamp", "nonce", "signature"), SIGNED)
def test_the_published_queries_are_accepted(token, timestamp, nonce, signature):
    given = [("signature", signature), ("timestamp", timestamp), ("nonce", nonce)]

    assert Edge(token, "wx", []).check(given, at(timestamp)).nonce == nonce


@pytest.mark.parametrize("vector", [DOCUMENTED_PUSH, SAMPLE_TEXT, SAMPLE_PUSH], ids=lambda vector: vector.signature[:8])
def test_the_published_messages_are_opened(vector):
    edge = Edge(vector.token, vector.app_id, [vector.aes_key])
    query = edge.check(parameters_of(vector), at(vector.timestamp))
    body = f"<xml><ToUserName><![CDATA[gh]]></ToUserName><Encrypt><![CDATA[{vector.sealed}]]></Encrypt></xml>"

    assert vector.contains in edge.open(query, body.encode()).xml.decode()


@pytest.mark.parametrize("key", ["", "A" * 42, "A" * 44, "A" * 42 + "!", " " + "A" * 42])
def test_a_key_that_is_no_key_stops_the_start(key):
    with pytest.raises(ValueError, match="43"):
        Edge("t", "wx", [key])


def test_an_empty_token_stops_the_start():
    with pytest.raises(ValueError, match="token"):
        Edge("", "wx", [KEY])


async def test_the_check_of_the_address_is_echoed_as_plain_text():
    answer = await build().wechat.verify("4375120948345356249")

    assert (answer.status_code, answer.text) == (200, "4375120948345356249")
    assert answer.headers["content-type"].startswith("text/plain")


async def test_a_forged_check_of_the_address_gets_no_echo():
    house = build()
    house.wechat.token = "another"

    answer = await house.wechat.verify("4375120948345356249")

    assert (answer.status_code, answer.text) == (403, "forbidden")


@pytest.mark.parametrize("echo", ["<b>", "a b", "", "x" * 300])
async def test_an_echo_that_could_be_markup_is_refused(echo):
    assert (await build().wechat.verify(echo)).status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        {"signature": "0" * 40},
        {"signature": None},
        {"signature": "upper"},
        {"timestamp": None},
        {"timestamp": "１７１４０３７０５９"},
        {"timestamp": "171403705"},
        {"timestamp": "17140370590"},
        {"timestamp": "-714037059"},
        {"nonce": ""},
        {"nonce": "a b"},
        {"nonce": "9" * 129},
        {"encrypt_type": None},
        {"encrypt_type": "raw"},
        {"msg_signature": None},
        {"msg_signature": "0" * 40},
    ],
    ids=str,
)
async def test_a_query_with_one_thing_wrong_is_refused_without_a_word(change):
    house = build()
    push = house.wechat.push(house.wechat.xml(OPENID, "text", Content="x", MsgId=1))
    query = {name: value for name, value in {**push.query, **change}.items() if value is not None}
    if query.get("signature") == "upper":
        query["signature"] = push.query["signature"].upper()

    answer = await house.wechat.post(Push(query, push.body))

    assert (answer.status_code, answer.text) == (403, "forbidden")
    assert house.recorder.updates == []


async def test_a_parameter_given_twice_is_refused():
    house = build()
    push = house.wechat.push(house.wechat.xml(OPENID, "text", Content="x", MsgId=1))

    answer = await house.web.post("/wechat", params=[*push.query.items(), ("nonce", "1")], content=push.body)

    assert answer.status_code == 403


@pytest.mark.parametrize(("seconds", "status"), [(-301, 403), (-299, 200), (299, 200), (301, 403)])
async def test_only_what_is_five_minutes_fresh_is_accepted(seconds, status):
    house = build()
    push = house.wechat.push(house.wechat.xml(OPENID, "text", Content="x", MsgId=1))
    house.clock.advance(seconds=seconds)

    assert (await house.wechat.post(push)).status_code == status


@pytest.mark.parametrize("drop", [("encrypt_type", "msg_signature"), ("msg_signature",), ("encrypt_type",)])
async def test_leaving_out_the_encryption_does_not_get_the_plain_part_processed(drop):
    house = build("compatible")
    push = house.wechat.push(house.wechat.xml(OPENID, "text", Content="x", MsgId=1))
    query = {name: value for name, value in push.query.items() if name not in drop}

    assert (await house.wechat.post(Push(query, push.body))).status_code == 403
    assert house.recorder.updates == []


async def test_of_a_compatible_body_only_the_sealed_part_counts():
    house = build("compatible")
    push = house.wechat.push(house.wechat.xml(OPENID, "text", Content="真话", MsgId=1))
    forged = push.body.replace("真话".encode(), "假话".encode())

    await house.wechat.post(Push(push.query, forged))

    assert [update.text for update in house.recorder.updates] == ["真话"]


async def test_a_person_who_writes_an_encrypt_element_is_understood_in_compatible_mode():
    house = build("compatible")

    await house.wechat.say(OPENID, "<Encrypt>AAAA</Encrypt>")

    assert [update.text for update in house.recorder.updates] == ["<Encrypt>AAAA</Encrypt>"]


async def test_a_sealed_push_is_refused_when_no_key_is_configured():
    house = build("plain")
    house.wechat.mode = "compatible"

    assert (await house.wechat.say(OPENID, "x")).status == (403, 403, 403)


async def test_the_previous_key_still_opens_and_then_also_seals_the_answer():
    house = build(wechat_aes_key=OTHER_KEY, wechat_aes_key_previous=KEY)

    assert (await house.wechat.say(OPENID, "你好")).text == "收到：你好"


@pytest.mark.parametrize("mistake", [{"aes_key": OTHER_KEY}, {"app_id": "wx_other"}, {"account": "gh_other"}])
async def test_what_is_sealed_or_meant_for_another_account_is_refused_without_detail(mistake, caplog):
    house = build()
    for name, value in mistake.items():
        setattr(house.wechat, name, value)

    seen = await house.wechat.say(OPENID, "x")

    assert seen.status == (403, 403, 403)
    assert KEY not in caplog.text


@given(st.binary(max_size=400))
def test_garbage_in_place_of_the_sealed_text_is_refused_whatever_it_is(garbage):
    edge, seal = Edge("t", "wx", [KEY]), Seal("t", "wx", KEY)
    sealed = base64.b64encode(garbage).decode()
    stamp = str(int(START.timestamp()))
    query = edge.check(
        [
            ("signature", seal.sign(stamp, "1")),
            ("timestamp", stamp),
            ("nonce", "1"),
            ("encrypt_type", "aes"),
            ("msg_signature", seal.sign(stamp, "1", sealed)),
        ],
        START,
    )

    with pytest.raises(Refused):
        edge.open(query, f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode())


async def test_a_body_over_the_limit_is_refused_before_it_is_opened():
    house = build()
    push = house.wechat.push(house.wechat.xml(OPENID, "text", Content="x" * BODY_LIMIT, MsgId=1))

    assert (await house.wechat.post(push)).status_code == 413


async def test_an_announced_length_over_the_limit_is_refused_unread():
    async def unread():
        raise AssertionError("was read")
        yield b""

    for announced in (str(BODY_LIMIT + 1), "9" * 5000):
        with pytest.raises(TooLarge):
            await read_body(unread(), announced)


async def test_a_stream_without_a_length_is_read_up_to_the_limit_only():
    taken = 0

    async def endless():
        nonlocal taken
        while True:
            taken += 1
            yield b"x" * 1024

    with pytest.raises(TooLarge):
        await read_body(endless(), None)
    assert taken == BODY_LIMIT // 1024 + 1


async def test_an_unsigned_body_is_not_read_at_all():
    house = build()

    async def unread():
        raise AssertionError("was read")
        yield b""

    assert (await house.web.post("/wechat", params={"signature": "x"}, content=unread())).status_code == 403


async def test_a_signature_seen_before_vouches_for_no_other_message():
    house = build("plain")
    first = house.wechat.push(house.wechat.xml(OPENID, "text", Content="真话", MsgId=1))
    second = house.wechat.xml(OPENID, "text", Content="假话", MsgId=2).encode()

    assert (await house.wechat.post(first)).status_code == 200
    assert (await house.wechat.post(Push(first.query, second))).status_code == 403
    assert (await house.wechat.post(first)).status_code == 200
    assert [update.text for update in house.recorder.updates] == ["真话"]


async def test_moving_digits_between_time_and_nonce_does_not_make_a_new_signature():
    """Token, time and nonce are joined without a separator, so other values of them share one signature."""
    house = build("plain")
    stamp = str(int(START.timestamp()))
    # "<stamp><stamp>…" can be cut after the first or before the last ten digits
    nonce = stamp + "1"
    signature = Seal("test_token", "", "").sign(stamp, nonce)
    again = {"signature": signature, "timestamp": stamp, "nonce": nonce}
    first = house.wechat.xml(OPENID, "text", Content="一", MsgId=1).encode()
    second = house.wechat.xml(OPENID, "text", Content="二", MsgId=2).encode()
    shifted = _split_again(stamp, nonce)

    assert (await house.wechat.post(Push(again, first))).status_code == 200
    assert shifted
    for timestamp, other in shifted:
        query = {"signature": signature, "timestamp": timestamp, "nonce": other}
        assert (await house.wechat.post(Push(query, second))).status_code == 403
    assert len(house.recorder.updates) == 1


def _split_again(stamp: str, nonce: str) -> list[tuple[str, str]]:
    """All other pairs with the same signature."""
    seal = Seal("test_token", "", "")
    joined = "".join(sorted([stamp, nonce]))
    pairs = [(joined[:at], joined[at:]) for at in range(1, len(joined))]
    pairs += [(after, before) for before, after in pairs]
    return [pair for pair in pairs if pair != (stamp, nonce) and seal.sign(*pair) == seal.sign(stamp, nonce)]


def test_signatures_are_forgotten_once_they_cannot_be_used_any_more():
    repeats = Repeats()
    for second in range(5000):
        repeats.check(str(second), "u", datetime.fromtimestamp(second, UTC))

    assert len(repeats._known) <= 602


async def test_a_refusal_is_logged_with_its_reason_and_nothing_of_the_request(caplog):
    house = build()
    push = house.wechat.push(house.wechat.xml(OPENID, "text", Content="秘密的话", MsgId=1))

    await house.wechat.post(Push({**push.query, "signature": "0" * 40}, push.body))

    logged = [record.getMessage() for record in caplog.records if record.name.startswith("bot.")]
    assert logged == ["a callback was refused: signature"]
    assert not re.search("秘密|test_token|oPerson", caplog.text)


async def test_other_methods_are_not_there():
    assert (await build().web.put("/wechat")).status_code == 405


async def test_many_refused_requests_leave_the_loop_free():
    """Refusing is cheap enough to be done on the loop: nobody else's request waits behind it."""
    house = build()
    push = house.wechat.push(house.wechat.xml(OPENID, "text", Content="x", MsgId=1))
    bad = Push({**push.query, "msg_signature": "0" * 40}, b"<Encrypt>" * 7000)

    answers = await asyncio.gather(*(house.wechat.post(bad) for _ in range(20)), house.wechat.post(push))

    assert [answer.status_code for answer in answers] == [403] * 20 + [200]
