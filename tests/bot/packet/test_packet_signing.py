"""The signing key is made once, kept to its owner, and signs the same bytes the same way."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from bot.packet.errors import PacketFault
from bot.packet.signing import Signer, is_signed
from tests.bot.packet.parts import run


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "var" / "key.pem"
    first = Signer.load(path)
    assert Signer.load(path).public_pem == first.public_pem
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["key.pem"]


def test_signing_twice_gives_the_same_signature_and_openssl_takes_it(tmp_path: Path) -> None:
    signer = Signer.load(tmp_path / "key.pem")
    signature = signer.sign(b"data")
    assert signer.sign(b"data") == signature
    for name, data in (("data", b"data"), ("sig", signature), ("pub", signer.public_pem)):
        (tmp_path / name).write_bytes(data)
    done = run("openssl", "dgst", "-sha256", "-verify", "pub", "-signature", "sig", "data", folder=tmp_path)
    assert "Verified OK" in done.stdout


def test_other_bytes_another_key_and_junk_are_no_signature(tmp_path: Path) -> None:
    signer, other = Signer.load(tmp_path / "a.pem"), Signer.load(tmp_path / "b.pem")
    signature = signer.sign(b"data")
    assert is_signed(b"data", signature, signer.public_pem)
    assert not is_signed(b"datb", signature, signer.public_pem)
    assert not is_signed(b"data", signature, other.public_pem)
    assert not is_signed(b"data", signature + b"0", signer.public_pem)
    assert not is_signed(b"data", b"", signer.public_pem)
    assert not is_signed(b"data", signature, b"junk")


@pytest.mark.parametrize("content", ["junk", "rsa", "p384"])
def test_another_kind_of_key_is_refused_with_a_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "key.pem"
    keys = {
        "rsa": lambda: rsa.generate_private_key(65537, 2048),
        "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    }
    if content in keys:
        path.write_bytes(
            keys[content]().private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    else:
        path.write_text(content)
    with pytest.raises(PacketFault, match="signing key"):
        Signer.load(path)


def test_those_who_start_together_get_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        keys = [pool.submit(Signer.load, path) for pool in (one, other)]
        assert len({key.result().public_pem for key in keys}) == 1
