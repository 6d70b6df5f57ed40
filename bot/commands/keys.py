"""`keys rewrap`: after the secret key was changed, wrap the keys of all encrypted blobs with the new one."""

import sys
from argparse import Namespace

from bot import settings as configuration
from bot.keys import open_blobs, open_packets


def run(_: Namespace) -> int:
    """Run the command. Status 1 when there is a key that no secret given opens."""
    settings = configuration.load()
    done, faults = 0, 0
    for fault in (*open_blobs(settings).rewrap(), *open_packets(settings).rewrap()):
        if fault is None:
            done += 1
        else:
            faults += 1
            print(fault, file=sys.stderr)
    print(f"{done} keys wrapped anew, {faults} faults")
    if faults:
        print(
            f"Set {configuration.PREFIX}SECRET_KEY_PREVIOUS to the earlier keys, separated by commas.", file=sys.stderr
        )
    return 1 if faults else 0
