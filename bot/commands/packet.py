"""`packet`: write a case's packet. `verify`: check one, or with `--all` every stored blob and timeline."""

import sys
from argparse import Namespace
from pathlib import Path

from bot import settings as configuration
from bot.app import real_clock
from bot.keys import open_blobs, open_packets
from bot.packet.composing import packet_maker, roots
from bot.packet.errors import PacketFault
from bot.packet.making import Progress, record
from bot.packet.signing import Signer
from bot.packet.verifying import verify as verify_packet
from bot.settings import Settings
from bot.viewing import Viewer
from dialogs import loader
from dialogs.dialog import Dialog
from storage import Store


def write(arguments: Namespace) -> int:
    """Write the packet, record that it was made, and say what is in it."""
    settings = configuration.load()
    dialog, blobs = Dialog(*loader.load()), open_blobs(settings)
    store = Store.open(settings.database_url)
    try:
        store.upgrade()
        maker = packet_maker(settings, store, blobs, dialog, Viewer(dialog, settings.zone))
        target = Path(arguments.output)
        packet = maker.make(arguments.case, target, recipient=arguments.recipient, progress=_show_progress())
        with store.work() as work:
            record(work, packet, real_clock())
            work.commit()
    except (PacketFault, OSError) as fault:
        print(fault, file=sys.stderr)
        return 1
    finally:
        store.close()
    print(f"{target}: packet {packet.id} of case {packet.case_id} for {packet.recipient}, {packet.size:,} bytes")
    print(f"{packet.originals} originals; left out: {', '.join(map(str, packet.left_out)) or 'none'}")
    print(f"signed by key {packet.fingerprint}")
    print(f"time stamp of {packet.stamped_at:%Y-%m-%d %H:%M:%S} UTC" if packet.stamped_at else "without a time stamp")
    return 0


def _show_progress() -> Progress | None:
    if not sys.stderr.isatty():
        return None

    def show(done: int, of: int) -> None:
        print(f"\r{done}/{of}", end="\n" if done == of else "", file=sys.stderr, flush=True)

    return show


def verify(arguments: Namespace) -> int:
    """Check a packet, or everything that is stored."""
    if bool(arguments.file) == arguments.all:
        print("Name the packet to check, or use --all for what is stored here.", file=sys.stderr)
        return 2
    settings = configuration.load()
    return _verify_stored(settings) if arguments.all else _verify_file(settings, arguments)


def _verify_file(settings: Settings, arguments: Namespace) -> int:
    try:
        key = Path(arguments.key or settings.signing_key)
        given = Path(arguments.roots).read_bytes() if arguments.roots else roots(settings)
        public_pem = _public(key) if arguments.key or key.exists() else None
        found = verify_packet(Path(arguments.file), public_pem=public_pem, roots=given)
    except (PacketFault, OSError) as fault:
        print(fault, file=sys.stderr)
        return 1
    print(f"packet {found.packet}: {found.files} files and {found.entries} timeline entries, everything fits")
    whose = "the key expected" if public_pem else "a key that nothing here knows"
    print(f"signed by {whose}: {found.fingerprint}")
    print(f"time stamp of {found.stamped_at:%Y-%m-%d %H:%M:%S} UTC" if found.stamped_at else "without a time stamp")
    for entry, at in found.daily:
        print(f"timeline up to entry {entry} stamped {at:%Y-%m-%d %H:%M:%S} UTC")
    return 0


def _public(path: Path) -> bytes:
    """The public key in a PEM file, or of the private key in it."""
    pem = path.read_bytes()
    return pem if b"PUBLIC KEY" in pem else Signer.load(path).public_pem


def _verify_stored(settings: Settings) -> int:
    store = Store.open(settings.database_url)
    faults = [*open_blobs(settings).check(), *open_packets(settings).check()]
    count = 0
    try:
        store.upgrade()
        with store.read() as work:
            for case_id in work.cases.ids():
                count += 1
                bad = work.cases.verify_timeline(case_id)
                if bad is not None:
                    faults.append(f"case {case_id}: timeline entry {bad} does not fit")
    finally:
        store.close()
    for fault in faults:
        print(fault)
    print(f"{count} timelines and all blobs checked, {len(faults)} faults")
    return 1 if faults else 0
