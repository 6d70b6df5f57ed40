"""The other commands, as an operator uses them beside a program that has been used."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.bot.end_to_end.case import FIRST_HALF, SECOND_HALF, look, show_photos, tell
from tests.bot.end_to_end.guests import WebGuest
from tests.support.served import run_bot, served


async def use(folder: Path, database_url: str) -> None:
    """A whole case by web; the program has ended afterwards."""
    async with served(folder, database_url) as program:
        guest = WebGuest(program)
        await tell(guest, FIRST_HALF)
        await show_photos(guest)
        await tell(guest, SECOND_HALF)
        await guest.client.aclose()


async def command(folder: Path, database_url: str, *arguments: str) -> tuple[int | None, str, str]:
    code, out, err = await run_bot(
        *arguments, folder=folder, database_url=database_url, blobs=folder / "blobs", quiet_hours=""
    )
    assert b"Traceback" not in err, err.decode()
    return code, out.decode(), err.decode()


async def test_wishes_for_a_person_are_listed_with_ids_alone_and_can_be_seen_to(
    database_url: str, tmp_path: Path
) -> None:
    await use(tmp_path / "run", database_url)
    code, out, _ = await command(tmp_path / "run", database_url, "cases")
    case_id = look(database_url, "web").file.case.id

    assert code == 0
    assert "1 open cases, 1 wishes for a person" in out
    assert "3860" not in out
    code, _, _ = await command(tmp_path / "run", database_url, "wish-done", str(case_id))
    assert code == 0
    assert look(database_url, "web").wishes == 0
    code, _, err = await command(tmp_path / "run", database_url, "wish-done", str(case_id))
    assert (code, len(err.splitlines())) == (1, 1)


async def test_verify_finds_an_altered_blob_and_an_altered_timeline(sqlite_url: str, tmp_path: Path) -> None:
    await use(tmp_path / "run", sqlite_url)
    code, out, _ = await command(tmp_path / "run", sqlite_url, "verify", "--all")
    assert code == 0, out
    exhibit = look(sqlite_url, "web").stored[0]
    [blob] = (tmp_path / "run" / "blobs").rglob(str(exhibit.sha256))
    blob.chmod(0o600)
    blob.write_bytes(b"another")
    rows = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    rows.execute("UPDATE timeline SET body = replace(body, '3860', '9999') WHERE body LIKE '%3860%'")
    rows.commit()
    rows.close()
    code, out, _ = await command(tmp_path / "run", sqlite_url, "verify", "--all")

    assert code == 1
    assert str(exhibit.sha256) in out
    assert f"case {exhibit.case_id}" in out


async def test_the_database_is_brought_up_to_date_and_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/x.db"
    code, before, _ = await command(tmp_path, url, "db", "current")
    assert (code, before.strip()) == (0, "no tables yet")
    code, after, _ = await command(tmp_path, url, "db", "upgrade")

    assert code == 0
    assert after.strip() != "no tables yet"
    assert (await command(tmp_path, url, "db", "current"))[1] == after


async def test_doctor_says_what_works_on_a_fresh_machine(tmp_path: Path) -> None:
    code, out, err = await command(tmp_path, f"sqlite:///{tmp_path}/x.db", "doctor")

    assert code == 0, out + err
    assert "FAIL" not in out
    for part in ("settings", "database", "blobs", "guide", "lexicon", "telegram", "wechat"):
        assert part in out


async def test_doctor_goes_on_after_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, out, _ = await command(tmp_path, f"sqlite:///{tmp_path}/file/x.db", "doctor")

    assert code == 1
    assert "FAIL database" in out
    assert "guide" in out


async def test_what_a_command_writes_is_for_its_user_alone(tmp_path: Path) -> None:
    await command(tmp_path, f"sqlite:///{tmp_path}/new/x.db", "db", "upgrade")

    assert [path for path in (tmp_path / "new", *(tmp_path / "new").iterdir()) if path.stat().st_mode & 0o077] == []


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nonsense",),
        ("serve", "--only", "half"),
        ("db",),
        ("wish-done",),
        ("understand", "--now", "x"),
        ("verify",),
    ],
)
async def test_wrong_use_is_status_2_with_words(arguments: tuple[str, ...], tmp_path: Path) -> None:
    code, out, err = await command(tmp_path, f"sqlite:///{tmp_path}/x.db", *arguments)

    assert code == 2
    assert out == ""
    assert err


async def test_the_diagram_and_the_check_of_the_content_run_anywhere(tmp_path: Path) -> None:
    code, out, _ = await command(tmp_path, f"sqlite:///{tmp_path}/x.db", "diagram")
    assert code == 0
    for section in ("assess", "evidence", "contact_support", "rights", "alternatives", "legal"):
        assert section in out
    code, out, _ = await command(tmp_path, f"sqlite:///{tmp_path}/x.db", "check")
    assert code in (0, 1)  # whether the content is sound is another test's question
    assert " faults, " in out.splitlines()[-1]


async def test_understand_has_one_line_out_for_each_line_in(tmp_path: Path) -> None:
    lines = [{"id": "1", "text": "前天刷的一笔3860，钱没到账"}, {"id": "2", "text": "打印机卡纸"}]
    code, out, err = await run_bot(
        "understand", folder=tmp_path, stdin="".join(json.dumps(line) + "\n" for line in lines).encode()
    )

    assert code == 0, err
    answers = [json.loads(line) for line in out.decode().splitlines()]
    assert [answer["id"] for answer in answers] == ["1", "2"]
    assert answers[0]["intent"] == "settlement_delay"
    assert {"id", "intent", "secondary", "confidence", "entities"} <= set(answers[0])
