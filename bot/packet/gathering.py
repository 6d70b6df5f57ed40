"""A case from the store -> what its packet says. Reads only; the same case state gives equal contents."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.packet import amounts, history
from bot.packet.contents import (
    AUDIENCES,
    Audience,
    Contact,
    Letter,
    PacketContents,
    Pair,
    Recipient,
    Record,
    StatedFact,
)
from bot.packet.covers import Cover, covers_from
from bot.packet.discretion import Discretion, names_of
from bot.packet.errors import PacketFault
from bot.packet.exhibits import describe
from bot.packet.wording import Wording
from bot.viewing import Viewer
from dialogs import guards
from dialogs.dialog import Dialog
from dialogs.texts import amount_words
from storage import Work
from storage.records import Attempt, CaseFile, Event, Evidence, Fact
from storage.types import to_canonical_json

HANDED_OUT = frozenset({"packet_made", "packet_stamped", "exported", "evidence_opened"})
"""Events that say that something was given away: at the end of a timeline they are no news of the case itself."""
PLANS = frozenset({"alternatives", "legal", "closing"})
"""Sections whose facts are the merchant's own plans."""
PLANNED = frozenset({"demand_until", "end_on", "ending", "order_fit", "filed_elsewhere", "seen_signs"})
"""Facts of letters that are plans too; and what only a picture shows, which the merchant has not said."""
NOTES = frozenset({"excuse", "situation", "contact_count"})
"""Facts that only steer the guide."""
COVER = ("merchant_no", "terminal_no", "merchant_type", "person_name", "contact_phone")


@dataclass(frozen=True, slots=True)
class Gatherer:
    """Gathers the contents of packets."""

    dialog: Dialog
    viewer: Viewer
    zone: ZoneInfo

    def gather(
        self, work: Work, case_id: int, recipient: Recipient = "self", *, discreet: bool = False
    ) -> PacketContents:
        """What the case's packet says to this recipient; `discreet`: with other people's numbers and names covered.
        Raises `PacketFault`: the case is gone, or its timeline unsound."""
        file = work.cases.load(case_id)
        if file is None or file.case.status == "deleted":
            raise PacketFault(f"There is no case {case_id}; `python -m bot cases` lists those that are open.")
        bad = work.cases.verify_timeline(case_id)
        if bad is not None:
            raise PacketFault(f"The timeline of case {case_id} was altered: entry {bad} does not fit.")
        events = _without_handing_out(work.cases.timeline(case_id))
        as_of = events[-1].at if events else file.case.opened_at
        view = self.viewer.view(file, as_of.astimezone(self.zone), None)
        wording = Wording(self.dialog, view, self.dialog.texts.languages[0], self.zone)
        audience = AUDIENCES[recipient]
        if discreet:
            audience = replace(audience, originals=False, names=True)
        covers = {sha256: covers_from(boxes) for sha256, boxes in work.covers.of_case(case_id).items()}
        contents = _Gathering(wording, file, events, as_of.astimezone(self.zone), audience, covers).contents()
        if audience.originals:
            return contents
        own = [view.value("contact_phone"), view.value("merchant_phone")]
        return Discretion(own, names_of(file) if audience.names else ()).apply(contents, file)


def _without_handing_out(events: list[Event]) -> list[Event]:
    while events and events[-1].kind in HANDED_OUT:
        events.pop()
    return events


class _Gathering:
    """One case for one recipient."""

    def __init__(
        self,
        wording: Wording,
        file: CaseFile,
        events: Sequence[Event],
        as_of: datetime,
        audience: Audience,
        covers: Mapping[str, tuple[Cover, ...] | None],
    ) -> None:
        self._wording = wording
        self._file = file
        self._events = events
        self._as_of = as_of
        self._audience = audience
        self._covers = covers

    def contents(self) -> PacketContents:
        wording, view, case = self._wording, self._wording.view, self._file.case
        exhibits = tuple(
            describe(wording, one, self._audience, self._covers.get(one.sha256 or "")) for one in self._file.evidence
        )
        since = wording.stated(view.value("since"))
        sources = {name: self._source(fact) for name, fact in self._file.facts.items()}
        spent = amounts.days(since[0], self._as_of) if since else -1
        return PacketContents(
            case_id=case.id,
            number=f"ZG{case.opened_at.astimezone(wording.zone):%Y%m%d}-{case.id:05d}",
            recipient=self._audience.id,
            audience=wording.say(f"for.{self._audience.id}"),
            as_of=self._as_of,
            problem=wording.value("problem", view.problem) or wording.say("problem.unknown"),
            amount=amount_words(view.value("amount")) if amounts.decimal(view.value("amount")) is not None else "",
            days=str(spent) if spent >= 0 else "",
            attempts=tuple(self._contact(one) for one in self._file.attempts),
            contacts=sum(one.count for one in self._file.attempts),
            cover=self._cover(),
            facts=self._facts(sources),
            moments=history.moments(wording, self._file, sources),
            amounts=amounts.work_out(
                wording, amounts.transactions(self._file.evidence), since and since[0], self._as_of, sources
            ),
            missing=self._missing(),
            exhibits=exhibits,
            letters=self._letters(),
            records=tuple(self._records()),
            recorded={
                int(event.body["no"]): str(event.body["sha256"])
                for event in self._events
                if event.kind in ("evidence_added", "evidence_stored") and event.body.get("sha256")
            },
            originals=self._audience.originals,
            names=self._audience.names,
            unchecked=tuple(one.no for one in exhibits if one.covers is None and (one.path or one.copy)),
            words=wording.all_words(),
        )

    def _cover(self) -> tuple[Pair, ...]:
        wording, view, case = self._wording, self._wording.view, self._file.case
        pairs = [Pair(wording.say("label.merchant_name"), view.value("merchant_name"))]
        pairs += [
            Pair(wording.label(name), wording.value(name, view.value(name))) for name in COVER if view.value(name)
        ]
        pairs.append(Pair(wording.say("cover.company"), view.value("company")))
        pairs.append(Pair(wording.say("cover.severity"), wording.guide(f"severity.{max(case.severity, 1)}")))
        pairs.append(Pair(wording.say("cover.opened"), wording.at(case.opened_at)))
        pairs.append(Pair(wording.say("cover.as_of"), wording.at(self._as_of)))
        return tuple(pairs)

    def _facts(self, sources: Mapping[str, str]) -> tuple[StatedFact, ...]:
        wording, slots = self._wording, self._wording.dialog.guide.slots
        shown = []
        for name in (*slots, *(name for name in sorted(wording.view.facts) if name not in slots)):
            value = wording.view.value(name)
            planned = name in PLANNED or (name in slots and slots[name].section in PLANS)
            if not value or name in NOTES or (planned and not self._audience.planning):
                continue
            shown.append(StatedFact(wording.label(name), wording.value(name, value), sources.get(name, "")))
        return tuple(shown)

    def _source(self, fact: Fact) -> str:
        wording, source = self._wording, fact.source
        channel = str(source.get("channel", ""))
        known = wording.has(f"channel.{channel}")
        words = wording.say(
            "source",
            state=wording.say(f"state.{fact.state}") if wording.has(f"state.{fact.state}") else fact.state,
            at=wording.at(fact.at),
            channel=wording.say("source.channel", channel=wording.say(f"channel.{channel}")) if known else "",
        )
        numbers = _exhibits_of(source, self._file.evidence)
        return "；".join([words, *(wording.say("source.exhibit", no=str(no)) for no in numbers)])

    def _contact(self, one: Attempt) -> Contact:
        wording = self._wording
        way = wording.say(f"way.{one.way}") if wording.has(f"way.{one.way}") else one.way
        result = wording.guide(f"value.contact_result.{one.note}") if one.note else ""
        times = wording.say("attempts.times", count=str(one.count)) if one.count > 1 else ""
        until = wording.say("attempts.until", at=wording.day(one.promised_until)) if one.promised_until else ""
        party = wording.party(one.party)
        number = "" if one.number and one.number in party else one.number
        return Contact(
            one.no,
            wording.contact_at(one.at),
            "，".join(filter(None, (way, party, number, one.who, times))),
            "。".join(filter(None, (result, one.answer))),
            "，".join(filter(None, (one.ticket, until))),
        )

    def _missing(self) -> tuple[str, ...]:
        if not self._audience.planning:
            return ()
        items = guards.missing_items(self._wording.dialog.guide, self._wording.view)
        return tuple(self._wording.guide(f"item.{item}") for item in items)

    def _letters(self) -> tuple[Letter, ...]:
        """The last form in which each letter was shown to the merchant; one that never was, or whose values changed
        since then, as it stands."""
        wording = self._wording
        shown: dict[str, Event] = {}
        for event in self._events:
            if event.kind == "letter":
                shown[str(event.body["id"])] = event
            elif event.kind == "letter_stale":
                shown.pop(str(event.body["id"]), None)
        written = []
        for name in self._audience.letters:
            last = shown.get(name)
            text = str(last.body["text"]) if last else wording.letter(name)
            note = wording.say("letters.shown", at=wording.at(last.at)) if last else wording.say("letters.standing")
            if text:
                written.append(Letter(wording.guide(f"letter.{name}"), note, text))
        return tuple(written)

    def _records(self) -> Iterable[Record]:
        for event in self._events:
            body = to_canonical_json(event.body)
            if hashlib.sha256(body.encode()).hexdigest() != event.hash:
                raise PacketFault(f"Entry {event.seq} of the timeline cannot be written out as it was hashed.")
            words = history.event_words(self._wording, event)
            yield Record(event.seq, self._wording.at_seconds(event.at), words, event.hash, body)


def _exhibits_of(source: Mapping[str, Any], evidence: Iterable[Evidence]) -> list[int]:
    """The numbers of the exhibits that a fact was read from or said with."""
    named = source.get("exhibit", source.get("evidence"))
    if isinstance(named, int) and not isinstance(named, bool):
        return [named]
    came = (source.get("channel"), source.get("update_id"))
    return [one.no for one in evidence if (one.channel, one.update_id) == came]
