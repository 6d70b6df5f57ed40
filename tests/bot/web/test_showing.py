"""Exhibits on the page: covered copies to look at, originals as downloads on record (requirements 18, 19, 23)."""

import io
from pathlib import Path

import httpx
from PIL import Image

from tests.bot.packet.parts import jpeg
from tests.support.program import NOON, running

PAGE = {"x-requested-with": "zgb"}


async def test_the_page_sees_a_covered_copy_and_opening_the_original_is_on_record(
    sqlite_url: str, tmp_path: Path
) -> None:
    original = jpeg(300, 200, orientation=1)
    async with running(sqlite_url, tmp_path, NOON) as (app, _):
        transport = httpx.ASGITransport(app.asgi())
        async with httpx.AsyncClient(transport=transport, base_url="http://shop", headers=PAGE) as page:
            await page.post("/chat/messages", json={"id": "m-1", "text": "钱没到账，一万八，用的是银盛"})
            await page.post("/chat/messages", data={"id": "m-2"}, files={"f": ("a.jpg", original, "image/jpeg")})
            (exhibit,) = (await page.get("/chat/state")).json()["case"]["evidence"]
            plain = await page.get(exhibit["url"])
            with app.store.work() as work:
                corners = [[150, 100], [250, 100], [250, 150], [150, 150]]
                (case_id,) = work.cases.ids()
                boxes = [
                    {"kind": "card", "corners": corners},
                    {"kind": "name", "corners": [[0, 150], [90, 150], [90, 190]]},
                ]
                work.covers.put(case_id, exhibit["sha256"], boxes, app.now())
                work.commit()
            covered = await page.get(exhibit["url"], headers={"If-None-Match": plain.headers["etag"]})
            unchanged = await page.get(exhibit["url"], headers={"If-None-Match": covered.headers["etag"]})
            await page.head(exhibit["original"])
            with app.store.read() as work:
                before = [event.kind for event in work.cases.timeline(case_id)]
            opened = await page.get(exhibit["original"])
            with app.store.read() as work:
                after = work.cases.timeline(case_id)
                sound = work.cases.verify_timeline(case_id)

    assert "evidence_opened" not in before
    assert (after[-1].kind, after[-1].body["no"]) == ("evidence_opened", 1)
    assert sound is None
    assert opened.content == original
    assert opened.headers["content-disposition"].startswith("attachment")
    assert b"SECRET MAKER" not in plain.content
    assert light(plain.content, 200, 125) > 150
    assert light(covered.content, 200, 125) < 60
    assert light(covered.content, 40, 170) > 150  # a name: their own page shows it
    assert unchanged.status_code == 304


async def test_what_is_no_picture_or_no_longer_there_is_not_shown(sqlite_url: str, tmp_path: Path) -> None:
    async with running(sqlite_url, tmp_path, NOON) as (app, _):
        transport = httpx.ASGITransport(app.asgi())
        async with httpx.AsyncClient(transport=transport, base_url="http://shop", headers=PAGE) as page:
            await page.post("/chat/messages", json={"id": "m-1", "text": "钱没到账，一万八，用的是银盛"})
            pdf = {"f": ("a.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}
            await page.post("/chat/messages", data={"id": "m-2"}, files=pdf)
            await page.post("/chat/messages", data={"id": "m-3"}, files={"f": ("a.jpg", jpeg(), "image/jpeg")})
            document, photo = (await page.get("/chat/state")).json()["case"]["evidence"]
            for path in (tmp_path / "blobs").rglob(photo["sha256"]):
                path.chmod(0o600)
                path.unlink()
            answers = [await page.get(path) for path in ("/chat/evidence/1", photo["url"], photo["original"])]
            fine = await page.get(document["url"])
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert document["url"] == document["original"]
    assert fine.content.startswith(b"%PDF")


def light(data: bytes, x: int, y: int) -> int:
    with Image.open(io.BytesIO(data)) as image:
        return int(image.convert("L").getpixel((x, y)))  # type: ignore[arg-type]
