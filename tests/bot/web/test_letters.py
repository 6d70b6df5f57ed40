"""Letters in the web chat: offered as a Word file, as they were shown, to the one they were shown to."""

from pathlib import Path

import httpx

from bot.docx import MIME
from tests.bot.test_docx import paragraphs
from tests.support.program import NOON, running

PAGE = {"x-requested-with": "zgb"}


async def test_a_letter_that_was_shown_can_be_had_as_a_word_file(sqlite_url: str, tmp_path: Path) -> None:
    async with running(sqlite_url, tmp_path, NOON) as (app, _):
        transport = httpx.ASGITransport(app.asgi())
        async with (
            httpx.AsyncClient(transport=transport, base_url="http://shop", headers=PAGE) as owner,
            httpx.AsyncClient(transport=transport, base_url="http://shop", headers=PAGE) as other,
        ):
            await say(owner, "1", "钱没到账，一万八，用的是银盛")
            await say(owner, "2", "打电话怎么说，给个话术")
            await say(other, "1", "机器坏了")
            state = (await owner.get("/chat/state")).json()
            letter = next(message for message in state["messages"] if message["key"] == "letter.text")
            (file,) = letter["files"]

            got = await owner.get(file["url"])
            theirs = await other.get(file["url"])
            wrong = await owner.get("/chat/letters/0.docx")

    assert got.headers["content-type"] == file["mime"] == MIME
    assert file["name"].endswith(".docx")
    assert "attachment" in got.headers["content-disposition"]
    assert [line for line in paragraphs(got.content) if line] == [line for line in letter["text"].splitlines() if line]
    assert (theirs.status_code, wrong.status_code) == (404, 404)


async def test_what_was_sent_is_kept_as_sent(sqlite_url: str, tmp_path: Path) -> None:
    """A letter written anew after a correction leaves the version before it in the timeline."""
    async with running(sqlite_url, tmp_path, NOON) as (app, terminal):
        await terminal.answer({"text": "钱没到账，一万八，用的是银盛"})
        first = await terminal.answer({"text": "打电话怎么说，给个话术"})
        await terminal.answer({"text": "不是一万八，是一万六"})
        second = await terminal.answer({"text": "打电话怎么说，给个话术"})
        with app.store.read() as work:
            both = work.people.find("console", terminal.person)
            assert both is not None
            assert both[1].case_id is not None
            kept = [event.body for event in work.cases.timeline(both[1].case_id) if event.kind == "letter"]

    shown = [reply.text for replies in (first, second) for reply in replies if reply.key == "letter.text"]
    assert [body["text"] for body in kept] == shown
    assert "18,000" in shown[0]
    assert "16,000" in shown[1]


async def say(client: httpx.AsyncClient, number: str, text: str) -> None:
    answer = await client.post("/chat/messages", json={"id": f"message-{number}", "text": text})
    assert answer.status_code == 200, answer.text
