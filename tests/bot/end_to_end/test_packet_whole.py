"""A packet from the tap to the file in the hand: in a browser, by Telegram, by WeChat's link."""

import re
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.async_api import expect

from bot.packet.verifying import verify
from tests.bot.end_to_end.case import PICTURES, until
from tests.bot.end_to_end.guests import TelegramGuest, WeChatGuest
from tests.bot.end_to_end.test_browser_whole import PHONE, BrowserGuest
from tests.bot.house import MATTER
from tests.doubles.telegram import TelegramDouble
from tests.doubles.wechat import ApiDouble, WeChatDouble
from tests.support.browser import chromium, watched_context
from tests.support.served import PATIENCE, free_port, listening, served


@pytest.mark.browser
async def test_in_a_browser_it_is_made_with_two_taps(sqlite_url: str, tmp_path: Path) -> None:
    photo = tmp_path / "小票.png"
    photo.write_bytes(PICTURES[0])
    async with (
        served(tmp_path / "run", sqlite_url) as program,
        chromium() as browser,
        watched_context(browser, program.address, **PHONE) as (context, _),
    ):
        page = await context.new_page()
        await page.goto("/")
        await BrowserGuest(page).say(MATTER)
        await page.set_input_files("#pick-gallery", photo)
        await page.click("#send")
        await expect(page.locator(".mine img")).to_have_count(1)
        await page.click("#casebar")
        await page.locator("#sheet .packet").click()
        await page.locator("[data-choice='1:!packet=police']").last.click()
        download = page.locator(".theirs a.document")
        await expect(download).to_have_count(2)
        async with page.expect_download() as started:
            await download.last.click()
        await (await started.value).save_as(tmp_path / "got.zip")
        assert (await started.value).suggested_filename.startswith("材料包-给公安")
    assert verify(tmp_path / "got.zip").entries


async def test_by_telegram_it_comes_as_files(sqlite_url: str, tmp_path: Path) -> None:
    async with TelegramDouble(now=lambda: datetime.now(UTC)) as telegram:
        guest = TelegramGuest(telegram.person())
        settings = {"telegram_token": telegram.token, "telegram_api_base": telegram.address}
        async with served(tmp_path / "run", sqlite_url, **settings):
            await guest.say(MATTER)
            await guest.show(PICTURES[0], "小票")
            await guest.say("材料包")
            await guest.choose("!packet=court")
            await until(lambda: sum(bool(sent.file_name) for sent in guest.person.reads) == 2)
        pdf, whole = [sent for sent in guest.person.reads if sent.file_name]
        assert pdf.file.startswith(b"%PDF-")
        assert whole.file_name.endswith(".zip")
        (tmp_path / "got.zip").write_bytes(whole.file)
        assert verify(tmp_path / "got.zip").packet
        assert telegram.faults == []


async def test_by_wechat_it_comes_as_a_link_also_where_nothing_may_be_pushed(sqlite_url: str, tmp_path: Path) -> None:
    api, port = ApiDouble(lambda: datetime.now(UTC)), free_port()
    async with listening(api.app) as api_address:
        platform = WeChatDouble(httpx.AsyncClient(), lambda: datetime.now(UTC), patience=PATIENCE, api=api)
        settings: dict[str, object] = {
            "wechat_app_id": platform.app_id,
            "wechat_token": platform.token,
            "wechat_account": platform.account,
            "wechat_account_type": "unverified",
            "wechat_api_base": api_address,
            "wechat_aes_key": platform.aes_key,
            "public_url": f"http://127.0.0.1:{port}",
        }
        async with (
            served(tmp_path / "run", sqlite_url, port=port, **settings) as program,
            httpx.AsyncClient(base_url=program.address, timeout=PATIENCE) as client,
        ):
            platform.client = client
            guest = WeChatGuest(platform, api)
            await guest.say(MATTER)
            await guest.say("材料包")
            await guest.choose_label("给法院")
            made = tmp_path / "run"
            await until(lambda: len([path for path in made.rglob("*-packets/*/*/*") if path.is_file()]) == 2)
            for _ in range(5):
                await guest.say("好了吗")
                if links := re.findall(r"http://127\.0\.0\.1:\d+(/packet/\S+)", "\n".join(guest.read)):
                    break
            assert len(links) == 2
            got = await client.get(links[1])
        (tmp_path / "got.zip").write_bytes(got.content)
        assert verify(tmp_path / "got.zip").packet
