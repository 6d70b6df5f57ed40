"""Blobs in a bucket of an S3 service. Needs the extra `s3`.

Every object is sent in one request, so that it is there as a whole or not at all: nothing can be left half uploaded. It
is sent from a mapped file and read in windows, so that no blob is ever in memory as a whole.
"""

import io
import mmap
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from obstore.exceptions import AlreadyExistsError, BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from storage.blobs import PROBE, BlobStore, Key, name_of
from storage.encryption import Keyring
from storage.errors import BlobFault, BlobsAway
from storage.files import explained

WINDOW = 4 << 20
CONNECT = timedelta(seconds=3)
ANSWER = timedelta(seconds=15)
UPLOAD = timedelta(minutes=5)
REPEAT = timedelta(seconds=5)  # no request is repeated later than this
_PROBE_BYTES = b"can bytes be kept here?"
_CODE = re.compile(r"<Code>(\w+)</Code>")
_STATUS = re.compile(r"status code: (\d{3})")


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where the blobs lie, and who we are there. `style` says where the bucket's name stands: in the path, or as S3
    services in the cloud want it, in front of the host."""

    endpoint: str
    name: str
    prefix: str
    key: str = field(repr=False)
    secret: str = field(repr=False)
    region: str = "us-east-1"
    style: Literal["path", "host"] = "path"

    def store(self, timeout: timedelta) -> S3Store:
        """A client for it, with nothing taken from the `AWS_…` variables that others use."""
        scheme, _, host = self.endpoint.partition("://")
        endpoint = f"{scheme}://{self.name}.{host}" if self.style == "host" else self.endpoint
        return S3Store(
            self.name,
            prefix=self.prefix,
            aws_endpoint_url_s3=endpoint,
            virtual_hosted_style_request=self.style == "host",
            region=self.region,
            credential_provider=self._credential,
            skip_signature=False,
            disable_bulk_delete=True,  # not every service has it
            client_options={"allow_http": scheme == "http", "connect_timeout": CONNECT, "timeout": timeout},
            retry_config={"max_retries": 2, "retry_timeout": REPEAT},
        )

    def _credential(self) -> Any:
        return {"access_key_id": self.key, "secret_access_key": self.secret, "token": None, "expires_at": None}


class BlobBucket(BlobStore):
    """Keeps blobs below the prefix of a bucket."""

    def __init__(self, bucket: Bucket, keys: Keyring | None = None, *, encrypt: bool = False) -> None:
        super().__init__(keys, encrypt=encrypt)
        self._bucket = bucket
        self._store = bucket.store(ANSWER)
        self._uploads = bucket.store(UPLOAD)

    def delete_case(self, case_id: int) -> None:
        """Remove all blobs of a case, their keys first; nothing happens if it has none. May be repeated."""
        with self._explained("bytes cannot be removed"):
            self._remove(list(self._below(f"{int(case_id)}")))

    def delete(self, case_id: int, sha256: str) -> None:
        """Remove one blob, its keys first; nothing happens if it is not there. May be repeated."""
        name = name_of(case_id, sha256)
        with self._explained("bytes cannot be removed"):
            self._remove([one for one in self._below(name.rpartition("/")[0]) if one.startswith(name)])

    def probe(self) -> None:
        """Can bytes be kept, found, read and removed here, and are they gone then? Raises `BlobFault`."""
        with self._explained("bytes cannot be kept"):
            put = self._store.put(PROBE, _PROBE_BYTES, use_multipart=False)
            if bytes(self._store.get(PROBE).bytes()) != _PROBE_BYTES:
                raise BlobFault("bytes cannot be kept: what was written reads differently")
            self._store.list_with_delimiter("0")
            with suppress(FileNotFoundError):
                self._store.delete(f"{PROBE}-not-there")
        if put["version"] not in (None, "null"):
            raise BlobFault(
                f"the bucket {self._bucket.name} keeps old versions, so that nothing can be deleted for good; "
                "switch its versioning off or take another"
            )

    def cases(self) -> list[int]:
        """The ids of the cases that have blobs here."""
        with self._explained("the cases cannot be listed"):
            found = self._store.list_with_delimiter()["common_prefixes"]
        return sorted(int(name) for name in found if name.isdigit())

    @contextmanager
    def _incoming(self, case_id: int) -> Iterator[io.FileIO]:  # noqa: ARG002
        with explained("bytes cannot be kept"):
            file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - it has no name: gone with the process
        with file:
            assert isinstance(file, io.FileIO)
            yield file

    def _add(self, file: io.FileIO, name: str, key: Key | None) -> bool:
        if self._size(name) is not None:  # asked first: not every service refuses to write over what is there
            return False
        with self._explained("bytes cannot be kept"):
            # After a fault the key stays: the blob may have arrived all the same, and would be lost without it.
            if key is not None:
                self._store.put(key.name, key.wrapped, use_multipart=False)  # no other has its random name
            try:
                self._uploads.put(name, _mapped(file), mode="create", use_multipart=False)
            except AlreadyExistsError:
                return False  # somebody was first; or we were, and the answer to that was lost
        try:
            self._compare(name)
        except BlobsAway:
            raise
        except BlobFault as fault:
            with self._explained("bytes cannot be removed"):
                self._remove([name, key.name] if key else [name])
            raise BlobFault("bytes cannot be kept: what was written reads differently") from fault
        return True

    def _file(self, name: str) -> io.BufferedReader:
        size = self._size(name)
        if size is None:
            raise BlobFault("bytes cannot be read: there is nothing of this name in the bucket")
        return io.BufferedReader(_Object(self, name, size), WINDOW)

    def read_range(self, name: str, start: int, length: int) -> bytes:
        """Some of an object's bytes. Raises `BlobFault`."""
        with self._explained("bytes cannot be read"):
            return bytes(self._store.get_range(name, start=start, length=length))

    def _small(self, name: str) -> bytes | None:
        with self._explained("a key cannot be read"):
            try:
                return bytes(self._store.get(name).bytes())
            except FileNotFoundError as fault:
                if _code(fault) == "NoSuchBucket":
                    raise
                return None

    def _replace(self, name: str, data: bytes) -> None:
        with self._explained("a key cannot be wrapped"):
            self._store.put(name, data, use_multipart=False)

    def _names(self) -> Iterator[str]:
        with self._explained("the blobs cannot be listed"):
            yield from self._below(None)

    def _below(self, prefix: str | None) -> Iterator[str]:
        return (one["path"] for batch in self._store.list(prefix) for one in batch)

    def _size(self, name: str) -> int | None:
        with self._explained("bytes cannot be read"):
            try:
                return int(self._store.head(name)["size"])
            except FileNotFoundError:
                return None

    def _remove(self, names: list[str]) -> None:
        keys = [one for one in names if one.endswith(".key")]
        for some in (keys, [one for one in names if one not in keys]):
            if some:
                self._store.delete(some)

    @contextmanager
    def _explained(self, what: str) -> Iterator[None]:
        """Faults of the service as `BlobsAway`, in words that hold nothing of what was asked: it may name the key."""
        try:
            yield
        except (BaseError, OSError) as fault:
            raise BlobsAway(f"{what}: {self._why(fault)}") from None

    def _why(self, fault: Exception) -> str:
        code = _code(fault)
        known = {
            "NoSuchBucket": f"there is no bucket {self._bucket.name}; check BLOBS, or make it",
            "InvalidAccessKeyId": "the access key is not known there; check S3_KEY",
            "SignatureDoesNotMatch": "the secret does not fit the key, or the region is another; "
            "check S3_SECRET and S3_REGION",
            "AuthorizationHeaderMalformed": "the region is another; check S3_REGION",
            "PermanentRedirect": "the bucket is to be asked for elsewhere; check S3_ENDPOINT, S3_REGION and S3_STYLE",
            "RequestTimeTooSkewed": "the clock of this machine is wrong",
            "AccessDenied": "this is refused; check S3_KEY and S3_SECRET: the key must be allowed to list, read, write "
            "and delete there",
        }
        if not code and isinstance(fault, (PermissionDeniedError, UnauthenticatedError)):
            code = "AccessDenied"
        status = _STATUS.search(str(fault))
        if code or status:
            return known.get(code, f"{self._bucket.endpoint} answers {code or (status and status[1])}")
        return f"{self._bucket.endpoint} does not answer as an S3 service does; check S3_ENDPOINT and the network"


class _Object(io.RawIOBase):
    """An object as a file. Each read asks for its own range, so that a slow reader keeps no request open."""

    def __init__(self, bucket: BlobBucket, name: str, size: int) -> None:
        self._bucket = bucket
        self._name = name
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        length = min(len(buffer), self._size - self._at)
        if length <= 0:
            return 0
        data = self._bucket.read_range(self._name, self._at, length)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def _mapped(file: io.FileIO) -> mmap.mmap | bytes:
    """The whole file, on the disk. It is let go with its last user, which may be a request that still ends."""
    size = file.seek(0, io.SEEK_END)
    return mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) if size else b""


def _code(fault: Exception) -> str:
    found = _CODE.search(str(fault))
    return found[1] if found else ""
