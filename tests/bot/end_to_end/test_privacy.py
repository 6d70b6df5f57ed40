"""Whole runs, searched: logs name nobody and quote nobody, and what must not be kept is nowhere on the disk."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from tests.bot.end_to_end.case import picture
from tests.bot.end_to_end.guests import OPENID, TelegramGuest, WebGuest, WeChatGuest, settled
from tests.doubles.telegram import TelegramDouble
from tests.doubles.wechat import ApiDouble, WeChatDouble
from tests.support.served import PATIENCE, listening, run_bot, served

CARD = "6222021234567890128"
CARDS = ("6222021234567890128", "4111111111111111", "5500005555555559")
SPELLED = (
    "卡号6222021234567890128没到账",
    "卡号 6222 0212 3456 7890 128",
    "4111-1111-1111-1111 是客人的卡",
    "６２２２０２１２３４５６７８９０１２８",
    "55\u200b0000\u200b5555555559",
    "6222 0212 3456\n7890 128",
    "卡背后三位 739，有效期 09/28",
    "验证码是 582 941",
    "客服要我的短信验证码 582941",
    "密码 739582",
)
SECRETS = ("582941", "582 941", "739582", "739，", "09/28", *CARDS)
SPACED = (b"6222 0212 3456 7890", b"4111-1111-1111", "６２２２０２１２３４５６".encode(), b"0212 3456")
NAME = "欧阳掌柜"
FILE_NAME = "欧阳的小票.png"


def written(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder with its bytes."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def assert_clean(folder: Path) -> None:
    """None of the secrets is in any file, in any of the ways they were spelled."""
    found = 0
    for name, data in written(folder):
        found += 1
        flat = re.sub(rb"[ \t\r\n-]|\xe2\x80\x8b|\\n|\\u200b", b"", data)
        for secret in SECRETS:
            assert secret.encode() not in data, f"{secret} is in {name}"
        for card in CARDS:
            assert card.encode() not in flat, f"{card} is in {name}, spaced"
        for spelled in SPACED:
            assert spelled not in data, f"{spelled!r} is in {name}"
    assert found


async def test_what_must_not_be_kept_is_nowhere_on_the_disk_after_a_run_by_web(tmp_path: Path) -> None:
    run = tmp_path / "run"
    async with served(run, f"sqlite:///{run}/x.db") as program:
        guest = WebGuest(program)
        for text in SPELLED:
            await guest.say(text)
        await guest.upload((f"卡{CARD}.png", picture(1), "image/png"), caption=f"这张卡 {CARD}，验证码 582941")
        await guest.say("客服说：商户号 898440353110001，终端 12345678，参考号 120345678901")
        assert (await guest.state())["messages"]
        await guest.client.aclose()

    assert_clean(run)
    everything = b"".join(data for _, data in written(run))
    for kept in (b"898440353110001", b"12345678", b"120345678901", b"622202*********0128"):
        assert kept in everything


async def test_what_must_not_be_kept_is_nowhere_after_a_run_in_the_terminal(tmp_path: Path) -> None:
    from json import dumps

    (tmp_path / "in").mkdir()
    photo = tmp_path / "in" / f"slip {CARD}.png"
    photo.write_bytes(picture(2))
    lines = [{"text": text} for text in SPELLED]
    lines += [{"forward": {"text": text, "from": "客服"}} for text in SPELLED]  # type: ignore[dict-item]
    lines += [{"file": str(photo), "caption": f"卡 {CARD}"}]
    raw = "".join(dumps(line) + "\n" for line in lines).encode()
    run = tmp_path / "run"
    run.mkdir()
    code, out, err = await run_bot(
        *("chat", "--jsonl", "--db", f"sqlite:///{run}/x.db"), folder=run, stdin=raw, blobs=run / "blobs"
    )

    assert code == 0, err
    (run / "out").write_bytes(out)
    (run / "err").write_bytes(err)
    assert_clean(run)
    assert any(name.startswith("blobs/") for name, _ in written(run))


@pytest.mark.parametrize("form", ["text", "json"])
async def test_logs_at_debug_name_nobody_and_quote_nobody(form: str, tmp_path: Path) -> None:
    run = tmp_path / "run"

    def now() -> datetime:
        return datetime.now(UTC)

    api = ApiDouble(now)
    async with TelegramDouble(now=now) as telegram, listening(api.app) as api_address:
        platform = WeChatDouble(httpx.AsyncClient(), now, patience=PATIENCE, api=api)
        settings = {
            "telegram_token": telegram.token,
            "telegram_api_base": telegram.address,
            "wechat_app_id": platform.app_id,
            "wechat_app_secret": api.secret,
            "wechat_token": platform.token,
            "wechat_aes_key": platform.aes_key,
            "wechat_account": platform.account,
            "wechat_account_type": "service",
            "wechat_api_base": api_address,
            "log_format": form,
        }
        async with served(run, f"sqlite:///{run}/x.db", **settings) as program:
            web = WebGuest(program)
            cookie = (await web.client.get("/")).cookies["zgb"]
            await web.say("前天刷的一笔3860没到账，我叫欧阳掌柜")
            await web.upload((FILE_NAME, picture(1), "image/png"), caption="欧阳的签购单")
            await web.upload((FILE_NAME, b"\x00\x01", "image/png"))
            await web.say("找人工")
            await web.client.get("/wechat?signature=bad&timestamp=1&nonce=2")
            visitor = telegram.person(1001, name=NAME)
            guest = TelegramGuest(visitor)
            await guest.say("前天刷的一笔3860没到账，我叫欧阳掌柜")
            await guest.show(picture(2), "欧阳的签购单")
            await visitor.sends(voice={"file_id": "gone", "file_unique_id": "gone", "duration": 1})
            await visitor.blocks()
            await settled(lambda: len(telegram.calls))
            async with httpx.AsyncClient(base_url=program.address, timeout=PATIENCE) as client:
                platform.client = client
                follower = WeChatGuest(platform, api)
                await follower.say("前天刷的一笔3860没到账，我叫欧阳掌柜")
                await follower.show(picture(3), "")
                await platform.message(OPENID, "image", MediaId="nothing")
                await platform.event(OPENID, "unsubscribe")
            await settled(lambda: len(api.calls))
            assert await program.stop() == 0

            log = program.log
            assert log
            for personal in ("欧阳", "3860", "没到账", "签购单", FILE_NAME, OPENID, cookie, visitor.chat["first_name"]):
                assert personal not in log
                assert personal.encode("unicode_escape").decode() not in log
            for secret in (telegram.token, platform.token, platform.aes_key, api.secret, "access-token-"):
                assert secret not in log
            await web.client.aclose()
