"""What leaves for Telegram: parts within its limits, buttons, files, and what each of its answers means."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.base import Channel
from bot.channels.telegram import Telegram
from bot.channels.telegram.outbound import fit, keyboard
from bot.channels.text import utf16_units
from bot.messages import Answer, Choice, Delivery, OutgoingFile, OutgoingMessage, Update
from bot.settings import Settings
from tests.bot.channels.telegram.conftest import NOW, House
from tests.doubles.telegram import TelegramDouble

TOKEN = "700:token-of-no-account"
REPLY = {"ok": True, "result": {"message_id": 31, "date": 1, "chat": {"id": 5, "type": "private"}}}


class Canned(BaseRequest):
    """Telegram's side of one request: an answer, or an error."""

    def __init__(self, status: int = 200, answer: Any = REPLY, error: Exception | None = None) -> None:
        self.status, self.answer, self.error = status, answer, error
        self.asked: list[dict[str, Any]] = []

    @property
    def read_timeout(self) -> float:
        return 1.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        assert method == "POST", url
        self.asked.append(dict(request_data.json_parameters) if request_data else {})
        if self.error:
            raise self.error
        return self.status, self.answer if isinstance(self.answer, bytes) else json.dumps(self.answer).encode()


async def _refuse(update: Update) -> Answer:
    raise AssertionError(update)


def _no_blob(conversation: str, sha256: str) -> AsyncIterator[bytes]:
    raise AssertionError((conversation, sha256))


def deliver(message: OutgoingMessage, canned: Canned) -> Delivery:
    async def once() -> Delivery:
        channel = Telegram(
            Settings(_env_file=None, telegram_token=TOKEN),
            _refuse,
            lambda: NOW,
            _no_blob,
            requests=(Canned(), canned),
        )
        try:
            return await channel.deliver("5", message, "key")
        finally:
            await channel.stop()

    return asyncio.run(once())


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def failed(status: int, description: str, **parameters: int) -> Canned:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return Canned(status, {**body, "parameters": parameters} if parameters else body)


TEXT = OutgoingMessage("k", "请发一张照片")
CONNECT = caused(NetworkError("httpx.ConnectError"), httpx.ConnectError(""))
CONNECT_SLOW = caused(TimedOut(), httpx.ConnectTimeout(""))
POOL = caused(TimedOut(), httpx.PoolTimeout(""))
READ = caused(NetworkError("httpx.ReadError"), httpx.ReadError(""))


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
@pytest.mark.parametrize("as_timedelta", ["0", "1"])
def test_after_a_flood_the_message_waits_as_long_as_telegram_says(
    as_timedelta: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", as_timedelta)

    delivery = deliver(TEXT, failed(429, "Too Many Requests: retry after 17", retry_after=17))

    assert delivery == Delivery("retry", reason="flood", after=timedelta(seconds=17))


@pytest.mark.parametrize(
    ("canned", "status", "reason"),
    [
        (Canned(), "sent", ""),
        (failed(403, "Forbidden: bot was blocked by the user"), "refused", "blocked"),
        (failed(403, "Forbidden: user is deactivated"), "refused", "deactivated"),
        (failed(403, "Forbidden: bot was kicked from the group chat"), "refused", "blocked"),
        (failed(403, "Forbidden: something new"), "refused", "Forbidden: Forbidden: something new"),
        (failed(400, "Bad Request: chat not found"), "refused", "not_found"),
        (failed(400, "Bad Request: message is too long"), "refused", "BadRequest: Message is too long"),
        (failed(400, "upgraded", migrate_to_chat_id=-77), "refused", "migrated:-77"),
        (failed(413, "Request Entity Too Large"), "refused", "too_big"),
        (failed(401, "Unauthorized"), "retry", "token"),
        (failed(404, "Not Found"), "retry", "token"),
        (failed(500, "Internal Server Error"), "retry", "server"),
        (failed(502, "Bad Gateway"), "retry", "server"),
        (Canned(502, b"<html>"), "retry", "server"),
        (Canned(error=CONNECT), "retry", "network"),
        (Canned(error=CONNECT_SLOW), "retry", "network"),
        (Canned(error=POOL), "retry", "network"),
        (Canned(error=NetworkError("offline")), "retry", "server"),
        (Canned(error=TimedOut()), "unknown", "timeout"),
        (Canned(error=READ), "unknown", "network"),
        (Canned(200, {"ok": True, "result": {"nonsense": 1}}), "unknown", "KeyError"),
        (Canned(200, b"<html>"), "unknown", "TelegramError"),
    ],
)
def test_each_answer_of_telegram_means_one_thing(canned: Canned, status: str, reason: str) -> None:
    delivery = deliver(TEXT, canned)

    assert (delivery.status, delivery.reason) == (status, reason)
    assert len(canned.asked) == 1
    assert delivery.reference == ("31" if status == "sent" else "")


def test_no_error_repeats_the_token() -> None:
    said = f"Bad Request: no such thing as https://api.telegram.org/bot{TOKEN}/x"

    delivery = deliver(TEXT, failed(400, said))

    assert TOKEN not in delivery.reason


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_nothing_to_say_is_refused_without_asking(text: str) -> None:
    canned = Canned()

    assert deliver(OutgoingMessage("k", text), canned) == Delivery("refused", reason="empty")
    assert canned.asked == []


def test_a_chat_that_is_no_number_is_refused() -> None:
    async def once() -> Delivery:
        channel = Telegram(Settings(_env_file=None, telegram_token=TOKEN), _refuse, lambda: NOW, _no_blob)
        try:
            return await channel.deliver("abc", TEXT, "key")
        finally:
            await channel.stop()

    assert asyncio.run(once()).status == "refused"


def test_short_labels_share_a_row_and_long_ones_do_not() -> None:
    labels = ["到了", "没到", "我不知道也说不清楚", "是", "不是", "等等"]
    markup = keyboard([Choice(f"c{n}", label) for n, label in enumerate(labels)])

    assert markup is not None
    rows = [[(button.text, button.callback_data) for button in row] for row in markup.inline_keyboard]
    assert rows == [
        [("到了", "c0"), ("没到", "c1")],
        [("我不知道也说不清楚", "c2")],
        [("是", "c3"), ("不是", "c4")],
        [("等等", "c5")],
    ]


@pytest.mark.parametrize("id", ["", "x" * 65, "字" * 22])
def test_an_id_that_no_button_can_carry_is_refused(id: str) -> None:
    message = OutgoingMessage("k", "问题", (Choice(id, "是"),))

    assert deliver(message, Canned()).status == "refused"


def test_parts_are_one_request_each_with_the_choices_under_the_text() -> None:
    files = (OutgoingFile("a.pdf", "application/pdf", "1"), OutgoingFile("b.pdf", "application/pdf", "2"))
    choices = (Choice("y", "是"),)

    parts = fit(OutgoingMessage("k", "一" * 5000, choices, files))

    assert [(len(part.text), part.choices, [file.name for file in part.files]) for part in parts] == [
        (4096, (), []),
        (904, choices, []),
        (0, (), ["a.pdf"]),
        (0, (), ["b.pdf"]),
    ]


def test_files_without_a_text_carry_the_choices_themselves() -> None:
    choices = (Choice("y", "是"),)

    [part] = fit(OutgoingMessage("k", "", choices, (OutgoingFile("a", "", "1"),)))

    assert part.choices == choices


def test_a_hundred_thousand_characters_arrive_in_parts() -> None:
    text = "".join(chr(0x4E00 + n % 20_000) for n in range(100_000))
    canned = Canned()

    assert deliver(OutgoingMessage("k", text), canned).status == "sent"
    assert "".join(asked["text"] for asked in canned.asked) == text
    assert len(canned.asked) == 25


def test_when_a_later_part_fails_nothing_is_sent_again_blindly() -> None:
    class Second(Canned):
        async def do_request(self, *args: Any, **more: Any) -> tuple[int, bytes]:
            self.status, self.answer = (500, {"ok": False}) if self.asked else (200, REPLY)
            return await super().do_request(*args, **more)

    assert deliver(OutgoingMessage("k", "一" * 5000), Second()).status == "unknown"


def visible(text: str) -> str:
    return "".join(text.split())


@given(st.text(st.characters(), max_size=200).map(lambda text: text * 60) | st.text(max_size=6000))
@example("<b>&amp; *_[x](y)_* `#+-=|{}.!`")
@example("👨‍👩‍👧" * 1000)
@example("\n" * 5000 + "x")
@settings(max_examples=60, deadline=None)
def test_any_text_is_delivered_unchanged_and_within_limits(text: str) -> None:
    canned = Canned()

    delivery = deliver(OutgoingMessage("k", text), canned)

    sent = [asked["text"] for asked in canned.asked]
    wanted = text.encode("utf-8", "replace").decode()
    assert delivery.status == ("sent" if text.strip() else "refused")
    assert visible("".join(sent)) == visible(wanted)
    assert sent == [wanted] or utf16_units(text) > 4096 or not text.strip()
    assert all(part.strip() and utf16_units(part) <= 4096 for part in sent)
    assert all(set(asked) == {"chat_id", "text"} for asked in canned.asked)


async def test_a_file_arrives_with_its_name_and_its_bytes(
    channel: Telegram, telegram: TelegramDouble, house: House
) -> None:
    person = telegram.person()
    data = bytes(range(256)) * 10_000
    file = OutgoingFile("投诉材料.zip", "application/zip", house.keeps(data))

    delivery = await channel.deliver(
        str(person.id), OutgoingMessage("k", "给您整理好了", (Choice("y", "好"),), (file,)), "key"
    )

    text, document = person.reads
    assert (text.text, text.labels) == ("给您整理好了", ["好"])
    assert (document.file_name, document.file) == ("投诉材料.zip", data)
    assert delivery == Delivery("sent", reference=str(document.message_id))


async def test_a_file_telegram_would_not_take_is_refused_before_it_is_sent(
    channel: Telegram, telegram: TelegramDouble, house: House
) -> None:
    file = OutgoingFile("a.bin", "", house.keeps(bytes(50_000_001)))

    delivery = await channel.deliver("5", OutgoingMessage("k", "", (), (file,)), "key")

    assert delivery == Delivery("refused", reason="too_big")
    assert telegram.calls == []


async def test_a_file_that_cannot_be_read_now_is_tried_later(channel: Telegram) -> None:
    file = OutgoingFile("a.bin", "", "not there")

    assert (await channel.deliver("5", OutgoingMessage("k", "", (), (file,)), "key")).status == "retry"


async def test_after_a_stop_a_message_can_be_sent_later(channel: Telegram) -> None:
    await channel.stop()

    assert (await channel.deliver("5", TEXT, "key")).status == "retry"


async def test_a_connection_lost_after_sending_is_not_sent_again(channel: Telegram, telegram: TelegramDouble) -> None:
    telegram.cuts("sendMessage")

    assert (await channel.deliver("5", TEXT, "key")).status == "unknown"


async def test_nobody_listening_means_later(channel: Telegram, telegram: TelegramDouble) -> None:
    await telegram.__aexit__(None)

    assert (await channel.deliver("5", TEXT, "key")).status == "retry"


async def test_somebody_who_blocked_the_bot_is_known(channel: Telegram, telegram: TelegramDouble) -> None:
    person = telegram.person()
    await person.blocks()

    assert (await channel.deliver(str(person.id), TEXT, "key")).reason == "blocked"


def test_nothing_goes_into_the_response_to_a_webhook_and_the_protocol_is_kept() -> None:
    async def once() -> int:
        channel: Channel = Telegram(Settings(_env_file=None, telegram_token=TOKEN), _refuse, lambda: NOW, _no_blob)
        await channel.stop()
        return channel.inline([TEXT])

    assert asyncio.run(once()) == 0
