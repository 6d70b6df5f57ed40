"""Letters: only what was said or confirmed, nothing blank, nothing invented, nothing a mediator would strike out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogs import citing, drafting, guards, letters, loader, tone
from dialogs.dialog import Dialog
from dialogs.displays import display
from dialogs.draft import Draft
from dialogs.guide import Show
from dialogs.turn import Pick, Turn
from dialogs.view import Attempt, CaseView, Exhibit, Fact, Position

NOW = datetime.fromisoformat("2026-11-24T10:30:00+08:00")
GUIDE, TEXTS = loader.load()
DIALOG = Dialog(GUIDE, TEXTS)
LETTERS = tuple(GUIDE.letters)
SHORTS = tuple(sorted(name for name in TEXTS.letters("zh-Hans") if name.endswith(letters.SHORT)))
OWN_HAND = re.compile(r"(?:签名|盖章|填写）|案人（签名）).*：$")  # lines that the person's own hand completes
TEMPLATES = Path(loader.CONTENT) / "zh-Hans"
BASE = {
    "company": "银盛",
    "company_full_name": "银盛支付服务股份有限公司",
    "company_address": "深圳市福田区某路1号",
    "merchant_name": "老王五金店",
    "merchant_type": "sole_trader",
    "merchant_address": "成都市锦江区某街2号",
    "person_name": "王大明",
    "contact_phone": "13800138000",
    "place": "成都市",
    "amount": "18000",
    "since": "2026-10-20",
    "transaction_time": "2026-10-20T15:20",
    "merchant_no": "898510000000001",
    "terminal_no": "66012345",
    "reference_no": "120345678901",
    "demand_until": "2026-12-05",
    "end_on": "2026-12-31",
    "filed_elsewhere": "none",
    "ending": "after_demand",
    "order_fit": "yes",
    "what_happened": "下午在店里刷了一笔，小票显示成功。第二天没有到账。",
    "counterpart": "自称客服的李姓男子。",
    "trade_amount": "30580",
    "fee_charged": "917.34",
    "rate_agreed": "0.63",
    "settle_term": "T1",
    "contract_with": "agent",
    "arbitration_clause": "no",
    "need": "peers",
}
ATTEMPTS = (
    Attempt(
        NOW - timedelta(hours=26),
        "promised",
        way="app",
        who="1024",
        ticket="TS77",
        promised_until=NOW - timedelta(hours=1),
    ),
    Attempt(NOW - timedelta(days=3), "silent", count=3),
)
EXHIBITS = (Exhibit(2, "photo", "bank_flow"), Exhibit(1, "photo", "slip"), Exhibit(3, "document", "", "合同.pdf"))


def case(facts: Mapping[str, str], *, problem: str = "settlement_delay", **changes: object) -> CaseView:
    known = {name: Fact(value) for name, value in {"problem": problem, **facts}.items()}
    view = CaseView(1, "rights", NOW, facts=known, attempts=ATTEMPTS, exhibits=EXHIBITS)
    return replace(view, **changes)  # type: ignore[arg-type]


def begin(view: CaseView) -> Draft:
    return Draft(GUIDE, DIALOG.machine, TEXTS, "zh-Hans", view, Turn("other"))


def written(view: CaseView, name: str) -> Draft:
    draft = begin(view)
    letters.write(draft, name)
    return draft


def said(draft: Draft, key: str) -> str:
    return "\n".join(reply.text for reply in draft.replies if reply.key == key)


def text_of(view: CaseView, name: str) -> str:
    """The letter, or "" where the case may not use it or lacks something."""
    return said(written(view, name), "letter.text")


def allowed() -> Iterator[tuple[str, str]]:
    for name in (*LETTERS, *SHORTS):
        for problem in GUIDE.problems:
            view = case(BASE, problem=problem)
            if guards.holds(GUIDE.letters[name.removesuffix(letters.SHORT)].when, GUIDE, view):
                yield name, problem


@pytest.mark.parametrize(("name", "problem"), list(allowed()))
def test_a_letter_that_has_all_it_needs_leaves_nothing_blank(name: str, problem: str) -> None:
    text = text_of(case(BASE, problem=problem), name)

    assert text
    for gap in ("__", "None", "{", "}", "undefined", "（）", "：。", "，，", "。。", "“”", "人民币元"):
        assert gap not in text, text
    blank = [line for line in text.splitlines() if line.endswith("：") and not OWN_HAND.search(line)]
    assert not [line for line in blank if not line.startswith(("请贵公司在", "1. 请转请"))], blank


@pytest.mark.parametrize("name", SHORTS)
def test_the_version_for_web_forms_keeps_to_its_limit_however_much_is_known(name: str) -> None:
    facts = {**BASE, "what_happened": "刷了一笔没有到账。" * 60, "merchant_name": "店" * 60, "person_name": "名" * 60}
    view = case({**facts, "contact_phone": "1" * 18}, problem="fee_dispute")

    text = text_of(replace(view, attempts=ATTEMPTS * 12), name)

    assert 0 < len(text) <= letters.SHORT_LIMIT
    assert "店店店" in text
    assert text.endswith("。")


def numbers(text: str) -> set[str]:
    return {one.lstrip("0") or "0" for one in re.findall(r"\d+", re.sub(r"(?<=\d),(?=\d)", "", text))}


FIXED_NUMBERS = numbers(
    "".join(path.read_text("utf-8") for path in sorted((TEMPLATES / "letters").glob("*.j2")))
    + (TEMPLATES / "letters.yaml").read_text("utf-8")
    + "".join(ground.cite for ground in GUIDE.grounds.values())
)


def explained(view: CaseView) -> set[str]:
    """Every number that a letter on this case may hold."""
    facts = " ".join(fact.value for fact in view.facts.values() if fact.state in drafting.SURE)
    logged = " ".join(
        f"{one.at} {one.promised_until} {one.count} {one.who} {one.ticket} {one.number}" for one in ATTEMPTS
    )
    shown = " ".join(f"{one.no} {one.name}" for one in EXHIBITS)
    draft = begin(view)
    counted = " ".join(map(str, range(1, 40)))  # list items and days of a month
    since = drafting.value(draft, "since")
    derived = f"{NOW} {guards.days_since(view)} {sum(one.count for one in ATTEMPTS)} " + (
        str(int(since[:4]) + drafting.LIMITATION_YEARS) if since else ""
    )
    return FIXED_NUMBERS | numbers(" ".join((facts, logged, shown, counted, derived, *drafting.calculation(draft))))


VALUES: dict[str, st.SearchStrategy[str]] = {
    name: st.sampled_from(GUIDE.slots[name].values) if GUIDE.slots[name].values else st.just(value)
    for name, value in BASE.items()
} | {
    "amount": st.decimals("0.01", "9999999", places=2).map(str),
    "trade_amount": st.decimals("100", "999999", places=2).map(str),
    "fee_charged": st.decimals("0.01", "99", places=2).map(str),
    "rate_agreed": st.decimals("0.1", "3", places=2).map(str),
    "merchant_no": st.from_regex(r"\A[0-9]{15}\Z"),
    "since": st.dates(date(2023, 1, 1), NOW.date()).map(str),
}
STATES = st.sampled_from(["said", "said", "said", "confirmed", "read", "unknown"])
CASES = st.fixed_dictionaries({}, optional={name: st.tuples(values, STATES) for name, values in VALUES.items()})


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(CASES, st.sampled_from(sorted(GUIDE.problems)), st.sampled_from((*LETTERS, *SHORTS)))
def test_no_letter_holds_a_number_that_nobody_said(facts: dict[str, tuple[str, str]], problem: str, name: str) -> None:
    known = {one: Fact(value if state != "unknown" else "", state) for one, (value, state) in facts.items()}  # type: ignore[arg-type]
    view = replace(case({}, problem=problem), facts={"problem": Fact(problem), **known})

    text = text_of(view, name)

    assert numbers(text) <= explained(view), numbers(text) - explained(view)
    for value, state in facts.values():
        if state == "read" and len(value) > 7:
            assert value not in text


@pytest.mark.parametrize("name", LETTERS)
def test_what_a_letter_needs_is_asked_for_and_the_letter_is_not_written(name: str) -> None:
    letter = GUIDE.letters[name]
    problem = {"police_statement": "suspected_fraud", "report_market": "fee_dispute"}.get(name, "settlement_delay")
    view = case(BASE, problem=problem)
    for need in letter.needs:
        if need == "problem" or (need == "end_on") or not guards.applies(GUIDE.slots[need], GUIDE, view):
            continue
        without = replace(view, facts={one: fact for one, fact in view.facts.items() if one != need})
        draft = written(without, name)

        assert "letter.text" not in [reply.key for reply in draft.replies], need
        assert GUIDE.slots[need].name in [slot.name for slot in [letters.resume(draft)] if slot]


@pytest.mark.parametrize("state", ["unknown", "read"])
def test_an_unknown_or_unconfirmed_fact_counts_as_missing(state: str) -> None:
    view = case(BASE)
    known = {**view.facts, "merchant_name": Fact("老王五金店", state)}  # type: ignore[arg-type]

    assert text_of(replace(view, facts=known), "complaint") == ""


def test_what_was_read_from_a_picture_is_offered_for_confirmation_and_then_used() -> None:
    view = case(BASE)
    view = replace(view, facts={**view.facts, "merchant_name": Fact("老王五金店", "read")})
    draft = written(view, "complaint")
    slot = letters.resume(draft)
    assert slot is not None

    assert [button.pick for button in letters.first_buttons(draft, slot)] == [Pick(1, "!confirm", "merchant_name")]
    letters.confirm(draft, "merchant_name")

    assert letters.resume(draft) is None
    assert "投诉人：老王五金店" in said(draft, "letter.text")


def test_giving_up_something_needed_is_said_and_the_letter_is_let_go() -> None:
    view = case({**BASE, "merchant_name": ""})
    draft = written(view, "complaint")
    draft.ask("merchant_name")
    draft.set_fact("merchant_name", "", "unknown")

    assert letters.resume(draft) is None
    assert draft.replies[-1].key == "letter.lacks"
    assert draft.position.letter == ""


def test_a_date_that_has_passed_is_asked_for_anew() -> None:
    assert text_of(case({**BASE, "demand_until": "2026-11-24"}), "complaint") == ""


def test_offered_dates_are_concrete_and_only_ahead() -> None:
    draft = begin(case({}))
    picks = [button.pick for button in letters.first_buttons(draft, GUIDE.slots["demand_until"])]

    assert picks[0] == Pick(1, "!date", "demand_until.2026-11-29")
    letters.pick_date(draft, "demand_until.2026-11-20")
    assert draft.replies[-1].key == "choice.gone"
    letters.pick_date(draft, picks[0].value)
    assert draft.view.value("demand_until") == "2026-11-29"


def test_a_letter_that_is_not_for_the_case_says_why() -> None:
    for name, facts in (
        ("payment_order", {"order_fit": "no"}),
        ("report_market", {}),
        ("report_pboc", {"frozen_by": "police"}),
    ):
        draft = written(case({**BASE, **facts}), name)

        assert [reply.key for reply in draft.replies] == [f"letter.not.{name}"]


def test_contacts_are_told_in_the_order_they_happened_with_time_way_and_ticket() -> None:
    text = text_of(case(BASE), "complaint")
    first = "2026年11月21日10:30：本店打电话联系贵公司3次，没有人接听或者没有回复。"
    second = (
        "2026年11月23日08:30：本店在官方 App 上联系贵公司（对方工号或姓名 1024），对方答应处理，"
        "工单号 TS77，答应在2026年11月24日前办好（该日期已过）。"
    )

    assert 0 < text.index(first) < text.index(second)


def test_exhibits_are_listed_by_their_numbers() -> None:
    assert "证据 1 号：交易小票\n证据 2 号：银行流水\n证据 3 号：合同.pdf" in text_of(case(BASE), "complaint")


def test_the_calculation_is_shown_and_what_is_claimed_is_its_result() -> None:
    facts = {name: value for name, value in BASE.items() if name != "amount"}
    text = text_of(case(facts, problem="fee_dispute"), "payment_order")

    assert "30580 × 0.63% = 192.65 元" in text
    assert "917.34 − 192.65 = 724.69 元" in text
    assert "人民币724.69元" in text


def test_mixed_up_numbers_are_not_computed_with() -> None:
    facts = {**BASE, "trade_amount": "917.34", "fee_charged": "30580"}

    assert drafting.comparison(begin(case(facts, problem="fee_dispute"))) is None


def test_what_was_overcharged_is_shown_once_all_three_numbers_are_known() -> None:
    show = Show("overcharge", "evidence", "overcharge")
    draft, lacking = (
        begin(case(BASE, problem="fee_dispute")),
        begin(case({"rate_agreed": "0.63"}, problem="fee_dispute")),
    )
    display(draft, show)
    display(lacking, show)

    assert "724.69" in said(draft, "overcharge")
    assert not lacking.replies


def test_a_bank_is_not_held_to_the_regulation_for_payment_institutions() -> None:
    text = text_of(case({**BASE, "company": "建设银行", "company_full_name": "中国建设银行股份有限公司"}), "complaint")

    assert "非银行支付机构监督管理条例" not in text
    assert "民法典" in text


def test_an_uncertain_rule_is_never_cited_and_a_second_hand_one_is_hedged() -> None:
    cited = {rule.fact for rules in GUIDE.rules.values() for rule in rules}
    cited |= {rule.fact for letter in GUIDE.letters.values() for rule in letter.cites}
    draft = begin(case(BASE))

    assert not [fact for fact in cited if GUIDE.grounds[fact].level == "uncertain"]
    assert citing.rule_words(draft, replace(GUIDE.grounds["A-01"], level="uncertain")) == ""
    assert citing.rule_words(draft, GUIDE.grounds["A-01"]).endswith("（条文以现行正式文本为准）")
    assert "据" not in citing.rule_words(draft, GUIDE.grounds["A-01"])


def test_insults_and_threats_stay_out_of_a_letter_and_the_merchant_is_told() -> None:
    facts = {
        **BASE,
        "what_happened": "十月二十号刷了一笔没到账。这帮黑心的王八！再不给钱我就砸了你们公司。业务员说等三天。",
    }
    draft = written(case(facts), "complaint")
    text, after = said(draft, "letter.text"), said(draft, "letter.ready")

    assert "十月二十号刷了一笔没到账。业务员说等三天。" in text
    assert "王八" not in text
    assert "砸" not in text
    assert "这帮黑心的王八" in after
    assert "骂人的话、吓唬人的话" in after


def test_cleaning_leaves_plain_words_as_they_are() -> None:
    plain = "十月二十号下午，店里刷了一万八，小票打出来了。"

    assert tone.clean(plain, GUIDE.tone) == tone.Cleaned(plain)


@given(st.text(max_size=200))
def test_cleaning_only_ever_leaves_out(text: str) -> None:
    cleaned = tone.clean(text, GUIDE.tone)

    assert not [word for words in GUIDE.tone.values() for word in words if word in cleaned.text]
    assert set(cleaned.text) <= set(text) | {"。"}


def test_the_words_of_a_wish_name_the_letter() -> None:
    for words, name in (
        ("帮我给人民银行写个反映材料", "report_pboc"),
        ("12315的举报怎么写", "report_market"),
        ("写一份支付令申请书", "payment_order"),
        ("报案材料帮我写", "police_statement"),
        ("解除合同的通知怎么写", "termination_notice"),
        ("给律师看的东西帮我理一份", "lawyer_brief"),
    ):
        draft = Draft(
            GUIDE, DIALOG.machine, TEXTS, "zh-Hans", case(BASE, problem="fee_dispute"), Turn("words", text=words)
        )
        letters.choose(draft)

        found = {draft.position.letter, *(kept for kept, _ in draft.letters)}
        refused = [reply.key.removeprefix("letter.not.") for reply in draft.replies]
        assert name in {*found, *refused}, words


def test_letters_shown_are_part_of_the_outcome_word_for_word() -> None:
    outcome = DIALOG.step(case(BASE), Turn("pick", pick=Pick(1, "!letter", "complaint")), "zh-Hans")

    shown = [reply.text for reply in outcome.replies if reply.key == "letter.text"]
    assert [text for _, text in outcome.letters] == shown
    assert outcome.position.letter == ""


def test_going_elsewhere_lets_the_wanted_letter_go() -> None:
    view = case({"company": "银盛"}, position=Position(letter="complaint", asked="merchant_name"))

    outcome = DIALOG.step(view, Turn("pick", pick=Pick(1, "!go", "alternatives")), "zh-Hans")

    assert outcome.position.letter == ""


def test_a_letter_is_in_chinese_whatever_language_the_merchant_speaks() -> None:
    draft = Draft(GUIDE, DIALOG.machine, TEXTS, "en", case(BASE), Turn("other"))
    letters.write(draft, "complaint")

    assert said(draft, "letter.text") == text_of(case(BASE), "complaint")
