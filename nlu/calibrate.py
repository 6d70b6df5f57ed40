"""How sure is sure: the lead of a decision on held-out sentences to how often such a decision is right."""

from collections.abc import Sequence

LEAST = 60  # decisions in a step, so that one of them does not make it
STEPS = 20


def calibrate(decisions: Sequence[tuple[float, bool]]) -> dict[str, list[float]]:
    """Return rising steps of lead and, one more, the share of right decisions below, between and above them.

    The shares rise with the lead (neighbours that do not are pooled) and lean towards doubt: one wrong decision
    is added to each step.
    """
    ordered = sorted(decisions)
    size = max(LEAST, len(ordered) // STEPS)
    blocks: list[list[float]] = []  # [first lead, right, all]
    for at in range(0, len(ordered), size):
        block = ordered[at : at + size]
        blocks.append([block[0][0], sum(right for _, right in block), len(block)])
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][2] >= blocks[-1][1] / blocks[-1][2]:
            last = blocks.pop()
            blocks[-1][1] += last[1]
            blocks[-1][2] += last[2]
    return {
        "lead": [round(block[0], 4) for block in blocks[1:]],
        "right": [round(block[1] / (block[2] + 1), 3) for block in blocks] or [0.5],
    }
