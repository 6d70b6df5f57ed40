"""The packet's parts from the settings, for the composition root and the commands."""

from pathlib import Path

from bot.packet.errors import PacketFault
from bot.packet.gathering import Gatherer
from bot.packet.making import PacketMaker
from bot.packet.signing import Signer
from bot.packet.stamping import Stamper
from bot.settings import Settings
from bot.viewing import Viewer
from dialogs.dialog import Dialog
from storage import BlobStore, Store


def packet_maker(settings: Settings, store: Store, blobs: BlobStore, dialog: Dialog, viewer: Viewer) -> PacketMaker:
    """The maker of packets; makes the signing key the first time. Raises `PacketFault`."""
    return PacketMaker(
        store,
        blobs,
        Gatherer(dialog, viewer, settings.zone),
        signer(settings),
        stamper(settings),
        Path(settings.fonts) if settings.fonts else None,
    )


def signer(settings: Settings) -> Signer:
    """Who signs packets; makes the key the first time. Raises `PacketFault`."""
    return Signer.load(Path(settings.signing_key))


def stamper(settings: Settings) -> Stamper | None:
    """Who gets time stamps; None when no authority is set. Raises `PacketFault` when its roots cannot be read."""
    if not settings.authorities:
        return None
    folder = Path(settings.signing_key).parent / "stamps"
    return Stamper(folder, settings.authorities, roots(settings) or b"", settings.tsa_policy)


def roots(settings: Settings) -> bytes | None:
    """The certificates that stamps must lead to, in PEM; None when none are set."""
    if not settings.tsa_roots:
        return None
    try:
        return Path(settings.tsa_roots).read_bytes()
    except OSError as fault:
        raise PacketFault(f"The file of ZHANGGUI_TSA_ROOTS cannot be read: {fault.strerror}") from None
