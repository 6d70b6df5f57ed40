"""One simulated case from the first word to its end, and what went wrong on the way."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.app import App
from bot.commands.chat import Terminal
from bot.messages import OutgoingMessage
from tests.simulation.merchant import Merchant, Move

MOST_MOVES = 60
MOST_MESSAGES = 5
USEFUL = ("suggest", "scam.", "check", "code", "repair", "effect.", "letter.", "news.", "excuse.", "channel", "advice.")
"""Texts that tell someone what to do (prefixes of their keys)."""
WAITS = ("item.send", "paused", "handover.making")
"""Texts after which it is for the merchant to come back."""
ENDS = ("handover.making", "handover.ready", "handover.same", "closing.solved", "resolved")


class Hasty(Terminal):
    """A person who does not wait until the packet is made: that takes a second, too long for a thousand people."""

    async def _settle(self) -> None:
        for loop in (self._app.fetching, self._app.reminding, self._app.courier):
            while await loop.work():
                pass


@dataclass
class Played:
    """A case that was played. `useful_after`: messages of the merchant until something to do was said, 0 for never.
    `faults`: what must not be, each with its place. `unheard`: answers that were asked for again. `told`: how many
    values were given, `misheard`: those taken for others."""

    seed: int
    finished: bool = False
    moves: int = 0
    useful_after: int = 0
    answers: int = 0
    told: int = 0
    unheard: list[str] = field(default_factory=list)
    misheard: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    transcript: list[str] = field(default_factory=list)


async def play(app: App, terminal: Terminal, seed: int, photo: Path) -> Played:
    """Let the merchant of this seed play a case."""
    terminal.person = f"sim{seed}"
    merchant, played = Merchant(seed, app.dialog.guide, str(photo)), Played(seed)
    before: dict[str, str] = {}
    for _ in range(MOST_MOVES):
        move = merchant.next_move()
        replies = await terminal.answer(move.line)
        played.transcript.append(f"> {move.line}  [{move.how} {move.answers}]")
        played.transcript += [f"    [{reply.key}] {reply.text[:80]!r}" for reply in replies]
        if "advance" in move.line:
            if replies:
                merchant.reads(replies)
            continue
        played.moves += 1
        where = f"seed {seed} move {played.moves} {move.line}"
        if not replies:
            played.faults.append(f"no reply: {where}")
            break
        after = facts(app, terminal.person)
        _look(played, move, replies, before, after, where)
        before = after
        merchant.reads(replies)
        if any(reply.key.startswith(ENDS) for reply in replies):
            played.finished = True
            break
    return played


def facts(app: App, person: str) -> dict[str, str]:
    """The facts of the person's case, with their values."""
    with app.store.read() as work:
        both = work.people.find("console", person)
        file = work.cases.load(both[1].case_id) if both and both[1].case_id is not None else None
    return {name: str(fact.value) for name, fact in file.facts.items()} if file else {}


def _look(
    played: Played,
    move: Move,
    replies: Sequence[OutgoingMessage],
    before: dict[str, str],
    after: dict[str, str],
    where: str,
) -> None:
    keys = [reply.key for reply in replies]
    if not played.useful_after and any(key.startswith(USEFUL) for key in keys):
        played.useful_after = played.moves
    asked = [key.removeprefix("ask.") for key in keys if key.startswith("ask.")]
    for name in asked:
        tapped = str(move.line.get("choice"))
        wanted = "letter.missing" in keys or f"!ask={name}" in tapped or f"!change={name}" in tapped
        if name in before and name in after and name != "outcome" and not wanted:
            played.faults.append(f"asked for {name}, which is known: {where}")
    if move.answers:
        played.answers += 1
        if move.answers in asked and move.answers not in after:
            played.unheard.append(f"{move.answers}: {where}")
    for name, value in move.tells.items():
        played.told += 1
        found = after.get(name)
        if found is not None and found != value:
            played.misheard.append(f"{name} {value} as {found}: {where}")
    if len(replies) > MOST_MESSAGES:
        played.faults.append(f"{len(replies)} messages at once {keys}: {where}")
    last = replies[-1]
    if (
        not last.choices
        and not last.key.startswith("ask.")
        and not any(reply.choices for reply in replies)
        and last.key not in WAITS
    ):
        played.faults.append(f"no way on after {keys}: {where}")
