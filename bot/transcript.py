"""The transcript of a conversation: what is kept of an update, and how what was said looks on the page."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from bot import letterbox
from bot.masking import mask
from bot.messages import Update
from bot.panel import exhibit_json, local_text
from dialogs import proposals
from dialogs.dialog import Dialog
from dialogs.turn import Pick
from storage.records import CaseFile, Received, Sent


def without_secrets(update: Update) -> tuple[Update, int]:
    """The update with card numbers and codes hidden in everything that is text, and how many there were."""
    text = mask(update.text)
    count = text.count
    attachments = []
    for attachment in update.attachments:
        name = mask(attachment.name)
        items = tuple(replace(item, body=mask(item.body).text) for item in attachment.items)
        count += name.count
        attachments.append(replace(attachment, name=name.text, items=items))
    return replace(update, text=text.text, attachments=tuple(attachments)), count


def body(update: Update, marks: Mapping[str, object] | None = None) -> dict[str, object]:
    """What the transcript keeps of an update, secrets hidden already."""
    kept: dict[str, object] = {"kind": update.kind}
    if update.text:
        kept["text"] = update.text
    if update.choice:
        kept["choice"] = update.choice
    if update.note:
        kept["note"] = update.note
    if update.origin:
        kept["origin"] = {"author": update.origin.author, "at": update.origin.at and update.origin.at.isoformat()}
    if update.attachments:
        kept["attachments"] = [
            {"kind": one.kind, "name": one.name, "mime": one.mime, "size": one.size} for one in update.attachments
        ]
    return {**kept, **(marks or {})}


class Transcript:
    """Shows what was said as the page takes it."""

    def __init__(self, dialog: Dialog, zone: ZoneInfo) -> None:
        self._texts = dialog.texts
        self._guide = dialog.guide
        self._zone = zone

    def messages(
        self, said: Sequence[Received | Sent], after: int, file: CaseFile | None, language: str
    ) -> list[dict[str, Any]]:
        """What came later than the message `after`; of exhibits only those of the current case are shown."""
        read = max((one.inbox_id or 0 for one in said if isinstance(one, Sent) and one.id <= after), default=0)
        return [
            self._message(one, file, language) for one in said if one.id > (after if isinstance(one, Sent) else read)
        ]

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
                "at": local_text(one.created_at, self._zone),
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
            "evidence": self._exhibits(body, file),
            "at": local_text(one.received_at, self._zone),
            "ref": one.update_id,
        }

    def _files(self, body: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
        """What a message offers to download."""
        if body["key"] == "export.web":
            name = self._texts.say(language, "export.file")
            return [{"name": name, "mime": "application/zip", "url": "/chat/export.zip"}]
        own = [{"name": name, "mime": mime, "url": url} for name, mime, _, url in body.get("files", ()) if url]
        return own or letterbox.files(body["key"], body["text"])

    def _exhibits(self, body: Mapping[str, Any], file: CaseFile | None) -> list[dict[str, Any]]:
        current = file is not None and body.get("case") == file.case.no
        if not current or file is None:
            gone = {"kind": "", "name": "", "url": "", "original": "", "status": ""}
            return [{"no": no, **gone} for no in body.get("evidence", ())]
        by_no = {evidence.no: evidence for evidence in file.evidence}
        return [exhibit_json(by_no[no], self._zone) for no in body.get("evidence", ()) if no in by_no]

    def _label(self, choice: str, language: str) -> str:
        """What a tapped choice said."""
        pick = Pick.parse(choice)
        if pick is None:
            return ""
        texts, value = self._texts, pick.value
        slot = self._guide.slots.get(pick.name)
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
