"""A few words stand for a tap only where they say nothing else."""

import pytest

from dialogs import shortcuts
from dialogs.turn import Pick
from tests.dialogs.walking import GUIDE


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("撤销", "!undo", ""),
        ("不对，撤销", "!undo", ""),
        ("撤回刚才那句", "!undo", ""),
        ("please undo that", "!undo", ""),
        ("跳到证据", "!go", "evidence"),
        ("去投诉那步", "!go", "rights"),
        ("先看怎么收钱", "!go", "alternatives"),
        ("回到第一步", "!go", "assess"),
        ("第三步", "!go", "contact_support"),
        ("go to evidence", "!go", "evidence"),
        ("案子1", "!case", "1"),
        ("第二个案子", "!case", "2"),
        ("回到第二件事", "!case", "2"),
        ("case 3", "!case", "3"),
    ],
)
def test_it_means_a_tap(text: str, name: str, value: str) -> None:
    assert shortcuts.pick(GUIDE, 1, text) == Pick(1, name, value)


@pytest.mark.parametrize(
    "text",
    [
        "让我撤销投诉才退钱",
        "撤销投诉",
        "撤回证据3",
        "去公司找过三次",
        "第二件事，机器坏了",
        "证据",
        "第九步",
        "回头再说",
        "到账了吗",
        "钱没到账",
    ],
)
def test_it_means_what_it_says(text: str) -> None:
    assert shortcuts.pick(GUIDE, 1, text) is None
