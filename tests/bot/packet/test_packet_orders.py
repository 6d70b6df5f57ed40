"""Packets that are asked for in the conversation: made once, handed over as the channel can, taken away when over."""

import re
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.messages import Attachment
from bot.packet import orders
from bot.packet.errors import PacketFault
from bot.packet.orders import PacketOrders
from bot.packet.verifying import verify
from bot.reading.reading import Reading
from storage.records import Sent
from tests.bot.house import MATTER, House, house, keys
from tests.bot.packet.parts import jpeg
from tests.support.reader import FakeReader

SECRET = "a secret of the tests, long enough"


def pick(name: str) -> dict[str, Any]:
    return {"kind": "choice", "choice": f"1:{name}"}


async def shown(home: House) -> str:
    """A photo that belongs to the case."""
    await home.says(MATTER)
    photo = Attachment("photo", mime="image/jpeg", size=10, data=jpeg())
    await home.says("小票", kind="attachment", attachments=(photo,))
    return "p"


def told(home: House, key: str) -> list[Sent]:
    return [sent for sent in home.outbox() if sent.body["key"] == key]


def made(home: House) -> int:
    with home.app.store.read() as work:
        events = work.cases.timeline(home.file().case.id)
    return sum(event.kind == "packet_made" for event in events)


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.glob("blobs-packets/*/*/*") if path.is_file()]


async def test_asking_offers_whom_it_is_for_and_what_fits_best_first(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        await home.says(MATTER)
        (which,) = (await home.says("导出材料包")).messages
        assert which.key == "handover.which"
        assert which.choices[0].id == "1:!packet=company"
        assert "建议" in which.choices[0].label
        assert len(which.choices) == 6


async def test_a_case_of_fraud_is_first_of_use_to_the_police(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        await home.says("有人冒充客服让我共享屏幕")
        which = (await home.says("材料包")).messages[-1]
        assert which.choices[0].id == "1:!packet=police"


async def test_whom_the_words_name_is_not_asked_for(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        await home.says(MATTER)
        await home.says("材料包", **pick("!packet"))
        assert keys(await home.says("x", **pick("!packet=court"))) == ["handover.making"]
        assert keys(await home.says("x", **pick("!packet=nobody"))) != ["handover.making"]


async def test_a_tap_leads_to_a_packet_with_what_it_holds_and_what_is_missing(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path, public_url="https://shop.example", secret_key=SECRET) as home:
        await shown(home)
        await home.says("", **pick("!packet=police"))
        await home.runs(home.app.orders)
        (ready,) = told(home, "handover.ready")
        text = ready.body["text"]
        assert "1 份证据原件" in text
        assert "还缺" in text
        assert "12月1日" in text  # a week later
        assert "没法自动检查" in text
        links = re.findall(r"https://shop\.example(/packet/\S+)", text)
        assert len(links) == 2
        async with httpx.AsyncClient(transport=httpx.ASGITransport(home.app.asgi()), base_url="http://shop") as client:
            pdf, whole = [await client.get(link) for link in links]
            head = await client.head(links[1])
            spoilt = await client.get(links[1][:-2])
            home.passes(days=8)
            late = await client.get(links[1])
    assert pdf.content.startswith(b"%PDF-")
    assert (pdf.headers["content-type"], whole.headers["content-type"]) == ("application/pdf", "application/zip")
    for answer in (pdf, whole):  # requirement 23
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert head.headers["content-length"] == str(len(whole.content))
    assert (spoilt.status_code, late.status_code) == (404, 404)
    (tmp_path / "got.zip").write_bytes(whole.content)
    assert verify(tmp_path / "got.zip").packet


async def test_the_same_state_is_not_packed_twice(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path, public_url="https://shop.example", secret_key=SECRET) as home:
        await shown(home)
        for _ in range(2):
            await home.says("", **pick("!packet=police"))
        await home.runs(home.app.orders)
        await home.says("", **pick("!packet=police"))
        await home.runs(home.app.orders)
        assert len(told(home, "handover.ready")) == 1
        assert len(told(home, "handover.same")) == 1
        assert made(home) == 1
        assert len(kept(tmp_path)) == 2
        await home.says("金额是4000")
        await home.says("", **pick("!packet=police"))
        await home.runs(home.app.orders)
        assert len(told(home, "handover.ready")) == 2
        assert made(home) == 2


async def test_cut_off_before_it_is_recorded_it_is_made_again_and_handed_over_once(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        await shown(home)
        await home.says("", **pick("!packet=police"))

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(PacketOrders, "_hand_over", killed)
            with pytest.raises(KeyboardInterrupt):
                await home.app.orders.work()
        assert not await home.app.orders.work()  # as long as it may still be at work
        home.passes(minutes=6)
        await home.runs(home.app.orders)
        assert len(told(home, "handover.ready")) == 1
        assert made(home) == 1


async def test_what_cannot_be_made_is_said_once(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        await shown(home)
        await home.says("", **pick("!packet=police"))

        def fault(*_: object) -> None:
            raise PacketFault("no font")

        monkeypatch.setattr(PacketOrders, "_produce", fault)
        await home.runs(home.app.orders)
        home.passes(hours=1)
        await home.runs(home.app.orders)
        assert len(told(home, "handover.failed")) == 1


async def test_one_that_ends_us_every_time_is_given_up(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        await shown(home)
        await home.says("", **pick("!packet=police"))

        def full(*_: object) -> None:
            raise OSError("disk full")

        monkeypatch.setattr(PacketOrders, "_produce", full)
        for _ in range(orders.TRIES + 2):
            await home.app.orders.work()
            home.passes(minutes=6)
        assert len(told(home, "handover.failed")) == 1


async def test_it_waits_for_pictures_that_are_being_read_but_not_for_ever(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path, reader=FakeReader()) as home:
        await shown(home)
        await home.says("", **pick("!packet=police"))
        await home.runs(home.app.orders)
        assert not told(home, "handover.ready")
        for _ in range(2 * orders.TRIES):
            home.passes(seconds=4)
            await home.runs(home.app.orders)
        assert not told(home, "handover.ready")
        home.passes(minutes=2)
        await home.runs(home.app.orders)
        (ready,) = told(home, "handover.ready")
        assert "没法自动检查" in ready.body["text"]


async def test_a_picture_that_was_looked_at_is_in_the_companys_packet(sqlite_url: str, tmp_path: Path) -> None:
    reader = FakeReader()
    reader.knows(jpeg(), Reading("slip", covers=({"kind": "card", "corners": [[1, 1], [90, 1], [90, 90], [1, 90]]},)))
    async with house(sqlite_url, tmp_path, reader=reader) as home:
        await shown(home)
        await home.says("", **pick("!packet=company"))
        await home.runs(home.app.reading)
        home.passes(seconds=4)
        await home.runs(home.app.orders)
        (ready,) = told(home, "handover.ready")
        assert "1 张遮盖过的图片" in ready.body["text"]
        assert "没法自动检查" not in ready.body["text"]


async def test_pictures_that_could_not_be_read_stay_out_of_the_companys_packet_and_that_is_said(
    sqlite_url: str, tmp_path: Path
) -> None:
    reader = FakeReader()
    reader.knows(jpeg(), Reading(note="blurred"))
    async with house(sqlite_url, tmp_path, reader=reader) as home:
        await shown(home)
        await home.runs(home.app.reading)
        await home.says("", **pick("!packet=company"))
        await home.runs(home.app.orders)
        (ready,) = told(home, "handover.ready")
        assert "有 1 张图片没法自动检查有没有卡号，给公司的这份就没有放" in ready.body["text"]
        assert "1 号" in ready.body["text"]


async def test_a_big_case_says_how_far_it_is(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house(sqlite_url, tmp_path) as home:
        monkeypatch.setattr(orders, "MANY", 2)
        monkeypatch.setattr("bot.packet.desk.MANY", 2)
        await shown(home)
        photo = Attachment("photo", mime="image/jpeg", size=10, data=jpeg(colour="red"))
        await home.says("", kind="attachment", attachments=(photo,))
        assert keys(await home.says("", **pick("!packet=police"))) == ["handover.making.many"]
        await home.runs(home.app.orders)
        (progress,) = told(home, "handover.progress")
        assert "1" in progress.body["text"]
        (ready,) = told(home, "handover.ready")
        assert progress.id < ready.id


async def test_what_is_over_is_taken_away_and_made_anew_when_asked_for(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        await shown(home)
        await home.says("", **pick("!packet=police"))
        await home.runs(home.app.orders)
        assert len(kept(tmp_path)) == 2
        home.passes(days=8)
        await home.runs(home.app.orders)
        assert kept(tmp_path) == []
        await home.says("", **pick("!packet=police"))
        await home.runs(home.app.orders)
        assert len(told(home, "handover.ready")) == 2


async def test_a_file_that_two_packets_share_stays_as_long_as_the_later_one(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        await shown(home)
        await home.says("", **pick("!packet=police"))
        await home.runs(home.app.orders)
        home.passes(days=4)
        await home.says("", **pick("!packet=police"))
        await home.runs(home.app.orders)
        home.passes(days=4)
        await home.runs(home.app.orders)
        assert len(kept(tmp_path)) == 2
        home.passes(days=4)
        await home.runs(home.app.orders)
        assert kept(tmp_path) == []


async def test_deleting_takes_the_packets_along(sqlite_url: str, tmp_path: Path) -> None:
    async with house(
        sqlite_url, tmp_path, public_url="https://shop.example", secret_key=SECRET, delete_after=0
    ) as home:
        await shown(home)
        await home.says("", **pick("!packet=police"))
        await home.runs(home.app.orders)
        (link, _) = re.findall(r"/packet/(\S+)", told(home, "handover.ready")[0].body["text"])
        assert home.app.packets.open_signed(link, home.app.now()) is not None
        await home.says("", **pick("!delete=all"))
        assert home.app.packets.open_signed(link, home.app.now()) is None
        await home.runs(home.app.retention)
        assert kept(tmp_path) == []


async def test_a_case_deleted_while_its_packet_is_made_hears_no_more_of_it(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        await shown(home)
        await home.says("", **pick("!packet=police"))
        await home.says("", **pick("!delete=all"))
        await home.runs(home.app.orders)
        assert not [sent for sent in home.outbox() if sent.body["key"].startswith("handover.ready")]


async def test_where_files_cannot_be_sent_and_there_is_no_address_a_person_is_offered(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path) as home:
        await shown(home)
        await home.says("", **pick("!packet=police"))
        await home.runs(home.app.orders)
        (ready,) = told(home, "handover.ready")
        assert "人工" in ready.body["text"]
        assert "http" not in ready.body["text"]


async def test_a_channel_that_takes_files_is_given_those_that_fit(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        await shown(home)
        home.channel.largest_file = 1 << 30
        await home.says("", **pick("!packet=police"))
        await home.runs(home.app.orders)
        (ready,) = told(home, "handover.ready")
        pdf, whole = ready.body["files"]
        assert (pdf[1], whole[1]) == ("application/pdf", "application/zip")
        opened = home.app.downloads.opener("fake")
        data = b"".join([chunk async for chunk in opened("p", whole[2])])
        (tmp_path / "a.zip").write_bytes(data)
        assert verify(tmp_path / "a.zip").packet
        home.channel.largest_file = len(data) - 1
        await home.says("", **pick("!packet=court"))
        await home.runs(home.app.orders)
        ready = told(home, "handover.ready")[-1]
        assert [file[1] for file in ready.body["files"]] == ["application/pdf"]
        assert "太大" in ready.body["text"]


async def test_a_number_typed_after_it_means_its_choices(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as home:
        await shown(home)
        await home.says("", **pick("!packet"))
        await home.says("", **pick("!packet=police"))
        await home.runs(home.app.orders)
        (ready,) = told(home, "handover.ready")
        assert home.row().offered == [id for id, _ in ready.body["choices"]]


async def test_the_page_offers_it_as_downloads(sqlite_url: str, tmp_path: Path) -> None:
    page = {"x-requested-with": "zgb"}
    async with house(sqlite_url, tmp_path, secret_key=SECRET) as home:
        transport = httpx.ASGITransport(home.app.asgi())
        async with httpx.AsyncClient(transport=transport, base_url="http://shop", headers=page) as client:
            await client.post("/chat/messages", json={"id": "m-1", "text": MATTER})
            state = (await client.get("/chat/state")).json()
            await client.post("/chat/messages", json={"id": "m-2", "choice": state["case"]["packet"]})
            await client.post("/chat/messages", json={"id": "m-3", "choice": "1:!packet=self"})
            await home.runs(home.app.orders)
            state = (await client.get("/chat/state")).json()
            ready = next(message for message in state["messages"] if message["key"] == "handover.ready")
            got = [await client.get(file["url"]) for file in ready["files"]]
    assert [file["mime"] for file in ready["files"]] == ["application/pdf", "application/zip"]
    assert [answer.status_code for answer in got] == [200, 200]
    (tmp_path / "page.zip").write_bytes(got[1].content)
    with zipfile.ZipFile(tmp_path / "page.zip") as archive:
        assert any(name.endswith("data/packet.pdf") for name in archive.namelist())
