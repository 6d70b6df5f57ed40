"""Whole conversations: each YAML file here is a person at the terminal and what must come of it.

A step is one thing done (say, pick, file, forward, advance, new) and what is expected afterwards:
`keys`: these text keys are among the replies, in this order · `not`: none of these is · `section`, `severity`,
`intent`, `status`, `"no"` (in quotes, else YAML reads "false") of the case ·
`facts`: name -> value · `first`: key of the first suggestion · `asks`: the key
of the last reply · `evidence`, `attempts`, `reminders`: how many, or which reminder keys · `text`: words that some
reply contains · `offers`: choices among those offered. A pick is written without its case number (`of` names another
case's). `states`: name -> state of a fact · `read`: exhibit -> what was confirmed of what was read from it. A script
with `photos` says what is read from its files: kind, items, lines, note; without them pictures cannot be read.
`source`: facts that the first suggestion rests on · `reask`: a thing known is asked again, as the person wants it so.
`starts`: other first messages, each from another person, after which the same steps must go the same way.
`english`: first messages in English that must lead to the same severity and suggestion.

In the scripts of the situations and the long ones what is known is not asked again, nothing is said twice with no
change, and a question or a suggestion leaves something to tap.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.messages import OutgoingMessage
from tests.support.program import NOON, running
from tests.support.reader import FakeReader, reading

SCRIPTS = sorted(Path(__file__).parent.glob("**/*.yaml"))
FILES = Path(__file__).parent / "files"
STRICT = {"situations", "long"}
"""Scripts in which what is known must not be asked again: this folder, and names that begin so."""
DOES = ("say", "pick", "file", "forward", "advance", "new")


def test_there_are_scripts() -> None:
    assert SCRIPTS


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
async def test_script(script: Path, sqlite_url: str, tmp_path: Path) -> None:
    """What the person does leads to what the script expects."""
    whole = yaml.safe_load(script.read_text("utf-8"))
    steps = whole["steps"]
    assert not any(False in step for step in steps), f'{script.name}: put "no" in quotes'
    async with running(sqlite_url, tmp_path, NOON, reader_of(whole.get("photos"))) as (app, terminal):
        sources = {rule.key: rule.facts for rule in app.dialog.guide.advice}
        others = [
            [{"new": f"other {number}"}, steps[0] | {"say": start}, *steps[1:]]
            for number, start in enumerate(whole.get("starts", ()), 1)
        ]
        last: list[str] = []
        case: dict[str, Any] | None = None
        for number, step in enumerate([*steps, *(step for other in others for step in other)], 1):
            before, replies = case, await terminal.answer(line(step, case))
            with app.store.read() as work:
                case = app.casebook.case_json(work, "console", terminal.person)
            where = f"{script.name} step {number} {step}\n" + told(replies)
            assert_expected(step, replies, case, where)
            assert_sources(step, case, sources, where)
            if STRICT & {script.parent.name, script.stem.partition("_")[0]} and "reask" not in step:
                assert_asks_nothing_known(replies, before, case, where)
                changed = before is None or case is None or before["facts"] != case["facts"]
                assert changed or not replies or [reply.text for reply in replies] != last, f"said twice\n{where}"
            last = [reply.text for reply in replies]


@pytest.mark.parametrize("script", [path for path in SCRIPTS if path.parent.name in STRICT], ids=lambda path: path.stem)
async def test_the_story_in_english(script: Path, sqlite_url: str, tmp_path: Path) -> None:
    """Told in English, a situation gets the first step and the severity that it gets in Chinese."""
    whole = yaml.safe_load(script.read_text("utf-8"))
    wanted = {name: whole["steps"][0][name] for name in ("severity", "first")}
    async with running(sqlite_url, tmp_path, NOON, None) as (app, terminal):
        for number, sentence in enumerate(whole["english"], 1):
            await terminal.answer({"new": f"person {number}"})
            replies = await terminal.answer({"text": sentence})
            with app.store.read() as work:
                case = app.casebook.case_json(work, "console", terminal.person)
            assert_expected(wanted, replies, case, f"{sentence}\n{told(replies)}")


def reader_of(photos: dict[str, dict[str, Any]] | None) -> FakeReader | None:
    """What is read from the files of a script that has `photos`; without them pictures cannot be read at all."""
    if photos is None:
        return None
    reader = FakeReader()
    for name, what in photos.items():
        items = what.pop("items", ())
        lines = tuple(what.pop("lines", ()))
        reader.knows((FILES / name).read_bytes(), reading(what.pop("kind", ""), *items, lines=lines, **what))
    return reader


def line(step: dict[str, Any], case: dict[str, Any] | None) -> dict[str, Any]:
    """The step as a line for the terminal."""
    if "say" in step:
        return {"text": step["say"]}
    if "pick" in step:
        return {"choice": f"{step.get('of', case['no'] if case else 0)}:{step['pick']}"}
    if "file" in step:
        return {"file": str(FILES / step["file"]), "caption": step.get("caption", "")}
    return {name: step[name] for name in DOES if name in step}


def told(replies: list[OutgoingMessage]) -> str:
    return "\n".join(
        f"  [{reply.key}] {reply.text}" + "".join(f"\n      ({choice.id}) {choice.label}" for choice in reply.choices)
        for reply in replies
    )


def assert_sources(
    step: dict[str, Any], case: dict[str, Any] | None, sources: Mapping[str, tuple[str, ...]], where: str
) -> None:
    """The first suggestion rests on the facts that the step names."""
    if "source" in step:
        assert case is not None, where
        lacking = set(step["source"]) - set(sources[case["suggestions"][0]["key"]])
        assert not lacking, f"{lacking} is no source of it\n{where}"


def assert_asks_nothing_known(
    replies: list[OutgoingMessage], before: dict[str, Any] | None, case: dict[str, Any] | None, where: str
) -> None:
    """No question for what was known before, in the case that is asked about; and always a way on."""
    if before is None or case is None or before["no"] != case["no"]:
        return
    for reply in replies:
        key = reply.key or ""
        known = case["facts"].get(key.removeprefix("ask."), {}).get("value")
        assert not (key.startswith("ask.") and known), f"{key} was known: {known}\n{where}"
        if key.startswith(("ask.", "done.", "suggest")):
            assert reply.choices, f"{key} leaves no way on\n{where}"


def assert_expected(
    step: dict[str, Any], replies: list[OutgoingMessage], case: dict[str, Any] | None, where: str
) -> None:
    keys = [reply.key for reply in replies]
    if "new" not in step and "advance" not in step:
        assert replies, f"no reply\n{where}"
    rest = iter(keys)
    for key in step.get("keys", ()):
        assert key in rest, f"{key} is not among {keys} in this order\n{where}"
    for key in step.get("not", ()):
        assert key not in keys, f"{key} was said\n{where}"
    if "asks" in step:
        assert keys[-1] == step["asks"], where
    for words in [step["text"]] if isinstance(step.get("text"), str) else step.get("text", ()):
        assert any(words in reply.text for reply in replies), f"{words!r} is not said\n{where}"
    offered = {choice.id.partition(":")[2] for reply in replies for choice in reply.choices}
    for choice in step.get("offers", ()):
        assert choice in offered, f"{choice} is not offered\n{where}"
    for name in ("section", "severity", "intent", "status", "no"):
        if name in step:
            assert case is not None, where
            assert case[name] == step[name], f"{name} is {case[name]}\n{where}"
    if case is None:
        return
    for name, value in step.get("states", {}).items():
        assert case["facts"].get(name, {}).get("state") == value, f"{name}: {case['facts'].get(name)}\n{where}"
    for no, items in step.get("read", {}).items():
        found = next(one for one in case["evidence"] if one["no"] == no)["items"]
        assert [{n: f["confirmed"] for n, f in item.items()} for item in found] == items, f"{found}\n{where}"
    for name, value in step.get("facts", {}).items():
        assert case["facts"].get(name, {}).get("value") == value, f"{name}: {case['facts'].get(name)}\n{where}"
    if "first" in step:
        assert case["suggestions"][0]["key"] == step["first"], f"{case['suggestions'][0]['key']}\n{where}"
    if step.get("case", True):
        assert case["suggestions"], f"no suggestion\n{where}"
    for name in ("evidence", "attempts"):
        if name in step:
            assert len(case[name]) == step[name], f"{name}: {case[name]}\n{where}"
    for key in step.get("reminders", ()):
        assert key in [one["key"] for one in case["reminders"]], f"{case['reminders']}\n{where}"
