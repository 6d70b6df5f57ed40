"""Requirements 20 and 21. Encrypted blobs, in each place: unreadable as they lie, whole or refused, bound to their
case, gone with their key."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import BlobFault, BlobStore, Keyring
from storage.encryption import CHUNK, HEAD, MAGIC
from tests.storage.places import FolderPlace, Place, key_of, name, without_keys

OLD, NEW = b"the old secret", b"the new secret"
SEALED = CHUNK + 16
BYTES = bytes(range(256)) * (CHUNK // 256) * 3 + b"and a rest"  # three whole chunks and a bit


@pytest.fixture
def blobs(place: Place) -> BlobStore:
    return place.blobs(Keyring(OLD), encrypt=True)


def read(blobs: BlobStore, sha256: str, case_id: int = 1) -> bytes:
    return b"".join(blobs.open(case_id, sha256))


def test_nothing_of_the_bytes_is_readable_where_they_lie(blobs: BlobStore, place: Place) -> None:
    blob = blobs.put(b"6222 0212 3456 7890 is a secret" * 100, case_id=1)
    assert len(place.names()) == 2
    for one in place.names():
        assert b"is a secret" not in place.read(one)
    assert read(blobs, blob.sha256) == b"6222 0212 3456 7890 is a secret" * 100


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7])
def test_any_size_comes_back(blobs: BlobStore, place: Place, size: int) -> None:
    data = bytes(number % 251 for number in range(size))
    blob = blobs.put(data, case_id=1)
    assert blob.size == size
    assert read(blobs, blob.sha256) == data
    assert len(place.read(name(1, blob.sha256))) == HEAD + size + 16 * max(1, -(-size // CHUNK))


@given(parts=st.lists(st.integers(0, 2 * CHUNK + 1), max_size=4), byte=st.integers(0, 255))
@settings(deadline=None, max_examples=15)
def test_how_the_bytes_arrive_does_not_matter(new_place: Callable[[], Place], parts: list[int], byte: int) -> None:
    blobs = new_place().blobs(Keyring(OLD), encrypt=True)
    whole = b"".join(bytes([byte]) * part for part in parts)
    blob = blobs.put((bytes([byte]) * part for part in parts), case_id=1)
    assert read(blobs, blob.sha256) == whole


def _cut_off(sealed: bytes) -> bytes:
    return sealed[: HEAD + 3 * SEALED]


def _cut_within(sealed: bytes) -> bytes:
    return sealed[:-1]


def _doubled(sealed: bytes) -> bytes:
    return sealed[: HEAD + SEALED] + sealed[HEAD:]


def _swapped(sealed: bytes) -> bytes:
    first, second = sealed[HEAD : HEAD + SEALED], sealed[HEAD + SEALED : HEAD + 2 * SEALED]
    return sealed[:HEAD] + second + first + sealed[HEAD + 2 * SEALED :]


def _left_out(sealed: bytes) -> bytes:
    return sealed[: HEAD + SEALED] + sealed[HEAD + 2 * SEALED :]


def _added_to(sealed: bytes) -> bytes:
    return sealed + sealed[-100:]


def _only_the_head(sealed: bytes) -> bytes:
    return sealed[:HEAD]


CHANGES = [_cut_off, _cut_within, _doubled, _swapped, _left_out, _added_to, _only_the_head]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_chunks_cannot_be_moved_or_cut(blobs: BlobStore, place: Place, change: Callable[[bytes], bytes]) -> None:
    blob = blobs.put(BYTES, case_id=1)
    where = name(1, blob.sha256)
    place.write(where, change(place.read(where)))
    with pytest.raises(BlobFault, match="altered"):
        read(blobs, blob.sha256)
    (fault,) = blobs.check()
    assert "altered" in fault
    with pytest.raises(BlobFault, match="altered"):
        blobs.put(BYTES, case_id=1)


@given(at=st.integers(0, HEAD + 3 * SEALED), bit=st.integers(0, 7))
@settings(deadline=None, max_examples=40)
def test_no_flipped_bit_goes_unseen(new_place: Callable[[], Place], at: int, bit: int) -> None:
    place = new_place()
    blobs = place.blobs(Keyring(OLD), encrypt=True)
    blob = blobs.put(BYTES, case_id=1)
    sealed = bytearray(place.read(name(1, blob.sha256)))
    sealed[at] ^= 1 << bit
    place.write(name(1, blob.sha256), bytes(sealed))
    with pytest.raises(BlobFault):
        read(blobs, blob.sha256)
    assert len(list(blobs.check())) == 1


@given(at=st.integers(0, 71), bit=st.integers(0, 7))
@settings(deadline=None, max_examples=40)
def test_no_flipped_bit_of_a_key_goes_unseen(new_place: Callable[[], Place], at: int, bit: int) -> None:
    place = new_place()
    blobs = place.blobs(Keyring(OLD), encrypt=True)
    blob = blobs.put(b"bytes", case_id=1)
    key = key_of(place, name(1, blob.sha256))
    wrapped = bytearray(place.read(key))
    wrapped[at] ^= 1 << bit
    place.write(key, bytes(wrapped))
    with pytest.raises(BlobFault, match="key"):
        blobs.open(1, blob.sha256)


def test_a_blob_and_its_key_cannot_be_moved_to_another_case(blobs: BlobStore, place: Place) -> None:
    blob = blobs.put(BYTES, case_id=1)
    for one in place.names():
        place.write(f"2{one[1:]}", place.read(one))
    with pytest.raises(BlobFault, match="another blob or case"):
        blobs.open(2, blob.sha256)
    assert read(blobs, blob.sha256) == BYTES


def test_a_blob_and_its_key_cannot_take_another_name(blobs: BlobStore, place: Place) -> None:
    one, two = blobs.put(b"one", case_id=1), blobs.put(b"two", case_id=1)
    first, second = name(1, one.sha256), name(1, two.sha256)
    key = key_of(place, first)
    place.write(key.replace(first, second), place.read(key))
    place.write(second, place.read(first))
    with pytest.raises(BlobFault, match="another blob or case"):
        blobs.open(1, two.sha256)


def test_the_bytes_of_one_blob_under_the_key_of_another_are_refused(blobs: BlobStore, place: Place) -> None:
    one, two = blobs.put(b"one", case_id=1), blobs.put(b"two", case_id=1)
    first, second = name(1, one.sha256), name(1, two.sha256)
    place.write(second, place.read(second)[:HEAD] + place.read(first)[HEAD:])
    with pytest.raises(BlobFault, match="altered"):
        read(blobs, two.sha256)


def test_without_its_key_a_blob_is_gone(blobs: BlobStore, place: Place) -> None:
    blob = blobs.put(BYTES, case_id=1)
    place.remove(key_of(place, name(1, blob.sha256)))
    with pytest.raises(BlobFault, match="its key is gone"):
        blobs.open(1, blob.sha256)
    (fault,) = blobs.check()
    assert "its key is gone" in fault


def test_deleting_destroys_the_keys_before_anything_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed in the middle, what is left cannot be read, and deleting again ends it."""
    place = FolderPlace(tmp_path)
    blobs = place.blobs(Keyring(OLD), encrypt=True)
    blob = blobs.put(BYTES, case_id=1)
    path = tmp_path / name(1, blob.sha256)
    key = tmp_path / key_of(place, name(1, blob.sha256))
    kept = key.with_name("kept")
    kept.hardlink_to(key)  # the same bytes on the disk under a second name

    def killed(_: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("storage.blob_folder.shutil.rmtree", killed)
        with pytest.raises(KeyboardInterrupt):
            blobs.delete_case(1)
    assert not key.exists()
    assert kept.read_bytes() == bytes(72)
    with pytest.raises(BlobFault, match="its key is gone"):
        blobs.open(1, blob.sha256)
    blobs.delete_case(1)
    assert not path.parents[1].exists()


def test_without_the_secret_nothing_opens(blobs: BlobStore, place: Place) -> None:
    blob = blobs.put(BYTES, case_id=1)
    with pytest.raises(BlobFault, match="master key we do not have"):
        place.blobs(Keyring(NEW)).open(1, blob.sha256)
    with pytest.raises(BlobFault, match="no secret key"):
        place.blobs().open(1, blob.sha256)


def test_plain_and_encrypted_blobs_lie_side_by_side(place: Place) -> None:
    """The setting may be turned on, and off again, at any time."""
    keys = Keyring(OLD)
    plain, sealed = place.blobs(keys), place.blobs(keys, encrypt=True)
    one, two = plain.put(b"one", case_id=1), sealed.put(b"two", case_id=1)
    assert sealed.put(b"one", case_id=1) == one
    assert plain.put(b"two", case_id=1) == two
    for blobs in (plain, sealed):
        assert (read(blobs, one.sha256), read(blobs, two.sha256)) == (b"one", b"two")
        assert list(blobs.check()) == []


@pytest.mark.parametrize("encrypt", [False, True])
def test_a_file_that_begins_like_an_encrypted_one_is_just_a_file(place: Place, encrypt: bool) -> None:
    blobs = place.blobs(Keyring(OLD), encrypt=encrypt)
    for data in (MAGIC, MAGIC + b"1234567", MAGIC + b"12345678" * 20000):
        assert read(blobs, blobs.put(data, case_id=1).sha256) == data


def test_rotation_wraps_the_keys_anew_and_leaves_the_blobs_alone(blobs: BlobStore, place: Place) -> None:
    shas = [blobs.put(bytes([number]) * 1000, case_id=number).sha256 for number in (1, 2)]
    before = {one: place.read(one) for one in without_keys(place)}
    rotated = place.blobs(Keyring(NEW, [OLD]), encrypt=True)
    assert read(rotated, shas[0], 1) == bytes([1]) * 1000  # readable before, too
    assert list(rotated.rewrap()) == [None, None]
    assert list(rotated.rewrap()) == []

    alone = place.blobs(Keyring(NEW))
    assert [read(alone, sha, number) for number, sha in enumerate(shas, 1)] == [bytes([1]) * 1000, bytes([2]) * 1000]
    assert {one: place.read(one) for one in without_keys(place)} == before
    with pytest.raises(BlobFault, match="master key we do not have"):
        blobs.open(1, shas[0])


def test_a_rotation_broken_off_goes_on_when_repeated(blobs: BlobStore, place: Place) -> None:
    for number in range(3):
        blobs.put(bytes([number]), case_id=1)
    rotated = place.blobs(Keyring(NEW, [OLD]))
    assert next(rotated.rewrap()) is None
    assert list(rotated.rewrap()) == [None, None]
    assert list(rotated.check()) == []


def test_a_rotation_names_the_keys_it_cannot_open(blobs: BlobStore, place: Place) -> None:
    blob = blobs.put(b"1", case_id=1)
    (fault,) = place.blobs(Keyring(NEW)).rewrap()
    assert fault is not None
    assert blob.sha256 in fault
    assert read(blobs, blob.sha256) == b"1"


def test_a_key_left_by_a_crash_is_in_nobodys_way(blobs: BlobStore, place: Place) -> None:
    blob = blobs.put(BYTES, case_id=1)
    place.remove(name(1, blob.sha256))  # as if power had gone between key and blob
    assert blobs.put(BYTES, case_id=1) == blob
    assert read(blobs, blob.sha256) == BYTES
    assert list(blobs.check()) == []


def test_writing_and_reading_hold_a_few_chunks_at_a_time(blobs: BlobStore) -> None:
    largest = 0

    def pieces() -> Iterator[bytes]:
        for _ in range(64):
            yield bytes(CHUNK)

    blob = blobs.put(pieces(), case_id=1)
    for piece in blobs.open(1, blob.sha256):
        largest = max(largest, len(piece))
    assert blob.size == 64 * CHUNK
    assert largest == CHUNK
