"""Says that a packet is there: what is in it, what is not, what is missing, and how the channel's people get it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.channels.base import Channel
from bot.messages import Choice, OutgoingFile, OutgoingMessage
from bot.packet.desk import KINDS, PacketDesk
from bot.packet.exhibits import size_words
from bot.packet.making import Packet as Made
from bot.viewing import Viewer
from dialogs import guards
from dialogs.dialog import Dialog
from dialogs.handover import DISCREET
from dialogs.turn import Pick
from storage.records import CaseFile, Packet

LISTED = 3  # missing items that are named


@dataclass(frozen=True, slots=True)
class Inside:
    """What is told of a packet; kept beside its files, so that it can be handed over again."""

    originals: int
    copies: int
    left_out: int
    unchecked: int
    withheld: int
    stamped: bool
    numbers: str
    manifest: str = ""

    @classmethod
    def of(cls, made: Made) -> "Inside":
        """What is told of a packet that was made."""
        numbers = "、".join(map(str, made.left_out))
        stamped = made.stamped_at is not None
        left_out, unchecked, withheld = map(len, (made.left_out, made.unchecked, made.withheld))
        return cls(made.originals, made.copies, left_out, unchecked, withheld, stamped, numbers, made.manifest)


class Handing:
    """Composes the message. Keeps nothing."""

    def __init__(self, dialog: Dialog, viewer: Viewer, desk: PacketDesk, zone: ZoneInfo) -> None:
        self._dialog = dialog
        self._viewer = viewer
        self._desk = desk
        self._zone = zone

    def ready(
        self,
        packet: Packet,
        file: CaseFile,
        language: str,
        channel: Channel,
        now: datetime,
        *,
        same: bool,
        stamping: bool,
    ) -> OutgoingMessage:
        """The message with which a packet that was made is handed over; `same`: an earlier one, once more. `stamping`:
        it was to have a time stamp."""
        view = self._viewer.view(file, now.astimezone(self._zone), None)
        inside = Inside(**packet.files[0]["inside"])
        missing = guards.missing_items(self._dialog.guide, view)

        def say(key: str, **params: str) -> str:
            return self._dialog.words(view, language, key, params)

        how, files = self._ways(packet, language, channel, now)
        key = "handover.same" if same else "handover.ready"
        text = say(
            key,
            **{"for": say(f"handover.for.{packet.recipient}")},
            inside=self._inside(packet, inside, say),
            notes="\n".join(self._notes(packet, inside, say, stamping=stamping)),
            missing=self._missing(missing, language, say),
            how=how,
        )
        lines = [line for line in text.splitlines() if line.strip()]
        return OutgoingMessage(key, "\n".join(lines), self._choices(packet, file, missing, say), files)

    def stamped(self, packet: Packet, language: str, channel: Channel, now: datetime) -> OutgoingMessage:
        """The message with which the time stamp of a packet comes later: its ZIP once more, with the stamp in it."""
        say = self._dialog.texts.say
        how, files = self._ways(replace(packet, files=packet.files[:1]), language, channel, now)
        params = {"for": say(language, f"handover.for.{packet.recipient}"), "how": how}
        return OutgoingMessage("handover.stamped", say(language, "handover.stamped", params), files=files)

    def failed(self, packet: Packet, language: str) -> OutgoingMessage:
        """The message that says that a packet could not be made."""
        texts = self._dialog.texts
        params = {"for": texts.say(language, f"handover.for.{packet.recipient}")}
        return OutgoingMessage("handover.failed", texts.say(language, "handover.failed", params))

    def progress(self, language: str, done: int, of: int) -> OutgoingMessage:
        """The message that says how far a big packet is."""
        params = {"done": str(done), "of": str(of)}
        return OutgoingMessage("handover.progress", self._dialog.texts.say(language, "handover.progress", params))

    def file_name(self, packet: Packet, language: str, now: datetime, ending: str) -> str:
        """What a person's phone calls the file."""
        whom = self._dialog.texts.say(language, f"handover.for.{packet.recipient}")
        name = self._dialog.texts.say(language, "handover.name", {"for": whom}).replace(" ", "-")
        return f"{name}-{now.astimezone(self._zone):%Y%m%d}.{ending}"

    def _inside(self, packet: Packet, inside: Inside, say: Any) -> str:
        key = "handover.inside" if inside.originals else "handover.inside.plain"
        key = "handover.inside.covered" if inside.copies else key
        pdf = next(file for file in packet.files if file["mime"] == KINDS["pdf"])
        pdf_size = size_words(int(pdf["size"]))
        return str(say(key, pdf=pdf_size, originals=str(inside.originals), copies=str(inside.copies)))

    def _notes(self, packet: Packet, inside: Inside, say: Any, *, stamping: bool) -> list[str]:
        notes = []
        if inside.left_out:
            notes.append(say("handover.left_out", numbers=inside.numbers))
        if inside.withheld:
            notes.append(say("handover.unchecked.company", count=str(inside.withheld)))
        if inside.unchecked:
            notes.append(say("handover.unchecked", count=str(inside.unchecked)))
        if packet.discreet:
            notes.append(say("handover.discreet"))
        if stamping and not inside.stamped:
            notes.append(say("handover.unstamped"))
        return notes

    def _missing(self, missing: tuple[str, ...], language: str, say: Any) -> str:
        if not missing:
            return str(say("handover.complete"))
        items = self._dialog.texts.listed(language, [say(f"item.{item}") for item in missing[:LISTED]])
        return str(say("handover.missing", items=items, item=say(f"item.{missing[0]}")))

    def _choices(self, packet: Packet, file: CaseFile, missing: tuple[str, ...], say: Any) -> tuple[Choice, ...]:
        number = file.case.no
        found = []
        if missing:
            label = say("button.packet.item", item=say(f"item.{missing[0]}"))
            found.append(Choice(Pick(number, "!item", missing[0]).id, label))
        if not packet.discreet and packet.recipient != "self":
            pick = Pick(number, "!packet", packet.recipient + DISCREET)
            found.append(Choice(pick.id, say("button.packet.discreet")))
        found.append(Choice(Pick(number, "!packet").id, say("button.packet.others")))
        return tuple(found)

    def _ways(
        self, packet: Packet, language: str, channel: Channel, now: datetime
    ) -> tuple[str, tuple[OutgoingFile, ...]]:
        """How to get it on a channel, in words, and the files that the message carries."""
        say, ends_at = self._dialog.texts.say, packet.ends_at
        assert ends_at is not None
        until = self._dialog.texts.when(language, ends_at.astimezone(self._zone), now.astimezone(self._zone))
        if channel.name == "web":
            paths = {mime: self._desk.path(packet, kind, ends_at) for kind, mime in KINDS.items()}
            files = self._files(packet, paths)
            return say(language, "handover.page", {"until": until}), files
        urls = {kind: self._desk.url(packet, kind, ends_at) for kind in KINDS}
        link = say(language, "handover.link", {"until": until, **urls}) if all(urls.values()) else ""
        fitting = tuple(file for file in packet.files if int(file["size"]) <= channel.largest_file)
        files = self._files(packet, {file["mime"]: "" for file in fitting})
        if len(fitting) == len(packet.files):
            return say(language, "handover.files"), files
        if fitting and not link:
            size = size_words(max(int(file["size"]) for file in packet.files))
            return say(language, "handover.too_big", {"size": size}), files
        return link or say(language, "handover.none"), files

    @staticmethod
    def _files(packet: Packet, urls: Mapping[str, str]) -> tuple[OutgoingFile, ...]:
        rows = [file for file in packet.files if file["mime"] in urls]
        rows.sort(key=lambda file: file["mime"] != KINDS["pdf"])  # what can be looked at comes first
        return tuple(OutgoingFile(row["name"], row["mime"], row["sha256"], urls[row["mime"]]) for row in rows)


def about(inside: Inside) -> dict[str, Any]:
    """What is told of a packet as plain values."""
    return asdict(inside)
