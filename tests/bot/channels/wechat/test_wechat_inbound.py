"""Every kind of push has its meaning, and nothing a push can hold gets the translation to raise."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat.inbound import UNSUPPORTED, translate
from bot.messages import Attachment, Update
from tests.bot.channels.wechat.parts import OPENID, START, build
from tests.doubles.wechat import WeChatDouble

CREATED = int(START.timestamp())
WECHAT = WeChatDouble(client=None, now=lambda: START)  # only to write what WeChat writes


def read(kind: str, **fields: object) -> Update | None:
    return translate(WECHAT.xml(OPENID, kind, **fields).encode(), "wechat", START).update


def read_event(event: str, **fields: object) -> Update | None:
    return read("event", Event=event, **fields)


def read_raw(xml: str | bytes) -> Update | None:
    return translate(xml if isinstance(xml, bytes) else xml.encode(), "wechat", START).update


def around(*, head: str = f"<FromUserName>{OPENID}</FromUserName>", rest: str = "") -> str:
    return f"<xml><ToUserName>gh_0123456789ab</ToUserName>{head}{rest}</xml>"


def test_a_text_is_the_persons_own_words():
    update = read("text", Content="POS机不出票", MsgId=7_000_000_000_000_000_001)

    assert update is not None
    assert (update.channel, update.conversation, update.kind) == ("wechat", OPENID, "text")
    assert (update.text, update.sent_at) == ("POS机不出票", START)


@pytest.mark.parametrize(
    "text", ["😀🇨🇳", "a]]>b", "<b>&amp;</b>", "第一行\n第二行", "<xml><MsgType>event</MsgType></xml>", "１２３"]
)
def test_a_text_is_kept_as_it_was_written(text):
    assert read("text", Content=text, MsgId=1).text == text


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_comes_through_but_for_control_characters_and_outer_space(text):
    legal = "".join(char for char in text if (char >= " " or char in "\t\n\r") and char not in "\ufffe\uffff")
    legal = legal.replace("\r\n", "\n").replace("\r", "\n")
    if legal.strip() in UNSUPPORTED:
        return

    update = read("text", Content=text, MsgId=1)

    assert (update.kind, update.text) == ("text", legal.strip())


def test_control_characters_that_wechat_does_not_escape_are_dropped():
    assert read("text", Content="卡\x00号\x08\x1f", MsgId=1).text == "卡号"


@pytest.mark.parametrize("sentence", sorted(UNSUPPORTED))
@pytest.mark.parametrize("padding", ["", " ", "\n"])
def test_what_wechat_writes_in_place_of_a_record_is_not_the_persons_words(sentence, padding):
    update = read("text", Content=padding + sentence + padding, MsgId=1)

    assert (update.kind, update.text, update.note) == ("other", "", "unsupported_record")


def test_a_sentence_that_only_quotes_it_is_the_persons_words():
    assert read("text", Content="为什么显示[Unsupported Message]", MsgId=1).kind == "text"


def test_a_tapped_menu_message_is_a_choice():
    update = read("text", Content="到了", MsgId=1, bizmsgmenuid="assess.arrived=yes")

    assert (update.kind, update.choice, update.text) == ("choice", "assess.arrived=yes", "到了")


def test_a_picture_is_announced_with_both_ways_to_get_it():
    update = read("image", MsgId=1, MediaId="m1", PicUrl="http://mmbiz.qpic.cn/x/0")

    reference = {"media_id": "m1", "pic_url": "http://mmbiz.qpic.cn/x/0", "created": CREATED}
    assert update.kind == "attachment"
    assert update.attachments == (Attachment("photo", reference=reference),)


@pytest.mark.parametrize(
    ("fields", "media_id", "text"),
    [
        ({"MediaId": "m8", "Recognition": ""}, "m8", ""),
        ({"MediaId": "m8", "MediaId16K": "m16"}, "m16", ""),
        ({"MediaId": "m8", "Recognition": "没到账"}, "m8", "没到账"),
    ],
)
def test_a_voice_message_prefers_the_better_recording(fields, media_id, text):
    update = read("voice", MsgId=1, Format="amr", **fields)

    assert update.attachments == (Attachment("voice", reference={"media_id": media_id, "created": CREATED}),)
    assert update.text == text


@pytest.mark.parametrize("kind", ["video", "shortvideo"])
def test_a_video_is_announced(kind):
    update = read(kind, MsgId=1, MediaId="m1", ThumbMediaId="t1")

    assert update.attachments == (Attachment("video", reference={"media_id": "m1", "created": CREATED}),)


def test_a_place_is_its_label_and_point():
    update = read("location", MsgId=1, Location_X="23.13", Location_Y="113.35", Scale="20", Label="天河路1号")

    assert (update.attachments, update.text) == ((Attachment("location"),), "天河路1号 (23.13,113.35)")


def test_a_link_is_its_address_with_title_and_description():
    update = read("link", MsgId=1, Title="停机公告", Description="致商户", Url="https://mp.weixin.qq.com/s/1")

    assert update.attachments == (Attachment("link", reference={"url": "https://mp.weixin.qq.com/s/1"}),)
    assert update.text == "停机公告\n致商户"


def test_a_file_is_a_document_where_wechat_hands_it_over():
    update = read("file", MsgId=1, MediaId="m1", Title="合同.pdf", FileTotalLen="12")

    reference = {"media_id": "m1", "created": CREATED}
    assert update.attachments == (Attachment("document", "合同.pdf", size=12, reference=reference),)


@pytest.mark.parametrize(
    ("kind", "note"),
    [("file", "file"), ("miniprogrampage", "miniprogram"), ("hologram", "unknown"), ("<&>", "unknown")],
)
def test_what_cannot_be_read_says_what_it_was(kind, note):
    update = read(kind, MsgId=1, Title="x")

    assert (update.kind, update.note, update.text) == ("other", note, "")


@pytest.mark.parametrize(
    ("event", "key", "kind"),
    [
        ("subscribe", "", "follow"),
        ("subscribe", "qrscene_12", "follow"),
        ("unsubscribe", "", "unfollow"),
        ("SCAN", "12", "start"),
    ],
)
def test_following_and_scanning(event, key, kind):
    assert read_event(event, EventKey=key, Ticket="t").kind == kind


def test_a_menu_entry_is_a_choice():
    update = read_event("CLICK", EventKey="menu.new_case")

    assert (update.kind, update.choice) == ("choice", "menu.new_case")


@pytest.mark.parametrize("key", ["", "新", "x" * 65])
def test_a_menu_entry_with_an_impossible_key_is_no_choice(key):
    assert read_event("CLICK", EventKey=key).kind == "other"


@pytest.mark.parametrize(
    "event",
    [
        *["LOCATION", "VIEW", "view_miniprogram", "scancode_push", "pic_sysphoto", "pic_photo_or_album", "pic_weixin"],
        *["location_select", "TEMPLATESENDJOBFINISH", "MASSSENDJOBFINISH", "kf_create_session", "kf_close_session"],
        *["kf_switch_session", "user_info_modified", "user_authorization_revoke", "something_new"],
        *["subscribe_msg_popup_event", "subscribe_msg_change_event", "subscribe_msg_sent_event"],
    ],
)
async def test_events_that_ask_for_nothing_are_acknowledged_only(event):
    house = build()

    seen = await house.wechat.event(OPENID, event, EventKey="k", Status="success")

    assert seen.kind == "nothing"
    assert house.recorder.updates == []


@pytest.mark.parametrize(
    "entry", ["<List><TemplateId>1</TemplateId></List>", "<List><a>1</a></List><List><a>2</a></List>"]
)
@pytest.mark.parametrize("tag", ["SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent"])
def test_subscription_events_are_read_with_one_entry_or_several_in_either_wrapper(entry, tag):
    rest = (
        f"<CreateTime>{CREATED}</CreateTime><MsgType>event</MsgType><Event>subscribe_msg_change_event</Event>"
        f"<{tag}>{entry}</{tag}>"
    )

    assert read_raw(around(rest=rest)) is None


def test_an_event_of_a_kind_we_do_not_know_is_logged_by_its_kind_alone(caplog):
    caplog.set_level(logging.INFO)

    read_event("shake_it", EventKey="geheim")

    assert "shake_it" in caplog.text
    assert "geheim" not in caplog.text


TIMES = f"<CreateTime>{CREATED}</CreateTime>"
MALFORMED = {
    "empty": "",
    "blank": "  \n",
    "no XML": "hello",
    "JSON": '{"MsgType":"text"}',
    "cut off": "<xml><ToUserName>gh_0123456789ab</ToUserName><FromUser",
    "other root": "<html/>",
    "root alone": "<xml></xml>",
    "root closed": "<xml/>",
    "root with text": "<xml>x</xml>",
    "not UTF-8": b"<xml>\xff\xfe\x80</xml>",
    "GBK": '<?xml version="1.0" encoding="gbk"?><xml>你</xml>'.encode("gbk"),
    "document type": '<!DOCTYPE x [<!ENTITY a "b">]><xml><FromUserName>&a;</FromUserName></xml>',
    "external": '<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml><FromUserName>o1</FromUserName></xml>',
    "nested deep": "<xml>" + "<a>" * 6000 + "</a>" * 6000 + "</xml>",
    "no sender": around(head="", rest=TIMES + "<MsgType>text</MsgType><Content>x</Content><MsgId>1</MsgId>"),
    "two senders": around(rest=f"<FromUserName>o2</FromUserName>{TIMES}<MsgType>text</MsgType><MsgId>1</MsgId>"),
    "sender with markup": around(head="<FromUserName><a>x</a></FromUserName>", rest="<MsgType>text</MsgType>"),
    "sender of no shape": around(head="<FromUserName>o 1</FromUserName>", rest="<MsgType>text</MsgType>"),
}
UNREADABLE = {
    "no type": TIMES + "<MsgId>1</MsgId>",
    "empty type": TIMES + "<MsgType></MsgType><MsgId>1</MsgId>",
    "two types": TIMES + "<MsgType>text</MsgType><MsgType>event</MsgType><MsgId>1</MsgId>",
    "nested type": TIMES + "<MsgType><a>text</a></MsgType><MsgId>1</MsgId>",
    "empty event": TIMES + "<MsgType>event</MsgType><Event></Event>",
    "no event": TIMES + "<MsgType>event</MsgType>",
    "two events": TIMES + "<MsgType>event</MsgType><Event>a</Event><Event>b</Event>",
    "id of letters": TIMES + "<MsgType>text</MsgType><MsgId>abc</MsgId><Content>x</Content>",
    "endless id": TIMES + f"<MsgType>text</MsgType><MsgId>{'9' * 5000}</MsgId><Content>x</Content>",
    "two ids": TIMES + "<MsgType>text</MsgType><MsgId>1</MsgId><MsgId>2</MsgId><Content>x</Content>",
    "no id": TIMES + "<MsgType>text</MsgType><Content>x</Content>",
    "no time": "<MsgType>text</MsgType><MsgId>1</MsgId><Content>x</Content>",
    "endless time": f"<CreateTime>{'9' * 20}</CreateTime><MsgType>text</MsgType><MsgId>1</MsgId><Content>x</Content>",
    "negative time": "<CreateTime>-5</CreateTime><MsgType>text</MsgType><MsgId>1</MsgId><Content>x</Content>",
    "text with children": TIMES + "<MsgType>text</MsgType><MsgId>1</MsgId><Content><a>b</a></Content>",
    "two texts": TIMES + "<MsgType>text</MsgType><MsgId>1</MsgId><Content>a</Content><Content>b</Content>",
    "entity": TIMES + "<MsgType>text</MsgType><MsgId>1</MsgId><Content>&boom;</Content>",
}


@pytest.mark.parametrize("xml", MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize("mode", ["safe", "plain"])
async def test_damage_without_a_sender_is_acknowledged(xml, mode):
    house = build(mode)

    seen = await house.wechat.send(house.wechat.push(xml))

    assert seen.kind == "nothing"
    assert house.recorder.updates == []


@pytest.mark.parametrize("rest", UNREADABLE.values(), ids=UNREADABLE)
def test_damage_from_a_person_is_an_update_that_says_so(rest):
    update = read_raw(around(rest=rest))

    assert (update.kind, update.note, update.conversation) == ("other", "unreadable", OPENID)
    assert update.text == ""


@given(st.binary(max_size=300))
def test_no_bytes_get_the_translation_to_raise(body):
    translate(body, "wechat", START)
    translate(b"<xml>" + body + b"</xml>", "wechat", START)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["MsgType", "Event", "EventKey", "MsgId", "CreateTime", "FromUserName", "Content", "MediaId"]
            ),
            st.sampled_from(
                ["", "text", "event", "image", "voice", "subscribe", "CLICK", "1", "9" * 30, "<a>1</a>", "o1"]
            ),
        ),
        max_size=10,
    )
)
def test_no_arrangement_of_fields_gets_the_translation_to_raise(fields):
    translate(("<xml>" + "".join(f"<{k}>{v}</{k}>" for k, v in fields) + "</xml>").encode(), "wechat", START)


def test_the_same_push_is_the_same_update_and_any_other_is_not():
    def ident(kind: str, openid: str = OPENID, **fields: object) -> str:
        update = translate(WECHAT.xml(openid, kind, **fields).encode(), "wechat", START).update
        assert update
        return update.update_id

    click = {"Event": "CLICK", "EventKey": "a"}
    different = [
        ident("text", Content="x", MsgId=1),
        ident("text", Content="x", MsgId=2),
        ident("text", Content="x", MsgId=1, CreateTime=CREATED + 1),
        ident("text", "oAnother", Content="x", MsgId=1),
        ident("event", **click),
        ident("event", **{**click, "EventKey": "b"}),
        ident("event", Event="subscribe"),
        ident("event", Event="unsubscribe"),
    ]
    assert len(set(different)) == len(different)
    assert ident("text", Content="x", MsgId=1) == different[0]
    assert all(len(one) <= 64 and OPENID not in one for one in different)


def test_message_ids_of_nineteen_digits_are_told_apart():
    ids = {read("voice", MsgId=9_223_372_036_854_775_807 - n, MediaId="m").update_id for n in range(3)}

    assert len(ids) == 3
