"""Fees in words: which sum was paid by card, which arrived, which was kept; what is a rate and no sum."""

import re
from decimal import Decimal, InvalidOperation

from dialogs.draft import Draft
from dialogs.overcharge import money
from dialogs.texts import amount_words
from dialogs.turn import Entity, Turn

PAID, FEE = "trade_amount", "fee_charged"
MOST_OF_A_PAYMENT = Decimal("0.1")  # a fee above that was mistyped, or is the sum that arrived
HIGHEST_RATE = 10  # per cent
RATE_WORDS = re.compile(r"费率|扣率|点数|\brates?\b")
RAISED_TO = re.compile(r"(?:涨|升|提|调|加)(?:高|价)?(?:到|成|至|为)了? ?$")
RAISED_FROM = re.compile(r" ?[元块钱]{0,2}(?:一笔|一年|每笔)?(?:直接|偷偷)?(?:涨|升|提|调|加)(?:高|价)?(?:到|成|至|为)")
CLAUSE = re.compile(r"[,，。;；!！?？\n]")
CURRENCY = re.compile(r"[元块圆¥￥毛角万千百]|yuan|rmb")
ARRIVED = ("到账", "到手", "到卡", "实到", "实收", "只到", "才到", "收到", "进账", "received", "got", "arrived")
BEFORE = re.compile(r"以前|原来|原先|之前|从前|本来|往常|刚开始|一开始|\bbefore\b|used to")
NOW = re.compile(r"现在|如今|这回|这次|上礼拜|上周|昨天|今天|\bnow\b")
DOUBT = "fee_doubt:"  # marks in what was shown the fee that was asked back about


def is_tariff(turn: Turn, entity: Entity) -> bool:
    """Is a sum only what is charged each time: raised from or to it, or a rate (small, without a currency, in a clause
    about rates)?"""
    if entity.type != "amount":
        return False
    at = max(turn.text.find(entity.text), 0)
    if RAISED_TO.search(turn.plain[:at]) or RAISED_FROM.match(turn.plain[at + len(entity.text) :]):
        return True
    if CURRENCY.search(entity.text) or Decimal(entity.value) >= HIGHEST_RATE:
        return False
    begin = max((mark.end() for mark in CLAUSE.finditer(turn.plain, 0, at)), default=0)
    end = CLAUSE.search(turn.plain, at + len(entity.text))
    return RATE_WORDS.search(turn.plain[begin : end.start() if end else None]) is not None


def stands_after(turn: Turn, words: tuple[str, ...], value: str) -> bool:
    """Is the value said right after one of the words? "Too much" ("多扣了") is another thing than what was taken."""
    before = turn.plain[: turn.text.find(value)] if value in turn.text else ""
    named = "|".join(re.escape(word) for word in words)
    return re.search(rf"(?<!多)(?:{named})[了我掉走的是共一笔去只有才：: ]{{0,4}}$", before) is not None


def fill(draft: Draft) -> tuple[Entity, ...]:
    """Take the sums that tell of one payment and its fee: "30580, 917.34 taken", "swiped 30580, 29662.66 arrived".
    Gives the entities they came from."""
    if draft.view.problem != "fee_dispute" or _answer_doubt(draft):
        return ()
    sums = [one for one in draft.turn.entities if one.type == "amount" and not is_tariff(draft.turn, one)]
    past = [one for one in sums if _is_of_before(draft.turn, one)]
    sums = [one for one in sums if one not in past]
    slots = draft.guide.slots
    kept = [one for one in sums if stands_after(draft.turn, slots[FEE].before, one.text)]
    arrived = [one for one in sums if stands_after(draft.turn, ARRIVED, one.text)]
    told = [one for one in sums if one not in (*kept, *arrived)]
    swiped = [one for one in told if stands_after(draft.turn, slots[PAID].before, one.text)]
    if not kept and not arrived:
        return (*past, *_paid_alone(draft, swiped))
    known = _number(swiped[0].value if swiped else draft.view.value(PAID))
    paid = known or max((Decimal(one.value) for one in told), default=None)
    if paid is None or len(kept) + len(arrived) != 1:
        return (*past, *arrived)  # never the sum in dispute
    fee = Decimal(kept[0].value) if kept else paid - Decimal(arrived[0].value)
    if fee <= 0 or (fee > paid * MOST_OF_A_PAYMENT and not (known and kept)):
        return ()
    for name, number in ((PAID, paid), (FEE, fee)):
        if money(number) != draft.view.value(name):
            draft.set_fact(name, money(number))
    draft.handled = True
    return (*past, *kept, *arrived, *(one for one in told if Decimal(one.value) == paid))


def _is_of_before(turn: Turn, entity: Entity) -> bool:
    """Is a sum told of as what was charged in earlier days?"""
    at = max(turn.text.find(entity.text), 0)
    begin = max((mark.end() for mark in CLAUSE.finditer(turn.plain, 0, at)), default=0)
    clause = turn.plain[begin:at]
    return BEFORE.search(clause) is not None and NOW.search(clause) is None


def _paid_alone(draft: Draft, swiped: list[Entity]) -> tuple[Entity, ...]:
    """A sum that was swiped is not the one in dispute, whichever was asked for."""
    if len(swiped) != 1 or draft.view.value(PAID):
        return ()
    draft.set_fact(PAID, swiped[0].value)
    draft.handled = True
    return tuple(swiped)


def doubt(draft: Draft) -> str:
    """Take back a fee that is too large a part of the payment; gives it, to be asked back about. "" for none."""
    paid, fee = _number(draft.view.value(PAID)), _number(draft.view.value(FEE))
    if not {PAID, FEE} & set(draft.filled) or paid is None or fee is None or fee <= paid * MOST_OF_A_PAYMENT:
        return ""
    if not draft.show(DOUBT + money(fee)):
        return ""  # said twice
    draft.forget(FEE)
    draft.filled = [name for name in draft.filled if name != FEE]
    return money(fee)


def ask_back(draft: Draft, said: str) -> None:
    """Ask whether the number is the sum that arrived, or really the fee."""
    likely = _likely(draft, said)
    words = {"said": amount_words(said), "paid": draft.words_of(PAID), "fee": amount_words(likely)}
    buttons = [draft.button("!fee", number, "button.fee", {"fee": amount_words(number)}) for number in (likely, said)]
    buttons = [*dict.fromkeys(buttons), draft.button("!unknown", FEE, "button.unknown")]
    draft.ask(FEE)
    draft.say("fee.arrived" if likely != said else "fee.large", words, buttons)
    draft.handled = draft.quiet = True


def take(draft: Draft, value: str) -> None:
    """The fee that was tapped."""
    if _number(value) is None:
        draft.say("choice.gone")
        return
    draft.set_fact(FEE, value)
    draft.filled.clear()


def _answer_doubt(draft: Draft) -> bool:
    """Yes to the question back: the number is what arrived, or the fee was that large."""
    asked = [name.removeprefix(DOUBT) for name in draft.position.shown if name.startswith(DOUBT)]
    if draft.asked != FEE or draft.view.value(FEE) or not asked:
        return False
    says_arrived = any(word in draft.turn.plain for word in ARRIVED) and not draft.turn.entities
    if draft.turn.intent != "affirm" and not says_arrived:
        return False
    draft.set_fact(FEE, _likely(draft, asked[-1]))
    draft.handled = True
    return True


def _likely(draft: Draft, said: str) -> str:
    """The fee, where the number said is the sum that arrived; the number itself where it cannot be."""
    paid, number = _number(draft.view.value(PAID)), Decimal(said)
    if paid is not None and 0 < paid - number <= paid * MOST_OF_A_PAYMENT:
        return money(paid - number)
    return said


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None
