"""What a packet says: facts with where they came from, sums with their calculation, and what each recipient gets."""

import inspect
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
import yaml

from bot.packet import contents as contents_module
from bot.packet.contents import AUDIENCES, Exhibit, PacketContents, Recipient
from bot.packet.errors import PacketFault
from bot.packet.history import event_words
from bot.packet.wording import Wording
from dialogs import loader
from storage.records import Attempt, Event, EventKind, Fact
from tests.bot.packet.parts import OPENED, ZONE, World, jpeg


def gather(world: World, recipient: Recipient = "self") -> PacketContents:
    with world.store.read() as work:
        return world.gatherer.gather(work, world.case_id, recipient)


def exhibit(contents: PacketContents, no: int) -> Exhibit:
    return next(one for one in contents.exhibits if one.no == no)


def test_each_fact_says_where_it_came_from(world: World) -> None:
    facts = {fact.label: fact for fact in gather(world).facts}
    assert facts["金额"].value == "18,000 元"
    assert facts["开始的日子"].value == "2026年11月18日"
    # said in the caption of exhibit 1
    assert facts["金额"].source == "本人陈述，2026年11月24日 10:30，网页；证据 1"


def test_a_contact_of_which_only_the_day_is_known_has_no_hour(told: World) -> None:
    with told.case() as (work, case):
        work.cases.attempt(case.id, Attempt(at=OPENED.astimezone(ZONE).replace(hour=0, minute=0), way="phone"))
    first, second = gather(told).attempts
    assert (first.at, second.at) == ("2026年11月24日 11:30", "2026年11月24日")


def test_sums_show_their_calculation(world: World) -> None:
    rows = {row.label: row for row in gather(world).amounts}
    assert rows["涉及金额"].result == "18,000 元"
    days = rows["从开始到本材料截至日"]
    assert (days.calculation, days.result) == ("2026年11月18日 至 2026年11月24日，自然日，起算日不计", "6 天")


def test_only_confirmed_slips_are_added_up(told: World) -> None:
    amounts = [("1280.50", True), ("17000", True), ("99", False)]
    for value, confirmed in amounts:
        field = {"value": value, "score": 0.99, "confirmed": confirmed}
        told.add(jpeg(), "photo", "image/jpeg", items=[{"amount": field}])
    field = {"value": "5", "score": 0.99, "confirmed": True}
    told.add(jpeg(), "photo", "image/jpeg", items=[{"amount": field}], status="withdrawn")
    rows = {row.label: row for row in gather(told).amounts}
    total = rows["票据上的交易合计"]
    assert (total.calculation, total.result, total.source) == ("1,280.50 + 17,000", "18,280.50 元", "证据 1、证据 2")
    assert rows["涉及金额与票据合计之差"].result == "-280.50 元"


def test_what_was_read_stands_beside_what_was_confirmed(told: World) -> None:
    """evidence.md requirement 6: both are kept, and nothing unconfirmed is added up."""

    def field(value: str, confirmed: object) -> dict[str, object]:
        return {"value": value, "score": 0.9, "confirmed": confirmed}

    slip = {
        "amount": field("1280.00", "1260"),
        "time": field("2026-11-20T14:30:05", "2026-11-20T14:30:05"),
        "reference_no": field("142536475869", None),
        "merchant_no": field("898440353110001", False),
    }
    told.read(told.add(jpeg(), "photo", "image/jpeg", readable=True), "slip", [slip])
    listed = [{"amount": field("5", "5")}]
    told.read(told.add(jpeg(20), "photo", "image/jpeg", readable=True), "list", listed)
    contents = gather(told)

    assert [(row.label, row.value) for row in contents.exhibits[0].read] == [
        ("金额", "1,260.00 元（本人更正；识别为 1,280.00 元）"),
        ("时间", "2026年11月20日 14:30（识别所得，本人已确认）"),
        ("参考号", "142536475869（识别所得，本人未确认）"),
        ("商户号", "识别为 898440353110001，本人说不对"),
    ]
    total = next(row for row in contents.amounts if row.label == "票据上的交易合计")
    assert total.calculation == "1,260"  # neither what a list shows


def test_what_is_the_same_of_all_that_was_read_is_said_once_and_each_payment_has_its_moment(told: World) -> None:
    def field(value: str, *, confirmed: bool = True) -> dict[str, object]:
        return {"value": value, "score": 0.9, "confirmed": value if confirmed else None}

    for day in ("19", "20"):
        slip = {"amount": field(f"{day}.50"), "time": field(f"2026-11-{day}T14:30:05")}
        told.read(told.add(jpeg(), "photo", "image/jpeg", readable=True), "slip", [slip])
    unsure = {name: field(value, confirmed=False) for name, value in (("amount", "7"), ("merchant_no", "8" * 15))}
    told.read(told.add(jpeg(30), "photo", "image/jpeg", readable=True), "slip", [unsure], like=1)
    contents = gather(told)

    assert [one.read_note for one in contents.exhibits] == [
        *["（本人已确认）"] * 2,
        "（本人未确认）",
    ]
    assert [one.like for one in contents.exhibits] == ["", "", "和证据 1 像是同一张"]
    assert [row.value for row in contents.exhibits[0].read] == ["19.50 元", "2026年11月19日 14:30"]
    assert [(one.at, one.what, one.source) for one in contents.moments[1:3]] == [
        ("2026年11月19日 14:30", "发生交易，19.50 元", "证据 1"),
        ("2026年11月20日 14:30", "发生交易，20.50 元", "证据 2"),
    ]


def test_a_transaction_on_two_pictures_counts_once_and_a_refund_not(told: World) -> None:
    def field(value: str) -> dict[str, object]:
        return {"value": value, "score": 0.99, "confirmed": value}

    for amount, number, kind in (("100", "1" * 12, "消费"), ("100", "1" * 12, "消费"), ("40", "2" * 12, "消费撤销")):
        item = {"amount": field(amount), "reference_no": field(number), "trade_type": field(kind)}
        told.add(jpeg(), "photo", "image/jpeg", items=[item])
    total = next(row for row in gather(told).amounts if row.label == "票据上的交易合计")

    assert total.calculation == "100"


def test_what_was_overcharged_is_worked_out(told: World) -> None:
    facts = {"problem": "fee_dispute", "trade_amount": "1000", "fee_charged": "10", "rate_agreed": "0.6"}
    with told.case() as (work, case):
        source = {"channel": "web", "update_id": "u0"}
        work.cases.put_facts(case.id, [Fact(name, value, "said", source, OPENED) for name, value in facts.items()])
        work.cases.drop_facts(case.id, ["amount"])
    rows = {row.label: row for row in gather(told).amounts}
    compared = rows["实扣与约定手续费对照"]
    assert compared.result == "4 元"
    assert "0.6" in compared.calculation


def test_a_letter_is_the_one_that_was_shown(told: World) -> None:
    told.log("letter", {"id": "complaint", "sha256": "", "text": "第一稿"})
    told.log("letter", {"id": "complaint", "sha256": "", "text": "第二稿"})
    (letter,) = gather(told, "company").letters
    assert (letter.text, letter.note) == ("第二稿", "2026年11月24日 10:30 写成，照当时的文字。")


def test_a_letter_that_lacks_something_is_not_written(told: World) -> None:
    assert gather(told, "company").letters == ()
    with told.case() as (work, case):
        name = Fact("merchant_name", "老李面馆", "confirmed", {}, OPENED)
        work.cases.put_facts(case.id, [name])
    titles = [letter.title for letter in gather(told, "court").letters]
    assert len(titles) == 1
    assert "老李面馆" in gather(told, "court").letters[0].text


def test_contacts_and_what_happened_are_in_order(world: World) -> None:
    contents = gather(world)
    (contact,) = contents.attempts
    assert (contact.way, contact.answer, contact.ticket) == ("电话，95016", "没人理。占线", "TS001")
    said = [moment.what for moment in contents.moments]
    assert said[0].startswith("问题开始")
    assert said[1] == "拉卡拉客服发出的消息（转发保存）"
    assert said[-1] == "第 1 次联系拉卡拉：没人理"
    assert "提交证据 1 至 6 号，共 6 份" in said


def test_the_company_gets_no_originals_of_pictures_and_files_but_their_hashes(world: World) -> None:
    """Requirement 18: a picture that nobody looked at is left out."""
    contents = gather(world, "company")
    assert [one.no for one in contents.exhibits if one.path] == [5]  # words that were masked before they were kept
    assert "没有检查和遮盖过" in exhibit(contents, 1).absent
    assert len(exhibit(contents, 1).sha256) == 64
    assert exhibit(contents, 4).absent


@pytest.mark.parametrize("recipient", [name for name in AUDIENCES if name != "company"])
def test_everyone_else_gets_the_originals_there_are(world: World, recipient: Recipient) -> None:
    assert [one.no for one in gather(world, recipient).exhibits if one.path] == [1, 2, 3, 4, 5, 6]


def test_plans_stay_on_the_merchants_side(world: World) -> None:
    plan = "想要的"
    assert plan in [fact.label for fact in gather(world, "lawyer").facts]
    assert gather(world, "lawyer").missing
    for recipient in ("company", "regulator", "police", "court"):
        contents = gather(world, recipient)
        assert plan not in [fact.label for fact in contents.facts]
        assert not contents.missing


def test_what_was_taken_back_shows_its_number_only(world: World) -> None:
    taken_back = exhibit(gather(world), 8)
    assert (taken_back.path, taken_back.caption, taken_back.absent) == ("", "", "本人已撤回，不放入。")
    assert exhibit(gather(world), 7).absent == "还在取文件，这一份材料里没有它。"


def test_a_very_long_text_is_printed_in_part(told: World) -> None:
    told.add(b"x", "text", "text/plain", text="长" * 7000)
    assert exhibit(gather(told), 1).text == "长" * 6000 + "\n（以下还有 1000 字，见包内原件）"


def test_a_path_never_holds_the_merchants_file_name(world: World) -> None:
    assert [one.path for one in gather(world).exhibits if one.path][:4] == [
        "data/exhibits/E001.jpg",
        "data/exhibits/E002.jpg",
        "data/exhibits/E003.png",
        "data/exhibits/E004.pdf",
    ]


def test_that_a_packet_was_made_is_no_news_until_something_else_happens(world: World) -> None:
    before = gather(world)
    world.log("packet_made", {"recipient": "court"}, OPENED + timedelta(days=1))
    assert gather(world) == before
    world.log("human_asked", {"wish": 1}, OPENED + timedelta(days=2))
    assert [record.what for record in gather(world).records][-2:] == ["做成材料包，送人民法院", "本人要求找工作人员"]


def test_a_timeline_that_was_altered_makes_no_packet(world: World) -> None:
    with world.case() as (work, _):
        work.conn.exec_driver_sql("UPDATE timeline SET body = replace(body, '18000', '81000') WHERE seq = 3")
    with pytest.raises(PacketFault, match="entry 3"):
        gather(world)


def test_a_case_that_is_not_there_is_said_so(world: World) -> None:
    with world.store.read() as work, pytest.raises(PacketFault, match="no case 99"):
        world.gatherer.gather(work, 99)


def test_every_kind_of_event_that_can_be_logged_has_its_words() -> None:
    texts = yaml.safe_load((loader.CONTENT / "zh-Hans/packet.yaml").read_text())["texts"]
    assert [kind for kind in get_args(EventKind) if f"packet.event.{kind}" not in texts] == []


def test_events_of_unknown_kinds_are_named(world: World) -> None:
    with world.store.read() as work:
        file = work.cases.load(world.case_id)
        assert file is not None
        view = world.gatherer.viewer.view(file, OPENED.astimezone(ZONE), None)
    wording = Wording(world.dialog, view, "zh-Hans", ZONE)
    event = Event(1, OPENED, "something_new", {"text": "x"}, "")
    assert event_words(wording, event) == "其他记录（something_new）"
    odd = replace(event, kind="fact", body={"name": "amount", "value": "一万", "state": "said", "before": None})
    assert event_words(wording, odd) == "记下金额：一万"
    gone = replace(event, kind="fact", body={"name": "old_slot", "value": "x", "state": "said"})
    assert event_words(wording, gone) == "记下old_slot：x"


def test_every_recipient_has_its_words(world: World) -> None:
    for recipient in AUDIENCES:
        contents = gather(world, recipient)
        assert contents.audience
        assert contents.recipient == recipient


def test_no_text_claims_more_than_a_hash_can_show(world: World) -> None:
    """Requirement 16."""
    words = "".join(gather(world).words.values())
    assert "不说明内容属实" in words
    assert "不作为可靠电子签名" in words
    for claim in ("证明内容真实", "证明属实", "具有法律效力", "真实性", "不可篡改", "可靠电子签名有效"):
        assert claim not in words


FAMILIES = ("event.", "state.", "channel.", "way.", "sign.", "limit.", "label.", "for.", "unit.", "exhibit.absent.")
"""Texts found by a name that comes with the case."""


def test_every_text_of_the_packet_is_said_somewhere() -> None:
    folder = Path(inspect.getfile(contents_module)).parent
    source = "".join(path.read_text() for path in [*folder.glob("*.py"), *folder.glob("data/*.typ")])
    texts = yaml.safe_load((loader.CONTENT / "zh-Hans/packet.yaml").read_text())["texts"]
    for key in (name.removeprefix("packet.") for name in texts):
        parts = key.split(".")
        tail = f'"{parts[-1]}"' in source
        assert key.startswith(FAMILIES) or f'"{key}"' in source or f"w.{key}" in source or tail, key


def test_every_way_of_being_absent_has_its_words(told: World) -> None:
    words = gather(told).words
    for reason in (
        "announced",
        "failed",
        "refused",
        "withdrawn",
        "erased",
        "covered",
        "covered_file",
        "lost",
        "altered",
    ):
        assert words[f"exhibit.absent.{reason}"]
