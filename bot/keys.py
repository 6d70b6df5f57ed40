"""The program's secret and what is made from it: the master keys of the blobs, and the signatures of links."""

from pathlib import Path

from bot.links import Links
from bot.settings import Settings, secret_key
from storage import BlobFolder, BlobStore, Keyring

FOLDER = Path("var")
"""Where a secret that was made here is kept."""


def open_blobs(settings: Settings, folder: Path = FOLDER) -> BlobStore:
    """The blobs of this program, encrypted if the settings say so. Makes the secret only when there must be one."""
    return place(settings, keys=keyring(settings, folder), encrypt=settings.encrypt)


def open_packets(settings: Settings, folder: Path = FOLDER) -> BlobStore:
    """The packets that can be had, kept apart from the blobs: they come and go."""
    return place(settings, "-packets", keys=keyring(settings, folder), encrypt=settings.encrypt)


def place(settings: Settings, beside: str = "", *, keys: Keyring | None = None, encrypt: bool = False) -> BlobStore:
    """Where the settings say that bytes lie, or `beside` it."""
    if settings.bucket is None:
        return BlobFolder(Path(f"{settings.blobs}{beside}"), keys, encrypt=encrypt)
    from storage.blob_bucket import BlobBucket, Bucket  # an extra; the settings are not accepted without it

    name, prefix = settings.bucket
    bucket = Bucket(
        settings.s3_endpoint,
        name,
        f"{prefix}{beside}",
        settings.s3_key.get_secret_value(),
        settings.s3_secret.get_secret_value(),
        settings.s3_region,
        settings.s3_style,
    )
    return BlobBucket(bucket, keys, encrypt=encrypt)


def keyring(settings: Settings, folder: Path = FOLDER) -> Keyring | None:
    """The master keys; None where nothing was or is to be encrypted."""
    given = bool(settings.secret_key.get_secret_value()) or (folder / "secret_key").exists()
    if not given and not settings.encrypt:
        return None
    previous = [one.encode() for one in settings.secret_key_previous.get_secret_value().split(",") if one]
    return Keyring(secret_key(settings, folder), previous)


def links(settings: Settings, folder: Path = FOLDER) -> Links:
    """What signs the addresses we hand out."""
    return Links(secret_key(settings, folder))
