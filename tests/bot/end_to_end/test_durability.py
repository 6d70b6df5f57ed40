"""Killed, stopped, crowded, split over processes: nothing is lost, nothing is done twice, everyone is in order."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from storage import Store
from tests.bot.end_to_end.case import (
    FIRST_HALF,
    PICTURES,
    SECOND_HALF,
    assert_first_step,
    assert_whole,
    look,
    show_photos,
    tell,
    until,
)
from tests.bot.end_to_end.guests import WebGuest
from tests.support.served import Served, free_port, run_bot, served


def bring_forward(database_url: str, rule: str) -> None:
    """Make the reminder of a rule due."""
    store = Store.open(database_url)
    with store.work() as work:
        work.conn.exec_driver_sql(f"UPDATE reminder SET due_at = '2026-01-01 00:00:00' WHERE rule = '{rule}'")
        work.commit()
    store.close()


class Stream:
    """A page's open event stream: what it was told, as it comes."""

    def __init__(self, guest: WebGuest, after: int) -> None:
        self._guest = guest
        self._after = after
        self.events: list[dict[str, Any]] = []
        self.ended = asyncio.Event()
        self.opened = asyncio.Event()

    async def listen(self) -> None:
        """Until the server ends it."""
        try:
            async with self._guest.client.stream("GET", f"/chat/events?after={self._after}") as answer:
                self.opened.set()
                async for line in answer.aiter_lines():
                    if line.startswith("data: ") and line != "data: {}":
                        self.events.append(json.loads(line.removeprefix("data: ")))
        except httpx.TransportError:
            pass
        self.ended.set()

    @property
    def keys(self) -> list[str]:
        """The keys of the guide's messages it was told."""
        return [m["key"] for event in self.events for m in event["messages"] if m["from"] == "guide"]


async def test_the_whole_case_by_web_goes_on_after_a_kill_and_the_page_shows_everything(
    database_url: str, tmp_path: Path
) -> None:
    async with served(tmp_path / "run", database_url) as program:
        guest = WebGuest(program)
        await guest.post(start=True)
        await tell(guest, FIRST_HALF)
        assert_first_step(look(database_url, "web"))
        before = await guest.state()
        await program.restart()
        after = await guest.state()
        assert after["messages"] == before["messages"]
        assert after["case"]["facts"] == before["case"]["facts"]
        await show_photos(guest)
        await tell(guest, SECOND_HALF)

        assert_whole(look(database_url, "web"))
        shown = await guest.state()
        assert [one["status"] for one in shown["case"]["evidence"]] == ["stored"] * 3
        assert (await guest.client.get("/chat/evidence/2")).status_code == 200
        await guest.client.aclose()


async def test_a_submission_cut_off_by_a_kill_is_recorded_once_when_the_page_sends_it_again(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with served(tmp_path / "run", sqlite_url) as program:
        guest = WebGuest(program)
        await guest.say("前天刷的一笔3860，到现在钱没到账")
        for number in range(5):
            body = {"id": f"cut{number}", "text": f"客服又没人接 {number}"}
            sending = asyncio.create_task(guest.client.post("/chat/messages", json=body))
            await asyncio.sleep(0.004 * number)
            await program.kill()
            await asyncio.gather(sending, return_exceptions=True)
            await program.start()
            first = await guest.client.post("/chat/messages", json=body)
            again = await guest.client.post("/chat/messages", json=body)
            assert first.json()["messages"] == again.json()["messages"] != []
        memory = look(sqlite_url, "web")
        assert [text for text in memory.received if text.startswith("客服又")] == [
            f"客服又没人接 {number}" for number in range(5)
        ]
        assert len(memory.file.attempts) == 5
        await guest.client.aclose()


async def test_a_reminder_that_fell_due_while_the_program_was_down_reaches_an_open_page_once(
    database_url: str, tmp_path: Path
) -> None:
    async with served(tmp_path / "run", database_url) as program:
        guest = WebGuest(program)
        await tell(guest, (FIRST_HALF[1], ("say", "明天下午三点提醒我再打一次电话")))
        last = (await guest.state())["last"]
        await program.kill()
        bring_forward(database_url, "wish")
        await program.start()
        stream = Stream(guest, last)
        listening = asyncio.create_task(stream.listen())
        await until(lambda: "remind.wish" in stream.keys)
        await program.restart()
        await listening
        again = Stream(guest, last)
        listening = asyncio.create_task(again.listen())
        await until(lambda: "remind.wish" in again.keys)
        assert await program.stop() == 0
        await listening

        assert again.keys.count("remind.wish") == 1
        assert look(database_url, "web").sent.count("remind.wish") == 1
        await guest.client.aclose()


async def test_sigterm_ends_open_streams_and_the_program_with_status_0(sqlite_url: str, tmp_path: Path) -> None:
    async with served(tmp_path / "run", sqlite_url) as program:
        guests = [WebGuest(program) for _ in range(5)]
        streams = []
        for guest in guests:
            await guest.say("钱没到账")
            streams.append(Stream(guest, 0))
        tasks = [asyncio.create_task(stream.listen()) for stream in streams]
        await asyncio.gather(*(stream.opened.wait() for stream in streams))

        assert await program.stop() == 0
        await asyncio.gather(*tasks)
        assert "Traceback" not in program.log
        for guest in guests:
            await guest.client.aclose()


async def test_what_is_under_way_at_sigterm_is_answered(sqlite_url: str, tmp_path: Path) -> None:
    async with served(tmp_path / "run", sqlite_url) as program:
        guests = [WebGuest(program) for _ in range(16)]
        sending = [asyncio.create_task(guest.post(text=f"钱没到账，{n}00 元")) for n, guest in enumerate(guests, 1)]
        await until(lambda: any(task.done() for task in sending))
        assert await program.stop() == 0
        ended = await asyncio.gather(*sending, return_exceptions=True)

        answered = [one for one in ended if isinstance(one, httpx.Response) and one.status_code == 200]
        store = Store.open(sqlite_url)
        with store.read() as work:
            [[kept]] = work.conn.exec_driver_sql("SELECT count(*) FROM inbox")
        store.close()
        assert 1 <= len(answered) <= kept
        for guest in guests:
            await guest.client.aclose()


async def test_the_same_update_three_times_at_once_has_one_effect(database_url: str, tmp_path: Path) -> None:
    async with served(tmp_path / "run", database_url) as program:
        guest = WebGuest(program)
        await guest.state()  # the cookie
        body = {"id": "thrice", "text": "客服打了没人接，前天刷的3860没到账，找人工"}
        answers = await asyncio.gather(*(guest.client.post("/chat/messages", json=body) for _ in range(3)))

        assert len({answer.text for answer in answers}) == 1
        memory = look(database_url, "web")
        assert (len(memory.received), len(memory.file.attempts), memory.wishes) == (1, 1, 1)
        await guest.client.aclose()


async def test_the_same_photo_upload_three_times_at_once_is_one_exhibit(database_url: str, tmp_path: Path) -> None:
    async with served(tmp_path / "run", database_url) as program:
        guest = WebGuest(program)
        await guest.state()
        file = ("a.png", PICTURES[0], "image/png")
        answers = await asyncio.gather(*(guest.upload(file, id="thrice") for _ in range(3)))

        assert len({json.dumps(answer.json()["messages"]) for answer in answers}) == 1
        memory = look(database_url, "web")
        assert len(memory.file.evidence) == 1
        assert len(memory.received) == 1
        await guest.client.aclose()


async def test_updates_of_one_conversation_at_once_are_turns_one_after_the_other(
    database_url: str, tmp_path: Path
) -> None:
    async with served(tmp_path / "run", database_url) as program:
        guest = WebGuest(program)
        await guest.say("前天刷的一笔3860，到现在钱没到账")
        texts = [f"客服第{number}次没人接" for number in range(10)]
        answers = await asyncio.gather(*(guest.post(text=text) for text in texts))

        assert [answer.status_code for answer in answers] == [200] * 10
        memory = look(database_url, "web")
        assert sorted(memory.received[1:]) == sorted(texts)
        said = (await guest.state())["messages"]
        [first] = [n for n, one in enumerate(said) if one["text"] == memory.received[1]]
        sides = [one["from"] for one in said[first:]]
        assert sides.count("person") == 10
        await guest.client.aclose()


@pytest.mark.postgres
async def test_web_and_worker_share_one_postgresql(postgres_url: str, tmp_path: Path) -> None:
    port = free_port()
    worker = served(tmp_path / "worker", postgres_url, "--only", "worker", blobs=tmp_path / "blobs", port=port)
    async with (
        served(tmp_path / "web1", postgres_url, "--only", "web", blobs=tmp_path / "blobs", port=port) as one,
        served(tmp_path / "web2", postgres_url, "--only", "web", blobs=tmp_path / "blobs") as other,
        worker,
    ):
        guest = WebGuest(one)
        await guest.post(start=True)
        await tell(guest, FIRST_HALF)
        guest.client.base_url = httpx.URL(other.address)  # the next request goes to the other process
        await show_photos(guest)
        await tell(guest, SECOND_HALF)
        assert_whole(look(postgres_url, "web"))
        bring_forward(postgres_url, "wish")
        await until(lambda: "remind.wish" in look(postgres_url, "web").sent)

        bodies = [{"id": f"both{number}", "text": f"客服第{number}次没人接"} for number in range(6)]
        both: list[Callable[[], Any]] = []
        for body in bodies:
            for address in (one.address, other.address):
                both.append(lambda body=body, address=address: guest.client.post(f"{address}/chat/messages", json=body))
        answers = await asyncio.gather(*(send() for send in both))
        assert {answer.status_code for answer in answers} == {200}
        assert len([text for text in look(postgres_url, "web").received if text.startswith("客服第")]) == 6
        await guest.client.aclose()


async def test_a_second_program_on_the_same_port_says_so_and_ends(sqlite_url: str, tmp_path: Path) -> None:
    port = free_port()
    async with served(tmp_path / "run", sqlite_url, port=port) as program:
        assert isinstance(program, Served)
        code, _, err = await run_bot("serve", folder=tmp_path, port=port, database_url=sqlite_url, blobs="blobs")

    assert code == 1
    assert f"127.0.0.1:{port}" in err.decode()
    assert "Traceback" not in err.decode()
