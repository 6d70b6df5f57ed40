"""Read models: a case and a conversation as pages, terminals and programs show them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot import letterbox
from bot.channels.base import Unavailable as ChannelUnavailable
from bot.recording import CaseKeeper
from dialogs import guards, progress, proposals
from dialogs.dialog import Dialog
from dialogs.outcome import Suggestion
from dialogs.turn import Pick
from dialogs.view import CaseView
from storage import StorageFault, Store, Work
from storage.records import CaseFile, Evidence, Received, Sent

TRANSCRIPT = 500


class Casebook:
    """Shows cases. Reads only."""

    def __init__(
        self,
        store: Store,
        dialog: Dialog,
        keeper: CaseKeeper,
        zone: ZoneInfo,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._dialog = dialog
        self._keeper = keeper
        self._zone = zone
        self._now = now

    # for programs: contracts.md, "JSON lines of chat --jsonl"

    def case_json(self, work: Work, channel: str, conversation: str) -> dict[str, Any] | None:
        """The current case of a conversation in the form of the JSON lines; None before there is one."""
        both = work.people.find(channel, conversation)
        if both is None or both[1].case_id is None:
            return None
        file = work.cases.load(both[1].case_id)
        if file is None:
            return None
        language = both[0].language
        view = self._view(file)
        return {
            "no": file.case.no,
            "section": view.section,
            "severity": file.case.severity,
            "intent": file.case.intent,
            "status": file.case.status,
            "facts": {name: self._fact(name, view, file) for name in sorted(view.facts)},
            "missing": list(self._dialog.missing(view)),
            "suggestions": [self._suggestion(view, language, one) for one in self._dialog.suggestions(view)],
            "evidence": [
                {"no": one.no, "kind": one.kind, "sha256": one.sha256, "item": one.item, "items": one.items}
                for one in file.evidence
                if one.status != "withdrawn"
            ],
            "attempts": [
                {
                    "no": one.no,
                    "at": self._local(one.at),
                    "way": one.way,
                    "party": one.party,
                    "number": one.number,
                    "who": one.who,
                    "result": one.note,
                    "ticket": one.ticket,
                    "promised_until": one.promised_until and self._local(one.promised_until),
                    "count": one.count,
                }
                for one in file.attempts
            ],
            "reminders": [
                {"due": self._local(one.due_at), "key": one.key} for one in file.reminders if one.status == "planned"
            ],
            "ladder": self._ladder(view, language),
        }

    @staticmethod
    def _fact(name: str, view: CaseView, file: CaseFile) -> dict[str, Any]:
        """A fact; one that was read from a photo names it."""
        fact, source = view.facts[name], file.facts[name].source if name in file.facts else {}
        told = {"value": fact.value, "state": fact.state}
        return {**told, "source": "photo", "exhibit": source["exhibit"]} if source.get("by") == "photo" else told

    # for the page: bot.web.chat.Reader

    async def state(self, conversation: str) -> dict[str, Any]:
        """The whole conversation and its current case (see `bot.web.chat.Reader`)."""
        state: dict[str, Any] = await self._read(lambda work: self._state(work, "web", conversation, 0))
        return state

    async def since(self, conversation: str, after: int) -> dict[str, Any]:
        """The same with only what came later."""
        state: dict[str, Any] = await self._read(lambda work: self._state(work, "web", conversation, after))
        return state

    async def language(self, conversation: str) -> str:
        """The language spoken in a conversation of the page; "" while no one has spoken."""
        both = await self._read(lambda work: work.people.find("web", conversation))
        return both[0].language if both else ""

    async def letter(self, conversation: str, sha256: str) -> str | None:
        """The text of a letter that the person was shown; None where there is none."""

        def look(work: Work) -> str | None:
            both = work.people.find("web", conversation)
            return letterbox.find(work, both[0].id, sha256) if both else None

        text: str | None = await self._read(look)
        return text

    async def _read(self, look: Callable[[Work], Any]) -> Any:
        def read() -> Any:
            with self._store.read() as work:
                return look(work)

        try:
            return await asyncio.to_thread(read)
        except StorageFault as fault:
            raise ChannelUnavailable from fault

    def _state(self, work: Work, channel: str, conversation: str, after: int) -> dict[str, Any]:
        both = work.people.find(channel, conversation)
        language = both[0].language if both else self._dialog.texts.languages[0]
        state: dict[str, Any] = {
            "now": self._local(self._now()),
            "language": language if both else "",
            "last": after,
            "messages": [],
            "case": None,
            "cases": [],
        }
        if both is None:
            return state
        row = both[1]
        file = work.cases.load(row.case_id) if row.case_id is not None else None
        said = work.transcript(row.id, limit=TRANSCRIPT)
        sent = [one.id for one in said if isinstance(one, Sent)]
        state["last"] = max(sent, default=after)
        state["messages"] = [
            self._message(one, file, language)
            for one in said
            if isinstance(one, Received) or one.id > after
            if not (isinstance(one, Received) and after and one.id <= self._received_before(said, after))
        ]
        if file is not None:
            state["case"] = self._panel(file, language)
        state["cases"] = [
            {
                "no": case.no,
                "title": self._title(case.intent, language),
                "status": case.status,
                "current": case.id == row.case_id,
                "choice": Pick(case.no, "!case", str(case.no)).id,
            }
            for case in work.cases.of_person(both[0].id)
            if case.status != "deleted"
        ]
        return state

    @staticmethod
    def _received_before(said: Sequence[Received | Sent], after: int) -> int:
        """The id of the last update that was answered by a message the page has read already."""
        answered = [one.inbox_id for one in said if isinstance(one, Sent) and one.id <= after and one.inbox_id]
        return max(answered, default=0)

    def _message(self, one: Received | Sent, file: CaseFile | None, language: str) -> dict[str, Any]:
        if isinstance(one, Sent):
            return {
                "id": f"o{one.id}",
                "from": "guide",
                "key": one.body["key"],
                "text": one.body["text"],
                "choices": [{"id": id, "label": label} for id, label in one.body.get("choices", ())],
                "files": self._files(one.body, language),
                "evidence": [],
                "at": self._local(one.created_at),
                "ref": "",
            }
        body = one.body
        return {
            "id": f"i{one.id}",
            "from": "person",
            "key": body.get("kind", ""),
            "text": self._label(body.get("choice", ""), language) or body.get("text", ""),
            "choices": [],
            "files": [],
            "evidence": self._shown_evidence(body, file),
            "at": self._local(one.received_at),
            "ref": one.update_id,
        }

    def _files(self, body: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
        """What a message offers to download."""
        if body["key"] == "export.web":
            name = self._dialog.texts.say(language, "export.file")
            return [{"name": name, "mime": "application/zip", "url": "/chat/export.zip"}]
        own = [{"name": name, "mime": mime, "url": url} for name, mime, _, url in body.get("files", ()) if url]
        return own or letterbox.files(body["key"], body["text"])

    def _shown_evidence(self, body: Mapping[str, Any], file: CaseFile | None) -> list[dict[str, Any]]:
        current = file is not None and body.get("case") == file.case.no
        if not current or file is None:
            gone = {"kind": "", "name": "", "url": "", "original": "", "status": ""}
            return [{"no": no, **gone} for no in body.get("evidence", ())]
        by_no = {evidence.no: evidence for evidence in file.evidence}
        return [self._exhibit_json(by_no[no]) for no in body.get("evidence", ()) if no in by_no]

    def _exhibit_json(self, one: Evidence) -> dict[str, Any]:
        is_picture = one.status == "stored" and one.mime.startswith("image/")
        original = f"/chat/evidence/{one.no}/original" if one.status == "stored" else ""
        return {
            "no": one.no,
            "kind": one.kind,
            "name": one.name,
            "sha256": one.sha256 or "",
            "status": one.status,
            # Once it was read, the picture may have covers: another address, as pages keep what they have loaded.
            "url": f"/chat/evidence/{one.no}?as={one.reading}" if is_picture else original,
            "original": original,
            "at": self._local(one.received_at),
        }

    def _label(self, choice: str, language: str) -> str:
        """What a tapped choice said."""
        pick = Pick.parse(choice)
        if pick is None:
            return ""
        texts, value = self._dialog.texts, pick.value
        slot = self._dialog.guide.slots.get(pick.name)
        keys = [f"value.{pick.name}.{value}", f"problem.{value}" if pick.name == "problem" else f"button.{value}"]
        if slot is None:
            action = {"!next": "go_on", "!skip": "skip"}.get(pick.name, pick.name.removeprefix("!"))
            keys = [f"button.{action}.{value}", f"button.{action}", f"label.{value}", f"section.{value}"]
            if pick.name == "!ask":
                keys = [f"label.{value}"]
            elif pick.name == "!go":
                keys = [f"section.{value}"]
            elif pick.name == "!read":
                keys = [proposals.label_key(value)]
        return next((texts.say(language, key) for key in keys if texts.has(key)), value or pick.name)

    # the panel

    def _panel(self, file: CaseFile, language: str) -> dict[str, Any]:
        case, view = file.case, self._view(file)
        say = self._say(view, language)
        sections = self._dialog.guide.sections[1:-1]
        return {
            "no": case.no,
            "title": self._title(case.intent, language),
            "section": view.section,
            "status": case.status,
            "severity": case.severity,
            "severity_label": say(f"severity.{max(case.severity, 1)}"),
            "intent": case.intent,
            "sections": [
                {"id": section, "label": say(f"section.{section}"), "state": self._progress(view, section)}
                for section in sections
            ],
            "facts": self._facts(view, language),
            "checklist": self._checklist(view, say),
            "suggestions": [self._suggestion(view, language, one) for one in self._dialog.suggestions(view)],
            "deadlines": [
                {"due": self._local(one.due_at), "key": one.key, "text": say(one.key).splitlines()[0]}
                for one in file.reminders
                if one.status == "planned"
            ],
            "attempts": [
                {"no": one.no, "at": self._local(one.at), "text": line}
                for one, line in zip(file.attempts, self._dialog.contact_lines(view, language), strict=True)
            ],
            "ladder": self._ladder(view, language),
            "evidence": [self._exhibit_json(one) for one in file.evidence if one.status != "withdrawn"],
            "go": {section: Pick(case.no, "!go", section).id for section in sections},
            "human": Pick(case.no, "!human").id,
            "packet": Pick(case.no, "!packet").id,
        }

    def _say(self, view: CaseView, language: str) -> Callable[[str], str]:
        return lambda key: self._dialog.words(view, language, key)

    def _progress(self, view: CaseView, section: str) -> str:
        if section == view.section:
            return "current"
        return "done" if section in view.position.done else "open"

    def _facts(self, view: CaseView, language: str) -> list[dict[str, Any]]:
        say = self._say(view, language)
        return [
            {
                "name": name,
                "label": say(f"label.{name}"),
                "value": self._dialog.fact_words(view, language, name),
                "state": view.facts[name].state,
                "correct": Pick(view.no, "!ask", name).id,
            }
            for name in self._dialog.guide.slots
            if view.value(name)
        ]

    def _checklist(self, view: CaseView, say: Callable[[str], str]) -> dict[str, Any]:
        items = guards.checklist(self._dialog.guide, view)
        missing = guards.missing_items(self._dialog.guide, view)
        rows = []
        for item in items:
            exhibits = [exhibit.no for exhibit in view.exhibits if exhibit.item == item]
            state = "have" if exhibits else "missing" if item in missing else "unavailable"
            rows.append({"id": item, "label": say(f"item.{item}"), "state": state, "exhibits": exhibits})
        have, of = progress.count(self._dialog.guide, view)
        words = say(f"progress.{progress.level(have, of)}") if of else ""
        return {"have": have, "of": of, "words": words, "items": rows}

    def _ladder(self, view: CaseView, language: str) -> list[dict[str, Any]]:
        """The rungs of the case: done, waiting, next or later, and until when an answer is waited for."""
        return [
            {
                "id": step.rung.id,
                "label": name,
                "state": step.state,
                "text": words,
                "due": step.due.isoformat(timespec="minutes") if step.due and step.state == "waiting" else None,
                "by": (step.clock.kind if step.clock else "promise") if step.due else "",
            }
            for step, name, words in self._dialog.ladder(view, language)
        ]

    def _suggestion(self, view: CaseView, language: str, one: Suggestion) -> dict[str, Any]:
        say = self._say(view, language)
        grounds = [self._dialog.guide.grounds[fact] for fact in one.facts if fact in self._dialog.guide.grounds]
        return {
            "key": one.key,
            "text": say(one.key),
            "why": say(f"{one.key}.why"),
            "due": one.due and one.due.isoformat(timespec="minutes"),
            "now": one.due is not None and one.due <= view.now,
            "source": "；".join(dict.fromkeys(ground.cite for ground in grounds)),
            "facts": list(one.facts),
        }

    def _title(self, intent: str, language: str) -> str:
        return self._dialog.texts.say(language, f"problem.{intent}" if intent else "section.opening")

    def _view(self, file: CaseFile) -> CaseView:
        return self._keeper.view(file, self._now().astimezone(self._zone), None)

    def _local(self, moment: datetime) -> str:
        return moment.astimezone(self._zone).isoformat(timespec="seconds")
