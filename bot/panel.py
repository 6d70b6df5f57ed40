"""A case as JSON: the panel beside the page's conversation, and the lines that programs read."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.viewing import Viewer
from dialogs import guards, progress
from dialogs.dialog import Dialog
from dialogs.outcome import Suggestion
from dialogs.turn import Pick
from dialogs.view import CaseView
from storage.records import CaseFile, Evidence


class Panel:
    """Shows one case."""

    def __init__(self, dialog: Dialog, viewer: Viewer, zone: ZoneInfo, now: Callable[[], datetime]) -> None:
        self._dialog = dialog
        self._viewer = viewer
        self._zone = zone
        self._now = now

    def lines(self, file: CaseFile, language: str) -> dict[str, Any]:
        """The case in the form of the JSON lines of `chat --jsonl`."""
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
                    "at": local_text(one.at, self._zone),
                    "way": one.way,
                    "party": one.party,
                    "number": one.number,
                    "who": one.who,
                    "result": one.note,
                    "ticket": one.ticket,
                    "promised_until": one.promised_until and local_text(one.promised_until, self._zone),
                    "count": one.count,
                }
                for one in file.attempts
            ],
            "reminders": [
                {"due": local_text(one.due_at, self._zone), "key": one.key}
                for one in file.reminders
                if one.status == "planned"
            ],
            "ladder": self._ladder(view, language),
        }

    @staticmethod
    def _fact(name: str, view: CaseView, file: CaseFile) -> dict[str, Any]:
        """A fact; one that was read from a photo names it."""
        fact, source = view.facts[name], file.facts[name].source if name in file.facts else {}
        told = {"value": fact.value, "state": fact.state}
        return {**told, "source": "photo", "exhibit": source["exhibit"]} if source.get("by") == "photo" else told

    def shown(self, file: CaseFile, language: str) -> dict[str, Any]:
        """The case as the page shows it."""
        case, view = file.case, self._view(file)
        say = self._say(view, language)
        sections = self._dialog.guide.sections[1:-1]
        return {
            "no": case.no,
            "title": self.title(case.intent, language),
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
                {"due": local_text(one.due_at, self._zone), "key": one.key, "text": say(one.key).splitlines()[0]}
                for one in file.reminders
                if one.status == "planned"
            ],
            "attempts": [
                {"no": one.no, "at": local_text(one.at, self._zone), "text": line}
                for one, line in zip(file.attempts, self._dialog.contact_lines(view, language), strict=True)
            ],
            "ladder": self._ladder(view, language),
            "evidence": [exhibit_json(one, self._zone) for one in file.evidence if one.status != "withdrawn"],
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

    def title(self, intent: str, language: str) -> str:
        """What a case is about."""
        return self._dialog.texts.say(language, f"problem.{intent}" if intent else "section.opening")

    def _view(self, file: CaseFile) -> CaseView:
        return self._viewer.view(file, self._now().astimezone(self._zone), None)


def exhibit_json(one: Evidence, zone: ZoneInfo) -> dict[str, Any]:
    """An exhibit as the page shows it."""
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
        "at": local_text(one.received_at, zone),
    }


def local_text(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as the page and programs take it."""
    return moment.astimezone(zone).isoformat(timespec="seconds")
