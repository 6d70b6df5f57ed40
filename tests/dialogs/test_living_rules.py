"""Living rules: what is past its review is named, a closed channel is gone everywhere, old cases meet a new guide."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from dialogs import ladder, loader
from dialogs.check import check, stale
from dialogs.dialog import Dialog
from dialogs.guide import Guide
from dialogs.loader import CONTENT
from dialogs.texts import Texts
from dialogs.turn import Pick, Turn
from tests.dialogs.walking import GUIDE, case

FEE = case("rights", "fee_dispute", {"contacted": "yes", "merchant_type": "company", "contract_with": "licensed"})


@pytest.fixture
def closed(tmp_path: Path) -> tuple[Guide, Texts]:
    """The guide with the market regulator switched off in channels.yaml, and nowhere else."""
    folder = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    file = folder / "channels.yaml"
    head, mark, rest = file.read_text("utf-8").partition("  market:")
    file.write_text(head + mark + rest.replace("enabled: true", "enabled: false", 1), "utf-8")
    return loader.load(folder)


def test_a_file_past_its_review_is_named_with_what_to_do() -> None:
    today = GUIDE.reviewed + timedelta(days=31)

    found = stale(today=today, review_after=timedelta(days=30))

    assert "guide.yaml" in {fault.file for fault in found}
    assert all(fault.warning and "review it" in fault.message for fault in found)
    assert not stale(today=today, review_after=timedelta(days=400))
    assert date.fromisoformat(str(GUIDE.reviewed)) < today


def test_what_still_names_a_closed_place_says_that_it_is_out_of_use(closed: tuple[Guide, Texts]) -> None:
    """The advice on fees names the market regulator and others: it is said as it is, with a word on the closed one."""
    guide, texts = closed
    outcome = Dialog(guide, texts).step(FEE, Turn("words", "怎么投诉", "ask_rights", confidence=1.0), "zh-Hans")
    named = [reply.text for reply in outcome.replies if "市场监管" in reply.text]

    assert named
    assert "停用" in named[0]
    assert not any("停用" in reply.text for reply in Dialog(GUIDE, texts).step(FEE, Turn("start"), "zh-Hans").replies)


def test_a_closed_channel_is_no_rung_no_letter_and_no_place_to_complain(closed: tuple[Guide, Texts]) -> None:
    guide, texts = closed
    said = Dialog(guide, texts).step(FEE, Turn("pick", pick=Pick(FEE.no, "!channel", "market")), "zh-Hans")

    assert "market" in [step.rung.id for step in ladder.climb(GUIDE, FEE)]
    assert "market" not in [step.rung.id for step in ladder.climb(guide, FEE)]
    assert "report_market" in GUIDE.letters
    assert "report_market" not in guide.letters
    assert said.replies[0].key == "choice.gone"
    ids = {button.pick.id for reply in said.replies for button in reply.buttons}
    assert not any("market" in one for one in ids)


def test_texts_that_still_name_a_closed_channel_are_listed(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    file = folder / "channels.yaml"
    head, mark, rest = file.read_text("utf-8").partition("  pcac:")
    file.write_text(head + mark + rest.replace("enabled: true", "enabled: false", 1), "utf-8")

    named = {fault.key for fault in check(folder, today=GUIDE.reviewed) if "names pcac" in fault.message}
    as_it_is = [fault for fault in check(today=GUIDE.reviewed) if "out of use" in fault.message]

    assert "enter.rights" in named
    assert not any(key.startswith(("channel.pcac", "letter.")) for key in named)
    assert not as_it_is


def test_a_button_by_an_old_name_still_does_what_it_said() -> None:
    old, new = next(iter(GUIDE.renames.items()))

    assert old not in GUIDE.letters
    assert new in GUIDE.letters
