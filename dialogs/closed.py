"""A channel that is switched off in channels.yaml: with it go its rung of the ladder and its letter."""

from dataclasses import replace

from dialogs.guide import Guide


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
        ladder=ladder,
        letters={name: letter for name, letter in guide.letters.items() if name not in gone},
    )
