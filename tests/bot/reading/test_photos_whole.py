"""Photos through the whole program with the real reader: by page, after a kill, without a trace of full numbers."""

import io
import random
from pathlib import Path

from tests.bot.reading.needs import need_font, need_libraries

need_libraries()
need_font()

import pytest  # noqa: E402
from PIL import Image  # noqa: E402

from storage import Store  # noqa: E402
from tests.bot.end_to_end.case import look, until  # noqa: E402
from tests.bot.end_to_end.guests import WebGuest  # noqa: E402
from tests.bot.reading import damage, forms, pictures  # noqa: E402
from tests.support.served import served  # noqa: E402

pytestmark = pytest.mark.xdist_group("reading")
CARD = "6222021234567890128"


def jpeg(picture: Image.Image, quality: int = 88) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def bring_forward(database_url: str) -> None:
    """Let the leases of the readings that were begun end."""
    store = Store.open(database_url)
    with store.work() as work:
        work.conn.exec_driver_sql("UPDATE evidence SET reading_due_at = '2026-01-01 00:00:00' WHERE reading = 'due'")
        work.commit()
    store.close()


async def test_a_slip_shown_on_the_page_is_read_although_the_program_was_killed_over_it(
    sqlite_url: str, tmp_path: Path
) -> None:
    """evidence.md requirements 3, 6 and 12: killed while it reads, it reads once more, tells once, and what the person
    confirms is a fact."""
    sample = pictures.plain(random.Random(3))
    truth = sample.truth[0]
    async with served(tmp_path / "run", sqlite_url) as program:
        guest = WebGuest(program)
        await guest.say("钱没到账")
        await guest.show(jpeg(sample.picture), "小票")
        await until(lambda: look(sqlite_url, "web").file.evidence[0].reading_tries == 1)
        await program.restart()
        bring_forward(sqlite_url)
        await until(lambda: "reading.found" in look(sqlite_url, "web").sent)
        await guest.choose("!read=ok.1.0")
        memory = look(sqlite_url, "web")

        assert memory.sent.count("reading.found") == 1
        assert memory.file.facts["amount"].value == truth["amount"]
        assert memory.file.facts["reference_no"].value == truth["reference_no"]
        assert memory.file.facts["amount"].state == "confirmed"
        assert memory.file.facts["amount"].source["exhibit"] == 1
        await guest.client.aclose()


async def test_the_same_slip_small_and_cut_is_known_again_and_another_is_not(sqlite_url: str, tmp_path: Path) -> None:
    luck = random.Random(3)
    first, second = pictures.plain(luck).picture, pictures.plain(luck).picture
    width, height = first.size
    cut = first.crop((10, 20, width - 12, height - 15)).resize((width * 2 // 3, height * 2 // 3))
    async with served(tmp_path / "run", sqlite_url) as program:
        guest = WebGuest(program)
        await guest.say("钱没到账")
        for number, data in enumerate((jpeg(first), jpeg(cut, 60), jpeg(second)), 1):
            await guest.show(data, "小票")
            await until(lambda number=number: len(look(sqlite_url, "web").file.evidence) == number)  # type: ignore[misc]
        await until(lambda: all(one.reading == "told" for one in look(sqlite_url, "web").file.evidence))
        seen = [(one.seen or {})["like"] for one in look(sqlite_url, "web").file.evidence]
        await guest.client.aclose()

    assert seen == [0, 1, 0]


async def test_a_full_card_number_in_a_photo_is_stored_nowhere_as_text(sqlite_url: str, tmp_path: Path) -> None:
    """evidence.md requirement 18: nor in the log; the picture itself is kept as it came."""
    account = forms.account(random.Random(1)).picture
    async with served(tmp_path / "run", sqlite_url) as program:
        guest = WebGuest(program)
        await guest.say("钱没到账")
        await guest.show(jpeg(account), "结算卡")
        await until(lambda: look(sqlite_url, "web").file.evidence[0].reading == "told")
        log = program.log
        await guest.client.aclose()

    written = b"".join(path.read_bytes() for path in tmp_path.glob("test.db*"))
    assert CARD.encode() not in written
    assert CARD not in log


async def test_a_blurred_slip_is_asked_for_again_in_words_that_help(sqlite_url: str, tmp_path: Path) -> None:
    """evidence.md requirement 7: nothing is read from it."""
    luck = random.Random(3)
    sample = pictures.plain(luck)
    async with served(tmp_path / "run", sqlite_url) as program:
        guest = WebGuest(program)
        await guest.say("钱没到账")
        await guest.show(jpeg(damage.smeared(sample.picture, luck)), "小票")
        await until(lambda: look(sqlite_url, "web").file.evidence[0].reading == "told")
        state = await guest.state()
        await guest.client.aclose()

    assert look(sqlite_url, "web").file.evidence[0].items == []
    [note] = [message["text"] for message in state["messages"] if message["key"] == "reading.notes"]
    assert "再拍" in note
