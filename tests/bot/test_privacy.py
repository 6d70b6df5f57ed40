"""Deleting with a receipt, taking it back, having everything, and letting go of what was kept for long enough."""

import asyncio
import hashlib
import io
import json
import logging
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import __main__ as commands
from bot.app import App
from bot.commands.chat import MovingClock, Terminal
from bot.messages import Attachment, OutgoingMessage, Update
from storage.repositories.retention import RULE
from tests.support.program import NOON, assemble

PHOTO = (Path(__file__).parents[1] / "conversations" / "files" / "slip.png").read_bytes()
SHA256 = hashlib.sha256(PHOTO).hexdigest()
STORY = "前天刷的一笔3860，到现在钱没到账，机器是拉卡拉的"
DAY = timedelta(days=1)


class House:
    """A program without background loops, a clock that the test moves, and people on any channel."""

    def __init__(self, app: App, clock: MovingClock) -> None:
        self.app = app
        self.clock = clock
        self.terminal = Terminal(app, clock)
        self._count = 0

    async def send(self, text: str = "", choice: str = "", channel: str = "console", who: str = "me") -> list[Any]:
        """What somebody's words or tap are answered with."""
        kind: Any = "choice" if choice else "text"
        return await self._handle(Update(channel, self._id(), who, kind, self.clock(), text=text, choice=choice))

    async def photo(self, channel: str = "console", who: str = "me") -> list[Any]:
        attachment = Attachment("photo", name="slip.png", mime="image/png", size=len(PHOTO), data=PHOTO)
        return await self._handle(
            Update(channel, self._id(), who, "attachment", self.clock(), attachments=(attachment,))
        )

    async def case(self, channel: str = "console", who: str = "me") -> None:
        """A case with a story, a reminder and an exhibit."""
        await self.send(STORY, channel=channel, who=who)
        await self.send("后天下午三点提醒我打电话", channel=channel, who=who)
        await self.photo(channel, who)

    async def delete(
        self, what: str = "all", channel: str = "console", who: str = "me", no: int = 1
    ) -> OutgoingMessage:
        """Ask and confirm; the receipt."""
        await self.send("删除", channel=channel, who=who)
        return (await self.send(choice=f"{no}:!delete={what}", channel=channel, who=who))[-1]

    async def pass_time(self, step: timedelta) -> list[OutgoingMessage]:
        """Time goes by; what reached the terminal meanwhile."""
        return await self.terminal.advance(step)

    def state(self, channel: str = "console", who: str = "me") -> dict[str, Any]:
        with self.app.store.read() as work:
            return self.app.casebook._state(work, channel, who, 0)

    def folders(self) -> list[int]:
        return self.app.blobs.cases()

    def _id(self) -> str:
        self._count += 1
        return f"u{self._count}"

    async def _handle(self, update: Update) -> list[Any]:
        return list((await self.app.handle(update)).messages)


@asynccontextmanager
async def opened(database_url: str, folder: Path, **values: object) -> AsyncIterator[House]:
    clock = MovingClock(fixed=NOON)
    app = assemble(database_url, folder, clock, **values)
    await app.start(receive=False, work=False)
    try:
        yield House(app, clock)
    finally:
        await app.stop()


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with opened(database_url, tmp_path) as house:
        yield house


@pytest.fixture
async def sqlite_house(sqlite_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with opened(
        sqlite_url, tmp_path, secret_key="a secret", public_url="https://bot.example", encrypt=True
    ) as house:
        yield house


def words(messages: list[Any]) -> str:
    return "\n".join(message.text for message in messages)


# deleting


async def test_the_receipt_names_what_went_until_when_it_can_be_undone_and_what_is_kept(house: House) -> None:
    await house.case()
    receipt = await house.delete()

    assert receipt.key == "delete.done"
    assert "1 件事" in receipt.text
    assert "1 份证据" in receipt.text
    assert "1 号 " + SHA256[:8] in receipt.text
    assert "11月25日 10:30" in receipt.text
    assert "只留一条记录" in receipt.text
    assert [choice.label for choice in receipt.choices] == ["撤回删除"]
    shown = house.state()
    assert (shown["case"], shown["cases"]) == (None, [])
    assert [message["key"] for message in shown["messages"]] == ["choice", "delete.done"]
    assert await house.pass_time(timedelta(hours=23)) == []


async def test_undone_in_time_everything_is_back(house: House) -> None:
    await house.case()
    before = house.state()
    receipt = await house.delete()
    await house.pass_time(timedelta(hours=23))

    (answer,) = await house.send(text=receipt.choices[0].label)

    assert answer.key == "delete.undone"
    after = house.state()
    assert after["case"]["evidence"] == before["case"]["evidence"]
    assert [message for message in before["messages"] if message not in after["messages"]] == []
    again = await house.send("好的")  # the question of deleting is over
    assert "delete" not in " ".join(message.key for message in again)
    assert house.state()["case"] is not None
    assert "remind.wish" in [message.key for message in await house.pass_time(3 * DAY)]
    assert (await house.send(choice=receipt.choices[0].id))[0].key == "delete.too_late"


async def test_when_the_time_is_over_rows_blobs_and_person_are_gone(house: House) -> None:
    await house.case()
    receipt = await house.delete()
    assert house.folders() == [1]
    await house.pass_time(DAY)

    assert house.folders() == []
    with house.app.store.read() as work:
        assert work.people.find("console", "me") is None
        erasure = work.erasures.get(1)
    assert erasure is not None
    assert (erasure.status, erasure.person_id, erasure.cases, erasure.exhibits) == ("erased", None, 1, 1)
    assert (await house.send(choice=receipt.choices[0].id))[0].key == "delete.too_late"


async def test_whoever_goes_on_writing_is_not_erased_with_what_is_new(house: House) -> None:
    await house.case()
    await house.delete()
    await house.send("机器开不了机")
    await house.pass_time(2 * DAY)

    assert [case["no"] for case in house.state()["cases"]] == [2]
    assert house.folders() == []


async def test_one_case_is_deleted_alone_and_the_other_goes_on(house: House) -> None:
    await house.case()
    await house.send("新的事")
    await house.send("机器开不了机")
    messages = []
    await house.send("删除")
    messages = await house.send(choice="2:!delete=case")

    assert [message.key for message in messages] == ["case.switched", "delete.done_case"]
    assert [case["no"] for case in house.state()["cases"]] == [1]
    (answer,) = await house.send(choice=messages[-1].choices[0].id)
    assert answer.key == "delete.undone"
    assert [case["no"] for case in house.state()["cases"]] == [1, 2]


async def test_a_button_of_a_deleted_case_answers_nothing(house: House) -> None:
    await house.case()
    await house.delete()
    answers = await house.send(choice="1:settle_term=T1")
    assert answers[0].key == "choice.gone"


async def test_deleting_again_and_again_keeps_each_apart(house: House) -> None:
    await house.case()
    first = await house.delete()
    await house.send("机器开不了机")
    second = await house.delete(no=2)
    assert first.choices[0].id != second.choices[0].id
    assert (await house.send(choice=first.choices[0].id))[0].key == "delete.undone"
    assert [case["no"] for case in house.state()["cases"]] == [1]


async def test_nobody_undoes_the_deletion_of_another(house: House) -> None:
    await house.case()
    receipt = await house.delete()
    answers = await house.send(choice=receipt.choices[0].id, who="somebody")
    assert answers[0].key == "delete.too_late"
    assert house.state()["cases"] == []


async def test_without_a_time_to_undo_it_is_erased_at_once(database_url: str, tmp_path: Path) -> None:
    async with opened(database_url, tmp_path, delete_after=0) as house:
        await house.case()
        receipt = await house.delete()
        assert receipt.choices == ()
        assert "找不回来" in receipt.text
        await house.app.retention.work()
        assert house.folders() == []
        with house.app.store.read() as work:
            assert work.cases.ids() == []
            found = work.people.find("console", "me")
        assert found is not None  # the receipt has yet to reach them
        await house.pass_time(DAY)
        with house.app.store.read() as work:
            assert work.people.find("console", "me") is None


async def test_erasing_killed_in_the_middle_is_repeated(house: House) -> None:
    await house.case()
    await house.delete()
    house.clock.ahead += DAY
    with house.app.store.work() as work:  # the other process came this far
        assert work.erasures.begin(1) == [1]
        work.commit()
    house.app.blobs.delete_case(1)
    await house.app.retention.work()
    with house.app.store.read() as work:
        assert work.cases.ids() == []
        erasure = work.erasures.get(1)
    assert erasure is not None
    assert erasure.status == "erased"


async def test_blobs_of_a_case_that_is_gone_are_swept(house: House) -> None:
    await house.case()
    house.app.blobs.put(b"fetched too late", case_id=77)
    await house.app.retention.work()
    assert house.folders() == [1]


# having everything


def unpack(data: bytes) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


async def get(house: House, path: str, cookie: str = "") -> httpx.Response:
    transport = httpx.ASGITransport(app=house.app.asgi())
    cookies = {"zgb": cookie} if cookie else {}
    async with httpx.AsyncClient(transport=transport, base_url="https://bot.example", cookies=cookies) as client:
        return await client.get(path)


async def test_everything_is_in_the_zip_as_it_was_sent(sqlite_house: House) -> None:
    house = sqlite_house
    token = "A" * 43
    who = hashlib.sha256(token.encode()).hexdigest()
    await house.case("web", who)
    await house.case("web", "another")
    await house.send("电话打了三次没人接", channel="web", who=who)

    response = await get(house, "/chat/export.zip", token)

    assert response.status_code == 200
    assert response.headers["content-disposition"].startswith("attachment")
    assert response.headers["x-content-type-options"] == "nosniff"
    files = unpack(response.content)
    assert "全部资料" in files["请先看这个.txt"].decode()
    assert json.loads(files["person.json"])["conversations"][0]["external_id"] == who
    said = json.loads(files["conversations/1-web.json"])["messages"]
    assert {message["from"] for message in said} == {"person", "guide"}
    assert STORY in [message.get("text") for message in said]
    case = json.loads(files["cases/1/case.json"])
    assert {"company", "amount"} <= {fact["name"] for fact in case["facts"]}
    assert case["reminders"]
    assert case["exhibits"][0]["sha256"] == SHA256
    assert files[f"cases/1/{case['exhibits'][0]['file']}"] == PHOTO
    timeline = json.loads(files["cases/1/timeline.json"])
    assert [event["seq"] for event in timeline] == list(range(1, len(timeline) + 1))
    assert timeline[-1]["kind"] == "exported"
    assert not [name for name in files if name.startswith("cases/2")]
    assert "another" not in str(files)


async def test_the_zip_is_only_for_whose_cookie_it_is(sqlite_house: House) -> None:
    await sqlite_house.case("web", "somebody")
    for cookie in ("", "B" * 43, "somebody"):
        assert (await get(sqlite_house, "/chat/export.zip", cookie)).status_code == 404


async def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_there(sqlite_house: House) -> None:
    house = sqlite_house
    await house.case()
    path = house.app.blobs.path(1, SHA256)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1])
    holdings = house.app.exporter.gather(1)
    assert holdings is not None
    files = unpack(b"".join(house.app.exporter.pack(holdings, NOON)))
    (missing,) = json.loads(files["missing.json"])
    assert missing["sha256"] == SHA256
    assert "cases/1/case.json" in files


async def test_elsewhere_it_is_a_link_that_ends(sqlite_house: House) -> None:
    house = sqlite_house
    await house.case()
    (offer,) = await house.send("导出我的全部资料。")

    assert offer.key == "export.link"
    link = next(line for line in offer.text.splitlines() if line.startswith("https://bot.example/"))
    response = await get(house, link)
    assert f"cases/1/exhibits/001-{SHA256[:12]}.png" in unpack(response.content)
    assert (await get(house, link[:-1])).status_code == 404
    house.clock.ahead += timedelta(hours=1)
    gone = await get(house, link)
    assert gone.status_code == 404
    assert "导出" in gone.text


async def test_without_an_address_of_ours_it_says_how(house: House) -> None:
    await house.case()
    assert [message.key for message in await house.send(choice="1:!export")] == ["export.none"]


async def test_on_the_page_it_is_offered_there_and_the_answer_on_privacy_offers_it(house: House) -> None:
    await house.case("web")
    answers = await house.send("我的信息会不会泄露", channel="web")
    choice = next(choice for message in answers if message.key == "privacy" for choice in message.choices)
    assert choice.id == "1:!export"
    assert [message.key for message in await house.send(choice=choice.id, channel="web")] == ["export.web"]
    assert house.state("web")["messages"][-1]["files"] == [
        {"name": "我的全部资料.zip", "mime": "application/zip", "url": "/chat/export.zip"}
    ]


async def test_what_was_deleted_is_in_no_export(house: House) -> None:
    await house.case()
    await house.delete()
    holdings = house.app.exporter.gather(1)
    assert holdings is not None
    data = b"".join(house.app.exporter.pack(holdings, NOON))
    assert holdings.cases == []
    assert PHOTO not in data
    assert "3860" not in str(unpack(data))


def test_the_operator_exports_by_person_or_case(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fill() -> None:
        async with opened(sqlite_url, tmp_path) as house:
            await house.case()

    asyncio.run(fill())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZHANGGUI_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("ZHANGGUI_BLOBS", str(tmp_path / "blobs"))
    for name in ("1", "case:1"):
        target = tmp_path / f"{name}.zip"
        assert commands.main(["export", name, "-o", str(target)]) == 0
        assert target.stat().st_mode & 0o777 == 0o600
        assert "cases/1/case.json" in unpack(target.read_bytes())
        out = capsys.readouterr().out
        assert "1 cases" in out
        assert "3860" not in out
    assert commands.main(["export", "99", "-o", str(tmp_path / "none.zip")]) == 1
    assert commands.main(["export", "me", "-o", str(tmp_path / "none.zip")]) == 1
    assert not (tmp_path / "none.zip").exists()


# what was kept for long enough


@pytest.fixture
async def short(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with opened(database_url, tmp_path, retention_days=60) as house:
        yield house


async def pass_days(house: House, days: int) -> list[str]:
    """The keys of what arrived, day by day."""
    return [message.key for _ in range(days) for message in await house.pass_time(DAY)]


async def test_an_idle_case_goes_two_weeks_after_its_warning(short: House) -> None:
    await short.case()
    assert "remind.retention" not in await pass_days(short, 45)
    assert "remind.retention" in await pass_days(short, 3)
    assert short.state()["cases"]
    await pass_days(short, 14)
    assert short.state()["cases"] == []
    assert short.folders() == []
    with short.app.store.read() as work:
        assert work.cases.ids() == []
        erasure = work.erasures.get(1)
    assert erasure is not None
    assert (erasure.scope, erasure.status, erasure.cases, erasure.person_id) == ("old", "erased", 1, None)


async def test_an_answer_to_the_warning_keeps_the_case(short: House) -> None:
    await short.case()
    assert "remind.retention" in await pass_days(short, 48)
    await short.send("还没到账")
    await pass_days(short, 30)
    assert len(short.state()["cases"]) == 1


async def test_a_closed_case_is_warned_of_too_and_no_trace_is_left_in_the_end(short: House) -> None:
    await short.case()
    with short.app.store.work() as work:
        file = work.cases.load(1)
        assert file is not None
        work.cases.save(replace(file.case, status="closed", closed_at=short.clock()))
        work.commit()
    assert "remind.retention" in await pass_days(short, 48)
    await pass_days(short, 16)
    with short.app.store.read() as work:
        assert work.people.find("console", "me") is None


async def test_a_case_that_waits_for_a_person_is_kept(short: House) -> None:
    await short.case()
    await short.send("找人工")
    await pass_days(short, 90)
    assert len(short.state()["cases"]) == 1


async def test_the_warning_names_the_case_and_the_day(short: House) -> None:
    await short.case()
    keys: list[OutgoingMessage] = []
    for _ in range(48):
        keys += await short.pass_time(DAY)
    (warning,) = [message for message in keys if message.key == "remind.retention"]
    assert "第 1 件事" in warning.text
    assert "{" not in warning.text
    with short.app.store.read() as work:
        file = work.cases.load(1)
    assert file is not None
    assert [one.status for one in file.reminders if one.rule == RULE][-1] == "sent"


async def test_nothing_personal_is_logged(sqlite_house: House, caplog: pytest.LogCaptureFixture) -> None:
    house = sqlite_house
    with caplog.at_level(logging.DEBUG):
        await house.case(who="openid-of-somebody")
        await house.delete(who="openid-of-somebody")
        await house.pass_time(2 * DAY)
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith(("bot", "storage")))
    assert "erasure 1 done" in ours
    for secret in ("3860", "拉卡拉", "openid-of-somebody", "slip.png", SHA256):
        assert secret not in ours
