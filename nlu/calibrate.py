"""How sure is sure: the lead of a decision on held-out sentences to how often such a decision is right."""

from collections.abc import Sequence

LEAST = 60  # decisions in a step, so that one of them does not make it
STEPS = 20
DOUBT = 8  # wrong decisions added to each step, for people write in more ways than the lexicon does


def calibrate(decisions: Sequence[tuple[float, bool]]) -> dict[str, list[float]]:
    """Return rising steps of lead and, one more, the share of right decisions below, between and above them.

    The shares rise with the lead (neighbours that do not are pooled) and lean towards doubt.
    """
    ordered = sorted(decisions)
    size = max(LEAST, len(ordered) // STEPS)
    starts = range(0, max(len(ordered) - size, 0) + 1, size)  # what is left over belongs to the last step
    blocks: list[tuple[float, int, int]] = []  # the least lead, how many were right, how many there were
    for start in starts:
        part = ordered[start : start + size] if start != starts[-1] else ordered[start:]
        if not part:
            break
        block = (part[0][0], sum(is_right for _, is_right in part), len(part))
        while blocks and _share(block) <= _share(blocks[-1]):
            lead, right, count = blocks.pop()
            block = (lead, right + block[1], count + block[2])
        blocks.append(block)
    return {
        "lead": [round(lead, 4) for lead, _, _ in blocks[1:]],
        "right": [round(_share(block), 3) for block in blocks] or [0.5],
    }


def _share(block: tuple[float, int, int]) -> float:
    _, right, count = block
    return right / (count + DOUBT)
