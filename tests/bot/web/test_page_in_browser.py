"""The page in a real browser: what a merchant does in it, on a phone and on a desktop, on good days and bad ones."""

import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, Route, expect

from bot.messages import Choice, OutgoingMessage
from bot.web.events import Pace
from bot.web.intake import Limits
from tests.support.browser import Watch, chromium, watched_context
from tests.support.fake_web import FakeHouse, make_app, serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63686060000001"
    "8400c1ed0b4d970000000049454e44ae426082"
)
EVIL = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>\"'&amp;"


class Visit:
    """One person's browser on a fresh house."""

    def __init__(self, house: FakeHouse, context: BrowserContext, watch: Watch) -> None:
        self.house = house
        self.context = context
        self.watch = watch
        self.page: Page

    @property
    def who(self) -> str:
        """The conversation of this browser."""
        return next(iter(self.house.talks))

    @property
    def texts(self) -> list[str]:
        """The texts that reached the house."""
        return [update.text for update in self.house.updates if update.kind == "text"]

    async def open(self) -> Page:
        """A page that has been greeted."""
        page = await self.context.new_page()
        await page.goto("/")
        await expect(page.locator("[data-choice='problem=machine']")).to_be_visible()
        self.page = page
        return page

    async def say(self, text: str) -> None:
        """Type and send."""
        await self.page.fill("#text", text)
        await self.page.click("#send")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def visiting(browser: Browser) -> AsyncIterator[Any]:
    """Gives a function that opens the page on a device: `await visiting(PHONE)`."""
    async with AsyncExitStack() as stack:

        async def visit(device: dict[str, Any] = PHONE, *, opened: bool = True, **options: Any) -> Visit:
            app, house = make_app(limits=Limits(file=200_000, files=4), pace=Pace(poll=0.2, heartbeat=5))
            address = await stack.enter_async_context(serving(app, house))
            context, watch = await stack.enter_async_context(watched_context(browser, address, **device, **options))
            made = Visit(house, context, watch)
            if opened:
                await made.open()
            return made

        yield visit


def _pictures(folder: Path, count: int) -> list[Path]:
    paths = [folder / f"小票{n}.png" for n in range(count)]
    for n, path in enumerate(paths):
        path.write_bytes(PNG + bytes([n]))
    return paths


async def _overflow(page: Page) -> int:
    return int(await page.evaluate("document.documentElement.scrollWidth - innerWidth"))


async def test_a_tapped_choice_is_answered_and_marked(visiting: Any) -> None:
    visit = await visiting()
    page = visit.page
    await page.click("[data-choice='problem=no_settlement']")

    await expect(page.locator("[data-choice='since=older']")).to_be_visible()
    await expect(page.locator(".mine .text")).to_have_text("刷了卡，钱没到账")
    await expect(page.locator(".pending")).to_have_count(0)
    await expect(page.locator("[data-choice='problem=no_settlement']")).to_have_class("picked")


async def test_an_older_choice_still_answers_its_own_question(visiting: Any) -> None:
    visit = await visiting()
    page = visit.page
    await page.click("[data-choice='problem=no_settlement']")
    await page.click("[data-choice='since=older']")
    await expect(page.locator(".choices.old")).to_have_count(2)
    await page.click("[data-choice='problem=machine']")

    await expect(page.locator(".mine")).to_have_count(3)
    assert [update.choice for update in visit.house.updates][1:] == [
        "problem=no_settlement",
        "since=older",
        "problem=machine",
    ]


async def test_the_case_and_its_conversation_are_there_again_after_a_reload(visiting: Any) -> None:
    visit = await visiting()
    await visit.say("3860")
    await expect(visit.page.locator("#casebar-no")).to_have_text("案件 42")
    await visit.page.reload()

    await expect(visit.page.locator(".message")).to_have_count(4)
    await expect(visit.page.locator("#casebar-step")).to_have_text("第 2 步 留好证据")
    assert len(visit.house.updates) == 2  # the start, and one text


async def test_enter_sends_on_a_desktop_and_shift_enter_begins_a_line(visiting: Any) -> None:
    visit = await visiting(DESKTOP)
    await visit.page.focus("#text")
    await visit.page.keyboard.type("第一行")
    await visit.page.keyboard.press("Shift+Enter")
    await visit.page.keyboard.type("第二行")
    await visit.page.keyboard.press("Enter")

    await expect(visit.page.locator(".mine .text")).to_have_text("第一行\n第二行")
    assert visit.texts == ["第一行\n第二行"]


async def test_enter_begins_a_line_on_a_phone(visiting: Any) -> None:
    visit = await visiting(PHONE)
    await visit.page.focus("#text")
    await visit.page.keyboard.type("一")
    await visit.page.keyboard.press("Enter")

    await expect(visit.page.locator("#text")).to_have_value("一\n")
    assert visit.texts == []


async def test_an_unsent_text_is_there_again_after_a_reload(visiting: Any) -> None:
    visit = await visiting()
    await visit.page.fill("#text", "写到一半")
    await visit.page.reload()
    await expect(visit.page.locator("#text")).to_have_value("写到一半")
    await visit.page.click("#send")
    await expect(visit.page.locator(".mine .text")).to_have_text("写到一半")
    await visit.page.reload()

    await expect(visit.page.locator("#text")).to_have_value("")


async def test_pictures_are_previewed_sent_unaltered_and_numbered(visiting: Any, tmp_path: Path) -> None:
    visit = await visiting()
    page = visit.page
    paths = _pictures(tmp_path, 3)
    await page.set_input_files("#pick-gallery", paths)
    await expect(page.locator("#tray img")).to_have_count(3)
    await page.click("#tray li:nth-child(2) .remove")
    await expect(page.locator("#tray img")).to_have_count(2)
    await visit.say("那天的小票")

    await expect(page.locator("#log .picture .stamp")).to_have_text(["证据1", "证据2"])
    await expect(page.locator(".pending")).to_have_count(0)
    await expect(page.locator("#tray")).to_be_hidden()
    uploads = [update for update in visit.house.updates if update.attachments]
    assert [update.text for update in uploads] == ["那天的小票", ""]
    assert len({update.album for update in uploads}) == 1
    assert [hashlib.sha256(update.attachments[0].data or b"").digest() for update in uploads] == [
        hashlib.sha256(path.read_bytes()).digest() for path in (paths[0], paths[2])
    ]
    await page.reload()
    await expect(page.locator("#log .picture img")).to_have_count(2)
    assert await page.evaluate("[...document.images].every(image => image.naturalWidth === 1)")


async def test_a_picture_opens_large_and_closes_again(visiting: Any, tmp_path: Path) -> None:
    visit = await visiting()
    await visit.page.set_input_files("#pick-gallery", _pictures(tmp_path, 1))
    await visit.page.click("#send")
    await visit.page.click("#log .picture")
    await expect(visit.page.locator(".viewer img")).to_be_visible()
    await visit.page.keyboard.press("Escape")

    await expect(visit.page.locator(".viewer")).to_have_count(0)


async def test_each_file_that_cannot_be_sent_is_named_and_the_others_stay(visiting: Any, tmp_path: Path) -> None:
    visit = await visiting()
    page = visit.page
    (tmp_path / "太大.mp4").write_bytes(bytes(200_001))
    (tmp_path / "空的.pdf").write_bytes(b"")
    files = [tmp_path / "太大.mp4", tmp_path / "空的.pdf", *_pictures(tmp_path, 5)]
    await page.set_input_files("#pick-file", files)

    await expect(page.locator("#tray li")).to_have_count(4)
    errors = page.locator("#errors li")
    await expect(errors).to_have_count(3)
    await expect(errors.nth(0)).to_contain_text("「太大.mp4」太大了（195 KB），一个文件最多 195 KB")
    await expect(errors.nth(1)).to_contain_text("「空的.pdf」是空的")
    await expect(errors.nth(2)).to_contain_text("一次最多 4 个")
    await page.click("#errors li:nth-child(1) button")
    await expect(errors).to_have_count(2)


async def test_files_can_be_dropped_and_pasted_on_a_desktop(visiting: Any) -> None:
    visit = await visiting(DESKTOP)
    page = visit.page
    give = """([kind, target, bytes]) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], "截图.png", {type: "image/png"}));
        const name = kind === "paste" ? {clipboardData: data} : {dataTransfer: data};
        const event = kind === "paste" ? new ClipboardEvent(kind, {...name, bubbles: true, cancelable: true})
                                       : new DragEvent(kind, {...name, bubbles: true, cancelable: true});
        document.querySelector(target).dispatchEvent(event);
    }"""
    await page.evaluate(give, ["dragenter", "#log", list(PNG)])
    await expect(page.locator("#drop")).to_be_visible()
    await page.evaluate(give, ["drop", "#log", list(PNG)])
    await expect(page.locator("#drop")).to_be_hidden()
    await page.evaluate(give, ["paste", "#text", list(PNG)])

    await expect(page.locator("#tray img")).to_have_count(2)


async def test_a_reminder_that_falls_due_appears_by_itself(visiting: Any) -> None:
    visit = await visiting()
    await visit.say("3860")
    await expect(visit.page.locator("[data-choice='photo=none']")).to_be_visible()
    await visit.house.remind(visit.who, "客服说今天回电，打来了吗？")

    await expect(visit.page.locator(".theirs").last).to_contain_text("打来了吗")
    await expect(visit.page.locator("[data-choice='called=yes']")).to_be_in_viewport()


async def test_two_windows_of_one_person_show_the_same(visiting: Any) -> None:
    visit = await visiting(DESKTOP)
    first = visit.page
    second = await visit.open()
    await visit.say("3860")

    await expect(second.locator(".message")).to_have_count(4)
    await expect(first.locator(".message")).to_have_count(4)


async def test_a_stream_that_ended_is_opened_again(visiting: Any) -> None:
    visit = await visiting()
    await visit.house.web.stop()
    await visit.house.web.start()
    await visit.house.remind(visit.who, "回来了")

    await expect(visit.page.locator(".theirs").last).to_contain_text("回来了")


async def test_what_is_written_offline_is_sent_once_when_the_network_is_back(visiting: Any) -> None:
    visit = await visiting()
    page = visit.page
    await visit.context.set_offline(True)
    await expect(page.locator("#net")).to_contain_text("网络断了")
    await visit.say("没网的时候写的")
    await visit.say("第二句")
    await expect(page.locator(".pending .why")).to_have_text(["没发出去", "没发出去"])
    await visit.context.set_offline(False)

    await expect(page.locator(".pending")).to_have_count(0)
    await expect(page.locator("#net")).to_be_hidden()
    await expect(page.locator(".mine .text")).to_have_text(["没网的时候写的", "第二句"])
    assert visit.texts == ["没网的时候写的", "第二句"]
    visit.watch.expect("ERR_INTERNET_DISCONNECTED")


async def test_what_could_not_be_sent_survives_closing_the_page(visiting: Any, tmp_path: Path) -> None:
    visit = await visiting()
    visit.house.away = True
    await visit.say("先存着")
    await expect(visit.page.locator(".pending .why")).to_be_visible()
    await visit.page.set_input_files("#pick-gallery", _pictures(tmp_path, 1))
    await visit.page.click("#send")
    await expect(visit.page.locator(".pending")).to_have_count(2)
    await visit.page.close()
    visit.house.away = False
    page = await visit.open()

    await expect(page.locator("#log .stamp")).to_have_text("证据1")
    await expect(page.locator(".pending")).to_have_count(0)
    assert visit.texts == ["先存着"]
    visit.watch.expect("503")


async def test_an_answer_lost_on_the_way_doubles_nothing(visiting: Any) -> None:
    visit = await visiting()
    page = visit.page
    lost = 0

    async def lose(route: Route) -> None:
        nonlocal lost
        lost += 1
        if lost == 1:
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/chat/messages", lose)
    async with page.expect_response("**/chat/messages"):  # to its own second attempt
        await visit.say("3860")

    await expect(page.locator("[data-choice='photo=none']")).to_be_visible()
    await expect(page.locator(".pending")).to_have_count(0)
    await expect(page.locator(".message")).to_have_count(4)
    assert lost == 2
    assert visit.texts == ["3860"]
    visit.watch.expect("ERR_FAILED")


async def test_a_refused_message_says_why_and_can_be_given_up(visiting: Any) -> None:
    visit = await visiting()
    page = visit.page
    await page.route("**/chat/messages", lambda route: route.fulfill(status=415, json={"error": "unsupported"}))
    await visit.say("一")
    await expect(page.locator(".pending .why")).to_contain_text("这种文件发不了")
    await page.unroute("**/chat/messages")
    await visit.say("二")
    await expect(page.locator(".message.mine:not(.pending) .text")).to_have_text("二")
    await page.click(".pending .link >> text=删掉")

    await expect(page.locator(".pending")).to_have_count(0)
    visit.watch.expect("415")


async def test_a_conversation_that_cannot_be_read_is_tried_again(visiting: Any) -> None:
    visit = await visiting(opened=False)
    visit.house.away = True
    page = await visit.context.new_page()
    await page.goto("/")
    await expect(page.locator(".notice")).to_contain_text("打不开对话")
    visit.house.away = False
    await page.click(".notice button")

    await expect(page.locator("[data-choice='problem=machine']")).to_be_visible()
    await expect(page.locator(".notice")).to_have_count(0)
    visit.watch.expect("503")


async def test_on_a_phone_the_bar_opens_the_case_and_a_section_leads_there(visiting: Any) -> None:
    visit = await visiting(PHONE)
    page = visit.page
    await visit.say("3860")
    await expect(page.locator("#casebar-severity")).to_have_text("要紧")
    await expect(page.locator("#panel")).to_be_hidden()
    await page.click("#casebar")
    await expect(page.locator("#panel")).to_be_visible()
    await expect(page.locator(".steps li")).to_have_count(6)
    await expect(page.locator(".steps [aria-current=step]")).to_contain_text("留好证据")
    await page.click(".steps button >> text=投诉维权")

    await expect(page.locator("#sheet")).to_be_hidden()
    await expect(page.locator("#casebar-step")).to_have_text("第 4 步 投诉维权")
    assert visit.house.updates[-1].choice == "go=rights"


async def test_on_a_desktop_the_case_is_beside_the_conversation(visiting: Any, tmp_path: Path) -> None:
    visit = await visiting(DESKTOP)
    page = visit.page
    await expect(page.locator("#panel")).to_contain_text("这里会记着您的事")
    await visit.say("3860")
    await expect(page.locator("#panel .next .what").first).to_contain_text("打收单机构的官方客服")
    await expect(page.locator("#panel .next .due").first).to_have_text("最晚 今天 18:03")
    await expect(page.locator("#panel .next .also .due")).to_have_text("现在就做")  # however late it is by now
    await page.click("#panel .next summary")
    await expect(page.locator("#panel .next details p")).to_contain_text("第二十九条")
    await page.set_input_files("#pick-file", _pictures(tmp_path, 1))
    await page.click("#send")
    await expect(page.locator("#panel .exhibits .stamp")).to_have_text("证据1")
    await expect(page.locator("#panel progress")).to_have_attribute("value", "1")
    await expect(page.locator("#panel .next details")).to_have_attribute("open", "")  # still unfolded
    await expect(page.locator("#panel .deadlines li")).to_have_count(2)
    await expect(page.locator("#panel .attempts li")).to_have_count(1)
    await expect(page.locator("#panel .rungs li")).to_have_count(4)
    await expect(page.locator("#panel .rungs [aria-current=step]")).to_contain_text("人民银行")
    await expect(page.locator("#panel .rungs .due")).to_contain_text("建议")
    await page.click("#panel .facts button >> text=没到的钱")

    await expect(page.locator(".mine .text").last).to_have_text("改一下「没到的钱」")
    assert visit.house.updates[-1].choice == "fix=amount"


async def test_another_case_can_be_opened_and_an_old_one_returned_to(visiting: Any) -> None:
    visit = await visiting(DESKTOP)
    page = visit.page
    await visit.say("3860")
    await expect(page.locator(".switcher")).to_be_visible()
    visit.house.talks[visit.who].second = True
    await page.click(".switcher summary")
    await page.click(".switcher button >> text=机器打不出小票")
    await expect(page.locator(".mine")).to_have_count(2)
    assert visit.house.updates[-1].choice == "case=31"
    await page.click(".switcher .another")
    await expect(page.locator(".mine .text").last).to_have_text("我还有另一件事")


async def test_a_person_can_be_asked_for_with_and_without_a_case(visiting: Any) -> None:
    visit = await visiting()
    await visit.page.click("#human")
    await expect(visit.page.locator("#casebar-no")).to_have_text("案件 42")
    assert visit.texts == ["我想找人帮忙"]
    await visit.page.click("#human")

    await expect(visit.page.locator(".theirs").last).to_contain_text("值班同事")
    assert visit.house.updates[-1].choice == "human=1"


@pytest.mark.parametrize("width", [320, 390, 600, 959, 1280])
@pytest.mark.parametrize("large", [False, True])
async def test_nothing_is_wider_than_the_screen(visiting: Any, tmp_path: Path, width: int, large: bool) -> None:
    visit = await visiting({"viewport": {"width": width, "height": 700}})
    page = visit.page
    if large:
        await page.click("#large")
        await expect(page.locator("#large")).to_have_attribute("aria-pressed", "true")
    await visit.say("W" * 400 + " " + "很长的一句话" * 60)
    await page.set_input_files("#pick-file", _pictures(tmp_path, 4))
    assert await _overflow(page) == 0
    await page.click("#send")
    await expect(page.locator("#log .stamp")).to_have_count(4)
    assert await _overflow(page) == 0
    if width < 960:
        await page.click("#casebar")
        await expect(page.locator("#panel")).to_be_visible()
        assert await _overflow(page) == 0
        assert await page.evaluate("(p => p.scrollWidth - p.clientWidth)(document.getElementById('sheet-place'))") == 0
    await expect(page.locator("#human")).to_be_in_viewport()


async def test_large_letters_are_remembered(visiting: Any) -> None:
    visit = await visiting()
    before = await visit.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    await visit.page.click("#large")
    await visit.page.reload()
    await expect(visit.page.locator("#large")).to_have_attribute("aria-pressed", "true")

    assert await visit.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") > before * 1.2


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_everything_to_tap_is_large_enough_and_has_a_name(
    visiting: Any, tmp_path: Path, device: dict[str, Any]
) -> None:
    visit = await visiting(device)
    page = visit.page
    await visit.say("3860")
    await page.set_input_files("#pick-gallery", _pictures(tmp_path, 2))
    if device is PHONE:
        await page.click("#attach")
        await page.click("#casebar")
    await expect(page.locator("#panel .facts button").first).to_be_visible()
    faults = await page.evaluate("""[...document.querySelectorAll("button, summary, a[href], textarea")]
        .filter(e => e.checkVisibility() && !e.classList.contains("skip"))
        .filter(e => e.getBoundingClientRect().height < 44 || e.getBoundingClientRect().width < 44
            || !(e.getAttribute("aria-label") || e.textContent.trim()))
        .map(e => e.outerHTML.slice(0, 120))""")

    assert faults == []


async def test_everything_can_be_done_with_the_keyboard(visiting: Any) -> None:
    visit = await visiting(DESKTOP)
    page = visit.page
    focused = "document.activeElement.id || document.activeElement.dataset.choice || document.activeElement.className"
    await page.keyboard.press("Tab")
    assert await page.evaluate(focused) == "skip"
    order = []
    for _ in range(10):
        await page.keyboard.press("Tab")
        order.append(await page.evaluate(focused))
    assert order[:5] == ["language", "large", "human", "log", "problem=no_settlement"]
    assert order[8:] == ["problem=other", "attach"]
    for _ in range(5):
        await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-choice='since=older']")).to_be_visible()
    assert await page.evaluate(focused) == "problem=no_settlement"  # nobody is thrown back to the top
    await page.focus("#text")
    await page.keyboard.type("3860")
    await page.keyboard.press("Enter")
    await expect(page.locator("#panel .what").first).to_be_visible()
    await page.keyboard.press("Tab")
    assert await page.evaluate(focused) == "send"
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # the case switcher unfolds

    await expect(page.locator(".switcher .another")).to_be_visible()


async def test_the_sheet_keeps_the_focus_and_gives_it_back(visiting: Any) -> None:
    visit = await visiting({"viewport": {"width": 390, "height": 844}})
    page = visit.page
    await visit.say("3860")
    await expect(page.locator("#casebar-no")).to_have_text("案件 42")
    await page.focus("#casebar")
    await page.keyboard.press("Enter")
    for _ in range(4):
        await page.keyboard.press("Tab")
    assert await page.evaluate("!!document.activeElement.closest('#sheet')")
    await page.keyboard.press("Escape")

    await expect(page.locator("#sheet")).to_be_hidden()
    assert await page.evaluate("document.activeElement.id") == "casebar"


async def test_new_words_are_read_out_and_old_ones_are_not(visiting: Any) -> None:
    visit = await visiting()
    log = visit.page.locator("#log")
    await expect(log).to_have_attribute("aria-live", "polite")
    await expect(log).to_have_attribute("aria-busy", "false")
    await visit.say("你好")
    await expect(log.locator(".mine")).to_have_attribute("aria-live", "off")

    assert (await log.locator(".theirs .unseen").first.text_content()) == "掌柜帮说："


async def test_markup_in_anything_said_stays_words(visiting: Any, tmp_path: Path) -> None:
    visit = await visiting(DESKTOP)
    page = visit.page
    await visit.say(EVIL)
    await expect(page.locator(".mine .text")).to_have_text(EVIL)
    visit.house.say(visit.who, OutgoingMessage("k", EVIL, (Choice("evil", EVIL),)))
    visit.house.talks[visit.who].facts["evil"] = (EVIL, EVIL, "said")
    await expect(page.locator("[data-choice=evil]")).to_have_text(EVIL)
    picture = tmp_path / "a.png"
    picture.write_bytes(PNG)
    await page.set_input_files(
        "#pick-file", [{"name": "<img src=x onerror=hacked=1>.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}]
    )
    await expect(page.locator("#tray .tray-name")).to_contain_text("<img")
    await page.click("#send")
    await expect(page.locator("#log .document .file-name")).to_contain_text("<img")
    await expect(page.locator(".facts .value", has_text="<img")).to_have_text(EVIL)
    await page.reload()
    await expect(page.locator("[data-choice=evil]")).to_have_text(EVIL)

    assert await page.evaluate("window.hacked") is None


async def test_a_script_that_got_in_anyway_would_not_run(visiting: Any) -> None:
    visit = await visiting()
    await visit.page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "window.hacked = 1";
        document.body.append(script);
    }""")

    assert await visit.page.evaluate("window.hacked") is None
    assert [complaint for complaint in visit.watch.complaints if "script-src" in complaint]
    visit.watch.complaints.clear()


async def test_a_photo_just_sent_gives_way_to_its_covered_copy(visiting: Any, tmp_path: Path) -> None:
    """evidence.md requirement 18: what the page shows is covered as soon as the picture was read."""
    visit = await visiting()
    await visit.page.set_input_files("#pick-gallery", _pictures(tmp_path, 1))
    await visit.page.click("#send")
    sent = visit.page.locator("#log .mine img")
    await expect(sent).to_have_attribute("data-exhibit", "1")
    visit.house.talks[visit.who].evidence[0]["url"] += "?as=told"
    visit.house.say(visit.who, OutgoingMessage("exhibit.covered", "涂黑了"))
    await expect(sent).to_have_attribute("src", re.compile("/chat/evidence/1.as=told&case="))


async def test_five_hundred_messages_open_at_the_end_and_only_the_log_scrolls(visiting: Any) -> None:
    visit = await visiting()
    for n in range(500):
        visit.house.say(visit.who, OutgoingMessage("k", f"第 {n} 条\n" * (n % 5 + 1), (Choice(f"c{n}", "好"),)))
    await visit.page.reload()
    await expect(visit.page.locator(".message")).to_have_count(501)
    await expect(visit.page.locator("[data-choice=c499]")).to_be_in_viewport()
    assert await visit.page.evaluate("document.scrollingElement.scrollHeight - innerHeight") <= 0
    await visit.page.evaluate("document.getElementById('log').scrollTo(0, 0)")
    await expect(visit.page.locator("#newer")).to_be_visible()
    await visit.house.remind(visit.who, "到点了")
    await expect(visit.page.locator(".message")).to_have_count(502)
    assert await visit.page.evaluate("document.getElementById('log').scrollTop") == 0  # reading is not disturbed
    await visit.page.click("#newer")

    await expect(visit.page.locator("[data-choice='called=yes']")).to_be_in_viewport()


async def test_a_very_long_text_is_folded_and_unfolds(visiting: Any) -> None:
    visit = await visiting()
    await visit.page.fill("#text", "钱没到账。" * 20_000)
    await visit.page.click("#send")
    more = visit.page.locator(".mine .link >> text=展开全文")
    await expect(more).to_be_visible()
    assert (await visit.page.locator(".mine").bounding_box() or {})["height"] < 600
    await more.click()

    await expect(visit.page.locator(".mine .folded")).to_have_count(0)
    assert [len(text) for text in visit.texts] == [100_000]


async def test_the_end_stays_in_view_while_the_box_grows(visiting: Any, tmp_path: Path) -> None:
    visit = await visiting()
    await visit.page.click("[data-choice='problem=no_settlement']")
    await visit.page.click("[data-choice='since=older']")
    await visit.say("3860")
    await expect(visit.page.locator("[data-choice='photo=none']")).to_be_in_viewport()
    await visit.page.wait_for_timeout(800)  # scrolling takes its time
    await visit.page.set_input_files("#pick-gallery", _pictures(tmp_path, 2))
    await visit.page.fill("#text", "一\n二\n三\n四")

    await expect(visit.page.locator("[data-choice='photo=none']")).to_be_in_viewport()


async def test_the_page_is_quiet_where_motion_is_unwanted(visiting: Any) -> None:
    visit = await visiting(PHONE, reduced_motion="reduce")
    await visit.page.click("#casebar")

    assert await visit.page.evaluate("getComputedStyle(document.getElementById('sheet')).animationName") == "none"
