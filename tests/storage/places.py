"""The places where blobs can lie, with a back door for tests: what lies there can be seen, altered and taken away."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from storage import BlobFolder, BlobStore, Keyring
from storage.blob_bucket import BlobBucket, Bucket

if TYPE_CHECKING:
    from tests.doubles.s3 import S3Service


class Place(Protocol):
    """Somewhere for blobs; names are relative to it."""

    def blobs(self, keys: Keyring | None = None, *, encrypt: bool = False) -> BlobStore:
        """A store of what lies here."""

    def names(self) -> list[str]:
        """What lies here, in order; keys too."""

    def read(self, name: str) -> bytes:
        """As it lies there."""

    def mark(self, name: str) -> object:
        """Something that changes when it is written again."""

    def write(self, name: str, data: bytes) -> None:
        """Put something there, whatever was there before."""

    def remove(self, name: str) -> None:
        """Take one away."""


class FolderPlace:
    """A folder that is not there yet."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def blobs(self, keys: Keyring | None = None, *, encrypt: bool = False) -> BlobStore:
        return BlobFolder(self.root, keys, encrypt=encrypt)

    def names(self) -> list[str]:
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file())

    def read(self, name: str) -> bytes:
        return (self.root / name).read_bytes()

    def mark(self, name: str) -> object:
        found = (self.root / name).stat()
        return found.st_ino, found.st_mtime_ns

    def write(self, name: str, data: bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            path.chmod(0o600)
        path.write_bytes(data)

    def remove(self, name: str) -> None:
        (self.root / name).unlink()


class BucketPlace:
    """A prefix of a bucket, seen by a client of another make."""

    def __init__(self, server: "S3Service", bucket: str, prefix: str) -> None:
        self._admin = server.admin
        self.bucket = Bucket(server.endpoint, bucket, prefix, server.key, server.secret)

    def blobs(self, keys: Keyring | None = None, *, encrypt: bool = False) -> BlobStore:
        return BlobBucket(self.bucket, keys, encrypt=encrypt)

    def names(self) -> list[str]:
        prefix = f"{self.bucket.prefix}/"
        pages = self._admin.get_paginator("list_objects_v2").paginate(Bucket=self.bucket.name, Prefix=prefix)
        return [one["Key"].removeprefix(prefix) for page in pages for one in page.get("Contents", ())]

    def read(self, name: str) -> bytes:
        found = self._admin.get_object(Bucket=self.bucket.name, Key=f"{self.bucket.prefix}/{name}")
        with found["Body"] as body:
            return bytes(body.read())

    def mark(self, name: str) -> object:
        found = self._admin.list_object_versions(Bucket=self.bucket.name, Prefix=f"{self.bucket.prefix}/{name}")
        return [(one["VersionId"], one["LastModified"]) for one in found["Versions"] if one["Key"].endswith(name)]

    def write(self, name: str, data: bytes) -> None:
        self._admin.put_object(Bucket=self.bucket.name, Key=f"{self.bucket.prefix}/{name}", Body=data)

    def remove(self, name: str) -> None:
        self._admin.delete_object(Bucket=self.bucket.name, Key=f"{self.bucket.prefix}/{name}")


def without_keys(place: Place) -> list[str]:
    """The names that are no keys."""
    return [name for name in place.names() if not name.endswith(".key")]


def name(case_id: int, sha256: str) -> str:
    """Where a blob lies."""
    return f"{case_id}/{sha256[:2]}/{sha256}"


def key_of(place: Place, blob: str) -> str:
    """The name of a blob's only key."""
    (key,) = (one for one in place.names() if one.startswith(f"{blob}.") and one.endswith(".key"))
    return key
