"""The commands: `python -m bot …`."""

import argparse
import os
import sys
from collections.abc import Callable
from datetime import datetime
from importlib import import_module

from bot.settings import SettingsFault

Command = Callable[[argparse.Namespace], int]


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = argparse.ArgumentParser(prog="python -m bot", description="掌柜帮")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, words: str, target: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(target=target)
        return command

    serve = add("serve", "run the program", "bot.commands.serve:run")
    serve.add_argument("--only", choices=("web", "worker"), help="one part, for several processes on PostgreSQL")
    chat = add("chat", "the guide in this terminal", "bot.commands.chat:run")
    chat.add_argument("--jsonl", action="store_true", help="JSON lines in and out")
    chat.add_argument("--db", help="database URL (default: one that is thrown away)")
    chat.add_argument("--now", type=_moment, help="begin at this ISO 8601 time")
    understand = add("understand", "JSON lines of utterances in, their meaning out", "bot.commands.others:understand")
    understand.add_argument("--now", type=_moment, help="ISO 8601 time that relative times are counted from")
    understand.add_argument("--expect", help="intents the question expects, separated by commas")
    understand.add_argument("--explain", action="store_true", help="also say which words decided")
    add("check", "check guide content, lexicon and references", "bot.commands.check:run")
    add("diagram", "the guide as Mermaid", "bot.commands.others:draw")
    add("doctor", "what works, what does not, what to do", "bot.commands.doctor:run")
    cases = add("cases", "open cases and wishes for a person", "bot.commands.others:cases")
    cases.add_argument("--limit", type=int, default=100)
    done = add("wish-done", "mark a case's wish for a person as seen to", "bot.commands.others:wish_done")
    done.add_argument("case", type=int)
    packet = add("packet", "write a case's packet", "bot.commands.packet:write")
    packet.add_argument("case", type=int, metavar="CASE", help="the number that `cases` shows")
    packet.add_argument(
        "-o", "--output", required=True, metavar="FILE", help="a .zip, or a .pdf for the document alone"
    )
    audiences = ("self", "company", "regulator", "police", "court", "lawyer")
    packet.add_argument("--for", dest="recipient", choices=audiences, default="self", help="who it is for")
    read = add("read", "what is read from slips, screenshots and PDFs, a JSON line a file", "bot.commands.read:run")
    read.add_argument("files", nargs="+", metavar="FILE")
    verify = add("verify", "check a packet, or what is stored", "bot.commands.packet:verify")
    verify.add_argument("file", nargs="?", metavar="FILE", help="a packet, packed or unpacked")
    verify.add_argument("--key", metavar="PEM", help="the key that must have signed it (default: this program's own)")
    verify.add_argument("--roots", metavar="PEM", help="root certificates that its time stamp must lead to")
    verify.add_argument("--all", action="store_true", help="every stored blob and timeline")
    export = add("export", "everything that is kept of a person", "bot.commands.export:run")
    export.add_argument("person", metavar="PERSON", help="a person's number, or case:NUMBER for the person of a case")
    export.add_argument("-o", "--output", required=True, metavar="FILE", help="a .zip, readable by this user alone")
    keys = add("keys", "keys of encrypted blobs", "bot.commands.keys:run")
    keys.add_argument("what", choices=("rewrap",), help="wrap them anew after the secret key was changed")
    database = add("db", "tables of the database", "bot.commands.others:database")
    database.add_argument("what", choices=("upgrade", "current"))
    return top


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no ISO 8601 time such as 2026-11-24T10:30:00+08:00") from None


def main(words: list[str] | None = None) -> int:
    """Run a command. 0: done, 1: a fault was found, 2: wrong use."""
    arguments = parser().parse_args(words)
    os.umask(0o077)  # what is written here is people's own business
    module, _, name = arguments.target.partition(":")
    command: Command = getattr(import_module(module), name)
    try:
        return command(arguments)
    except SettingsFault as fault:
        print("The settings cannot be used:", file=sys.stderr)
        for words_of_fault in fault.faults:
            print(f"  {words_of_fault}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as fault:
        from dialogs.errors import ContentFault
        from nlu import LexiconError
        from storage import StorageFault

        if isinstance(fault, (ContentFault, LexiconError, StorageFault)):
            print(f"{type(fault).__name__}: {fault}", file=sys.stderr)
            return 1
        raise


if __name__ == "__main__":
    sys.exit(main())
