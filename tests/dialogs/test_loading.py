"""Loading and checking content: every fault is named with file and key, all in one go."""

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from dialogs import loader
from dialogs.check import REVIEW_AFTER, check
from dialogs.errors import ContentFault, Fault
from dialogs.reader import Reader
from dialogs.saying import Sayings, sayings

TODAY = date(2026, 11, 25)
SOURCES = Path(__file__).parents[2]
Break = Callable[[Path], None]


@cache
def said() -> Sayings:
    """What the program says, read once: no test changes its source."""
    return sayings((SOURCES / "dialogs", SOURCES / "bot"))


def replace(file: str, old: str, new: str) -> Break:
    """Put other words into a file; the old ones must stand there."""

    def apply(folder: Path) -> None:
        path = folder / file
        text = path.read_text("utf-8")
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1), "utf-8")

    return apply


def append(file: str, more: str) -> Break:
    return lambda folder: (folder / file).write_text((folder / file).read_text("utf-8") + more, "utf-8") and None


def remove(file: str) -> Break:
    return lambda folder: (folder / file).unlink()


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    shutil.copytree(loader.CONTENT, folder)
    return folder


def faults(folder: Path) -> list[Fault]:
    return check(folder, today=TODAY, said=said())


def test_the_content_has_no_fault_and_no_text_that_nobody_says() -> None:
    assert [str(fault) for fault in check(today=TODAY, said=said())] == []


@pytest.mark.parametrize(
    ("broken", "file", "key", "words"),
    [
        (remove("advice.yaml"), "advice.yaml", "-", "missing"),
        (remove("response_codes.csv"), "response_codes.csv", "-", "missing"),
        (append("severity.yaml", "\n  bad: [\n"), "severity.yaml", "-", "YAML"),
        (lambda folder: (folder / "fees.yaml").write_text("- a\n- b\n"), "fees.yaml", "-", "mapping"),
        (replace("fees.yaml", "bands:", "bonds:"), "fees.yaml", "bands", "missing"),
        (replace("reasons.yaml", "reviewed: 2026-11-24", "reviewed: soon"), "reasons.yaml", "reviewed", "date"),
        (replace("reasons.yaml", "owner: guide", "owner:"), "reasons.yaml", "owner", "looks after"),
        (replace("guide.yaml", "initial: opening", ""), "guide.yaml", "initial", "missing"),
        (
            replace("severity.yaml", "{fact: {fraud_loss", "{fcat: {fraud_loss"),
            "severity.yaml",
            "fraud_loss",
            "no guard",
        ),
        (replace("severity.yaml", "level: 4, when", "level: high, when"), "severity.yaml", "row 1", "ValueError"),
        (replace("advice.yaml", "    priority: 100\n", ""), "advice.yaml", "row 1", "priority"),
        (
            replace("severity.yaml", "when: [promise_over]", "when: promise_over"),
            "severity.yaml",
            "promise_broken",
            "list",
        ),
        (replace("guide.yaml", "initial: opening", "initial: opening\ninitial: assess"), "guide.yaml", "-", "twice"),
        (replace("situations.yaml", '["@data_fee"]', '["@date_fee"]'), "situations.yaml", "@date_fee", "no such idea"),
    ],
)
def test_a_fault_that_makes_the_content_unusable_is_named(
    content: Path, broken: Break, file: str, key: str, words: str
) -> None:
    broken(content)

    with pytest.raises(ContentFault) as raised:
        loader.load(content)
    found = [fault for fault in raised.value.faults if fault.file == file and fault.key == key]
    assert any(words in fault.message for fault in found), raised.value.faults


def test_all_faults_are_reported_together(content: Path) -> None:
    remove("advice.yaml")(content)
    replace("fees.yaml", "bands:", "bonds:")(content)
    replace("guide.yaml", "initial: opening", "initial: nowhere")(content)

    files = {fault.file for fault in faults(content)}

    assert {"advice.yaml", "fees.yaml", "guide.yaml"} <= files


@pytest.mark.parametrize(
    ("broken", "file", "key", "words"),
    [
        (
            replace("guide.yaml", "from: legal, to: closing", "from: legal, to: nirvana"),
            "guide.yaml",
            "go_on from legal",
            "nirvana",
        ),
        (replace("guide.yaml", "ask_legal: legal", "ask_legal: heaven"), "guide.yaml", "ask_legal", "heaven"),
        (replace("guide.yaml", "kind: checks, when", "kind: cheques, when"), "guide.yaml", "checks", "cheques"),
        (replace("guide.yaml", "tells: advice.self_check", "tells: advice.nothing"), "guide.yaml", "checks", "nothing"),
        (
            replace("guide.yaml", "for: [funds_frozen]", "for: [funds_thawed]"),
            "guide.yaml",
            "frozen_by",
            "funds_thawed",
        ),
        (replace("guide.yaml", "police: [公安", "gods: [公安"), "guide.yaml", "frozen_by", "gods"),
        (replace("guide.yaml", "kind: rate,", "kind: ratio,"), "guide.yaml", "rate_agreed", "ratio"),
        (replace("guide.yaml", '{fact: {fixed: "no"}}', "{fact: {fixed: maybe}}"), "guide.yaml", "repair", "maybe"),
        (
            replace("guide.yaml", '[{fact: {contacted: "no"}}]', '[{fact: {contcated: "no"}}]'),
            "guide.yaml",
            "call_script",
            "contcated",
        ),
        (replace("advice.yaml", "due: now", "due: soon"), "advice.yaml", "advice.fraud_police", "soon"),
        (
            replace("advice.yaml", "section: rights\n    priority: 100", "section: lefts\n    priority: 100"),
            "advice.yaml",
            "advice.fraud_police",
            "lefts",
        ),
        (
            replace("advice.yaml", "{not has_item: police_receipt}", "{not has_item: police_recipe}"),
            "advice.yaml",
            "advice.fraud_police",
            "police_recipe",
        ),
        (
            replace("advice.yaml", "{days_over: 30}", "{days_over: many}"),
            "advice.yaml",
            "advice.settle_over_30",
            "many",
        ),
        (
            replace("severity.yaml", "agent_vanished]", "agent_on_holiday]"),
            "severity.yaml",
            "agent_vanished",
            "agent_on_holiday",
        ),
        (
            replace("problems.yaml", "checklist: [screen_photo", "checklist: [screen_phtoo"),
            "problems.yaml",
            "device_fault",
            "screen_phtoo",
        ),
        (replace("problems.yaml", "paper: [check", "papers: [check"), "problems.yaml", "device_fault", "papers"),
        (replace("reminders.yaml", "from: since", "from: sins"), "reminders.yaml", "settle_arrived", "sins"),
        (
            replace("advice.yaml", "facts: [R-19, K-07]", "facts: [R-999, K-07]"),
            "advice.yaml",
            "advice.fraud_police",
            "R-999",
        ),
        (replace("topics.yaml", "section: evidence", "section: evident"), "topics.yaml", "evidence.kinds", "evident"),
        (replace("zh-Hans/common.yaml", "  paused:", "  posed:"), "zh-Hans", "paused", "missing"),
        (replace("zh-Hans/common.yaml", "  paused:", "  posed: 哦\n  paused:"), "zh-Hans", "posed", "nothing says"),
        (
            replace("zh-Hans/common.yaml", "  paused: 好", "  paused: 依第三条，好"),
            "zh-Hans",
            "paused",
            "states a rule",
        ),
        (append("zh-Hans/scam.yaml", "  paused: 好\n"), "zh-Hans/scam.yaml", "paused", "twice"),
        (remove("zh-Hans/letters/complaint.j2"), "zh-Hans/letters", "complaint", "template"),
    ],
)
def test_a_seeded_fault_is_found(content: Path, broken: Break, file: str, key: str, words: str) -> None:
    broken(content)

    found = faults(content)

    assert any(fault.file == file and fault.key == key and words in fault.message for fault in found), found


def test_a_section_without_advice_that_always_holds_leaves_someone_alone(content: Path) -> None:
    replace("advice.yaml", "when: [{section: [closing]}]\n", "when: [{section: [closing]}, {known: outcome}]\n")(
        content
    )

    assert any(fault.key == "closing" and "left alone" in fault.message for fault in faults(content))


def test_a_section_that_no_move_leads_to_is_a_fault(content: Path) -> None:
    replace("guide.yaml", "contact_support, rights", "limbo, contact_support, rights")(content)

    assert any(fault.key == "limbo" and "no move" in fault.message for fault in faults(content))


def test_what_is_past_its_review_is_a_warning_and_what_is_reviewed_tomorrow_a_fault() -> None:
    late = check(today=TODAY + REVIEW_AFTER + timedelta(days=2), said=said())
    early = check(today=date(2026, 1, 1), said=said())

    assert any(fault.key == "reviewed" and fault.warning for fault in late)
    assert any(fault.key == "reviewed" and not fault.warning for fault in early)


def test_another_language_must_say_everything_with_the_same_placeholders(content: Path) -> None:
    folder = content / "xx"
    folder.mkdir()
    (folder / "a.yaml").write_text("reviewed: 2026-11-24\ntexts:\n  paused: ok {who}\n  extra: hm\n", "utf-8")

    found = {(fault.file, fault.key): fault.message for fault in faults(content)}

    assert "placeholders" in found["xx", "paused"]
    assert ("xx", "extra") in found
    assert "translated" in found["xx", "help"]


def test_a_missing_folder_of_texts_is_all_texts_missing(content: Path) -> None:
    shutil.rmtree(content / "zh-Hans")

    assert len([fault for fault in faults(content) if "missing" in fault.message]) > 100


def test_a_condition_may_hold_in_one_of_several_ways() -> None:
    reader = Reader(loader.CONTENT)

    condition = reader.condition("x", "y", [{"any": [[{"known": "amount"}], ["not promise_over"]]}])

    assert condition == (("any", True, ((("known", True, "amount"),), (("promise_over", False, None),))),)
    assert not reader.faults


def test_what_the_program_says_is_read_from_its_source(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        'def f(d, x):\n    d.say("one.said" if x else "two.said")\n    d.text(f"three.{x}.end")\n    y = "four.named"\n'
        '    d.button("!a", "", "five.label")\n    d.say(f"six.{x}")\n    z = "seventh"\n'
    )

    found = sayings([tmp_path])

    assert set(found.said) == {"one.said", "two.said", "five.label"}
    assert all(map(found.may_say, ("one.said", "three.any.end", "four.named", "six.seventh")))
    assert not any(map(found.may_say, ("three.any", "six.unnamed", "eight")))
