"""What a letter may say of a case: formal words for what was said or confirmed, sentences built from the content's."""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from dialogs import citing, guards, overcharge, tone
from dialogs.draft import Draft
from dialogs.letter_forms import Letter
from dialogs.texts import amount_words
from dialogs.view import Attempt

SURE = ("said", "confirmed")  # states of facts that go into a letter
FULL_NAME = re.compile(r"(?:公司|银行|信用社|联社)$")
LIMITATION_YEARS = 3  # J-07
MANY_DAYS = 3
RATE_OF_A_FEE = Decimal(20)  # per cent; above it the numbers were mixed up
GAPS = ("company_full_name", "company_address", "amount", "since", "contract_at_hand", "arbitration_clause", "ticket")


def value(draft: Draft, name: str) -> str:
    """What is known of a slot for sure; "" also for what was only read from a picture. A company's full name may have
    been given where its name was asked for."""
    fact = draft.view.facts.get(name)
    if fact is not None and fact.state in SURE and fact.value:
        return fact.value
    company = value(draft, "company") if name == "company_full_name" else ""
    return company if FULL_NAME.search(company) else ""


def values(draft: Draft, letter: Letter) -> dict[str, Any]:
    """Everything a template may use: each slot by its name in formal words ("" for not known), `ids` with the bare
    values, and lists of whole sentences."""
    return Drafting(draft, letter).values()


def comparison(draft: Draft) -> overcharge.Comparison | None:
    """A payment of the case beside the agreed rate; None where a number is lacking or the numbers cannot be right."""
    if draft.view.problem != "fee_dispute":
        return None
    amount, charged, rate = (_decimal(value(draft, name)) for name in ("trade_amount", "fee_charged", "rate_agreed"))
    if amount is None or charged is None or rate is None or amount <= 0:
        return None
    if charged / amount * 100 > RATE_OF_A_FEE:
        return None
    return overcharge.compare(overcharge.Payment(amount, charged), overcharge.Terms(rate))


def calculation(draft: Draft) -> list[str]:
    """The comparison as lines of text; none where there is nothing to compare."""
    found = comparison(draft)
    if found is None:
        return []
    sums = {"effective": found.effective_sum, "expected": found.expected_sum}
    if found.is_capped:
        sums = {"effective": found.effective_sum, "capped": found.share_sum, "expected": found.expected_sum}
    if found.difference > 0:
        sums["difference"] = found.difference_sum
    return [draft.text(f"overcharge.{name}", {"sum": one}) for name, one in sums.items()]


def claimed(draft: Draft) -> str:
    """The amount a letter claims: as it was said, else the difference that was computed; "" where neither is known."""
    found = comparison(draft)
    computed = overcharge.money(found.difference) if found is not None and found.difference > 0 else ""
    return value(draft, "amount") or computed


def formal_date(value_: str | datetime) -> str:
    """A date or moment with its year, the hour only where one is known.

    >>> formal_date("2026-11-20"), formal_date("2026-11-20T14:30")
    ('2026年11月20日', '2026年11月20日14:30')
    """
    moment = value_ if isinstance(value_, datetime) else _moment(value_)
    if moment is None:
        return str(value_)
    day = f"{moment.year}年{moment.month}月{moment.day}日"
    return f"{day}{moment:%H:%M}" if (moment.hour, moment.minute) != (0, 0) else day


class Drafting:
    """Puts one letter's values together."""

    def __init__(self, draft: Draft, letter: Letter) -> None:
        self._draft = draft
        self._letter = letter
        self._headings = 0
        self._arbitration = letter.id == "claim_outline" and value(draft, "arbitration_clause") == "yes"
        self._names = {"we": self._name("we"), "they": self._name("they")}
        self._names["sum"] = self._sum()

    def values(self) -> dict[str, Any]:
        """The template's values."""
        draft, problem = self._draft, self._draft.view.problem
        attempts = guards.of_company(draft.guide, draft.view)
        since = _moment(value(draft, "since"))
        return {
            **{name: self._words(name) for name in draft.guide.slots},
            **self._names,
            "ids": {name: value(draft, name) for name in draft.guide.slots},
            "problem": draft.text(f"problem.{problem}") if problem else "",
            "party": value(draft, "company_full_name") or value(draft, "company"),
            "bank": guards.GUARDS["bank_acquirer"](draft.guide, draft.view, None),
            "arbitration": self._arbitration,
            "heading": self._heading,
            "story": self._own_text("letter.story", problem),
            "goals": self._lines("letter.goal", problem),
            "claim": self._own_text("letter.claim", problem),
            "own": tone.clean(value(draft, "what_happened"), draft.guide.tone).text,
            "counterpart": tone.clean(value(draft, "counterpart"), draft.guide.tone).text,
            "details": self._details(since),
            "chronology": self._chronology(),
            "attempts": attempts,
            "contacts": sum(attempt.count for attempt in attempts),
            "result": self._result(attempts[-1].result) if attempts else "",
            "calculation": calculation(draft),
            "rules": self._rules(),
            "exhibits": self._exhibits(),
            "signs": [draft.text(f"letter.sign.{sign}") for sign in draft.view.told_signs],
            "gaps": [draft.text(f"letter.gap.{name}") for name in GAPS if not self._has(name)],
            "today": formal_date(str(draft.now.date())),
            "days": self._days(since),
            "limitation": formal_date(str(_years_on(since.date(), LIMITATION_YEARS))) if since else "",
        }

    # names and single values

    def _name(self, who: str) -> str:
        own = f"letter.{who}.{'arbitration' if self._arbitration else self._letter.id}"
        return self._draft.text(own if self._draft.texts.has(own) else f"letter.{who}")

    def _sum(self) -> str:
        amount = claimed(self._draft)
        return self._draft.text("letter.sum", {"amount": amount_words(amount)}) if amount else ""

    def _words(self, name: str) -> str:
        known = value(self._draft, name)
        if not known:
            return ""
        slot = self._draft.guide.slots[name]
        own = f"letter.value.{name}.{known}"
        if self._draft.texts.has(own):
            return self._draft.text(own, self._names)
        return formal_date(known) if slot.kind == "time" else self._draft.value_words(name, known)

    def _own_text(self, kind: str, problem: str) -> str:
        key = f"{kind}.{problem}"
        return self._draft.text(key, self._names) if problem and self._draft.texts.has(key) else ""

    def _lines(self, kind: str, problem: str) -> list[str]:
        return [line.rstrip("；。") for line in self._own_text(kind, problem).splitlines()]

    def _heading(self, title: str) -> str:
        """The next heading, numbered."""
        numerals = self._draft.text("letter.numerals")
        self._headings += 1
        number = numerals[self._headings - 1] if self._headings <= len(numerals) else str(self._headings)
        return self._draft.text("letter.heading", {"no": number, "title": title})

    # sentences

    def _details(self, since: datetime | None) -> list[str]:
        lines = [line for name in self._draft.guide.details if (line := self._detail(name))]
        problem = self._draft.guide.problems.get(self._draft.view.problem)
        if problem and problem.money and (days := self._days(since)):
            params = {"today": formal_date(str(self._draft.now.date())), "days": days}
            lines.append(self._draft.text("letter.line.days", params))
        return lines

    def _days(self, since: datetime | None) -> str:
        """Whole days since it began; "" where that is not known or they are too few to tell."""
        days = (self._draft.now.date() - since.date()).days if since else 0
        return str(days) if days >= MANY_DAYS else ""

    def _has(self, name: str) -> bool:
        """Is it known, of the case or of one of its contacts?"""
        if name == "ticket" and any(attempt.ticket for attempt in self._draft.view.attempts):
            return True
        return bool(claimed(self._draft) if name == "amount" else value(self._draft, name))

    def _detail(self, name: str) -> str:
        words = self._words(name)
        return self._draft.text(f"letter.detail.{name}", {"value": words}) if words and self._told(name) else ""

    def _told(self, name: str) -> bool:
        """Is it a thing of the case's own problem, and worth telling?"""
        slot = self._draft.guide.slots[name]
        if slot.problems and self._draft.view.problem not in slot.problems:
            return False
        return value(self._draft, name) not in ("none", "other")

    def _chronology(self) -> list[str]:
        """What happened when, in the order it happened: the payment, the beginning, each contact."""
        draft, events = self._draft, []
        trade, since = _moment(value(draft, "transaction_time")), _moment(value(draft, "since"))
        reference = self._part("reference", value(draft, "reference_no"))
        if trade:
            line = draft.text("letter.line.trade", {"date": formal_date(trade), "reference": reference})
            events.append((trade, 0, line))
        if since:
            key = f"letter.line.since.{draft.view.problem}"
            if not draft.texts.has(key):
                key = "letter.line.since"
            events.append((since, 1, draft.text(key, {"date": formal_date(since)})))
        events += [(attempt.at.replace(tzinfo=None), 2, self._attempt(attempt)) for attempt in draft.view.attempts]
        lines = [line for _, _, line in sorted(events, key=lambda event: (event[0].date(), event[1], event[0]))]
        ticket = value(draft, "ticket")
        if ticket and not any(attempt.ticket == ticket for attempt in draft.view.attempts):
            lines.append(draft.text("letter.line.ticket_only", {"value": ticket}) + "。")
        return lines

    def _attempt(self, attempt: Attempt) -> str:
        draft = self._draft
        way = f"letter.way.{attempt.way}"
        promise = ""
        if attempt.promised_until:
            promise = self._part("promise", formal_date(str(attempt.promised_until.date())), "date")
            promise += draft.text("letter.line.over") if attempt.promised_until < draft.now else ""
        parts = {
            "date": formal_date(attempt.at),
            "way": draft.text(way) if draft.texts.has(way) else "",
            "count": self._part("count", str(attempt.count)) if attempt.count > 1 else "",
            "number": self._part("number", attempt.number),
            "who": self._part("who", attempt.who),
            "result": self._result(attempt.result),
            "ticket": self._part("ticket", attempt.ticket),
            "promise": promise,
        }
        named = {} if attempt.party in ("", "company") else {"they": draft.text(f"party.{attempt.party}")}
        return draft.text("letter.line.attempt", {**self._names, **named, **parts})

    def _part(self, name: str, words: str, field: str = "value") -> str:
        return self._draft.text(f"letter.line.{name}", {field: words}) if words else ""

    def _result(self, result: str) -> str:
        key = f"letter.result.{result}"
        return self._draft.text(key if self._draft.texts.has(key) else "letter.result.answered")

    def _exhibits(self) -> list[str]:
        draft = self._draft
        named = sorted(draft.view.exhibits, key=lambda exhibit: exhibit.no)
        return [
            draft.text(
                "letter.line.exhibit",
                {
                    "no": str(one.no),
                    "name": draft.text(f"item.{one.item}")
                    if one.item in draft.guide.items
                    else one.name
                    or draft.text(f"kind.{one.kind}" if draft.texts.has(f"kind.{one.kind}") else "kind.other"),
                },
            )
            for one in named
        ]

    def _rules(self) -> list[str]:
        draft, guide = self._draft, self._draft.guide
        rows = [*self._letter.cites, *(guide.rules.get(draft.view.problem, ()) if self._letter.grounds else ())]
        facts = dict.fromkeys(row.fact for row in rows if guards.holds(row.when, guide, draft.view))
        return [line for fact in facts if (line := citing.rule_words(draft, guide.grounds[fact]))]


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None) if text else None
    except ValueError:
        return None


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def left_out(draft: Draft, slots: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """The merchant's own sentences, of those slots, that are not fit for a letter, and the kinds of fault."""
    own = [value(draft, name) for name in slots if draft.guide.slots[name].kind == "story"]
    cleaned = [tone.clean(words, draft.guide.tone) for words in own]
    return {
        "dropped": tuple(sentence for one in cleaned for sentence in one.dropped),
        "kinds": tuple(dict.fromkeys(kind for one in cleaned for kind in one.kinds)),
    }
