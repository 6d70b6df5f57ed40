"""Requirement 22. Whatever comes: a clear answer or a clear error, nothing lost, and nobody else waits."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from bot.settings import PREFIX
from storage import Store
from tests.bot.end_to_end.case import look, picture
from tests.bot.end_to_end.guests import WebGuest
from tests.support.postgres import PostgresServer
from tests.support.served import run_bot, served


def keys(answer: object) -> list[str]:
    return [message["key"] for message in answer.json()["messages"]]  # type: ignore[attr-defined]


async def test_a_text_of_100000_characters_is_kept_whole_and_nobody_waits_for_it(
    database_url: str, tmp_path: Path
) -> None:
    text = ("钱没到账，客服不理人。" * 10_000)[:100_000]
    async with served(tmp_path / "run", database_url) as program:
        guest, other = WebGuest(program), WebGuest(program)
        long, short = await asyncio.gather(guest.post(text=text), other.post(text="机器打不出小票"))
        longer = await guest.post(text=text + "x")

        assert keys(long)
        assert keys(short)
        assert longer.status_code == 413
        assert sum(message["text"] == text for message in (await guest.state())["messages"]) == 1
        for one in (guest, other):
            await one.client.aclose()


async def test_files_that_are_not_what_they_say_are_kept_or_refused_with_a_reason(
    sqlite_url: str, tmp_path: Path
) -> None:
    whole = picture(9)
    async with served(tmp_path / "run", sqlite_url) as program:
        guest = WebGuest(program)
        await guest.say("前天刷的一笔3860，到现在钱没到账")
        as_picture = await guest.upload(("slip.jpg", "商户号 898440353110001".encode(), "image/jpeg"))
        cut = await guest.upload(("cut.png", whole[:-20], "image/png"))
        unknown = await guest.upload(("odd.jpg", bytes(range(256)) * 4, "image/jpeg"))
        empty = await guest.upload(("empty.jpg", b"", "image/jpeg"))

        assert "exhibit.note.mislabelled" in keys(as_picture)
        assert "exhibit.note.truncated" in keys(cut)
        assert "exhibit.refused.unknown_type" in keys(unknown)
        assert (empty.status_code, empty.json()) == (400, {"error": "empty_file"})
        memory = look(sqlite_url, "web")
        assert [one.sha256 for one in memory.stored] == [
            hashlib.sha256(data).hexdigest() for data in ("商户号 898440353110001".encode(), whole[:-20])
        ]
        await guest.client.aclose()


async def test_a_60_mb_file_is_refused_while_it_arrives_and_others_are_answered(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with served(tmp_path / "run", sqlite_url) as program:
        guest, other = WebGuest(program), WebGuest(program)
        big, said = await asyncio.gather(
            guest.upload(("big.jpg", b"\xff\xd8\xff" + bytes(60_000_000), "image/jpeg")),
            other.post(text="钱没到账"),
        )

        assert (big.status_code, big.json()) == (413, {"error": "too_large"})
        assert keys(said)
        for one in (guest, other):
            await one.client.aclose()


async def test_odd_submissions_are_refused_or_answered_never_an_error_of_ours(sqlite_url: str, tmp_path: Path) -> None:
    async with served(tmp_path / "run", sqlite_url) as program:
        guest = WebGuest(program)
        for body in (
            {"text": ""},
            {"text": " \n "},
            {"choice": "1:nothing=x"},
            {"choice": "9999999999:problem=fee"},
            {"choice": "0:problem=nonsense"},
            {"choice": "0:!go=nowhere"},
            {"choice": "0:!case=77"},
            {"choice": "钱"},
            {"text": "\0\0"},
            {"text": "\u202e\u200b"},
            {"text": 7},
            {},
        ):
            answer = await guest.post(**body)
            assert answer.status_code in (200, 400), body
            if answer.status_code == 200:
                assert "failed" not in keys(answer), body
        for raw in (b"", b"[", b"[" * 50_000, b"\xff", b"null"):
            headers = {"content-type": "application/json"}
            assert (await guest.client.post("/chat/messages", content=raw, headers=headers)).status_code == 400
        assert keys(await guest.post(text="前天刷的一笔3860没到账"))
        assert "Traceback" not in program.log
        await guest.client.aclose()


async def test_all_faults_of_the_settings_are_listed_at_once(tmp_path: Path) -> None:
    code, out, err = await run_bot(
        "serve",
        folder=tmp_path,
        port="many",
        timezone="Mars/Olympus",
        quiet_hours="late",
        database_url="mysql://x",
        log_level="loud",
    )

    words = err.decode()
    assert code == 1
    assert out == b""
    assert "Traceback" not in words
    for name in ("PORT", "TIMEZONE", "QUIET_HOURS", "DATABASE_URL", "LOG_LEVEL"):
        assert f"{PREFIX}{name}: " in words


async def test_half_given_channels_are_listed_and_their_secrets_are_not_shown(tmp_path: Path) -> None:
    code, _, err = await run_bot(
        "serve",
        folder=tmp_path,
        wechat_token="secret-token-1",
        wechat_aes_key="secret-key-2",
        telegram_token="700:secret-3",
        telegram_mode="webhook",
    )

    words = err.decode()
    assert code == 1
    for name in ("WECHAT_APP_ID", "WECHAT_ACCOUNT", "WECHAT_AES_KEY", "TELEGRAM_WEBHOOK_SECRET", "PUBLIC_URL"):
        assert f"{PREFIX}{name}: " in words
    assert "secret" not in words


@pytest.mark.parametrize("command", [("serve",), ("cases",), ("db", "upgrade")])
async def test_a_folder_that_cannot_be_written_to_is_one_sentence(command: tuple[str, ...], tmp_path: Path) -> None:
    code, _, err = await run_bot(
        *command, folder=tmp_path, database_url="sqlite:////proc/zhanggui/x.db", blobs="/proc/zhanggui/blobs"
    )

    assert code == 1
    assert "Traceback" not in err.decode()
    assert "/proc/zhanggui" in err.decode()
    assert len(err.decode().strip().splitlines()) == 1


@pytest.mark.parametrize("command", [("serve",), ("serve", "--only", "worker"), ("cases",), ("db", "upgrade")])
async def test_a_database_that_is_away_at_the_start_is_one_sentence(command: tuple[str, ...], tmp_path: Path) -> None:
    url = f"postgresql+psycopg://nobody@/none?host={tmp_path}"
    code, _, err = await run_bot(*command, folder=tmp_path, database_url=url, log_level="error")

    assert code == 1
    assert "Traceback" not in err.decode()
    assert "database" in err.decode()
    assert len(err.decode().strip().splitlines()) == 1


async def test_bytes_that_cannot_be_kept_are_503_and_the_same_upload_is_taken_later(
    sqlite_url: str, tmp_path: Path
) -> None:
    blobs = tmp_path / "blobs"
    async with served(tmp_path / "run", sqlite_url, blobs=blobs) as program:
        guest = WebGuest(program)
        await guest.say("前天刷的一笔3860，到现在钱没到账")
        blobs.rename(tmp_path / "away")
        blobs.touch()  # a file where the folder was: even root cannot write below it
        file = ("a.png", picture(1), "image/png")
        refused = await guest.upload(file, id="photo")
        ready = await guest.client.get("/readyz")
        words = await guest.post(text="客服没人接")
        blobs.unlink()
        (tmp_path / "away").rename(blobs)
        taken = await guest.upload(file, id="photo")

        assert (refused.status_code, refused.json()) == (503, {"error": "unavailable"})
        assert (ready.status_code, ready.json()["parts"]) == (503, {"database": True, "blobs": False})
        assert keys(words)
        assert keys(taken)
        assert len(look(sqlite_url, "web").stored) == 1
        assert "Traceback" not in program.log
        await guest.client.aclose()


@pytest.mark.postgres
async def test_a_database_that_goes_away_is_503_until_it_is_back(tmp_path: Path) -> None:
    server = PostgresServer()
    try:
        url = server.url(server.create())
        async with served(tmp_path / "run", url) as program:
            guest = WebGuest(program)
            await guest.say("前天刷的一笔3860，到现在钱没到账")
            server.stop()
            body = {"id": "while-away", "text": "客服打了没人接"}
            away = await guest.client.post("/chat/messages", json=body)
            assert (away.status_code, away.json()) == (503, {"error": "unavailable"})
            assert away.headers["retry-after"]
            assert (await guest.client.get("/chat/state")).status_code == 503
            assert (await guest.client.get("/readyz")).status_code == 503
            assert (await guest.client.get("/healthz")).status_code == 200
            server.start()
            back = await guest.client.post("/chat/messages", json=body)
            assert keys(back)
            assert (await guest.client.get("/readyz")).status_code == 200
            assert len(look(url, "web").file.attempts) == 1
            assert "Traceback" not in program.log
            await guest.client.aclose()
    finally:
        server.remove()


async def test_a_database_that_others_keep_locked_is_503_and_loses_nothing(sqlite_url: str, tmp_path: Path) -> None:
    async with served(tmp_path / "run", sqlite_url) as program:
        guest = WebGuest(program)
        await guest.say("前天刷的一笔3860，到现在钱没到账")
        blocker = Store.open(sqlite_url)
        with blocker.work() as work:  # somebody else keeps the only write lock for longer than the program waits
            work.inbox.find("web", "")
            away = await guest.client.post("/chat/messages", json={"id": "late", "text": "客服没人接"})
        blocker.close()
        back = await guest.client.post("/chat/messages", json={"id": "late", "text": "客服没人接"})

        assert away.status_code == 503
        assert keys(back)
        assert len(look(sqlite_url, "web").file.attempts) == 1
        await guest.client.aclose()
