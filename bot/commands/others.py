"""The small commands: `understand`, `diagram`, `cases`, `db`."""

import sys
from argparse import Namespace
from datetime import datetime

from bot import settings as configuration
from bot.app import real_clock
from dialogs import loader
from dialogs.machine import diagram
from storage import Store, schema


def understand(arguments: Namespace) -> int:
    """JSON lines of utterances in, what they mean out."""
    from nlu import cli

    zone = configuration.load().zone
    now = arguments.now or real_clock()
    now = now.replace(tzinfo=zone) if now.tzinfo is None else now
    expected = tuple(filter(None, (arguments.expect or "").split(",")))
    status: int = cli.understand_lines(sys.stdin, sys.stdout, now=now, expected=expected, explain=arguments.explain)
    return status


def draw(_: Namespace) -> int:
    """The guide as Mermaid."""
    guide, _texts = loader.load()
    print(diagram(guide), end="")
    return 0


def cases(arguments: Namespace) -> int:
    """Open cases, those first whose person asked for a human, and when. Ids only: no names, no texts."""
    settings = configuration.load()
    store = Store.open(settings.database_url)
    store.upgrade()
    try:
        with store.read() as work:
            rows = work.cases.open_list(arguments.limit)
            wishes = work.handoffs.open()
    finally:
        store.close()

    def local(moment: datetime) -> str:
        return moment.astimezone(settings.zone).strftime("%Y-%m-%d %H:%M")

    print("case  severity  section          problem               last news         asked for a person")
    for row in rows:
        asked = local(row.asked_at) if row.asked_at else "-"
        problem = row.intent or "-"
        print(f"{row.case_id:<5} {row.severity:<9} {row.section:<16} {problem:<21} {local(row.updated_at)}  {asked}")
    print(f"{len(rows)} open cases, {len(wishes)} wishes for a person")
    return 0


def wish_done(arguments: Namespace) -> int:
    """Mark the wish of a case as seen to."""
    store = Store.open(configuration.load().database_url)
    store.upgrade()
    try:
        with store.work() as work:
            wishes = [wish for wish in work.handoffs.open() if wish.case_id == arguments.case]
            for wish in wishes:
                work.handoffs.finish(wish.id, "done", real_clock())
            work.commit()
    finally:
        store.close()
    if not wishes:
        print(f"There is no open wish in case {arguments.case}.", file=sys.stderr)
        return 1
    return 0


def database(arguments: Namespace) -> int:
    """Bring the tables up to date, or say which version they are."""
    store = Store.open(configuration.load().database_url)
    try:
        if arguments.what == "upgrade":
            store.upgrade()
        print(schema.current(store.engine) or "no tables yet")
    finally:
        store.close()
    return 0
