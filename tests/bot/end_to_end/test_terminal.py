"""The whole case by `chat --jsonl`: one line out for each line in, whatever comes."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bot.end_to_end.case import FIRST_HALF, PICTURES, SECOND_HALF, assert_first_step, assert_whole, look
from tests.support.served import run_bot

NOW = "2026-11-24T10:30:00+08:00"


async def chat(folder: Path, lines: list[Any], *arguments: str, status: int = 0) -> list[dict[str, Any]]:
    """Lines in (objects, or raw bytes), lines out; exactly as many."""
    raw = b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines)
    code, out, err = await run_bot("chat", "--jsonl", "--now", NOW, *arguments, folder=folder, stdin=raw)
    assert code == status, err.decode()
    assert b"Traceback" not in err
    answers = [json.loads(line) for line in out.decode().splitlines()]
    assert len(answers) == len(lines)
    return answers


def lines_of(steps: tuple[tuple[str, ...], ...]) -> list[dict[str, str]]:
    return [{"text": what} if does == "say" else {"choice": f"1:{what}"} for does, what in steps]


def photos(folder: Path) -> list[dict[str, str]]:
    paths = [folder / f"photo{number}.png" for number in range(len(PICTURES))]
    for path, data in zip(paths, PICTURES, strict=True):
        path.write_bytes(data)
    return [{"file": str(path), "caption": "签购单" if n == 0 else ""} for n, path in enumerate(paths)]


async def test_the_whole_case_goes_on_in_a_second_process(database_url: str, tmp_path: Path) -> None:
    first = await chat(tmp_path, lines_of(FIRST_HALF), "--db", database_url)
    assert_first_step(look(database_url, "console"))
    second = await chat(tmp_path, [*photos(tmp_path), *lines_of(SECOND_HALF)], "--db", database_url)

    assert_whole(look(database_url, "console"))
    assert first[0]["case"]["no"] == second[-1]["case"]["no"] == 1
    assert [one["no"] for one in second[-1]["case"]["evidence"]] == [1, 2, 3]


async def test_each_line_has_the_fields_of_the_contract(tmp_path: Path) -> None:
    [before, *_, last] = await chat(tmp_path, [{"new": "a"}, *lines_of(FIRST_HALF), *photos(tmp_path)])

    assert before["case"] is None
    assert before["replies"] == []
    assert last["now"] == NOW
    assert {"key", "text", "choices", "files"} == set(last["replies"][0])
    wanted = "no section severity intent facts missing suggestions evidence attempts reminders"
    assert set(wanted.split()) <= set(last["case"])
    assert {"key", "text", "why", "due", "source"} <= set(last["case"]["suggestions"][0])
    assert {"no", "kind", "sha256", "items"} <= set(last["case"]["evidence"][0])
    assert {"due", "key"} == set(last["case"]["reminders"][0])


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"   ",
        b"not json",
        b"[1]",
        b"null",
        b'"text"',
        b"{}",
        b'{"foo": 1}',
        b'{"text": 5}',
        b'{"text": null}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b"1" * 10_000,
        b'{"file": "/nowhere/at/all.jpg"}',
        b'{"file": "."}',
        b'{"file": "/dev/zero"}',
        b'{"file": "a\\u0000b"}',
        b'{"forward": "x"}',
        b'{"forward": {"text": "x", "at": "yesterday"}}',
        b'{"advance": "tomorrow"}',
        b'{"advance": "-P1D"}',
        b'{"advance": "P999999999999999999W"}',
        b'{"advance": "P9999999D"}',
        b'{"advance": null}',
    ],
    ids=lambda line: str(line[:40]),
)
async def test_a_line_that_is_none_of_the_forms_is_answered_and_the_next_one_works(line: bytes, tmp_path: Path) -> None:
    bad, good = await chat(tmp_path, [line, {"text": "钱没到账"}], status=1)

    assert bad["error"]
    assert bad["replies"] == []
    assert good["case"]["intent"] == "settlement_delay"
    assert "error" not in good


@pytest.mark.parametrize(
    "line",
    [
        {"text": ""},
        {"text": "\ud800 钱没到账 \udfff"},
        {"text": "\0"},
        {"text": "钱" * 100_000},
        {"choice": "x" * 500},
        {"choice": "1:nothing=at all"},
        {"choice": "999999999999:problem=x"},
        {"choice": "没有"},
        {"forward": {"text": "", "from": "\ud800", "at": "2026-11-20T10:00:00"}},
        {"forward": {"text": "\ud800今天到账", "from": "客服", "at": "2026-11-20T10:00:00+08:00"}},
        {"new": ""},
        {"new": "\ud800"},
    ],
    ids=lambda line: repr(line)[:40],
)
async def test_an_odd_line_is_answered_without_an_apology(line: dict[str, Any], tmp_path: Path) -> None:
    odd, after = await chat(tmp_path, [line, {"text": "钱没到账"}])

    assert "failed" not in [reply["key"] for reply in odd["replies"]]
    assert odd["replies"] or "new" in line
    assert after["case"]["intent"] == "settlement_delay"


async def test_the_last_line_needs_no_end(tmp_path: Path) -> None:
    _, out, _ = await run_bot("chat", "--jsonl", folder=tmp_path, stdin='{"text":"钱没到账"}'.encode())

    assert len(out.splitlines()) == 1


async def test_a_known_name_switches_back(tmp_path: Path) -> None:
    lines = [{"new": "a"}, {"text": "钱没到账"}, {"new": "b"}, {"text": "打印机卡纸"}, {"new": "a"}]
    answers = await chat(tmp_path, lines)

    assert answers[2]["case"] is None
    assert answers[3]["case"]["intent"] != "settlement_delay"
    assert answers[4]["case"]["intent"] == "settlement_delay"


async def test_what_falls_due_while_the_clock_moves_is_delivered_once(tmp_path: Path) -> None:
    wish = {"text": "明天下午三点提醒我再打一次电话"}
    lines = [{"text": "钱没到账，客服没人接"}, wish, {"advance": "P1DT5H"}, {"advance": "PT1M"}]
    *_, due, after = await chat(tmp_path, lines)

    assert [reply["key"] for reply in due["replies"]].count("remind.wish") == 1
    assert due["now"] == "2026-11-25T15:30:00+08:00"
    assert "remind.wish" not in [reply["key"] for reply in after["replies"]]


@pytest.mark.parametrize("arguments", [("--now", "soon"), ("--db", "mysql://x"), ("--db", "sqlite:////proc/x/y.db")])
async def test_an_argument_that_cannot_be_used_is_one_sentence(arguments: tuple[str, str], tmp_path: Path) -> None:
    code, out, err = await run_bot("chat", "--jsonl", *arguments, folder=tmp_path, stdin=b'{"text":"x"}\n')

    assert code in (1, 2)
    assert out == b""
    assert b"Traceback" not in err
    assert err.strip()
