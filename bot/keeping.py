"""What was sent becomes exhibits of a case: each numbered, known again when it comes twice, due for reading."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import chatrecord, readouts
from bot.messages import Attachment, Update
from bot.reading.reading import Reader
from bot.taking import MOST, Taken, take_text
from dialogs.turn import Incoming
from storage import BlobStore, Work
from storage.records import CaseFile, Evidence

HEAD = 16  # characters of a timeline's head that are said

KeptText = Mapping[int, Taken] | None
"""The words of an update, kept as bytes, by case; None for a case that only this turn opened: keep them within it."""


class TextToKeep(Exception):
    """The words of the update are to be an exhibit of this case. Nobody else's turn is to wait for the place of the
    bytes, so they are kept outside, and the turn is run again."""

    def __init__(self, case_id: int) -> None:
        super().__init__(case_id)
        self.case_id = case_id


class Keeper:
    """Adds exhibits to cases. Keeps nothing itself."""

    def __init__(self, blobs: BlobStore, zone: ZoneInfo, reader: Reader | None = None) -> None:
        """`zone` is that of the times in chat records; `reader` reads pictures, without one they are only kept."""
        self._blobs = blobs
        self._zone = zone
        self._reader = reader

    def keep(
        self, work: Work, file: CaseFile, update: Update, taken: Mapping[int, Taken], text: KeptText, now: datetime
    ) -> tuple[CaseFile, tuple[Incoming, ...]]:
        """Record the attachments as exhibits, each with the case's next number; and a forwarded text as one. Raises
        `TextToKeep`."""
        incoming: list[Incoming] = []
        for position, attachment in enumerate(update.attachments):
            file, one = self._keep_one(work, file, update, attachment, taken.get(position), now)
            incoming.append(one)
        if update.kind == "forward" and update.text and not update.attachments:
            file, one = self.keep_text(work, file, update, text, now)
            incoming.append(one)
        return file, tuple(incoming)

    def keep_text(
        self, work: Work, file: CaseFile, update: Update, text: KeptText, now: datetime, item: str = ""
    ) -> tuple[CaseFile, Incoming]:
        """Record the words of an update as an exhibit of their own. Raises `TextToKeep`."""
        taken = take_text(update, self._blobs, file.case.id) if text is None else text.get(file.case.id)
        if taken is None:
            raise TextToKeep(file.case.id)
        attachment = Attachment("document", origin=update.origin, items=chatrecord.read(update.text, self._zone))
        return self._keep_one(work, file, update, attachment, taken, now, item)

    def _keep_one(
        self,
        work: Work,
        file: CaseFile,
        update: Update,
        attachment: Attachment,
        taken: Taken | None,
        now: datetime,
        item: str = "",
    ) -> tuple[CaseFile, Incoming]:
        refused = taken.refused if taken else ""
        if len(file.evidence) >= MOST:
            refused = "too_many"
        if refused:
            case = work.cases.log(file.case, now, [("evidence_refused", {"reason": refused})])
            return replace(file, case=case), Incoming(0, attachment.kind, refused=refused)
        earlier = next((one for one in file.evidence if taken and one.sha256 == taken.sha256), None)
        if earlier is not None and earlier.status == "withdrawn":
            return self._put_back(work, file, earlier, now)
        if earlier is not None:
            return file, Incoming(earlier.no, earlier.kind, sha256=earlier.sha256 or "", same_as=earlier.no)
        origin = attachment.origin or update.origin
        evidence = work.evidence.add(
            file.case.id,
            kind=taken.kind if taken else attachment.kind,
            channel=update.channel,
            update_id=update.update_id,
            received_at=now,
            status="stored" if taken else "announced",
            sha256=taken.sha256 if taken else None,
            size=taken.size if taken else attachment.size,
            mime=taken.mime if taken else attachment.mime,
            name=attachment.name,
            caption=update.text if update.attachments else "",
            item=item,
            origin={"author": origin.author, "at": origin.at and origin.at.isoformat()} if origin else None,
            items=[
                {"author": line.author, "at": line.at and line.at.isoformat(), "kind": line.kind, "body": line.body}
                for line in attachment.items
            ],
            reference=attachment.reference,
            stored_at=now if taken else None,
            text="" if update.attachments else update.text,
            readable=taken is not None and self.reads(taken.mime) == "due",
        )
        body = {"no": evidence.no, "type": evidence.kind, "sha256": evidence.sha256, "size": evidence.size}
        case = work.cases.log(file.case, now, [("evidence_added", body)])
        incoming = Incoming(
            evidence.no,
            evidence.kind,
            caption=evidence.caption,
            sha256=evidence.sha256 or "",
            item=item,
            note=taken.note if taken else "",
            head=case.timeline_head[:HEAD],
            reading=self.reads(taken.mime if taken else "image/" if attachment.kind == "photo" else ""),
        )
        return replace(file, case=case, evidence=(*file.evidence, evidence)), incoming

    def reads(self, mime: str) -> str:
        """Are files of this type read: due, no_reader, or "" where there is nothing to read?"""
        if not readouts.is_readable(mime):
            return ""
        return "no_reader" if self._reader is None or self._reader.fault else "due"

    def _put_back(self, work: Work, file: CaseFile, one: Evidence, now: datetime) -> tuple[CaseFile, Incoming]:
        """What was withdrawn came once more: it counts again, under its number."""
        fresh = replace(one, status="stored")
        work.evidence.change(fresh)
        case = work.cases.log(file.case, now, [("evidence_restored", {"no": one.no})])
        evidence = tuple(fresh if other.no == one.no else other for other in file.evidence)
        incoming = Incoming(one.no, one.kind, caption=one.caption, sha256=one.sha256 or "", item=one.item)
        return replace(file, case=case, evidence=evidence), incoming
