"""One update, one unit of work: repeats, failures, silence, order, and what is kept of it."""

import asyncio
import logging
from collections import deque
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.base import Unavailable
from bot.messages import Attachment, Delivery, Origin, RecordItem
from storage import Store
from tests.bot.house import MATTER, house, keys


async def test_a_repeated_update_has_the_same_answer_and_no_further_effect(database_url: str, tmp_path: Path) -> None:
    async with house(database_url, tmp_path) as it:
        update = it.update("客服打了没人接，" + MATTER)
        first = await it.app.handle(update)
        it.passes(hours=3)
        again = await it.app.handle(update)

        assert again == replace(first, repeated=True)
        assert len(it.file().attempts) == 1
        assert len(it.outbox()) == len(first.messages)


async def test_the_same_update_three_times_at_once_is_one_turn(database_url: str, tmp_path: Path) -> None:
    async with house(database_url, tmp_path) as it:
        update = it.update("客服打了没人接，" + MATTER)
        answers = await asyncio.gather(*(it.app.handle(update) for _ in range(3)))

        assert len({answer.messages for answer in answers}) == 1
        assert sorted(answer.repeated for answer in answers) == [False, True, True]
        assert len(it.file().attempts) == 1


async def test_updates_at_once_are_turns_in_the_order_they_came(database_url: str, tmp_path: Path) -> None:
    async with house(database_url, tmp_path) as it:
        await it.says(MATTER)
        amounts = [f"金额是{number}00元" for number in range(11, 31)]
        await asyncio.gather(*(it.says(text) for text in amounts))

        assert it.file().facts["amount"].value == "3000"
        row = it.row()
        with it.app.store.read() as work:
            said = [one.body["text"] for one in work.transcript(row.id, limit=500) if hasattr(one, "answer")]
        assert said == [MATTER, *amounts]


async def test_an_update_that_fails_is_recorded_and_apologised_for_once(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with house(database_url, tmp_path) as it:
        await it.says(MATTER)
        it.channel.broken = True
        update = it.update("客服打了没人接")
        with caplog.at_level(logging.DEBUG):
            failed = await it.app.handle(update)
        it.channel.broken = False
        again = await it.app.handle(update)
        after = await it.says("客服打了没人接")

        assert keys(failed) == keys(again) == ["failed"]
        assert again.repeated
        assert "failed" not in keys(after)
        assert len(it.file().attempts) == 1  # nothing of the failed one
        assert update.update_id in caplog.text
        with it.app.store.read() as work:
            received = work.inbox.find("fake", update.update_id)
        assert received is not None
        assert received.status == "failed"


async def test_a_failure_does_not_touch_the_turns_that_share_its_commit(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        bad = it.update("", kind="attachment", attachments=(Attachment("photo", reference={"x": object()}),))
        answers = await asyncio.gather(
            it.says(MATTER, conversation="a"), it.app.handle(bad), it.says(MATTER, conversation="b")
        )

        assert keys(answers[1]) == ["failed"]
        assert it.file("a").facts["amount"].value == it.file("b").facts["amount"].value == "3860"


async def test_a_store_that_is_away_is_unavailable_and_the_update_works_later(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        update = it.update("客服打了没人接")
        other = Store.open(sqlite_url)
        with other.work() as work:
            work.inbox.find("fake", "")  # takes the only write lock
            with pytest.raises(Unavailable):
                await it.app.handle(update)
        other.close()
        answer = await it.app.handle(update)

        assert not answer.repeated
        assert len(it.file().attempts) == 1


async def test_bytes_that_cannot_be_kept_are_unavailable_and_leave_no_exhibit(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        blobs = tmp_path / "blobs"
        if blobs.exists():
            blobs.rename(tmp_path / "away")
        blobs.touch()
        photo = Attachment("document", name="a.txt", data=b"hello", mime="text/plain")
        update = it.update("", kind="attachment", attachments=(photo,))
        with pytest.raises(Unavailable):
            await it.app.handle(update)
        assert it.file().evidence == ()
        blobs.unlink()
        await it.app.handle(update)

        assert [one.status for one in it.file().evidence] == ["stored"]


async def test_a_conversation_taken_over_by_a_person_is_recorded_in_silence(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        it.change(taken_over=True)
        answer = await it.says("客服又没人接")

        assert answer.messages == ()
        row = it.row()
        with it.app.store.read() as work:
            said = [one.body.get("text") for one in work.transcript(row.id)]
        assert "客服又没人接" in said
        assert it.file().attempts == ()


async def test_leaving_is_recorded_without_an_answer_and_writing_again_makes_reachable(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        assert (await it.says("", kind="unfollow")).messages == ()
        assert it.row().reachable is False
        await it.says("我回来了")

        assert it.row().reachable is True


async def test_a_group_is_told_to_write_alone_and_gets_no_case(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        answer = await it.says(MATTER, note="group", conversation="g")

        assert keys(answer) == ["group"]
        assert it.row("g").case_id is None


@pytest.mark.parametrize("note", ["", "poll", "unsupported_record", "file", "miniprogram", "unreadable", "x" * 40])
async def test_a_thing_that_cannot_be_translated_is_answered(note: str, sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        answer = await it.says("", kind="other", note=note)

        assert answer.messages
        assert "failed" not in keys(answer)


async def test_what_a_channel_can_show_at_once_is_inline_and_the_rest_waits_for_the_courier(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path) as it:
        it.channel.inlined = 1
        answer = await it.says(MATTER)

        assert answer.inline == 1
        assert [one.status for one in it.outbox()] == ["inline"] + ["pending"] * (len(answer.messages) - 1)


async def test_what_waited_for_the_person_leads_the_next_answer_once(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        count = len(it.outbox())
        it.channel.deliveries = deque([Delivery("parked", reason="no_right")] * count)
        await it.runs(it.app.courier)
        assert it.row().parked == count
        it.channel.inlined = 100
        waited = [one.body["key"] for one in it.outbox()]
        answer = await it.says("找人工")
        after = await it.says("办到哪一步了")

        assert keys(answer)[:count] == waited
        assert it.row().parked == 0
        assert keys(after)[:count] != waited


async def test_a_long_reply_is_cut_to_what_the_channel_takes(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        it.channel.longest = 20
        answer = await it.says(MATTER)

        assert all(len(message.text) <= 20 for message in answer.messages)


async def test_secrets_are_hidden_in_texts_captions_file_names_and_records(sqlite_url: str, tmp_path: Path) -> None:
    card = "6222021234567890128"
    async with house(sqlite_url, tmp_path) as it:
        await it.says(f"{MATTER}，卡号{card}")
        record = Attachment("record", items=(RecordItem("客服", None, "text", f"卡号 {card}，验证码 582941"),))
        photo = Attachment("document", name=f"{card}.txt", data=b"x", mime="text/plain")
        await it.says(f"卡 {card}", kind="attachment", attachments=(record, photo))
        await it.says(f"您的卡{card}", kind="forward", origin=Origin("客服"))

        for path in tmp_path.rglob("*"):
            if path.is_file():
                data = path.read_bytes()
                assert card.encode() not in data, path.name
                assert b"582941" not in data, path.name


async def test_a_typed_number_or_label_answers_what_was_offered_last(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says("客服打了没人接，" + MATTER)
        offered = it.row().offered
        assert offered[0].endswith(":settle_term=T1")
        await it.says("1")

        assert it.file().facts["settle_term"].value == "T1"


async def test_an_old_choice_answers_its_own_question(sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says("客服打了没人接，" + MATTER)
        await it.says("我想投诉")
        await it.says("", kind="choice", choice="1:settle_term=D1")

        assert it.file().facts["settle_term"].value == "D1"


@pytest.mark.parametrize(
    "choice", ["", "gone", "1:nothing=x", "0:problem=nonsense", "7:settle_term=T1", "1:!go=nowhere"]
)
async def test_a_choice_that_is_none_of_ours_is_answered(choice: str, sqlite_url: str, tmp_path: Path) -> None:
    async with house(sqlite_url, tmp_path) as it:
        await it.says(MATTER)
        answer = await it.says("", kind="choice", choice=choice)

        assert answer.messages
        assert "failed" not in keys(answer)


async def test_a_voice_message_is_kept_and_answered_with_a_wish_for_words(sqlite_url: str, tmp_path: Path) -> None:
    """Requirement 24."""
    async with house(sqlite_url, tmp_path) as home:
        await home.says(MATTER)
        voice = Attachment("voice", data=b"#!AMR\n" + bytes(50))
        assert "exhibit.voice" in keys(await home.says("", kind="attachment", attachments=(voice,)))
        (one,) = home.file().evidence
        assert (one.kind, one.status) == ("voice", "stored")
        assert b"".join(home.app.blobs.open(one.case_id, one.sha256 or "")) == voice.data


async def test_a_case_takes_so_many_exhibits_and_no_more(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requirement 22: neither a row nor bytes of one too many."""
    for place in ("bot.taking.MOST", "bot.keeping.MOST"):
        monkeypatch.setattr(place, 2)
    async with house(sqlite_url, tmp_path) as home:
        await home.says(MATTER)
        said = []
        for number in range(3):
            voice = Attachment("voice", data=b"#!AMR\n" + bytes(50 + number))
            said.append(keys(await home.says("", kind="attachment", attachments=(voice,))))
        assert "exhibit.refused.too_many" in said[2]
        assert "exhibit.refused.too_many" in keys(await home.announces("later"))
        assert len(home.file().evidence) == 2
        assert len([path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]) == 2
