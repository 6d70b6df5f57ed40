"""Several pictures sent at once."""

from pathlib import Path

import httpx

from tests.bot.packet.parts import jpeg
from tests.support.program import NOON, running

PAGE = {"x-requested-with": "zgb"}


async def test_pictures_sent_at_once_are_each_confirmed_and_the_question_comes_once(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with running(sqlite_url, tmp_path, NOON) as (app, _):
        transport = httpx.ASGITransport(app.asgi())
        async with httpx.AsyncClient(transport=transport, base_url="http://shop", headers=PAGE) as page:
            await page.post("/chat/messages", json={"id": "m-0", "text": "钱没到账，一万八，用的是银盛"})
            for number in range(1, 4):
                fields = {"id": f"m-{number}", "album": "a-1"}
                picture = jpeg(300 + number, 200, orientation=1)
                await page.post("/chat/messages", data=fields, files={"f": ("a.jpg", picture, "image/jpeg")})
            whole = (await page.get("/chat/state")).json()
            await page.post("/chat/messages", json={"id": "m-9", "text": "不知道"})
            later = (await page.get("/chat/state")).json()

    keys = [message["key"] for message in whole["messages"] if message["from"] == "guide"]
    assert len([key for key in keys if key.startswith("exhibit.")]) == 3
    last = max(number for number, key in enumerate(keys) if key.startswith("ask."))
    assert len([key for key in keys[last:] if key.startswith("exhibit.")]) == 2
    assert "noted_unknown" in [message["key"] for message in later["messages"]]
