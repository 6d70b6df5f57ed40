"""A chat that comes as one text is a record with its lines, and nobody's answer."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.chatrecord import read
from bot.messages import Attachment, Origin
from tests.bot.end_to_end.case import picture
from tests.bot.house import MATTER, house, keys
from tests.support.reader import FakeReader, reading

ZONE = ZoneInfo("Asia/Shanghai")
RECORD = """张三和客服的聊天记录
张三 2026-11-20 10:01
钱什么时候到？
2026年11月20日 10:05:30 客服小王：
三天内到账，
卡号 6222021234567890128 对吧"""


def test_each_line_has_who_when_and_what() -> None:
    first, second = read(RECORD, ZONE)

    assert (first.author, first.at, first.body) == (
        "张三",
        datetime(2026, 11, 20, 10, 1, tzinfo=ZONE),
        "钱什么时候到？",
    )
    assert (second.author, second.at) == ("客服小王", datetime(2026, 11, 20, 10, 5, 30, tzinfo=ZONE))
    assert second.body.startswith("三天内到账，\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "我 2026-11-20 10:01 刷的卡，钱没到",
        "张三 2026-11-20 10:01\n钱呢",
        "我先说一句\n张三 2026-11-20 10:01\n钱呢\n客服 2026-11-20 10:05\n三天内",
        "张三 2026-13-40 10:01\n钱呢\n客服 2026-11-20 25:05\n三天内",
    ],
)
def test_other_texts_are_no_record(text: str) -> None:
    assert read(text, ZONE) == ()


@pytest.mark.parametrize("kind", ["text", "forward"])
async def test_a_chat_is_kept_with_its_lines_and_answers_nothing(kind: str, sqlite_url: str, tmp_path: Path) -> None:
    """evidence.md requirement 9: what others said in it changes nothing."""
    reader = FakeReader()
    reader.knows(picture(1), reading("slip", {"amount": "1280.00"}))
    async with house(sqlite_url, tmp_path, reader=reader) as it:
        await it.says(MATTER)
        before = it.file()
        said = keys(await it.says(RECORD, kind=kind, origin=Origin("张三")))
        after = it.file()
        [one] = after.evidence

        assert said[0] == "exhibit.kept_unsorted"
        assert after.facts == before.facts
        assert (one.kind, [line["author"] for line in one.items]) == ("forward", ["张三", "客服小王"])
        assert one.items[1]["at"] == "2026-11-20T10:05:30+08:00"
        assert "6222021234567890128" not in str(one)

        await it.says("", kind="attachment", attachments=(Attachment("photo", data=picture(1)),))
        await it.runs(it.app.reading)
        assert it.file().evidence[1].reading == "told"  # a picture is compared with what was read, not with a chat
