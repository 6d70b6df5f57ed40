"""`check`: every fault of guide content, lexicon and references, and what is past its review date."""

from argparse import Namespace
from datetime import timedelta
from pathlib import Path

from bot import settings as configuration
from bot.app import real_clock
from dialogs import check as content
from dialogs.errors import Fault
from dialogs.saying import sayings

PACKAGES = Path(__file__).parents[2]
CODE = (PACKAGES / "bot", PACKAGES / "dialogs")  # their sources say the texts


def run(_: Namespace) -> int:
    """Run the command. Status 1 when there is a fault; a warning alone is none."""
    settings = configuration.load()
    today, review_after = real_clock().astimezone(settings.zone).date(), timedelta(days=settings.review_days)
    found = [*content.check(today=today, said=sayings(CODE), review_after=review_after), *_lexicon()]
    for fault in found:
        print(("warning: " if fault.warning else "") + str(fault))
    faults = sum(not fault.warning for fault in found)
    print(f"{faults} faults, {len(found) - faults} warnings")
    return 1 if faults else 0


def _lexicon() -> list[Fault]:
    from nlu import check as lexicon

    # an example that goes to another intent is worth a look, and no reason to stop
    return [
        Fault(f"nlu/lexicon/{fault.file}", fault.key, fault.message, warning=fault.file.endswith(".examples"))
        for fault in lexicon.check()
    ]
