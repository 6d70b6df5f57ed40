"""A real Chromium for tests. Without one they are skipped, saying so; under CI they fail."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.support.served import PATIENCE

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
]
_REPORT = "addEventListener('securitypolicyviolation', e => console.error('refused: ' + e.violatedDirective))"


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium, headless."""
    found = [path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))]
    if not found:
        if os.environ.get("CI"):
            pytest.fail("no Chromium on this machine; under CI nothing is skipped")
        pytest.skip("NOT TESTED in a browser: no Chromium on this machine")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found[0], args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


class Watch:
    """What a page must not do: complain on its console, break its own rules, or ask another address for anything."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.complaints: list[str] = []

    def observe(self, page: Page) -> None:
        """Listen to a page."""
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._see(request.url))

    def expect(self, words: str) -> None:
        """Forgive complaints with these words: the test makes the network fail."""
        self.complaints = [complaint for complaint in self.complaints if words not in complaint]

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)

    def _see(self, url: str) -> None:
        if not url.startswith((self._address, f"blob:{self._address}")):
            self.complaints.append(f"asked for {url}")


@asynccontextmanager
async def watched_context(
    browser: Browser, address: str, **options: Any
) -> AsyncIterator[tuple[BrowserContext, Watch]]:
    """A fresh browser profile whose pages are watched; asserts at the end that there was nothing to complain about."""
    context = await browser.new_context(base_url=address, locale="zh-CN", timezone_id="Asia/Shanghai", **options)
    context.set_default_timeout(PATIENCE * 1000)
    expect.set_options(timeout=PATIENCE * 1000)
    watch = Watch(address)
    await context.add_init_script(_REPORT)
    context.on("page", watch.observe)
    try:
        yield context, watch
        assert watch.complaints == []
    finally:
        await context.close()
