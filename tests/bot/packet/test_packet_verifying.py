"""`verify` names the first thing that does not fit, and a change of one byte anywhere is found."""

import hashlib
import random
import shutil
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bot.packet import bag, stamping
from bot.packet.errors import PacketFault
from bot.packet.instructions import STAMP, STAMP_LIST, STAMP_LIST_SIGNATURE
from bot.packet.signing import Signer
from bot.packet.stamping import Stamper
from bot.packet.stamplist import listed
from bot.packet.verifying import verify
from tests.bot.packet.parts import Authority, World, new_authority, serving


@pytest.fixture
def packet(world: World, authority: Authority) -> Path:
    """A stamped packet."""
    with serving(authority) as url:
        stamper = Stamper(world.folder / "stamps", [url], authority.roots)
        return world.maker(stamper).make(world.case_id, world.folder / "packet.zip").path


@pytest.fixture
def folder(packet: Path, tmp_path: Path) -> Path:
    """The same, unpacked."""
    with zipfile.ZipFile(packet) as archive:
        archive.extractall(tmp_path / "unpacked")
    (top,) = (tmp_path / "unpacked").iterdir()
    return top


def test_what_was_made_fits(packet: Path, folder: Path, world: World, authority: Authority) -> None:
    key = Signer.load(world.folder / "key.pem")
    found = verify(packet, public_pem=key.public_pem, roots=authority.roots)
    assert found == verify(folder)
    assert (found.fingerprint, found.files) == (key.fingerprint, 9)
    assert found.stamped_at is not None


def test_one_changed_byte_anywhere_is_found(packet: Path, tmp_path: Path) -> None:
    whole = packet.read_bytes()
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(packet) as archive:
        heads = [info.header_offset for info in archive.infolist()]
        directory = archive.start_dir
    places = {head + step for head in heads for step in range(0, 46, 5)}
    places |= set(range(directory, len(whole), 17)) | {len(whole) - 1, 0}
    places |= set(random.Random(1).sample(range(len(whole)), 120))
    for place in sorted(places):
        data = bytearray(whole)
        data[place] ^= 0x01
        changed.write_bytes(data)
        with pytest.raises(PacketFault):
            verify(changed)


@pytest.mark.parametrize("cut", [lambda data: data[:-1], lambda data: data + b"\0", lambda data: b"\0" + data])
def test_bytes_before_after_or_cut_off_are_found(packet: Path, cut: Callable[[bytes], bytes]) -> None:
    packet.write_bytes(cut(packet.read_bytes()))
    with pytest.raises(PacketFault):
        verify(packet)


def test_each_file_that_was_changed_is_named(folder: Path) -> None:
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        name = path.relative_to(folder).as_posix()
        whole = path.read_bytes()
        data = bytearray(whole)
        data[len(data) // 2] ^= 0x01
        path.write_bytes(data)
        with pytest.raises(PacketFault) as fault:
            verify(folder)
        assert name in str(fault.value) or str(fault.value).startswith("tagmanifest-sha256.txt"), name
        path.write_bytes(whole)
    verify(folder)


def test_every_byte_of_a_time_stamp_counts(folder: Path) -> None:
    """Also those that the authority's own signature does not cover."""
    path = folder / STAMP
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x01]) + whole[place + 1 :])
        with pytest.raises(PacketFault, match=STAMP):
            verify(folder)
    path.write_bytes(whole)
    (folder / STAMP_LIST).unlink()
    with pytest.raises(PacketFault, match=STAMP_LIST):
        verify(folder)
    path.unlink()
    (folder / STAMP_LIST).write_text(f"{'0' * 64}  {STAMP}\n")
    with pytest.raises(PacketFault, match=STAMP_LIST):
        verify(folder)


def test_a_strange_answer_is_no_stamp(authority: Authority, packet: Path) -> None:
    with zipfile.ZipFile(packet) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(STAMP))
        whole = archive.read(name)
        data = archive.read(f"{name.partition('/')[0]}/{bag.TAG_MANIFEST}")
    for place in range(0, len(whole), 3):
        with suppress(PacketFault):  # never anything else
            stamping.check(whole[:place] + bytes([whole[place] ^ 0x01]) + whole[place + 1 :], data, authority.roots)


def test_a_packet_from_before_there_was_a_list_of_stamps_fits(folder: Path, world: World) -> None:
    stamp = (folder / STAMP).read_bytes()
    info = folder / bag.INFO
    info.write_text("".join(line for line in info.read_text().splitlines(True) if not line.startswith("Stamp-List")))
    sealed_again(folder, Signer.load(world.folder / "key.pem"))
    assert verify(folder).stamped_at is None
    (folder / STAMP).write_bytes(stamp)
    with pytest.raises(PacketFault, match="does not fit"):  # of another tag manifest, but no list is missed
        verify(folder)


def test_a_removed_and_an_added_file_are_named(folder: Path) -> None:
    (folder / "data/exhibits/E002.jpg").rename(folder / "E002.jpg")
    with pytest.raises(PacketFault, match=r"data/exhibits/E002\.jpg: is missing"):
        verify(folder)
    (folder / "E002.jpg").rename(folder / "data/exhibits/E002.jpg")
    for name in ("data/more.txt", "more.txt", "signatures/other.pem"):
        (folder / name).write_text("more")
        with pytest.raises(PacketFault, match=f"{name}: was added"):
            verify(folder)
        (folder / name).unlink()


def sealed_again(folder: Path, signer: Signer) -> None:
    """What someone with another key does after a change: new manifests, new signature."""
    files = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_file() and path.name not in ("tagmanifest.sig", bag.TAG_MANIFEST, bag.MANIFEST)
    }
    for late in files.keys() & {STAMP, STAMP_LIST, STAMP_LIST_SIGNATURE}:
        files.pop(late).unlink()
    (folder / "signatures/public-key.pem").write_bytes(signer.public_pem)

    def manifest(payload: bool) -> bytes:
        chosen = {name: path.read_bytes() for name, path in files.items() if name.startswith("data/") == payload}
        if not payload:
            chosen[bag.MANIFEST] = (folder / bag.MANIFEST).read_bytes()
        return bag.manifest({name: hashlib.sha256(data).hexdigest() for name, data in chosen.items()})

    (folder / bag.MANIFEST).write_bytes(manifest(True))
    sealed = manifest(False)
    (folder / bag.TAG_MANIFEST).write_bytes(sealed)
    (folder / "signatures/tagmanifest.sig").write_bytes(signer.sign(sealed))


def test_a_packet_signed_anew_by_someone_else_is_not_ours(folder: Path, world: World) -> None:
    stranger = Signer.load(world.folder / "stranger.pem")
    sealed_again(folder, stranger)
    assert verify(folder).fingerprint == stranger.fingerprint
    with pytest.raises(PacketFault, match="another key"):
        verify(folder, public_pem=Signer.load(world.folder / "key.pem").public_pem)


def test_a_broken_timeline_is_found_even_under_a_sound_signature(folder: Path, world: World) -> None:
    signer = Signer.load(world.folder / "key.pem")
    timeline = folder / "data/chain.jsonl"
    lines = timeline.read_text().split("\n")
    for number, spoiled in (
        (3, [*lines[:2], lines[2].replace("18000", "81000"), *lines[3:]]),  # changed: shows in the next
        (3, [*lines[:2], *lines[3:]]),  # removed
        (2, [lines[0], lines[2], lines[1], *lines[3:]]),  # in another order
        (2, [lines[0], lines[0], *lines[1:]]),  # inserted
        (0, [*lines[:-2], ""]),  # the last one removed
    ):
        timeline.write_text("\n".join(spoiled))
        sealed_again(folder, signer)
        with pytest.raises(PacketFault, match=r"data/chain\.jsonl") as fault:
            verify(folder)
        if number and "81000" not in spoiled[2]:
            assert f"entry {number} " in str(fault.value)


def test_a_picture_that_the_timeline_did_not_record_is_found(folder: Path, world: World) -> None:
    shutil.copy(folder / "data/exhibits/E001.jpg", folder / "data/exhibits/E002.jpg")
    sealed_again(folder, Signer.load(world.folder / "key.pem"))
    with pytest.raises(PacketFault, match=r"E002\.jpg: is not the file that the timeline recorded"):
        verify(folder)


def test_a_stamp_must_fit_the_packet_and_its_roots(folder: Path, world: World, tmp_path: Path) -> None:
    stranger = new_authority(tmp_path / "stranger")
    with pytest.raises(PacketFault, match=r"timestamp\.tsr: The time stamp does not fit"):
        verify(folder, roots=stranger.roots)
    stamp = (folder / "signatures/timestamp.tsr").read_bytes()
    other = Signer.load(world.folder / "stranger.pem")
    sealed_again(folder, other)
    (folder / STAMP).write_bytes(stamp)
    for path, data in listed({STAMP: hashlib.sha256(stamp).hexdigest()}, other).items():
        (folder / path).write_bytes(data)
    with pytest.raises(PacketFault, match=r"timestamp\.tsr"):
        verify(folder)


def test_an_archive_packed_anew_is_said_so(packet: Path, folder: Path) -> None:
    with zipfile.ZipFile(packet, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
    with pytest.raises(PacketFault, match="All files fit, but the archive"):
        verify(packet)


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "top/../../evil", "evil"])
def test_hostile_names_are_refused_and_nothing_is_unpacked(tmp_path: Path, name: str) -> None:
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "x")
    with pytest.raises(PacketFault, match="no packet has a file of this name"):
        verify(path)
    assert [one.name for one in tmp_path.iterdir()] == ["evil.zip"]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"text", b"%PDF-1.7"])
def test_what_is_no_packet_is_one_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file.zip"
    path.write_bytes(data)
    with pytest.raises(PacketFault, match="is not a ZIP archive"):
        verify(path)
    with pytest.raises(PacketFault, match="no such file"):
        verify(tmp_path / "none.zip")
    (tmp_path / "empty").mkdir()
    with pytest.raises(PacketFault, match="is missing"):
        verify(tmp_path / "empty")
