"""Requirements 10, 13, 14: originals as they came, the same bytes for the same case, and strangers' tools agree."""

import hashlib
import os
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from bot.packet import laying
from bot.packet.making import record
from bot.packet.stamping import Stamper
from bot.packet.verifying import verify
from tests.bot.packet.parts import OPENED, Authority, World, fill, jpeg, run, serving, tool


def unpacked(zip_file: Path) -> Path:
    """The bag's folder."""
    folder = zip_file.with_suffix("")
    with zipfile.ZipFile(zip_file) as archive:
        archive.extractall(folder)
    (top,) = folder.iterdir()
    return top


@pytest.fixture
def stamped(world: World, authority: Authority) -> Path:
    """A packet with a time stamp, unpacked."""
    with serving(authority) as url:
        maker = world.maker(Stamper(world.folder / "stamps", [url], authority.roots))
        packet = maker.make(world.case_id, world.folder / "packet.zip")
    assert packet.stamped_at is not None
    return unpacked(packet.path)


def printed_commands(folder: Path) -> list[str]:
    """The instructions' commands, each step's as one script."""
    scripts: list[list[str]] = [[]]
    for line in (folder / "data/verify.txt").read_text().splitlines():
        if line.startswith("    "):
            scripts[-1].append(line.removeprefix("    "))
        elif scripts[-1]:
            scripts.append([])
    return ["\n".join(lines) for lines in scripts if lines]


def shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    own = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    command = [tool("bash"), "-e", "-c", script]
    return subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, check=False, timeout=60)


def test_the_printed_commands_do_what_they_say(stamped: Path) -> None:
    tool("openssl")
    files, bag, signature, stamp, chain, _, windows, fingerprint = printed_commands(stamped)
    done = shell(files, stamped)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (
        done.stdout.count(": OK") == len(list(stamped.rglob("*.*"))) - 5
    )  # tag manifest, stamp, their signatures and its list
    done = shell(bag, stamped)
    assert done.returncode == 0, done.stderr
    assert "is valid" in done.stderr
    done = shell(signature, stamped)
    assert done.stdout.split() == ["Verified", "OK", fingerprint.strip(), "-"]
    done = shell(stamp, stamped)
    assert (done.returncode, done.stdout.count("OK")) == (0, 3), done.stdout
    spare = stamped / "signatures/timestamp.tsr"  # a byte that the authority's own signature does not cover
    whole = spare.read_bytes()
    spare.write_bytes(whole[:34] + b"\x02" + whole[35:])
    assert shell(stamp, stamped).returncode != 0
    spare.write_bytes(whole)
    head = (stamped / "bag-info.txt").read_text().partition("Chain-Head: ")[2].split()[0]
    assert shell(chain, stamped).stdout.split() == [head]
    assert windows == r"certutil -hashfile data\packet.pdf SHA256"


def test_the_same_commands_find_what_was_changed(stamped: Path) -> None:
    files, bag, signature, stamp, chain, *_ = printed_commands(stamped)
    timeline = stamped / "data/chain.jsonl"
    whole = timeline.read_bytes()
    timeline.write_bytes(whole.replace(b"18000", b"81000", 1))
    assert shell(files, stamped).returncode != 0
    assert shell(bag, stamped).returncode != 0
    assert "BROKEN" in shell(chain, stamped).stdout
    timeline.write_bytes(whole)
    (stamped / "data/more.jpg").write_bytes(b"more")
    assert shell(bag, stamped).returncode != 0
    (stamped / "data/more.jpg").unlink()
    listed = stamped / "tagmanifest-sha256.txt"
    listed.write_bytes(listed.read_bytes().replace(b"0", b"1", 1))
    assert shell(signature, stamped).returncode != 0
    assert "FAILED" in shell(stamp, stamped).stdout + shell(stamp, stamped).stderr


def test_originals_are_the_bytes_that_came(world: World) -> None:
    world.maker().make(world.case_id, world.folder / "packet.zip")
    folder = unpacked(world.folder / "packet.zip")
    assert (folder / "data/exhibits/E001.jpg").read_bytes() == jpeg()
    with world.store.read() as work:
        file = work.cases.load(world.case_id)
    assert file is not None
    for one in file.evidence:
        for path in folder.glob(f"data/exhibits/E{one.no:03d}.*"):
            assert hashlib.sha256(path.read_bytes()).hexdigest() == one.sha256


@pytest.mark.parametrize("name", ["packet.zip", "packet.pdf"])
def test_the_same_case_gives_the_same_bytes(world: World, name: str) -> None:
    first, second = world.folder / "first" / name, world.folder / "second" / name
    packet = world.maker().make(world.case_id, first)
    with world.store.work() as work:
        record(work, packet, OPENED + timedelta(days=3))
        work.commit()
    world.maker().make(world.case_id, second)
    assert first.read_bytes() == second.read_bytes()


def test_another_state_or_recipient_gives_another_packet(world: World) -> None:
    maker, target = world.maker(), world.folder / "packet.zip"
    packets = [maker.make(world.case_id, target), maker.make(world.case_id, target, recipient="police")]
    world.log("human_asked", {"wish": 1})
    packets.append(maker.make(world.case_id, target))
    assert len({packet.id for packet in packets}) == 3


def test_that_it_was_made_is_in_the_timeline(world: World) -> None:
    packet = world.maker().make(world.case_id, world.folder / "packet.zip", recipient="lawyer")
    with world.store.work() as work:
        record(work, packet, OPENED + timedelta(days=3))
        work.commit()
    with world.store.read() as work:
        event = work.cases.timeline(world.case_id)[-1]
        assert work.cases.verify_timeline(world.case_id) is None
    assert event.kind == "packet_made"
    assert (event.body["recipient"], event.body["packet"], event.body["originals"]) == ("lawyer", packet.id, 6)


def test_the_companys_bag_holds_neither_pictures_nor_the_timeline(world: World) -> None:
    world.maker().make(world.case_id, world.folder / "packet.zip", recipient="company")
    folder = unpacked(world.folder / "packet.zip")
    assert sorted(path.name for path in (folder / "data").rglob("*.*")) == ["E005.txt", "packet.pdf", "verify.txt"]
    assert run("sha256sum", "-c", "manifest-sha256.txt", folder=folder).returncode == 0
    assert "chain.jsonl" not in (folder / "data/verify.txt").read_text()


def test_a_stored_file_that_was_altered_or_lost_is_left_out_and_said(world: World) -> None:
    with world.store.read() as work:
        file = work.cases.load(world.case_id)
    assert file is not None
    first, second = (world.blobs.path(world.case_id, one.sha256 or "") for one in file.evidence[:2])
    first.chmod(0o600)
    first.write_bytes(b"something else")
    second.unlink()
    packet = world.maker().make(world.case_id, world.folder / "packet.zip")
    assert packet.left_out == (1, 2, 7, 8)
    folder = unpacked(packet.path)
    text = "".join(run("pdftotext", "-raw", folder / "data/packet.pdf", "-").stdout.split())
    assert "存放的文件找不到了，或者已被改动，不放入" in text


def test_a_file_that_the_timeline_does_not_know_is_left_out(world: World) -> None:
    other = world.blobs.put(b"another picture", case_id=world.case_id)
    with world.case() as (work, _):
        work.conn.exec_driver_sql(f"UPDATE evidence SET sha256 = '{other.sha256}' WHERE no = 1")
    assert 1 in world.maker().make(world.case_id, world.folder / "packet.zip").left_out


def test_progress_is_told_step_by_step(told: World) -> None:
    fill(told)
    seen: list[tuple[int, int]] = []
    told.maker().make(told.case_id, told.folder / "p.zip", progress=lambda done, of: seen.append((done, of)))
    assert seen == [(done, 10) for done in range(1, 11)]


def test_a_failed_packet_leaves_nothing_behind(world: World) -> None:
    target = world.folder / "out" / "packet.zip"
    target.mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        world.maker().make(world.case_id, target)
    assert list(target.parent.iterdir()) == [target]


def test_a_packet_has_a_largest_size_and_says_what_it_leaves_out(told: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Requirement 22."""
    monkeypatch.setattr(laying, "MOST_BYTES", 5000)
    for colour in ("red", "green", "blue"):
        told.add(jpeg(colour=colour), "photo", "image/jpeg")
    assert 2 * len(jpeg(colour="red")) < 5000 < 3 * len(jpeg(colour="red"))
    packet = told.maker().make(told.case_id, told.folder / "p.zip")
    assert (packet.originals, packet.left_out) == (2, (3,))
    folder = unpacked(packet.path)
    assert "一个包放不下" in run("pdftotext", folder / "data/packet.pdf", "-").stdout
    assert verify(packet.path).packet
