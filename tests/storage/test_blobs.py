"""Requirement 21, for the folder and the bucket. Blobs: under their hash, written once, read back, never altered, or a
clear word."""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import Blob, BlobFault, BlobFolder, BlobStore, Keyring
from storage.blobs import PROBE
from tests.storage.places import FolderPlace, Place, name, without_keys
from tests.support.folders import read_only

BYTES = b"\xff\xd8 a photo"
SHA256 = hashlib.sha256(BYTES).hexdigest()
MODES = pytest.mark.parametrize("encrypt", [False, True], ids=["plain", "encrypted"])


def open_store(place: Place, *, encrypt: bool) -> BlobStore:
    return place.blobs(Keyring(b"a secret"), encrypt=encrypt)


@pytest.fixture(params=[False, True], ids=["plain", "encrypted"])
def blobs(place: Place, request: pytest.FixtureRequest) -> BlobStore:
    """The contract is the same for both, in each place."""
    return open_store(place, encrypt=request.param)


def test_bytes_are_kept_under_their_hash_by_case(blobs: BlobStore, place: Place) -> None:
    assert blobs.put(BYTES, case_id=7) == Blob(SHA256, len(BYTES))
    assert without_keys(place) == [f"7/{SHA256[:2]}/{SHA256}"]
    assert b"".join(blobs.open(7, SHA256)) == BYTES
    if isinstance(place, FolderPlace):
        assert (place.root / name(7, SHA256)).stat().st_mode & 0o777 == 0o400


@MODES
@given(chunks=st.lists(st.binary(max_size=2000), max_size=5))
@settings(deadline=None, max_examples=25)
def test_chunks_come_back_as_one_whatever_they_are(
    new_place: Callable[[], Place], chunks: list[bytes], encrypt: bool
) -> None:
    place = new_place()
    blobs = open_store(place, encrypt=encrypt)
    whole = b"".join(chunks)
    blob = blobs.put(iter(chunks), case_id=1)
    assert blob == Blob(hashlib.sha256(whole).hexdigest(), len(whole))
    assert b"".join(blobs.open(1, blob.sha256)) == whole
    assert blobs.put(whole, case_id=1) == blob
    assert len(without_keys(place)) == 1
    assert list(blobs.check()) == []


def test_the_same_bytes_again_leave_the_first_file_alone(blobs: BlobStore, place: Place) -> None:
    blobs.put(BYTES, case_id=1)
    before = {one: (place.read(one), place.mark(one)) for one in place.names()}
    blobs.put([BYTES[:3], BYTES[3:]], case_id=1)
    assert {one: (place.read(one), place.mark(one)) for one in place.names()} == before


def test_an_altered_blob_is_found_and_not_written_over(blobs: BlobStore, place: Place) -> None:
    blobs.put(BYTES, case_id=1)
    blobs.put(b"other", case_id=1)
    place.write(name(1, SHA256), b"forged")
    (fault,) = blobs.check()
    assert SHA256 in fault
    assert "altered" in fault
    with pytest.raises(BlobFault, match="altered"):
        blobs.put(BYTES, case_id=1)
    assert place.read(name(1, SHA256)) == b"forged"


def test_a_stray_file_is_named(blobs: BlobStore, place: Place) -> None:
    blobs.put(BYTES, case_id=1)
    place.write(f"1/{SHA256[:2]}/notes.txt", b"")
    assert list(blobs.check()) == [f"1/{SHA256[:2]}/notes.txt: not a blob"]


def test_a_stream_that_breaks_off_leaves_nothing_behind(blobs: BlobStore, place: Place) -> None:
    def broken() -> Iterator[bytes]:
        yield BYTES
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        blobs.put(broken(), case_id=1)
    assert place.names() == []


def test_deleting_a_case_removes_its_blobs_alone(blobs: BlobStore, place: Place) -> None:
    for case_id in (1, 2, 11):
        blobs.put(BYTES, case_id=case_id)
    assert blobs.cases() == [1, 2, 11]
    blobs.delete_case(1)
    blobs.delete_case(1)
    assert without_keys(place) == [name(11, SHA256), name(2, SHA256)]
    assert {one.split("/")[0] for one in place.names()} == {"2", "11"}
    assert blobs.cases() == [2, 11]


def test_deleting_a_blob_leaves_the_others_of_its_case(blobs: BlobStore, place: Place) -> None:
    other = blobs.put(b"other", case_id=1)
    blobs.put(BYTES, case_id=1)
    blobs.delete(1, SHA256)
    blobs.delete(1, SHA256)
    assert without_keys(place) == [name(1, other.sha256)]
    assert b"".join(blobs.open(1, other.sha256)) == b"other"
    blobs.put(BYTES, case_id=1)
    assert b"".join(blobs.open(1, SHA256)) == BYTES


def test_reading_what_is_not_there_is_a_fault_at_once(blobs: BlobStore) -> None:
    with pytest.raises(BlobFault, match=r"No such file|nothing of this name"):
        blobs.open(1, SHA256)


def test_a_place_that_works_says_so_and_shows_no_trace_of_the_trying(blobs: BlobStore, place: Place) -> None:
    blobs.probe()
    assert blobs.writable()
    assert set(place.names()) <= {PROBE}
    assert blobs.cases() == []
    assert list(blobs.check()) == []


@pytest.mark.parametrize("no_hash", ["", "../../etc/passwd", SHA256.upper(), SHA256 + "0", SHA256[:-1] + "\n"])
def test_only_a_hash_names_a_blob(blobs: BlobStore, no_hash: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        blobs.open(1, no_hash)


def test_a_read_only_folder_is_a_clear_fault(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    with read_only(closed), pytest.raises(BlobFault, match="may not be written"):
        BlobFolder(closed).put(BYTES, case_id=1)


def test_a_file_in_place_of_the_folder_is_a_clear_fault(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BlobFault, match=f"File exists: {tmp_path}/file"):
        BlobFolder(tmp_path / "file").put(BYTES, case_id=1)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@MODES
def test_a_full_disk_is_a_clear_fault_and_leaves_nothing_behind(tmp_path: Path, encrypt: bool) -> None:
    place = FolderPlace(tmp_path / "blobs")
    blobs = open_store(place, encrypt=encrypt)

    def full() -> Iterator[bytes]:
        yield BYTES
        # The next write goes to a full device, as if the disk had filled up meanwhile.
        (incoming,) = (place.root / one for one in place.names())
        (descriptor,) = (link.name for link in Path("/proc/self/fd").iterdir() if link.resolve() == incoming)
        device = os.open("/dev/full", os.O_RDWR)
        os.dup2(device, int(descriptor))
        os.close(device)
        yield BYTES

    with pytest.raises(BlobFault, match="disk is full") as caught:
        blobs.put(full(), case_id=1)
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.__cause__.errno == errno.ENOSPC
    assert place.names() == []
