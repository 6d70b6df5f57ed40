"""A channel that is switched off in channels.yaml: with it go its rung of the ladder and its letter, and what still
names it says so."""

from dataclasses import replace

from dialogs import channels, wordlists
from dialogs.draft import Draft
from dialogs.guide import Guide

ECHOES = (
    "understood",
    "corrected",
    "attempt",
    "letter.text",
    "channel.closed",
)  # what the person said themselves, or signs
"""Replies that name a place without sending anyone there."""


def without(guide: Guide) -> Guide:
    """The guide without the places to complain that are out of use, and without what leads to them alone."""
    closed = {channel.id for channel in guide.channels if not channel.enabled}
    if not closed:
        return guide
    ladder = tuple(rung for rung in guide.ladder if rung.channel not in closed)
    left = {rung.letter for rung in ladder}
    gone = {rung.letter for rung in guide.ladder if rung.channel in closed} - left - {""}
    return replace(
        guide,
        channels=tuple(channel for channel in guide.channels if channel.enabled),
        closed=tuple(channel for channel in guide.channels if not channel.enabled),
        ladder=ladder,
        letters={name: letter for name, letter in guide.letters.items() if name not in gone},
    )


def warn(draft: Draft) -> None:
    """Add to what was said, for each closed place that it names, that it is not to be gone to now."""
    for channel in draft.guide.closed:
        for number, reply in enumerate(draft.replies):
            if reply.key.startswith(ECHOES) or not wordlists.says(channel.words, reply.text.lower()):
                continue
            words = draft.text("channel.closed", {"name": channels.title(draft, channel)})
            draft.replies[number] = replace(reply, text=f"{reply.text}\n{words}")
            break
