"""Requirement 21, for the folder. Blobs: under their hash, written once, read back, never altered, or a clear word."""

import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import Blob, BlobFault, BlobFolder, Keyring
from tests.support.folders import read_only

BYTES = b"\xff\xd8 a photo"
SHA256 = hashlib.sha256(BYTES).hexdigest()


MODES = pytest.mark.parametrize("encrypt", [False, True], ids=["plain", "encrypted"])


def folder(root: Path, *, encrypt: bool) -> BlobFolder:
    return BlobFolder(root, Keyring(b"a secret"), encrypt=encrypt)


@pytest.fixture(params=[False, True], ids=["plain", "encrypted"])
def blobs(tmp_path: Path, request: pytest.FixtureRequest) -> BlobFolder:
    """The contract is the same for both."""
    return folder(tmp_path / "deep" / "blobs", encrypt=request.param)


def _files(blobs: BlobFolder, *, keys: bool = False) -> list[Path]:
    root = blobs.path(1, SHA256).parents[2]
    return [path for path in root.rglob("*") if path.is_file() and (keys or path.suffix != ".key")]


def test_bytes_are_kept_under_their_hash_by_case(blobs: BlobFolder, tmp_path: Path) -> None:
    assert blobs.put(BYTES, case_id=7) == Blob(SHA256, len(BYTES))
    path = tmp_path / "deep" / "blobs" / "7" / SHA256[:2] / SHA256
    assert blobs.path(7, SHA256) == path
    assert path.stat().st_mode & 0o777 == 0o400
    assert b"".join(blobs.open(7, SHA256)) == BYTES
    assert _files(blobs) == [path]


@MODES
@given(chunks=st.lists(st.binary(max_size=2000), max_size=5))
@settings(deadline=None, max_examples=25)
def test_chunks_come_back_as_one_whatever_they_are(
    tmp_path_factory: pytest.TempPathFactory, chunks: list[bytes], encrypt: bool
) -> None:
    blobs = folder(tmp_path_factory.mktemp("blobs"), encrypt=encrypt)
    whole = b"".join(chunks)
    blob = blobs.put(iter(chunks), case_id=1)
    assert blob == Blob(hashlib.sha256(whole).hexdigest(), len(whole))
    assert b"".join(blobs.open(1, blob.sha256)) == whole
    assert blobs.put(whole, case_id=1) == blob
    assert len(_files(blobs)) == 1
    assert list(blobs.check()) == []


def test_the_same_bytes_again_leave_the_first_file_alone(blobs: BlobFolder) -> None:
    blobs.put(BYTES, case_id=1)
    before, files = blobs.path(1, SHA256).stat(), _files(blobs, keys=True)
    blobs.put([BYTES[:3], BYTES[3:]], case_id=1)
    after = blobs.path(1, SHA256).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert _files(blobs, keys=True) == files


def test_an_altered_blob_is_found_and_not_written_over(blobs: BlobFolder) -> None:
    blobs.put(BYTES, case_id=1)
    blobs.put(b"other", case_id=1)
    path = blobs.path(1, SHA256)
    path.chmod(0o600)
    path.write_bytes(b"forged")
    (fault,) = blobs.check()
    assert SHA256 in fault
    assert "altered" in fault
    with pytest.raises(BlobFault, match="altered"):
        blobs.put(BYTES, case_id=1)
    assert path.read_bytes() == b"forged"


def test_a_stray_file_is_named(blobs: BlobFolder) -> None:
    blobs.put(BYTES, case_id=1)
    (blobs.path(1, SHA256).parent / "notes.txt").touch()
    assert list(blobs.check()) == [f"1/{SHA256[:2]}/notes.txt: not a blob"]


def test_a_stream_that_breaks_off_leaves_nothing_behind(blobs: BlobFolder) -> None:
    def broken() -> Iterator[bytes]:
        yield BYTES
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        blobs.put(broken(), case_id=1)
    assert _files(blobs, keys=True) == []


def test_deleting_a_case_removes_its_blobs_alone(blobs: BlobFolder) -> None:
    blobs.put(BYTES, case_id=1)
    blobs.put(BYTES, case_id=2)
    blobs.delete_case(1)
    blobs.delete_case(1)
    assert _files(blobs) == [blobs.path(2, SHA256)]
    assert {path.parents[1].name for path in _files(blobs, keys=True)} == {"2"}


def test_reading_what_is_not_there_is_a_fault_at_once(blobs: BlobFolder) -> None:
    with pytest.raises(BlobFault, match="No such file"):
        blobs.open(1, SHA256)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", SHA256.upper(), SHA256 + "0", SHA256[:-1] + "\n"])
def test_only_a_hash_names_a_blob(blobs: BlobFolder, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        blobs.open(1, name)


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
def test_a_full_disk_is_a_clear_fault_and_leaves_nothing_behind(blobs: BlobFolder) -> None:
    def full() -> Iterator[bytes]:
        yield BYTES
        # The next write goes to a full device, as if the disk had filled up meanwhile.
        (incoming,) = _files(blobs)
        (descriptor,) = (link.name for link in Path("/proc/self/fd").iterdir() if link.resolve() == incoming)
        device = os.open("/dev/full", os.O_RDWR)
        os.dup2(device, int(descriptor))
        os.close(device)
        yield BYTES

    with pytest.raises(BlobFault, match="disk is full") as caught:
        blobs.put(full(), case_id=1)
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.__cause__.errno == errno.ENOSPC
    assert _files(blobs, keys=True) == []
