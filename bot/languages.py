"""Which of our languages a platform or a browser asks for."""

from collections.abc import Sequence

TRADITIONAL = ("hant", "tw", "hk", "mo", "yue")


def accepted(header: str) -> str:
    """The tag that an `Accept-Language` header likes best; "" for none."""
    tags = []
    for part in header.split(","):
        tag, _, weight = part.strip().partition(";")
        try:
            value = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            value = 0.0
        tags.append((value, tag.strip()))
    return max(tags, key=lambda pair: pair[0])[1]


def closest(tag: str, languages: Sequence[str]) -> str:
    """Of our languages the one nearest to a tag like en-GB or zh-TW; the first where nothing is asked for.

    >>> [closest(tag, ("zh-Hans", "zh-Hant", "en")) for tag in ("", "zh_CN", "zh-HK", "en-US", "fr")]
    ['zh-Hans', 'zh-Hans', 'zh-Hant', 'en', 'en']
    """
    wanted = tag.lower().replace("_", "-")
    if wanted.startswith(("zh", "yue")):
        wanted = "zh-hant" if any(part in wanted for part in TRADITIONAL) else "zh-hans"
    elif wanted not in ("", "*"):
        wanted = "en"  # of the two, the better guess for whoever reads neither
    return next((language for language in languages if language.lower() == wanted), languages[0])
