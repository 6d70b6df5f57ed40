"""The program's secret and what is made from it: the master keys of the blobs, and the signatures of links."""

from pathlib import Path

from bot.links import Links
from bot.settings import Settings, secret_key
from storage import BlobFolder, Keyring

FOLDER = Path("var")
"""Where a secret that was made here is kept."""


def open_blobs(settings: Settings, folder: Path = FOLDER) -> BlobFolder:
    """The blobs of this program, encrypted if the settings say so. Makes the secret only when there must be one."""
    return BlobFolder(Path(settings.blobs), keyring(settings, folder), encrypt=settings.encrypt)


def open_packets(settings: Settings, folder: Path = FOLDER) -> BlobFolder:
    """The packets that can be had, kept apart from the blobs: they come and go."""
    return BlobFolder(Path(f"{settings.blobs}-packets"), keyring(settings, folder), encrypt=settings.encrypt)


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
