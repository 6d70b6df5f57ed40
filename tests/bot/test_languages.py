"""The language to begin with: what a platform or browser asks for, and what the first words are written in."""

import pytest

from bot.languages import accepted, closest

OURS = ("zh-Hans", "zh-Hant", "en")


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("", "zh-Hans"),
        ("*", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh_TW", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("yue", "zh-Hant"),
        ("en-GB", "en"),
        ("fr", "en"),
    ],
)
def test_the_nearest_language_is_spoken(tag: str, language: str) -> None:
    assert closest(tag, OURS) == language


def test_a_language_we_lack_gives_way_to_the_first() -> None:
    assert closest("en", ("zh-Hans",)) == "zh-Hans"


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("", ""),
        ("en-GB,en;q=0.9", "en-GB"),
        ("en;q=0.5, zh-TW;q=0.8", "zh-TW"),
        ("zh-CN;q=broken, en;q=0.1", "en"),
    ],
)
def test_the_tag_a_browser_likes_best_counts(header: str, tag: str) -> None:
    assert accepted(header) == tag
