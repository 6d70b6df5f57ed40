"""Made-up slips, lists and messages, damaged as paper and photos are, through the real child."""

import asyncio
import io
import random
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import pytest

from tests.bot.reading.needs import need_font, need_libraries

need_libraries()
need_font()

from PIL import Image  # noqa: E402

from bot.reading.reading import Reading  # noqa: E402
from bot.reading.service import ReadingService  # noqa: E402
from nlu.receipt_lines import fold  # noqa: E402
from tests.bot.reading import damage, forms, pictures  # noqa: E402
from tests.bot.reading.pictures import NOW, Sample  # noqa: E402

pytestmark = pytest.mark.xdist_group("reading")
KEYS = ("amount", "time", "reference_no", "merchant_no")
SEED = 20261124


@dataclass(frozen=True)
class Case:
    """A picture to read, and what is true of it."""

    name: str
    sample: Sample


@cache
def readable() -> list[Case]:
    """One slip for each damage, and each form once."""
    luck = random.Random(SEED)
    cases = []
    for harm in damage.READABLE:
        sample = luck.choice(pictures.SLIPS)(luck)
        cases.append(Case(harm.__name__, Sample(harm(sample.picture, luck), sample.truth, sample.kind)))
    cases += [Case(layout.__name__, layout(luck)) for layout in (*pictures.LAYOUTS[6:], *forms.FORMS)]
    for put in (damage.side_by_side, damage.stacked):
        first, second = luck.choice(pictures.SLIPS)(luck), luck.choice(pictures.SLIPS)(luck)
        both = put(first.picture, second.picture, luck)
        cases.append(Case(put.__name__, Sample(both, first.truth + second.truth, "slip")))
    return cases


@cache
def unreadable() -> list[Case]:
    """Slips that nobody can read, and pictures without any writing."""
    luck = random.Random(SEED)
    cases = []
    for harm in damage.UNREADABLE:
        sample = luck.choice(pictures.SLIPS)(luck)
        cases.append(Case(harm.__name__, Sample(harm(sample.picture, luck), sample.truth, "")))
    cases.append(Case("wall", Sample(Image.new("RGB", (900, 1200), (188, 180, 170)), (), "")))
    return cases


@pytest.fixture(scope="module")
def readings() -> dict[str, tuple[Case, Reading]]:
    """Every picture, read once."""

    async def read_all() -> dict[str, tuple[Case, Reading]]:
        service = ReadingService(lambda: NOW)
        await service.start()
        assert service.fault == ""
        found = {}
        for case in [*readable(), *unreadable()]:
            buffer = io.BytesIO()
            case.sample.picture.save(buffer, "JPEG", quality=88)
            found[case.name] = (case, await service.read(buffer.getvalue(), "image/jpeg"))
        await service.stop()
        return found

    return asyncio.run(read_all())


def is_same(name: str, read: str, true: str) -> bool:
    """Do both mean the same?"""
    return float(read) == float(true) if name == "amount" else fold(read).replace(" ", "") == fold(true)


def paired(case: Case, reading: Reading) -> Iterable[tuple[Mapping[str, str], Mapping[str, str]]]:
    """Each true transaction with the item that fits it best."""
    left = [{name: field.value for name, field in item.items()} for item in reading.items]
    for truth in case.sample.truth:
        best = max(left, key=lambda item: sum(is_same(n, item[n], truth[n]) for n in truth if n in item), default={})
        left = [item for item in left if item is not best]
        yield truth, best


def test_key_fields_of_readable_pictures_are_right(readings: dict[str, tuple[Case, Reading]]) -> None:
    right = total = 0
    wrong = []
    for case in readable():
        for truth, item in paired(*readings[case.name]):
            for name in set(KEYS) & set(truth):
                total += 1
                if name in item and is_same(name, item[name], truth[name]):
                    right += 1
                elif name in item:
                    wrong.append((case.name, name))

    assert total > 100
    assert not wrong
    assert right >= 0.97 * total


def test_no_field_is_read_wrong(readings: dict[str, tuple[Case, Reading]]) -> None:
    wrong = [
        (case.name, name, item[name], truth[name])
        for case, reading in readings.values()
        for truth, item in paired(case, reading)
        for name in set(truth) & set(item)
        if name not in ("merchant_name", "acquirer") and not is_same(name, item[name], truth[name])
    ]

    assert not wrong


def test_there_are_as_many_items_as_transactions(readings: dict[str, tuple[Case, Reading]]) -> None:
    """evidence.md requirement 7: two slips in one picture are two, an empty table none; also on its side (5)."""
    counts = {case.name: (len(readings[case.name][1].items), len(case.sample.truth)) for case in readable()}

    assert {name: both for name, both in counts.items() if both[0] != both[1]} == {}


def test_a_hidden_or_impossible_field_is_not_made_up(readings: dict[str, tuple[Case, Reading]]) -> None:
    """evidence.md requirement 7."""
    for name in ("glared", "impossible"):
        case, reading = readings[name]
        assert not (set(KEYS) - set(case.sample.truth[0])) & set(reading.items[0])
        assert reading.note == "no_amount"


def test_kinds_are_told_apart(readings: dict[str, tuple[Case, Reading]]) -> None:
    kinds = {case.name: (readings[case.name][1].kind, case.sample.kind) for case in readable()}

    assert {name: both for name, both in kinds.items() if both[0] != both[1]} == {}


def test_from_unreadable_pictures_nothing_is_read_and_the_reason_is_said(
    readings: dict[str, tuple[Case, Reading]],
) -> None:
    for case in unreadable():
        assert readings[case.name][1].items == ()
        assert readings[case.name][1].note == ("nothing" if case.name == "wall" else "blurred")


def test_full_numbers_in_a_picture_are_masked_everywhere(readings: dict[str, tuple[Case, Reading]]) -> None:
    account, message = readings["account"][1], readings["messages"][1]

    assert account.masked == 2
    assert not any("6222021234567890128" in line.replace(" ", "") or "19900307" in line for line in account.lines)
    assert not any("583920" in line for line in message.lines)


def test_cards_are_only_ever_masked(readings: dict[str, tuple[Case, Reading]]) -> None:
    cards = [
        item["card_masked"].value for _, reading in readings.values() for item in reading.items if "card_masked" in item
    ]

    assert cards
    assert all(len(card) == 16 and card[6:12] == "******" for card in cards)


def test_words_in_a_picture_are_only_words(readings: dict[str, tuple[Case, Reading]]) -> None:
    """evidence.md requirement 9."""
    case, reading = readings["ordering"]

    assert reading.items[0]["amount"].value == case.sample.truth[0]["amount"]
    assert any("改为" in line for line in reading.lines)


def test_the_child_has_no_network() -> None:
    """evidence.md requirement 2 and 4: reading needs no network and opens no address."""
    code = (
        "import socket; from bot.reading import worker; worker._refuse_network()\n"
        "try: socket.create_connection(('127.0.0.1', 9), 1)\n"
        "except PermissionError: print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "refused"
