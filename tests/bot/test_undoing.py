"""Undo: what a turn did is taken back from what was recorded with its update; the timeline only grows."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.app import App
from bot.commands.chat import Terminal
from bot.messages import OutgoingMessage, Update
from tests.support.program import NOON, running

SLIP = Path(__file__).parent.parent / "conversations" / "files" / "slip.png"


def case_of(app: App, terminal: Terminal) -> dict[str, Any]:
    with app.store.read() as work:
        case = app.casebook.case_json(work, "console", terminal.person)
    assert case is not None
    return case


def events(app: App, case_id: int = 1) -> list[tuple[str, dict[str, Any]]]:
    with app.store.read() as work:
        assert work.cases.verify_timeline(case_id) is None
        return [(event.kind, event.body) for event in work.cases.timeline(case_id)]


async def said(terminal: Terminal, *lines: str) -> list[OutgoingMessage]:
    replies: list[OutgoingMessage] = []
    for line in lines:
        replies = await terminal.answer({"text": line})
    return replies


async def test_the_timeline_says_what_was_taken_back_and_keeps_it(sqlite_url: str, tmp_path: Path) -> None:
    async with running(sqlite_url, tmp_path) as (app, terminal):
        await said(terminal, "钱没到账", "一万八")
        before = events(app)
        await said(terminal, "撤销")
        after = events(app)
    assert after[: len(before)] == before
    kinds = [kind for kind, _ in after[len(before) :]]
    assert kinds[:2] == ["undone", "fact_dropped"]
    undone = after[len(before)][1]
    assert undone["entries"] == str(len(before))
    assert undone["update"].startswith("console/")


async def test_it_works_days_later_in_another_run(sqlite_url: str, tmp_path: Path) -> None:
    async with running(sqlite_url, tmp_path) as (app, terminal):
        await said(terminal, "钱没到账", "一万八", "不是一万八，是一万六")
    async with running(sqlite_url, tmp_path, NOON + timedelta(days=9)) as (app, terminal):
        replies = await said(terminal, "撤销")
        assert "16,000 → 18,000" in " ".join(reply.text for reply in replies)
        assert case_of(app, terminal)["facts"]["amount"]["value"] == "18000"


async def test_a_value_comes_back_with_its_source(sqlite_url: str, tmp_path: Path) -> None:
    """Where a fact came from, and when it was said, is part of what is restored."""
    async with running(sqlite_url, tmp_path) as (app, terminal):
        await said(terminal, "钱没到账", "一万八")
        with app.store.read() as work:
            first = work.cases.load(1)
        await said(terminal, "不是一万八，是一万六", "撤销")
        with app.store.read() as work:
            last = work.cases.load(1)
    assert first is not None
    assert last is not None
    assert last.facts["amount"] == first.facts["amount"]


async def test_what_depends_on_a_value_follows(sqlite_url: str, tmp_path: Path) -> None:
    """Severity, suggestions and reminders are those of the case as it is again."""
    async with running(sqlite_url, tmp_path) as (app, terminal):
        await said(terminal, "钱没到账，三天前开始的，一万八")
        before = case_of(app, terminal)
        await said(terminal, "不是三天前，是四十天前")
        changed = case_of(app, terminal)
        await said(terminal, "撤销")
        after = case_of(app, terminal)
    assert (changed["severity"], changed["suggestions"]) != (before["severity"], before["suggestions"])
    for name in ("facts", "severity", "suggestions", "reminders", "section"):
        assert after[name] == before[name], name


async def test_a_turn_that_changes_nothing_is_passed_over(sqlite_url: str, tmp_path: Path) -> None:
    async with running(sqlite_url, tmp_path) as (app, terminal):
        await said(terminal, "钱没到账", "一万八", "谢谢", "进度", "帮助", "撤销")
        assert "amount" not in case_of(app, terminal)["facts"]


async def test_a_change_made_since_then_stays(sqlite_url: str, tmp_path: Path) -> None:
    """The button of an older turn takes back that turn alone, and of it what still stands."""
    async with running(sqlite_url, tmp_path) as (app, terminal):
        await said(terminal, "钱没到账，一万八")
        replies = await said(terminal, "不是一万八，是一万六")
        button = next(choice.id for reply in replies for choice in reply.choices if "!undo" in choice.id)
        await said(terminal, "不是一万六，是一万七")
        replies = await terminal.answer({"choice": button})
        assert replies[0].key == "undo.none"
        assert case_of(app, terminal)["facts"]["amount"]["value"] == "17000"


async def test_an_undo_that_comes_twice_undoes_once(sqlite_url: str, tmp_path: Path) -> None:
    """A repeated update has its recorded answer; nothing more is taken back."""
    async with running(sqlite_url, tmp_path) as (app, terminal):
        await said(terminal, "钱没到账", "一万八", "三天前")
        undo = Update("console", "undo-1", terminal.person, "text", NOON, text="撤销")
        first = await app.conversations.handle(undo)
        again = await app.conversations.handle(undo)
        left = case_of(app, terminal)["facts"]
    assert again.repeated
    assert again.messages == first.messages
    assert "since" not in left
    assert left["amount"]["value"] == "18000"


async def test_an_exhibit_taken_back_keeps_its_bytes_and_counts_again_when_it_is_sent_again(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with running(sqlite_url, tmp_path) as (app, terminal):
        await said(terminal, "钱没到账")
        await terminal.answer({"file": str(SLIP), "caption": "小票"})
        await said(terminal, "撤销")
        with app.store.read() as work:
            (one,) = work.cases.load(1).evidence  # type: ignore[union-attr]
        assert one.status == "withdrawn"
        assert one.sha256
        assert b"".join(app.blobs.open(one.case_id, one.sha256)) == SLIP.read_bytes()
        replies = await terminal.answer({"file": str(SLIP), "caption": "小票"})
        assert replies[0].key == "exhibit.kept"
        with app.store.read() as work:
            (one,) = work.cases.load(1).evidence  # type: ignore[union-attr]
        assert (one.no, one.status) == (1, "stored")
        kinds = [kind for kind, _ in events(app) if kind in ("evidence_withdrawn", "evidence_restored")]
    assert kinds == ["evidence_withdrawn", "evidence_restored"]


async def test_a_corrected_contact_keeps_its_history_and_comes_back(sqlite_url: str, tmp_path: Path) -> None:
    async with running(sqlite_url, tmp_path) as (app, terminal):
        await said(terminal, "钱没到账，昨天打了客服，工号1024，说三个工作日", "工号是1042不是1024")
        assert case_of(app, terminal)["attempts"][0]["who"] == "工号 1042"
        await said(terminal, "撤销")
        assert case_of(app, terminal)["attempts"][0]["who"] == "工号 1024"
        changes = [body for kind, body in events(app) if kind == "attempt_changed"]
    assert [(body["field"], body["before"], body["value"]) for body in changes] == [
        ("who", "工号 1024", "工号 1042"),
        ("who", "工号 1042", "工号 1024"),
    ]
