"""Requirement 21, what is peculiar to a bucket: who is first keeps, what was lost on the way is not lost, and every
fault of the service is said in words that give no secret away."""

import hashlib
import mmap
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from obstore.exceptions import AlreadyExistsError, GenericError, PermissionDeniedError
from obstore.store import S3Store

from storage import BlobFault, BlobsAway, Keyring
from storage.blob_bucket import WINDOW, BlobBucket, Bucket
from tests.doubles.s3 import S3Service
from tests.storage.places import BucketPlace, name, without_keys

BYTES = b"\xff\xd8 a photo"
SHA256 = hashlib.sha256(BYTES).hexdigest()
KEYS = Keyring(b"a secret")
_NUMBERS = count(1)

Put = Callable[..., Any]


@pytest.fixture(scope="session")
def bucket_name(s3: S3Service) -> str:
    return s3.make("peculiar")


@pytest.fixture
def place(s3: S3Service, bucket_name: str) -> BucketPlace:
    return BucketPlace(s3, bucket_name, f"place-{next(_NUMBERS)}")


@dataclass(frozen=True)
class Meddler:
    """A client whose `put` of a blob goes another way."""

    store: S3Store
    put_blob: Callable[[Put, str, Any, dict[str, Any]], Any]

    def __getattr__(self, wanted: str) -> Any:
        return getattr(self.store, wanted)

    def put(self, path: str, data: Any, **options: Any) -> Any:
        if path.endswith(".key"):
            return self.store.put(path, data, **options)
        return self.put_blob(self.store.put, path, data, options)


def meddled(place: BucketPlace, put_blob: Callable[..., Any]) -> Bucket:
    class Meddled(Bucket):
        def store(self, timeout: timedelta) -> Any:
            return Meddler(super().store(timeout), put_blob)

    return Meddled(*_parts(place))


def _parts(place: BucketPlace) -> tuple[str, str, str, str, str]:
    one = place.bucket
    return one.endpoint, one.name, one.prefix, one.key, one.secret


MODES = pytest.mark.parametrize("encrypt", [False, True], ids=["plain", "encrypted"])


@MODES
def test_who_comes_second_in_the_same_moment_writes_over_nothing(place: BucketPlace, encrypt: bool) -> None:
    place.blobs(KEYS, encrypt=encrypt).put(BYTES, case_id=1)
    before = place.mark(name(1, SHA256))
    modes: list[Any] = []

    def put(really: Put, path: str, data: Any, options: dict[str, Any]) -> Any:
        modes.append(options["mode"])
        return really(path, data, **options)

    class Late(BlobBucket):
        def _size(self, name: str) -> int | None:
            return super()._size(name) if modes else None  # looked before the other was there

    late = Late(meddled(place, put), KEYS, encrypt=encrypt)
    assert late.put(BYTES, case_id=1).sha256 == SHA256
    assert modes == ["create"]
    assert place.mark(name(1, SHA256)) == before
    assert b"".join(late.open(1, SHA256)) == BYTES
    assert list(late.check()) == []


@MODES
def test_when_the_answer_is_lost_the_same_bytes_can_be_kept_again(place: BucketPlace, encrypt: bool) -> None:
    def put(really: Put, path: str, data: Any, options: dict[str, Any]) -> Any:
        really(path, data, **options)
        raise GenericError("the connection was cut")

    with pytest.raises(BlobsAway):
        BlobBucket(meddled(place, put), KEYS, encrypt=encrypt).put(BYTES, case_id=1)
    blobs = place.blobs(KEYS, encrypt=encrypt)
    assert blobs.put(BYTES, case_id=1).sha256 == SHA256
    assert b"".join(blobs.open(1, SHA256)) == BYTES


@MODES
def test_a_request_the_client_repeated_by_itself_takes_no_key_away(place: BucketPlace, encrypt: bool) -> None:
    def put(really: Put, path: str, data: Any, options: dict[str, Any]) -> Any:
        really(path, data, **options)
        raise AlreadyExistsError("of course: it was us")

    blobs = BlobBucket(meddled(place, put), KEYS, encrypt=encrypt)
    assert blobs.put(BYTES, case_id=1).sha256 == SHA256
    assert b"".join(blobs.open(1, SHA256)) == BYTES


@MODES
def test_what_was_written_is_read_back_and_taken_away_if_it_differs(place: BucketPlace, encrypt: bool) -> None:
    def put(really: Put, path: str, data: Any, options: dict[str, Any]) -> Any:
        whole = bytearray(data)
        whole[-1] ^= 1
        return really(path, bytes(whole), **options)

    with pytest.raises(BlobFault, match="reads differently"):
        BlobBucket(meddled(place, put), KEYS, encrypt=encrypt).put(BYTES, case_id=1)
    assert place.names() == []


@MODES
def test_a_big_blob_goes_from_file_to_file(place: BucketPlace, encrypt: bool) -> None:
    """It is sent from a mapped file in one request, and comes back in windows."""
    sent: list[Any] = []

    def put(really: Put, path: str, data: Any, options: dict[str, Any]) -> Any:
        sent.append((type(data), options))
        return really(path, data, **options)

    blobs = BlobBucket(meddled(place, put), KEYS, encrypt=encrypt)
    blob = blobs.put((bytes([number]) * (1 << 20) for number in range(9)), case_id=1)
    ranges: list[int] = []

    class Watched(BlobBucket):
        def read_range(self, name: str, start: int, length: int) -> bytes:
            ranges.append(length)
            return super().read_range(name, start, length)

    largest = max(len(chunk) for chunk in Watched(place.bucket, KEYS).open(1, blob.sha256))
    assert sent == [(mmap.mmap, {"mode": "create", "use_multipart": False})]
    assert blob.size == 9 << 20
    assert largest <= 1 << 20
    assert len(ranges) == 3
    assert max(ranges) <= WINDOW


def test_killed_between_key_and_blob_a_deletion_finds_the_key(place: BucketPlace) -> None:
    def put(*_: Any) -> Any:
        raise KeyboardInterrupt

    blobs = BlobBucket(meddled(place, put), KEYS, encrypt=True)
    with pytest.raises(KeyboardInterrupt):
        blobs.put(BYTES, case_id=1)
    assert len(place.names()) == 1
    assert without_keys(place) == []
    assert list(blobs.check()) == []
    blobs.delete_case(1)
    assert place.names() == []


def test_keys_go_first(place: BucketPlace) -> None:
    place.blobs(KEYS, encrypt=True).put(BYTES, case_id=1)
    gone: list[list[str]] = []

    class Counting(Bucket):
        def store(self, timeout: timedelta) -> Any:
            return Deleting(super().store(timeout))

    class Deleting(Meddler):
        def __init__(self, store: S3Store) -> None:
            super().__init__(store, lambda *_: None)

        def delete(self, paths: list[str]) -> None:
            gone.append(paths)
            self.store.delete(paths)

    BlobBucket(Counting(*_parts(place)), KEYS).delete_case(1)
    assert [[one.rpartition(".")[2] == "key" for one in some] for some in gone] == [[True], [False]]


FAULTS = {
    "S3_KEY": {"key": "AKIANOBODYKNOWSME000"},
    "S3_SECRET": {"secret": "quite-another-secret"},
    "there is no bucket nowhere": {"name": "nowhere"},
    "S3_ENDPOINT": {"endpoint": "http://127.0.0.1:9"},
}


@pytest.mark.parametrize("words", FAULTS)
def test_each_fault_says_what_to_do_and_gives_no_secret_away(place: BucketPlace, words: str) -> None:
    bucket = replace(place.bucket, **FAULTS[words])
    blobs = BlobBucket(bucket, KEYS)
    assert not blobs.writable()
    for attempt in (blobs.probe, lambda: blobs.put(BYTES, case_id=1), blobs.cases, lambda: list(blobs.check())):
        with pytest.raises(BlobsAway) as caught:
            attempt()
        assert words in str(caught.value)
        told = "".join(traceback.format_exception(caught.value)) + repr(bucket) + repr(blobs)
        assert bucket.secret not in told
        assert bucket.key not in told


def test_an_answer_that_quotes_the_key_is_not_passed_on(place: BucketPlace) -> None:
    def put(*_: Any) -> Any:
        raise PermissionDeniedError(f"<Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>{place.bucket.key}<")

    with pytest.raises(BlobsAway, match="S3_SECRET") as caught:
        BlobBucket(meddled(place, put)).put(BYTES, case_id=1)
    assert place.bucket.key not in "".join(traceback.format_exception(caught.value))


def test_a_bucket_that_keeps_old_versions_is_refused(s3: S3Service) -> None:
    place = BucketPlace(s3, s3.make("versions", versions=True), "blobs")
    with pytest.raises(BlobFault, match="keeps old versions"):
        place.blobs().probe()


def test_what_others_set_for_their_own_s3_does_not_lead_astray(
    place: BucketPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in {
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "other",
        "AWS_SECRET_ACCESS_KEY": "other",
        "AWS_SESSION_TOKEN": "other",
        "AWS_REGION": "eu-west-1",
        "AWS_SKIP_SIGNATURE": "true",
    }.items():
        monkeypatch.setenv(variable, value)
    blobs = place.blobs()
    assert b"".join(blobs.open(1, blobs.put(BYTES, case_id=1).sha256)) == BYTES


def test_the_name_of_the_bucket_may_stand_before_the_host(place: BucketPlace) -> None:
    store = replace(place.bucket, endpoint="https://oss-cn-hangzhou.example", style="host").store(timedelta(seconds=1))
    assert store.config["endpoint_url_s3"] == f"https://{place.bucket.name}.oss-cn-hangzhou.example"
