"""A rule as a letter cites it."""

import re

from dialogs.draft import Draft
from dialogs.guide import Ground

NO_SOURCE = re.compile(r"（[^（）]*(?:据|推论|经验|常识|样张|口径|是建议|没有|说法)[^（）]*）")
SECOND_HAND = re.compile(r"据|转引")


def rule_words(draft: Draft, ground: Ground) -> str:
    """A rule with its source, hedged where the source was read second hand; "" for an uncertain one."""
    if ground.level == "uncertain":
        return ""
    parts = [part for part in NO_SOURCE.sub("", ground.cite).split("；") if "《" in part or "〔" in part]
    hedge = ground.level == "secondary" or SECOND_HAND.search(ground.cite)
    text = draft.text(f"letter.rule.{ground.id}") + (draft.text("letter.rule.hedge") if hedge else "")
    return draft.text("letter.rule", {"cite": "；".join(parts), "text": text})
