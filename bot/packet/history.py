"""What happened in a case, in words: its story for the reader, and each entry of its timeline."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.packet import amounts
from bot.packet.contents import Moment
from bot.packet.wording import Wording
from storage.records import CaseFile, Event, Evidence


def moments(wording: Wording, file: CaseFile, sources: Mapping[str, str]) -> tuple[Moment, ...]:
    """What happened in the world, oldest first: the matter itself, contacts, messages, and when proof was handed in."""
    rows = _transactions(wording, file)
    shown = {at for _, at, _, _ in rows}
    for name in ("since", "transaction_time", "promised_until"):
        stated = wording.stated(wording.view.value(name))
        if stated and not (name == "transaction_time" and stated[1] in shown):
            words = wording.say(f"moment.{name}", problem=wording.value("problem", wording.view.problem))
            rows.append((*stated, words.rstrip("："), sources.get(name, "")))
    for attempt in file.attempts:
        result = wording.guide(f"value.contact_result.{attempt.note}") if attempt.note else attempt.answer
        party = wording.party(attempt.party) or wording.view.value("company")
        words = wording.say("moment.attempt", no=str(attempt.no), party=party, result=result)
        rows.append((attempt.at, wording.contact_at(attempt.at), words, wording.say("state.said")))
    for one in file.evidence:
        origin = one.origin or {}
        sent = wording.stated(str(origin.get("at") or ""))
        if sent and one.status == "stored":
            author = str(origin.get("author") or "") or wording.say("moment.author.unknown")
            source = wording.say("source.exhibit", no=str(one.no))
            rows.append((sent[0], wording.at(sent[0]), wording.say("moment.message", author=author), source))
    opened = file.case.opened_at
    rows.append((opened, wording.at(opened), wording.say("moment.opened"), ""))
    rows += _handed_in(wording, [one for one in file.evidence if one.status == "stored"])
    ordered = sorted(rows, key=lambda row: row[0])
    return tuple(Moment(at, what, source) for _, at, what, source in ordered)


def _amended(wording: Wording, value: str) -> str:
    """A value of a contact that was set right, a moment as people read it."""
    if not value:
        return wording.say("event.attempt_changed.none")
    stated = wording.stated(value) if "T" in value else None
    return wording.contact_at(stated[0]) if stated else value


def _transactions(wording: Wording, file: CaseFile) -> list[tuple[datetime, str, str, str]]:
    """The confirmed transactions whose time is confirmed too."""
    rows = []
    for one in amounts.transactions(file.evidence):
        if stated := wording.stated(one.at):
            words = wording.say("moment.transaction", amount=amounts.money(one.amount))
            rows.append((*stated, words, wording.say("source.exhibit", no=str(one.exhibit))))
    return rows


def _handed_in(wording: Wording, evidence: list[Evidence]) -> list[tuple[datetime, str, str, str]]:
    """One row for exhibits that came one after the other within the hour."""
    rows = []
    group: list[Evidence] = []
    for one in [*evidence, None]:
        fits = one and group and one.received_at - group[-1].received_at <= timedelta(hours=1)
        if group and not (fits and one and one.no == group[-1].no + 1):
            first, last = group[0], group[-1]
            key = "moment.exhibit" if len(group) == 1 else "moment.exhibits"
            numbers = {"from": str(first.no), "to": str(last.no), "count": str(len(group))}
            rows.append((first.received_at, wording.at(first.received_at), wording.say(key, **numbers), ""))
            group = []
        if one:
            group.append(one)
    return rows


def event_words(wording: Wording, event: Event) -> str:
    """An entry of the timeline in one line; one of an unknown kind is named by its kind."""
    body = event.body
    if event.kind in ("fact", "fact_dropped"):
        name = str(body.get("name", ""))
        key = event.kind
        if key == "fact":
            key = "fact_unknown" if body.get("state") == "unknown" else "fact_changed" if body.get("before") else "fact"
        label = wording.label(name)
        before = wording.value(name, body.get("before"))
        return wording.say(f"event.{key}", label=label, value=wording.value(name, body.get("value")), before=before)
    params = {name: str(value) for name, value in body.items() if isinstance(value, str | int)}
    if event.kind == "attempt":
        params["result"] = wording.guide(f"value.contact_result.{body.get('result')}")
    elif event.kind == "attempt_changed":
        params["field"] = wording.guide(f"attempt.field.{body.get('field')}")
        params["before"], params["value"] = (_amended(wording, str(body.get(side, ""))) for side in ("before", "value"))
    elif event.kind == "section":
        params["section"] = wording.guide(f"section.{body.get('to')}")
    elif event.kind == "severity":
        params["severity"] = wording.guide(f"severity.{max(int(body.get('level', 1)), 1)}")
    elif event.kind == "status":
        params["status"] = wording.say(f"event.status.{body.get('status')}")
    elif event.kind == "evidence_sorted":
        item = str(body.get("item", ""))
        params["item"] = wording.guide(f"item.{item}" if item else "exhibit.other")
    elif event.kind in ("letter", "letter_stale"):
        params["letter"] = wording.guide(f"letter.{str(body.get('id')).partition('.')[0]}")
    elif event.kind == "language":
        params["language"] = wording.guide(f"button.language.{body.get('language')}")
    elif event.kind in ("packet_made", "packet_stamped"):
        params["recipient"] = wording.say(f"for.{body.get('recipient')}")
    if not wording.has(f"event.{event.kind}"):
        return wording.say("event.other", kind=event.kind)
    return wording.say(f"event.{event.kind}", **params)
