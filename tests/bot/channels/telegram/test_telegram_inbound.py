"""Every kind of content Telegram has becomes an update; nothing it could send makes the translation fail."""

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram.inbound import press, translate
from bot.messages import Origin, Update

NOW = datetime(2026, 3, 9, 6, 3, tzinfo=UTC)
SENT = 1_772_000_000
PERSON = {"id": 5, "is_bot": False, "first_name": "王", "language_code": "zh-hans"}
CHAT = {"id": 5, "type": "private"}


def message(**content: Any) -> dict[str, Any]:
    return {"update_id": 42, "message": {"message_id": 9, "date": SENT, "chat": CHAT, "from": PERSON, **content}}


def file(**more: Any) -> dict[str, Any]:
    return {"file_id": "F", "file_unique_id": "U", "file_size": 1000, **more}


def understood(raw: Any) -> Update:
    update = translate(raw, NOW)
    assert update is not None
    return update


def test_a_text_keeps_its_words_its_moment_and_the_persons_language() -> None:
    update = understood(message(text="机器不出票了"))

    assert update == Update(
        "telegram",
        "42",
        "5",
        "text",
        datetime.fromtimestamp(SENT, UTC),
        text="机器不出票了",
        language="zh-hans",
    )


@pytest.mark.parametrize(
    ("text", "kind", "choice", "kept"),
    [
        ("/start", "start", "", ""),
        ("/start resume_Ab-12", "start", "", "resume_Ab-12"),
        ("/start@zhanggui_bot  x", "start", "", "x"),
        ("/help", "choice", "cmd.help", ""),
        ("/status@zhanggui_bot ", "choice", "cmd.status", ""),
        ("/cancel", "choice", "cmd.cancel", ""),
        ("/settings", "choice", "cmd.settings", ""),
        ("/help 机器坏了", "text", "", "/help 机器坏了"),
        ("/helpless", "text", "", "/helpless"),
        ("/unknown", "text", "", "/unknown"),
    ],
)
def test_commands(text: str, kind: str, choice: str, kept: str) -> None:
    update = understood(message(text=text))

    assert (update.kind, update.choice, update.text) == (kind, choice, kept)


@pytest.mark.parametrize(
    ("content", "kind", "name", "mime"),
    [
        ({"photo": [file(width=90, height=60, file_id="S"), file(width=1280, height=960)]}, "photo", "", "image/jpeg"),
        (
            {"document": file(file_name="流水.pdf", mime_type="application/pdf")},
            "document",
            "流水.pdf",
            "application/pdf",
        ),
        ({"voice": file(mime_type="audio/ogg")}, "voice", "", "audio/ogg"),
        ({"audio": file(file_name="a.mp3", mime_type="audio/mpeg")}, "audio", "a.mp3", "audio/mpeg"),
        ({"video": file(mime_type="video/mp4")}, "video", "", "video/mp4"),
        ({"video_note": file(length=240)}, "video", "", "video/mp4"),
        ({"animation": file(), "document": file()}, "animation", "", "video/mp4"),
        ({"sticker": file(type="regular")}, "sticker", "", "image/webp"),
    ],
)
def test_each_kind_of_file_is_announced_with_its_reference(
    content: dict[str, Any], kind: str, name: str, mime: str
) -> None:
    update = understood(message(**content, caption="今天的票"))

    [item] = update.attachments
    assert (update.kind, update.text) == ("attachment", "今天的票")
    assert (item.kind, item.name, item.mime, item.size, item.data) == (kind, name, mime, 1000, None)
    assert item.reference == {"file_id": "F", "file_unique_id": "U", "message_id": 9}


def test_a_live_photo_is_its_picture_and_its_film() -> None:
    update = understood(message(photo=[file(width=9, height=9)], live_photo=file(file_id="L")))

    assert [item.kind for item in update.attachments] == ["photo", "video"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"location": {"latitude": 31.2, "longitude": 121.5}}, "location"),
        (
            {
                "venue": {"location": {"latitude": 31.2, "longitude": 121.5}, "title": "门店", "address": "路 1 号"},
                "location": {"latitude": 31.2, "longitude": 121.5},
            },
            "location",
        ),
        ({"contact": {"phone_number": "+8610", "first_name": "业务员"}}, "contact"),
    ],
)
def test_a_place_or_a_card_brings_its_own_bytes(content: dict[str, Any], kind: str) -> None:
    [item] = understood(message(**content)).attachments

    assert item.kind == kind
    assert item.data is not None
    assert json.loads(item.data) == next(iter(content.values()))


def test_pictures_of_an_album_name_it() -> None:
    assert understood(message(photo=[file()], media_group_id="G")).album == "G"


@pytest.mark.parametrize(
    ("origin", "author"),
    [
        ({"type": "user", "sender_user": {"id": 1, "first_name": "李", "last_name": "四"}}, "李 四"),
        ({"type": "hidden_user", "sender_user_name": "客服小张"}, "客服小张"),
        ({"type": "chat", "sender_chat": {"id": -1, "title": "商户群"}}, "商户群"),
        ({"type": "channel", "chat": {"id": -2, "title": "公告"}, "message_id": 3}, "公告"),
        ({"type": "of the future"}, ""),
    ],
)
def test_a_forward_names_whom_it_is_from_and_when(origin: dict[str, Any], author: str) -> None:
    at = Origin(author, datetime.fromtimestamp(SENT - 60, UTC))

    text = understood(message(text="/start", forward_origin={**origin, "date": SENT - 60}))
    photo = understood(message(photo=[file()], forward_origin={**origin, "date": SENT - 60}))

    assert (text.kind, text.text, text.origin) == ("forward", "/start", at)
    assert (photo.kind, photo.origin, photo.attachments[0].origin) == ("attachment", at, at)


def test_an_edit_is_an_edit_at_the_moment_it_was_made() -> None:
    raw = {"update_id": 42, "edited_message": {**message(text="改了")["message"], "edit_date": SENT + 60}}

    update = understood(raw)

    assert (update.kind, update.text, update.sent_at) == ("edit", "改了", datetime.fromtimestamp(SENT + 60, UTC))


def test_a_press_is_a_choice_in_the_chat_of_its_message() -> None:
    raw = {"update_id": 42, "callback_query": {"id": "Q", "from": PERSON, "data": "y", "message": {"chat": CHAT}}}

    update = understood(raw)

    assert (update.kind, update.choice, update.conversation, update.sent_at) == ("choice", "y", "5", NOW)
    assert press(raw) == "Q"


@pytest.mark.parametrize(
    ("status", "kind"),
    [("kicked", "unfollow"), ("left", "unfollow"), ("member", "follow"), ("administrator", "follow")],
)
def test_blocking_and_coming_back(status: str, kind: str) -> None:
    raw = {"update_id": 42, "my_chat_member": {"chat": CHAT, "from": PERSON, "new_chat_member": {"status": status}}}

    assert understood(raw).kind == kind


@pytest.mark.parametrize("kind", ["message", "edited_message", "my_chat_member"])
def test_nothing_said_in_a_group_is_taken_up(kind: str) -> None:
    body = {**message(text="我的卡号")["message"], "chat": {"id": -100, "type": "supergroup"}}

    update = understood({"update_id": 42, kind: body})

    assert (update.kind, update.note, update.conversation, update.text) == ("other", "group", "-100", "")


@pytest.mark.parametrize(
    ("raw", "note"),
    [
        (message(poll={"id": "1"}), "poll"),
        (message(dice={"value": 3}), "dice"),
        (message(of_the_future={"x": 1}), "of_the_future"),
        (message(**{"Not a name!": 1}), "unknown"),
        (message(), "unknown"),
        (message(text=""), "text"),
        ({"update_id": 42, "poll_answer": {"user": PERSON}}, "poll_answer"),
        ({"update_id": 42, "callback_query": {"id": "Q", "from": PERSON, "game_short_name": "g"}}, "callback_query"),
    ],
)
def test_what_is_not_known_is_named(raw: dict[str, Any], note: str) -> None:
    update = understood(raw)

    assert (update.kind, update.note, update.conversation) == ("other", note, "5")


@pytest.mark.parametrize("raw", [None, 3, [], {}, {"update_id": 1}, {"update_id": True, "message": {"chat": CHAT}}])
def test_what_has_no_id_or_no_chat_is_nothing(raw: Any) -> None:
    assert translate(raw, NOW) is None


def test_a_text_no_database_could_hold_is_mended() -> None:
    assert understood(message(text="a\0b\ud800c\n")).text == "ab?c\n"


def test_a_text_of_any_length_is_taken_whole() -> None:
    assert understood(message(text="长" * 100_000)).text == "长" * 100_000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
SAMPLES = [
    message(text="hello", forward_origin={"type": "user", "sender_user": {"first_name": "a"}, "date": SENT}),
    message(photo=[file(width=1, height=1)], caption="c", media_group_id="g"),
    message(document=file(file_name="n", mime_type="m")),
    message(location={"latitude": 1.5, "longitude": 2.5}, contact={"phone_number": "1"}),
    {"update_id": 1, "callback_query": {"id": "Q", "from": PERSON, "data": "d", "message": {"chat": CHAT}}},
    {"update_id": 1, "my_chat_member": {"chat": CHAT, "from": PERSON, "new_chat_member": {"status": "member"}}},
    {"update_id": 1, "edited_message": {**message(text="t")["message"], "edit_date": SENT}},
]


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, item in inner for found in paths(item, (*path, key)))]


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_any_part_of_any_update_may_be_anything(data: st.DataObject) -> None:
    raw = copy.deepcopy(data.draw(st.sampled_from(SAMPLES)))
    path = data.draw(st.sampled_from(paths(raw)[1:]))
    part = raw
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = data.draw(JSON)

    update = translate(raw, NOW)

    press(raw)
    if update is not None:
        held = [update.text, update.choice, update.album, update.note, update.language, update.conversation]
        held += [words for item in update.attachments for words in (item.name, item.mime)]
        assert "\0" not in "".join(held).encode().decode()
        assert update.sent_at.tzinfo is not None
        json.dumps([item.reference for item in update.attachments])


@given(JSON)
@settings(deadline=None)
def test_any_json_at_all_is_read(raw: Any) -> None:
    translate(raw, NOW)
    press(raw)
