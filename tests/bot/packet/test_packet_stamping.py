"""Requirement 15: nonce, policy and roots are checked, unsorted certificates taken, the answer kept as it came, and an
authority that is away delays the stamp, not the packet."""

import base64
from pathlib import Path

import pytest

from bot.packet.errors import PacketFault
from bot.packet.stamping import Stamper, check
from bot.packet.verifying import verify
from tests.bot.packet.parts import Authority, World, new_authority, run, serving

DATA = b"0" * 64 + b"  bagit.txt\n"
NOBODY = "http://127.0.0.1:9/"


@pytest.mark.parametrize("chain", [False, True])
def test_a_stamp_is_kept_as_it_came_and_openssl_takes_it(authority: Authority, tmp_path: Path, chain: bool) -> None:
    with serving(authority, chain=chain) as url:
        stamp = Stamper(tmp_path / "stamps", [NOBODY, url], authority.roots).stamp(DATA)
    assert stamp is not None
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "answer.tsr").write_bytes(stamp.answer)
    (tmp_path / "roots.pem").write_bytes(authority.roots)
    done = run(
        "openssl", "ts", "-verify", "-data", "data", "-in", "answer.tsr", "-CAfile", "roots.pem", folder=tmp_path
    )
    assert "Verification: OK" in done.stdout, done.stderr


def test_certificates_out_of_order_are_taken(authority: Authority, tmp_path: Path) -> None:
    def reversed_certificates(answer: bytes) -> bytes:
        one, other = (_der(authority.folder / name) for name in ("tsa.pem", "ca.pem"))
        first, second = sorted((one, other))
        assert answer.count(first + second) + answer.count(second + first) == 1
        return answer.replace(first + second, second + first)

    with serving(authority, spoil=reversed_certificates) as url:
        stamp = Stamper(tmp_path / "stamps", [url], authority.roots).stamp(DATA)
    assert stamp is not None
    assert reversed_certificates(stamp.answer) == stamp.answer


def test_a_stamp_is_asked_for_once(authority: Authority, tmp_path: Path) -> None:
    with serving(authority) as url:
        first = Stamper(tmp_path / "stamps", [url], authority.roots).stamp(DATA)
    assert first is not None
    assert Stamper(tmp_path / "stamps", [NOBODY], authority.roots).stamp(DATA) == first


def test_a_kept_stamp_that_no_longer_fits_is_asked_for_anew(authority: Authority, tmp_path: Path) -> None:
    with serving(authority) as url:
        stamper = Stamper(tmp_path / "stamps", [url], authority.roots)
        first = stamper.stamp(DATA)
        (kept,) = (tmp_path / "stamps").glob("*.tsr")
        kept.write_bytes(b"spoilt")
        second = stamper.stamp(DATA)
    assert first is not None
    assert second is not None
    assert kept.read_bytes() == second.answer


def test_another_root_another_policy_and_other_bytes_are_refused(authority: Authority, tmp_path: Path) -> None:
    with serving(authority) as url:
        stamp = Stamper(tmp_path / "stamps", [url], authority.roots, policy="1.2.3.4.1").stamp(DATA)
        stranger = new_authority(tmp_path / "stranger")
        assert Stamper(tmp_path / "a", [url], stranger.roots).stamp(DATA) is None
        assert Stamper(tmp_path / "b", [url], authority.roots, policy="1.2.3.9").stamp(DATA) is None
    assert stamp is not None
    with pytest.raises(PacketFault):
        check(stamp.answer, DATA + b"x", authority.roots)
    with pytest.raises(PacketFault):
        check(stamp.answer, DATA, authority.roots, nonce=1)


def test_an_old_answer_given_again_is_refused(authority: Authority, tmp_path: Path) -> None:
    with serving(authority) as url:
        old = Stamper(tmp_path / "a", [url], authority.roots).stamp(DATA)
    assert old is not None
    with serving(authority, spoil=lambda _: old.answer) as url:
        assert Stamper(tmp_path / "b", [url], authority.roots).stamp(DATA) is None


@pytest.mark.parametrize("answer", [b"", b"0", b"\x30\x80", b"\x30\x03\x02\x01\x00", b"<html>", b"\x30\x82"])
def test_what_is_no_stamp_is_refused(authority: Authority, answer: bytes) -> None:
    with pytest.raises(PacketFault):
        check(answer, DATA, authority.roots)


def test_an_answer_without_end_is_cut_off(authority: Authority, tmp_path: Path) -> None:
    with serving(authority, spoil=lambda answer: answer + b"0" * 100_000) as url:
        assert Stamper(tmp_path / "stamps", [url], authority.roots).stamp(DATA) is None


def test_a_packet_is_made_without_its_authority_and_stamped_later(world: World, authority: Authority) -> None:
    folder, target = world.folder / "stamps", world.folder / "packet.zip"
    away = Stamper(folder, [NOBODY], authority.roots)
    packet = world.maker(away).make(world.case_id, target)
    assert packet.stamped_at is None
    assert verify(target).stamped_at is None
    assert away.waiting() == 1
    assert away.retry() == 0
    with serving(authority) as url:
        back = Stamper(folder, [url], authority.roots)
        assert back.retry() == 1
    assert back.waiting() == 0
    later = world.maker(away).make(world.case_id, target)
    assert later.stamped_at is not None
    assert later.manifest == packet.manifest
    assert verify(target, roots=authority.roots).stamped_at == later.stamped_at


def test_once_nobody_gives_a_stamp_nobody_is_asked_for_the_next(authority: Authority, tmp_path: Path) -> None:
    asked: list[bytes] = []

    def refused(answer: bytes) -> bytes:
        asked.append(answer)
        return b""

    for number in range(3):
        Stamper(tmp_path / "stamps", [NOBODY], authority.roots).stamp(DATA * (number + 1))
    with serving(authority, spoil=refused) as url:
        assert Stamper(tmp_path / "stamps", [url], authority.roots).retry() == 0
    assert len(asked) == 1


def test_roots_must_be_certificates(tmp_path: Path) -> None:
    with pytest.raises(PacketFault, match="PEM"):
        Stamper(tmp_path, [NOBODY], b"nothing")


def _der(pem: Path) -> bytes:
    return base64.b64decode("".join(pem.read_text().splitlines()[1:-1]))
