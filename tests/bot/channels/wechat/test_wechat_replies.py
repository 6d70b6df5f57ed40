"""Whatever an answer says, it arrives as one text of at most 2,048 bytes and as nothing else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat import replies
from bot.messages import Choice, OutgoingMessage
from tests.bot.channels.wechat.parts import OPENID, START
from tests.doubles.wechat import Push, WeChatDouble

WECHAT = WeChatDouble(client=None, now=lambda: START, mode="plain")
TEXTS = st.text(max_size=300) | st.lists(
    st.sampled_from(
        ["]]>", "<![CDATA[", "</Content>", "<MsgType>", "&", "&lt;", "<a href='x'>", "</a>", "\x00", "\r", "字"]
    )
).map("".join)


def arrives(text: str) -> str:
    xml = replies.write_reply(text, "gh_0123456789ab", OPENID, START)
    return WECHAT.read(Push({"openid": OPENID}, b""), xml.encode())


def message(text: str, *choices: str) -> OutgoingMessage:
    return OutgoingMessage("k", text, tuple(Choice(f"c{n}", label) for n, label in enumerate(choices)))


@given(TEXTS)
def test_any_text_arrives_whole_and_adds_no_element(text):
    shown = replies.plain(text)
    if not shown.strip():
        return

    assert arrives(shown) == shown


@given(TEXTS)
def test_no_text_becomes_a_link(text):
    assert not re.search(r"<\s*/?\s*a[\s>]", replies.plain(text) + ">", re.IGNORECASE)


@pytest.mark.parametrize("text", ["3<5，a>b", "<abc>", "x < y", "<ä>"])
def test_other_angle_brackets_stay(text):
    assert replies.plain(text) == text


@pytest.mark.parametrize(
    "link", ['<a href="http://x">', "<A HREF=x>", "< a href=x>", "</a>", "<a\nhref=x>", "<a/href=x>"]
)
def test_a_link_is_shown_as_written_not_followed(link):
    assert replies.plain(link) == "＜" + link[1:]


@given(
    st.text(min_size=1, max_size=3000) | st.integers(600, 3000).map(lambda n: "商户资金。" * (n // 5)),
    st.integers(0, 6),
)
def test_each_part_of_a_message_is_one_text(text, choices):
    parts = replies.fit(message(text, *["到账了"] * choices))

    assert all(replies.measure(replies.render([part])) <= 2048 for part in parts)
    assert "".join("".join(part.text.split()) for part in parts) == "".join(text.split())
    assert [len(part.choices) for part in parts] == [0] * (len(parts) - 1) + [choices]


@given(st.lists(st.integers(1, 900).map(lambda n: message("字" * n)), max_size=8))
def test_as_many_messages_as_fit_go_together(messages):
    messages = [part for one in messages for part in replies.fit(one)]
    count = replies.count_fitting(messages)

    assert count >= (1 if messages else 0)
    if messages:
        assert replies.measure("\n\n".join(one.text for one in messages[:count])) <= 2048
        assert replies.render(messages[:count]) == "\n\n".join(one.text for one in messages[:count])
    if count < len(messages):
        assert replies.measure("\n\n".join(one.text for one in messages[: count + 1])) > 2048


def test_choices_are_numbered_lines():
    assert (
        replies.render([message("钱到了吗？", "到了", "没到"), message("不急。")])
        == "钱到了吗？\n1. 到了\n2. 没到\n\n不急。"
    )


def test_of_several_lists_in_one_text_only_the_last_is_numbered():
    """A typed number answers the question asked last; two entries called 1 would make it a guess."""
    shown = replies.render([message("先做这个", "看依据"), message("好了吗？", "是", "不是"), message("不急。")])

    assert shown == "先做这个\n· 看依据\n\n好了吗？\n1. 是\n2. 不是\n\n不急。"


def test_a_message_nobody_made_fit_is_cut_rather_than_refused_by_wechat():
    assert replies.measure(replies.render([message("字" * 1000)])) <= 2048


def test_the_limit_is_counted_in_bytes():
    assert replies.count_fitting([message("字" * 341), message("字" * 341)]) == 2
    assert replies.count_fitting([message("字" * 341), message("字" * 342)]) == 1
