"""The page as it is served: its words, its files, and colours that can be read."""

import json
import re

import httpx
import pytest

from bot.web.intake import Limits
from bot.web.page import STATIC, fill_page, languages, read_strings
from tests.support.fake_web import make_app

SOURCES = "".join(path.read_text("utf-8") for path in STATIC.iterdir() if path.suffix in (".js", ".html"))
BUILT = (
    "error.",
    "panel.fact_",
    "panel.section_",
    "panel.item_",
    "panel.rung_",
)  # prefixes of keys that scripts put together


def test_every_word_the_page_uses_exists() -> None:
    used = set(re.findall(r"\{\{([a-z]+\.[a-z_]+)\}\}", SOURCES)) | set(re.findall(r'\bt\(\s*"([a-z_.]+)"', SOURCES))

    assert used
    assert used <= read_strings().keys()


def test_no_word_is_left_over() -> None:
    assert [key for key in read_strings() if key not in SOURCES and not key.startswith(BUILT)] == []


@pytest.mark.parametrize("language", languages())
def test_every_language_has_the_same_words_and_gaps(language: str) -> None:
    first, own = read_strings(), read_strings(language)

    assert own.keys() == first.keys()
    for key in first:
        assert sorted(re.findall(r"\{\w+\}", own[key])) == sorted(re.findall(r"\{\w+\}", first[key])), key


@pytest.mark.parametrize(
    ("header", "language"), [("", "zh-Hans"), ("zh-HK,zh;q=0.9", "zh-Hant"), ("en-GB,en;q=0.9", "en"), ("de", "en")]
)
async def test_the_page_begins_in_the_browsers_language(header: str, language: str) -> None:
    app, _ = make_app()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://chat.test") as client:
        answer = await client.get("/", headers={"Accept-Language": header})

    assert f'<html lang="{language}">' in answer.text
    assert read_strings(language)["composer.placeholder"] in answer.text


async def test_the_page_speaks_the_language_of_its_conversation() -> None:
    """Whatever the browser would like: the conversation was in Chinese."""
    app, _ = make_app()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://chat.test") as client:
        await client.get("/")
        sent = {"id": "a1", "text": "钱没到账"}
        await client.post("/chat/messages", json=sent, headers={"X-Requested-With": "zgb"})
        answer = await client.get("/", headers={"Accept-Language": "en"})

    assert '<html lang="zh-Hans">' in answer.text


def test_nothing_said_can_become_markup() -> None:
    """Text reaches the page as text nodes; none of the ways to parse it are used."""
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", SOURCES)


def test_the_page_asks_nothing_of_other_addresses() -> None:
    addresses = set(re.findall(r"https?://[\w.]+", SOURCES + "".join(p.read_text() for p in STATIC.glob("*.css"))))

    assert addresses == {"http://www.w3.org"}  # the name of SVG's namespace


def test_words_cannot_break_out_of_the_page() -> None:
    strings = {"a": "</script><b>", "b": '"><i>'}
    page = fill_page('<p title="{{b}}">{{a}}</p><script>{{config}}</script>', strings, "v", Limits())

    assert "<b>" not in page
    assert "<i>" not in page.split("<script>")[0]
    assert page.count("</script>") == 1


def test_a_missing_word_stops_the_start() -> None:
    with pytest.raises(KeyError):
        fill_page("{{no.such}}", {}, "v", Limits())


async def test_files_under_their_version_are_kept_and_others_are_asked_for_again() -> None:
    app, _ = make_app()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://chat.test") as client:
        page = (await client.get("/")).text
        for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
            answer = await client.get(path)
            assert answer.status_code == 200
            assert "immutable" in answer.headers["cache-control"]
        plain = await client.get("/static/app.js")
        again = await client.get("/static/app.js", headers={"If-None-Match": plain.headers["etag"]})
        assert plain.headers["cache-control"] == "no-cache"
        assert again.status_code == 304
        assert (await client.get("/static/../app.py")).status_code == 404
        assert json.loads((await client.get("/static/strings.zh-Hans.json")).text) == read_strings()


PAIRS = [
    ("ink", "paper"),
    ("ink", "card"),
    ("ink", "mine"),
    ("soft", "paper"),
    ("soft", "card"),
    ("jade", "card"),
    ("jade", "paper"),
    ("jade-ink", "jade"),
    ("seal-ink", "seal"),
    ("grave-ink", "paper"),
    ("grave-ink", "card"),
    *((f"{tone}-ink", f"{tone}-bg") for tone in ("calm", "note", "warn", "grave")),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_words_stand_out_from_their_ground(scheme: str, front: str, back: str) -> None:
    """WCAG AA: 4.5 to 1."""
    blocks = re.findall(r":root \{(.*?)\}", (STATIC / "style.css").read_text(), re.S)
    colours = dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", blocks[scheme == "dark"]))
    light, dark = sorted((_luminance(colours[front]), _luminance(colours[back])), reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= 4.5


def _luminance(colour: str) -> float:
    channels = [int(colour[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
