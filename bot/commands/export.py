"""`export`: everything that is kept of a person in one ZIP, for when they ask the operator for it."""

import os
import sys
from argparse import Namespace
from pathlib import Path

from bot import settings as configuration
from bot.app import real_clock
from bot.export import Exporter, record
from bot.keys import open_blobs
from dialogs import loader
from storage import Store


def run(arguments: Namespace) -> int:
    """Run the command. The file is for this user alone."""
    settings = configuration.load()
    _, texts = loader.load()
    store = Store.open(settings.database_url)
    try:
        store.upgrade()
        person_id = _person(store, arguments.person)
        exporter = Exporter(store, open_blobs(settings), texts, settings.zone)
        holdings = exporter.gather(person_id) if person_id else None
        if holdings is None or person_id is None:
            print(f"Nobody is known as {arguments.person}.", file=sys.stderr)
            return 1
        now = real_clock()
        with store.work() as work:
            record(work, person_id, "operator", now)
            work.commit()
        target = Path(arguments.output)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for chunk in exporter.pack(holdings, now):
                file.write(chunk)
    except OSError as fault:
        print(fault, file=sys.stderr)
        return 1
    finally:
        store.close()
    messages = sum(len(said) for _, said in holdings.conversations)
    exhibits = sum(len(case.evidence) for case, _ in holdings.cases)
    print(f"{target}: person {person_id}, {len(holdings.cases)} cases, {messages} messages, {exhibits} exhibits")
    return 0


def _person(store: Store, name: str) -> int | None:
    """The person of this number, or whose case `case:NUMBER` is."""
    kind, _, number = name.rpartition(":")
    if kind not in ("", "case") or not (number.isascii() and number.isdigit()) or len(number) > 15:
        return None
    if not kind:
        return int(number)
    with store.read() as work:
        file = work.cases.load(int(number))
        return file.case.person_id if file else None
