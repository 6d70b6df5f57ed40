"""How sure is sure: the lead of a decision on held-out sentences to how often such a decision is right."""

from collections.abc import Iterator, Sequence

LEAST = 60  # decisions in a step, so that one of them does not make it
STEPS = 20
DOUBT = 8  # wrong decisions added to each step, for people write in more ways than the lexicon does
SURE = 0.8  # a confidence that others act on without asking
SURELY = 0.97  # of the decisions with at least such a lead were right; people's sentences are easier than these lines


def calibrate(decisions: Sequence[tuple[float, bool]]) -> dict[str, list[float]]:
    """Return rising steps of lead and, one more, the share of right decisions below, between and above them.

    The shares rise with the lead (neighbours that do not are pooled) and lean towards doubt; a share of `SURE` is only
    for leads from which on hardly a decision was wrong.
    """
    ordered = sorted(decisions)
    begin = _begin_of_sure(ordered)
    doubtful = [(lead, min(share, SURE - 0.01)) for lead, share in _steps(ordered[:begin])]
    steps = [*doubtful, *((lead, share) for lead, share in _steps(ordered[begin:]))] or [(0.0, 0.5)]
    return {
        "lead": [round(lead, 4) for lead, _ in steps[1:]],
        "right": [round(share, 3) for _, share in steps],
    }


def _begin_of_sure(ordered: Sequence[tuple[float, bool]]) -> int:
    """The first decision from which on the share of right ones is as it must be; their number where it never is."""
    begin, right = len(ordered), 0
    for number, (_, is_right) in enumerate(reversed(ordered), 1):
        right += is_right
        if number >= LEAST and right >= SURELY * number:
            begin = len(ordered) - number
    return begin


def _steps(ordered: Sequence[tuple[float, bool]]) -> Iterator[tuple[float, float]]:
    """Yield the least lead and the share of right decisions of each step, rising."""
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
    for block in blocks:
        yield block[0], _share(block)


def _share(block: tuple[float, int, int]) -> float:
    _, right, count = block
    return right / (count + DOUBT)
