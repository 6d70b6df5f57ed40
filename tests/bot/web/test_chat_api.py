"""The web chat's API: who may speak, what is taken, what is refused, and that nobody sees another's case."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.channels.base import Unavailable
from bot.settings import Settings
from bot.web.intake import Limits
from bot.web.visitor import COOKIE
from tests.support.fake_web import FakeHouse, make_app

PNG = b"\x89PNG\r\n\x1a\n" + bytes(2000)
OWN = {"X-Requested-With": "zgb", "Origin": "http://chat.test"}
LIMITS = Limits(file=10_000, files=3, text=1000)


@pytest.fixture
def house_and_client() -> tuple[FakeHouse, httpx.AsyncClient]:
    app, house = make_app(limits=LIMITS)
    return house, _client(app)


@pytest.fixture
async def client(house_and_client: tuple[FakeHouse, httpx.AsyncClient]) -> AsyncIterator[httpx.AsyncClient]:
    async with house_and_client[1] as client:
        await client.get("/")
        yield client


@pytest.fixture
def house(house_and_client: tuple[FakeHouse, httpx.AsyncClient]) -> FakeHouse:
    return house_and_client[0]


def _client(app: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://chat.test", headers=OWN)


async def _upload(client: httpx.AsyncClient, *contents: bytes, **fields: str) -> httpx.Response:
    files = [("files", (f"{n}.png", content, "image/png")) for n, content in enumerate(contents)]
    return await client.post("/chat/messages", data={"id": "u1", **fields}, files=files)


async def test_a_text_is_answered_and_shown_in_the_state(client: httpx.AsyncClient, house: FakeHouse) -> None:
    answer = await client.post("/chat/messages", json={"id": "m1", "text": "3860"})

    assert [message["key"] for message in answer.json()["messages"]] == ["assess.amount.noted", "evidence.ask_slip"]
    state = (await client.get("/chat/state")).json()
    assert [message["from"] for message in state["messages"]] == ["person", "guide", "guide"]
    assert state["case"]["section"] == "evidence"
    assert house.updates[0].kind == "text"


async def test_the_page_recognises_its_own_message_by_ref(client: httpx.AsyncClient) -> None:
    answer = await client.post("/chat/messages", json={"id": "m1", "text": "3860", "after": 0})

    assert answer.json()["update"]["messages"][0]["ref"] == "m1"


async def test_the_same_id_twice_is_one_message_with_the_same_replies(
    client: httpx.AsyncClient, house: FakeHouse
) -> None:
    first = await client.post("/chat/messages", json={"id": "m1", "text": "3860"})
    second = await client.post("/chat/messages", json={"id": "m1", "text": "3860"})

    assert first.json() == second.json()
    assert len(house.updates) == 1


async def test_an_id_of_another_person_gives_nothing_of_theirs(house: FakeHouse) -> None:
    app, house = make_app()
    async with _client(app) as one, _client(app) as other:
        await one.post("/chat/messages", json={"id": "same", "text": "3860"})
        answer = await other.post("/chat/messages", json={"id": "same", "text": "hello"})

    assert [message["key"] for message in answer.json()["messages"]] == ["turn.noted"]
    assert len({update.conversation for update in house.updates}) == 2


async def test_a_choice_and_a_start_are_their_own_kinds(client: httpx.AsyncClient, house: FakeHouse) -> None:
    await client.post("/chat/messages", json={"id": "a", "start": True})
    await client.post("/chat/messages", json={"id": "b", "choice": "since=older"})

    assert [(update.kind, update.choice) for update in house.updates] == [("start", ""), ("choice", "since=older")]


async def test_each_file_is_one_update_with_its_bytes_unaltered(client: httpx.AsyncClient, house: FakeHouse) -> None:
    answer = await _upload(client, PNG, PNG + b"2", caption="小票")

    assert answer.status_code == 200
    first, second = house.updates
    assert (first.update_id[-5:], second.update_id[-5:]) == (".u1.1", ".u1.2")
    assert (first.text, second.text) == ("小票", "")
    assert first.album == second.album == "u1"
    assert [update.attachments[0].data for update in house.updates] == [PNG, PNG + b"2"]
    assert first.attachments[0].kind == "photo"


async def test_a_file_name_loses_its_folders_and_control_characters(
    client: httpx.AsyncClient, house: FakeHouse
) -> None:
    files = {"files": ("..\\..\\a/b\u202e\x07.pdf", b"%PDF-1.7", "application/pdf")}
    await client.post("/chat/messages", data={"id": "u1"}, files=files)

    assert house.updates[0].attachments[0].name == "b%07.pdf"  # the client escaped the bell itself
    assert house.updates[0].attachments[0].kind == "document"


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"id": "m1", "text": ""}, 400, "empty"),
        ({"id": "m1", "text": " \n"}, 400, "empty"),
        ({"id": "m1"}, 400, "empty"),
        ({"id": "", "text": "a"}, 400, "bad_request"),
        ({"id": "a b", "text": "a"}, 400, "bad_request"),
        ({"id": "m1", "text": "a", "choice": "b"}, 400, "bad_request"),
        ({"id": "m1", "choice": "好"}, 400, "bad_request"),
        ({"id": "m1", "choice": "c" * 65}, 400, "bad_request"),
        ({"id": "m1", "text": 7}, 400, "bad_request"),
        ({"id": "m1", "text": "a", "after": "x"}, 400, "bad_request"),
        (["m1"], 400, "bad_request"),
        ({"id": "m1", "text": "字" * 1001}, 413, "text_too_long"),
        ({"id": "m1", "text": "字" * 20_000}, 413, "text_too_long"),
    ],
)
async def test_what_cannot_be_taken_is_refused_with_a_key(
    client: httpx.AsyncClient, house: FakeHouse, body: Any, status: int, error: str
) -> None:
    answer = await client.post("/chat/messages", json=body)

    assert (answer.status_code, answer.json()) == (status, {"error": error})
    assert not house.updates


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[" * 5000])
async def test_what_is_not_json_is_refused(client: httpx.AsyncClient, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/chat/messages", content=content, headers=headers)

    assert (answer.status_code, answer.json()) == (400, {"error": "bad_request"})


async def test_half_characters_and_nul_do_not_reach_the_store(client: httpx.AsyncClient, house: FakeHouse) -> None:
    content = b'{"id": "m1", "text": "a\\ud800b\\u0000c"}'
    await client.post("/chat/messages", content=content, headers={"Content-Type": "application/json"})

    assert house.updates[0].text == "a?bc"


async def test_a_text_of_a_hundred_thousand_characters_is_taken() -> None:
    app, house = make_app()
    async with _client(app) as client:
        answer = await client.post(
            "/chat/messages",
            content=json.dumps({"id": "m", "text": "😀" * 100_000}),
            headers={"Content-Type": "application/json"},
        )

    assert answer.status_code == 200
    assert len(house.updates[0].text) == 100_000


async def test_a_large_file_is_refused_while_it_is_arriving(house: FakeHouse) -> None:
    app, house = make_app(limits=LIMITS)
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.bin"\r\n\r\n'
        while True:
            sent += 1000
            assert sent < 50_000, "it went on reading"
            yield bytes(1000)

    async with _client(app) as client:
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        answer = await client.post("/chat/messages", content=endless(), headers=headers)

    assert (answer.status_code, answer.json()) == (413, {"error": "too_large"})
    assert not house.updates


async def test_empty_files_and_too_many_files_are_refused(client: httpx.AsyncClient, house: FakeHouse) -> None:
    assert (await _upload(client, PNG, b"")).json() == {"error": "empty_file"}
    assert (await _upload(client, *[PNG] * 4)).json() == {"error": "too_many_files"}
    assert not house.updates


@pytest.mark.parametrize("content", [b"", b"--x", b"garbage", b"--x\r\n\r\n\r\n--x--"])
async def test_broken_forms_are_refused(client: httpx.AsyncClient, content: bytes) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert (await client.post("/chat/messages", content=content, headers=headers)).status_code == 400


async def test_other_kinds_of_body_are_refused(client: httpx.AsyncClient) -> None:
    assert (await client.post("/chat/messages", content=b"id=1")).status_code == 415


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Requested-With": ""},
        {"Origin": "http://elsewhere.test"},
        {"Origin": "null"},
        {"Origin": "http://chat.test.elsewhere.test"},
    ],
)
async def test_another_site_cannot_speak_for_a_visitor(
    client: httpx.AsyncClient, house: FakeHouse, headers: dict[str, str]
) -> None:
    answer = await client.post("/chat/messages", json={"id": "m1", "text": "a"}, headers=headers)

    assert (answer.status_code, answer.json()) == (403, {"error": "forbidden"})
    assert not house.updates


async def test_while_the_store_is_away_the_page_is_told_to_send_again(
    client: httpx.AsyncClient, house: FakeHouse
) -> None:
    house.away = True
    for answer in (
        await client.post("/chat/messages", json={"id": "m1", "text": "a"}),
        await client.get("/chat/state"),
    ):
        assert (answer.status_code, answer.json()) == (503, {"error": "unavailable"})
    house.away = False

    assert (await client.post("/chat/messages", json={"id": "m1", "text": "a"})).status_code == 200


async def test_a_turn_that_was_taken_is_reported_even_if_it_cannot_be_read_back(
    client: httpx.AsyncClient, house: FakeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> dict[str, Any]:
        raise Unavailable

    monkeypatch.setattr(house, "since", away)
    answer = await client.post("/chat/messages", json={"id": "m1", "text": "a", "after": 0})

    assert answer.status_code == 200
    assert "update" not in answer.json()


async def test_the_cookie_is_a_secret_that_scripts_cannot_read(house: FakeHouse) -> None:
    app, house = make_app()
    async with _client(app) as client:
        cookie = (await client.get("/")).headers["set-cookie"]
        await client.post("/chat/messages", json={"id": "m1", "text": "a"})
        token = client.cookies[COOKIE]

    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert len(token) == 43
    assert token not in repr(house.updates)


async def test_the_cookie_is_secure_where_the_address_is() -> None:
    app, _ = make_app(settings=Settings(_env_file=None, public_url="https://bang.example"))
    async with _client(app) as client:
        assert "Secure" in (await client.get("/")).headers["set-cookie"]


async def test_the_public_address_is_an_own_origin_behind_a_proxy() -> None:
    app, _ = make_app(settings=Settings(_env_file=None, public_url="https://bang.example"))
    async with _client(app) as client:
        headers = {"Origin": "https://bang.example"}
        answer = await client.post("/chat/messages", json={"id": "m", "text": "a"}, headers=headers)

    assert answer.status_code == 200


async def test_an_exhibit_is_shown_to_its_own_person_alone() -> None:
    app, _ = make_app()
    async with _client(app) as owner, _client(app) as other, _client(app) as nobody:
        await _upload(owner, PNG)
        await other.get("/")
        mine = await owner.get("/chat/evidence/1")

        assert (mine.status_code, mine.content, mine.headers["content-type"]) == (200, PNG, "image/jpeg")
        assert mine.headers["content-disposition"].startswith("inline")
        assert mine.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in mine.headers["content-security-policy"]
        assert (await other.get("/chat/evidence/1")).status_code == 404
        assert (await nobody.get("/chat/evidence/1")).status_code == 404
        assert (await owner.get("/chat/evidence/2")).status_code == 404
        assert (await owner.get("/chat/evidence/99999999999999999999")).status_code == 404


async def test_a_picture_that_the_page_has_is_not_sent_again(client: httpx.AsyncClient) -> None:
    await _upload(client, PNG)
    first = await client.get("/chat/evidence/1")
    again = await client.get("/chat/evidence/1", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml", "application/pdf"])
async def test_an_exhibit_as_it_came_is_a_download_without_a_type(client: httpx.AsyncClient, mime: str) -> None:
    """Requirement 23."""
    await client.post("/chat/messages", data={"id": "u"}, files={"f": ("x", b"<script>1</script>", mime)})
    answer = await client.get("/chat/evidence/1/original")
    assert answer.headers["x-content-type-options"] == "nosniff"

    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("path", ["/", "/chat/state", "/healthz", "/static/app.js", "/nothing"])
async def test_every_response_carries_the_security_headers(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers

    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


async def test_health_says_alive_and_readiness_names_each_part(client: httpx.AsyncClient, house: FakeHouse) -> None:
    assert (await client.get("/healthz")).json() == {"alive": True}
    assert (await client.get("/readyz")).json() == {"ready": True, "parts": {"database": True, "blobs": True}}
    house.away = True
    answer = await client.get("/readyz")

    assert (answer.status_code, answer.json()["parts"]["database"]) == (503, False)
    assert (await client.get("/healthz")).status_code == 200
