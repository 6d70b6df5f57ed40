"""The double is right where Tencent published what is right."""

import base64

import pytest

from tests.bot.channels.wechat.vectors import JAVA_TEST, SEALED, SIGNED, Vector
from tests.doubles.wechat import Broken, Seal


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
