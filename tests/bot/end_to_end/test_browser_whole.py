"""The whole case in a real browser against the real program, through a kill -9 in the middle."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.bot.end_to_end.case import FIRST_HALF, PICTURES, SECOND_HALF, assert_first_step, assert_whole, look, until
from tests.support.browser import chromium, watched_context
from tests.support.served import served

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


class BrowserGuest:
    """Somebody at the page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def say(self, text: str) -> None:
        await self.page.fill("#text", text)
        await self._answered(lambda: self.page.click("#send"))

    async def choose(self, pick: str) -> None:
        await self._answered(lambda: self.page.locator(f"[data-choice='1:{pick}']").last.click())

    async def _answered(self, act) -> None:  # type: ignore[no-untyped-def]
        mine = await self.page.locator(".mine").count()
        await act()
        await expect(self.page.locator(".mine")).to_have_count(mine + 1)
        await expect(self.page.locator(".pending")).to_have_count(0)


async def test_the_whole_case_in_a_browser(sqlite_url: str, tmp_path: Path) -> None:
    photos = [tmp_path / f"小票{number}.png" for number in range(3)]
    for path, data in zip(photos, PICTURES, strict=True):
        path.write_bytes(data)
    async with (
        served(tmp_path / "run", sqlite_url) as program,
        chromium() as browser,
        watched_context(browser, program.address, **PHONE) as (context, watch),
    ):
        page = await context.new_page()
        await page.goto("/")
        await expect(page.locator("[data-choice]").first).to_be_visible()
        guest = BrowserGuest(page)
        for does, what in FIRST_HALF:
            await (guest.say(what) if does == "say" else guest.choose(what))
        assert_first_step(look(sqlite_url, "web"))
        said = await page.locator(".mine").count()

        await program.restart()
        await page.reload()
        await expect(page.locator(".mine")).to_have_count(said)
        await page.set_input_files("#pick-gallery", photos)
        await page.click("#send")
        await until(lambda: len(look(sqlite_url, "web").stored) == 3)
        await expect(page.locator(".pending")).to_have_count(0)
        for _, what in SECOND_HALF:
            await guest.say(what)

        assert_whole(look(sqlite_url, "web"))
        await program.kill()
        await page.fill("#text", "这句是断线时写的")
        await page.click("#send")
        await expect(page.locator(".pending")).to_have_count(1)
        await program.start()
        await expect(page.locator(".pending")).to_have_count(0)
        await until(lambda: "这句是断线时写的" in look(sqlite_url, "web").received)
        assert look(sqlite_url, "web").received.count("这句是断线时写的") == 1
        for words in ("net::ERR", "Failed to load resource"):
            watch.expect(words)
