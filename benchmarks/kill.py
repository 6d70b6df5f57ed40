"""Killed with -9 a hundred times under load: nothing answered is forgotten, nothing is done twice.

`python -m benchmarks.kill [--rounds 100] [--people 32] [--seed 7]`. One database for all rounds. In each the program is
started, the people go on where they were, and after a random number of answers it is killed. As WeChat does, a push
without an answer comes again, unchanged; some come two at once. Each person tells the whole case once and is then
somebody new.

The ledger at the end compares what the people read with what the program remembers, and each whole case with the same
case told without a kill. Exit status 1 when anything is missing or too much.
"""

import argparse
import asyncio
import contextlib
import hashlib
import json
import random
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.people import STORY, Line, Person, account
from benchmarks.server import Server, program
from bot.channels.wechat import replies
from bot.replying import as_answer
from storage import Store
from tests.doubles.wechat import Push, WeChatDouble

FEWEST, MOST = 1, 150  # answers of a round before its kill; counted, as a busy machine may need long for them
LATER = 0.02  # seconds at most from that answer to the kill, so that it falls anywhere in a turn
TWICE = 0.1  # the part of the pushes that come two at once
GONE = (OSError, EOFError)


@dataclass
class Told:
    """One message as its person knows it: its update id, the push, and every answer that was read."""

    update_id: str
    push: Push
    answers: list[str] = field(default_factory=list)


@dataclass
class Seat:
    """A phone and who holds it: one person after the other, each with the whole story."""

    number: int
    lives: int = 0
    person: Person | None = None
    told: list[Told] = field(default_factory=list)


class Crowd:
    """All the people, over all rounds."""

    def __init__(self, people: int, seed: int, name: str = "oKill") -> None:
        self.name = name
        self.platform: WeChatDouble = account()
        self.seats = [Seat(number) for number in range(people)]
        self.finished: list[str] = []
        self.all: list[Told] = []
        self.chance = random.Random(seed)
        self.repeated = 0
        self._awaited = 0
        self._reached = asyncio.Event()

    async def go_on(self, server: Server) -> None:
        """Everybody goes on where they were until the program is killed."""
        self._awaited, self._reached = self.chance.randint(FEWEST, MOST), asyncio.Event()

        async def kill() -> None:
            await self._reached.wait()
            await asyncio.sleep(self.chance.uniform(0, LATER))
            await asyncio.to_thread(server.kill)

        await asyncio.gather(kill(), *(self._sit(server, seat) for seat in self.seats))

    async def _sit(self, server: Server, seat: Seat) -> None:
        async with Line(server.port) as line, Line(server.port) as second:
            with contextlib.suppress(*GONE):
                while True:
                    await self.step(seat, line, second)
        self._reached.set()  # whoever finds nobody there waits for no more answers

    async def finish(self, server: Server) -> None:
        """Whoever has begun a story ends it, and every push of theirs comes once more."""

        async def end(seat: Seat) -> None:
            async with Line(server.port) as line, Line(server.port) as second:
                lives = seat.lives
                while seat.person is not None and seat.lives == lives:
                    await self.step(seat, line, second)
                for told in self.all[seat.number :: len(self.seats)]:
                    await self._send(told, line)
                    self.repeated += 1

        await asyncio.gather(*(end(seat) for seat in self.seats))

    async def step(self, seat: Seat, line: Line, second: Line) -> None:
        """One message and its answer; a message without an answer comes again. Raises what the line raises."""
        self._end_story(seat)
        if seat.person is None:
            seat.lives += 1
            seat.person = Person(self.platform, f"{self.name}_{seat.number:03d}_{seat.lives:05d}")
        if not seat.told or seat.told[-1].answers:
            told = self._write(seat.person, STORY[len(seat.told)])
            seat.told.append(told)
            self.all.append(told)
        told = seat.told[-1]
        if self.chance.random() < TWICE:
            both = await asyncio.gather(self._send(told, line), self._send(told, second), return_exceptions=True)
            for fault in both:
                if isinstance(fault, BaseException):
                    raise fault
        else:
            await self._send(told, line)
        self._end_story(seat)

    def _end_story(self, seat: Seat) -> None:
        """Whoever has every answer makes room; asked before and after a message, as a kill can come between."""
        if seat.person is not None and len(seat.told) == len(STORY) and seat.told[-1].answers:
            self.finished.append(seat.person.openid)
            seat.person, seat.told = None, []

    def _write(self, person: Person, text: str) -> Told:
        number, push = person.writes(text)
        xml = self.platform.seal.decrypt(_between(push.body.decode(), "<Encrypt><![CDATA[", "]]>"))
        moment = _between(xml.decode(), "<CreateTime>", "</CreateTime>")
        parts = (self.platform.account, person.openid, moment, number)
        return Told(hashlib.sha256("\n".join(parts).encode()).hexdigest(), self.platform.push(xml, person.openid))

    async def _send(self, told: Told, line: Line) -> None:
        # Signed anew each time: a whole run takes longer than a signature is good for.
        xml = self.platform.seal.decrypt(_between(told.push.body.decode(), "<Encrypt><![CDATA[", "]]>"))
        push = self.platform.push(xml, told.push.query["openid"])
        status, answer = await Person(self.platform, push.query["openid"]).sends(line, push)
        if status != 200 or not answer:
            raise RuntimeError(f"status {status} for an honest push")
        told.answers.append(answer)
        self._awaited -= 1
        if self._awaited <= 0:
            self._reached.set()


def _between(text: str, begin: str, end: str) -> str:
    return text.partition(begin)[2].partition(end)[0]


def ledger(path: Path, crowd: Crowd, example: str) -> Iterator[str]:
    """A sentence for each thing that is missing or too much. `example` told the story without a kill."""
    rows = sqlite3.connect(path)
    for (words,) in rows.execute("PRAGMA integrity_check"):
        if words != "ok":
            yield f"the database is damaged: {words}"
    remembered = {
        update_id: (status, json.loads(answer))
        for update_id, status, answer in rows.execute("SELECT update_id, status, answer FROM inbox")
    }
    for told in crowd.all:
        if not told.answers:
            continue
        if told.update_id not in remembered:
            yield f"update {told.update_id}: was answered and is forgotten"
            continue
        status, answer = remembered[told.update_id]
        recorded = as_answer(answer)
        words = replies.render(recorded.messages[: recorded.inline])
        if status != "done":
            yield f"update {told.update_id}: ended as {status}"
        if set(told.answers) != {words}:
            yield f"update {told.update_id}: {len(set(told.answers) | {words})} different answers"
    unknown = remembered.keys() - {told.update_id for told in crowd.all}
    if len(unknown) > len(STORY):
        yield f"{len(unknown)} updates are remembered that nobody sent"
    yield from _shown_once(rows)
    expected = whole_case(rows, example)
    for openid in crowd.finished:
        found = whole_case(rows, openid)
        for name, value in expected.items():
            if found[name] != value:
                yield f"{openid}: {name} differ: {found[name]} instead of {value}"


def _shown_once(rows: sqlite3.Connection) -> Iterator[str]:
    shown: Counter[int] = Counter()
    for conversation, answer in rows.execute("SELECT conversation_id, answer FROM inbox"):
        shown[conversation] += json.loads(answer)["inline"]
    for conversation, count in rows.execute(
        "SELECT conversation_id, count(*) FROM outbox WHERE status = 'inline' GROUP BY conversation_id"
    ):
        if shown[conversation] != count:
            yield f"conversation {conversation}: {count} messages written, {shown[conversation]} shown"


def whole_case(rows: sqlite3.Connection, openid: str) -> dict[str, Any]:
    """What a person's conversation came to, without its moments."""

    def one(statement: str) -> list[Any]:
        where = "(SELECT id FROM conversation WHERE external_id = ?)"
        cases = (
            f"(SELECT id FROM case_file WHERE person_id IN (SELECT person_id FROM conversation WHERE id IN {where}))"
        )
        found = rows.execute(statement.replace("CONVERSATION", where).replace("CASES", cases), (openid,))
        return [row[0] if len(row) == 1 else row for row in found]

    return {
        "updates": one("SELECT count(*) FROM inbox WHERE conversation_id IN CONVERSATION"),
        "messages": one(
            "SELECT json_extract(body, '$.key') FROM outbox WHERE conversation_id IN CONVERSATION ORDER BY id"
        ),
        "cases": one("SELECT no, status, section, severity, intent FROM case_file WHERE id IN CASES"),
        "facts": one("SELECT name, value, state FROM fact WHERE case_id IN CASES ORDER BY name"),
        "attempts": one("SELECT no, way, note, count FROM attempt WHERE case_id IN CASES ORDER BY no"),
        "reminders": one("SELECT rule, status FROM reminder WHERE case_id IN CASES ORDER BY rule, status"),
        "wishes": one("SELECT status FROM handoff WHERE conversation_id IN CONVERSATION"),
        "timeline": one("SELECT seq, kind FROM timeline WHERE case_id IN CASES ORDER BY seq"),
    }


def timelines(path: Path) -> Iterator[str]:
    """A sentence for each timeline whose chain of hashes is broken."""
    store = Store.open(f"sqlite:///{path}")
    with store.read() as work:
        for case_id in work.cases.ids():
            if work.cases.verify_timeline(case_id) is not None:
                yield f"case {case_id}: its timeline does not fit"
    store.close()


def main() -> int:
    """Kill, start, kill …; then the ledger."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--people", type=int, default=32)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zhanggui-kill-") as name:
        folder = Path(name)
        server, crowd = program(folder), Crowd(arguments.people, arguments.seed)
        example = Crowd(1, arguments.seed, "oCalm")
        server.start()
        asyncio.run(_tell(server, example))
        server.stop()
        for number in range(1, arguments.rounds + 1):
            server.start()
            asyncio.run(crowd.go_on(server))
            if number % 10 == 0:
                print(f"killed {number} times, {len(crowd.all)} messages sent", flush=True)
        server.start()
        asyncio.run(crowd.finish(server))
        server.stop()
        path = folder / "zhanggui.db"
        faults = [*ledger(path, crowd, example.finished[0]), *timelines(path)]
        answers = sum(len(told.answers) for told in crowd.all)
    for fault in faults[:20]:
        print(fault[:600])
    print(
        f"{arguments.rounds} kills, {len(crowd.all)} messages, {answers} answers read ({crowd.repeated} of them to "
        f"repeats at the end), {len(crowd.finished)} whole cases compared, {len(faults)} faults"
    )
    return 1 if faults else 0


async def _tell(server: Server, example: Crowd) -> None:
    """The story once, without a kill."""
    [seat] = example.seats
    async with Line(server.port) as line, Line(server.port) as second:
        while not example.finished:
            await example.step(seat, line, second)


if __name__ == "__main__":
    sys.exit(main())
