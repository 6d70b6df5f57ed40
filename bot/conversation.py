"""The one place where understanding, deciding and remembering meet: one update, one unit of work."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import chatrecord, taking, undoing
from bot.cabinet import Cabinet
from bot.changes import MARK
from bot.channels.base import Channel
from bot.channels.base import Unavailable as ChannelUnavailable
from bot.keeping import Keeper, TextToKeep
from bot.messages import Answer, Update
from bot.packet.desk import PacketDesk
from bot.privacy import RESTORE, Privacy
from bot.recording import record
from bot.replying import Outgoing, as_answer
from bot.runner import TurnRunner
from bot.scene import Scene, Sent
from bot.transcript import body, without_secrets
from bot.translating import TurnMaker
from bot.viewing import Viewer
from bot.welcome import WELCOME, Welcome
from dialogs.dialog import Dialog
from dialogs.reminders import Quiet
from dialogs.turn import TakenBack, Turn
from nlu import Matcher
from storage import BlobFault, BlobStore, Conflict, Unavailable, Work
from storage.records import CaseFile, Received
from storage.records import Conversation as Row

log = logging.getLogger(__name__)

STEPS_A_TURN = 3  # a turn may open or switch to a case, which takes a step of its own


class Conversations:
    """Handles updates of all channels. What it answers has been committed."""

    def __init__(
        self,
        *,
        runner: TurnRunner,
        dialog: Dialog,
        matcher: Matcher,
        viewer: Viewer,
        keeper: Keeper,
        blobs: BlobStore,
        channels: Mapping[str, Channel],
        zone: ZoneInfo,
        quiet: Quiet,
        privacy: Privacy,
        packets: PacketDesk,
        now: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._runner = runner
        self._dialog = dialog
        self._blobs = blobs
        self._channels = channels
        self._zone = zone
        self._viewer = viewer
        self._quiet = quiet
        self._privacy = privacy
        self._packets = packets
        self._now = now
        self._wake = wake
        self._turns = TurnMaker(dialog, matcher, zone)
        self._welcome = Welcome(dialog, self._turns)
        self._cabinet = Cabinet(dialog, self._turns, viewer, privacy, zone)
        self._keeper = keeper

    async def handle(self, update: Update) -> Answer:
        """The answer to one update; for a repeated one the answer it had. Raises the channels' `Unavailable` when it
        cannot be recorded now: the update should then come again."""
        if update.kind == "text" and chatrecord.read(update.text, self._zone):
            update = replace(update, kind="forward")  # what others said is no answer of this person
        update, masked = without_secrets(update)
        now = self._now()
        key = (update.channel, update.conversation)
        try:
            sent = Sent(update, masked, await self._take_bytes(update, now, key))
            try:
                answer = await self._run(sent, now, key)
            except (Unavailable, Conflict, BlobFault):
                raise
            except Exception:
                log.exception("update failed channel=%s update=%s", update.channel, update.update_id)
                answer = await self._runner.run(key, lambda work: self._fail(work, update, now))
        except (Unavailable, Conflict, BlobFault) as fault:
            log.warning("update not recorded channel=%s update=%s: %s", update.channel, update.update_id, fault)
            raise ChannelUnavailable from fault
        self._wake()
        return answer

    async def _run(self, sent: Sent, now: datetime, key: tuple[str, str]) -> Answer:
        try:
            return await self._runner.run(key, lambda work: self._turn(work, sent, now))
        except TextToKeep as wanted:
            text = await asyncio.to_thread(taking.take_text, sent.update, self._blobs, wanted.case_id)
            sent = replace(sent, text={wanted.case_id: text})
            return await self._runner.run(key, lambda work: self._turn(work, sent, now))

    async def _take_bytes(self, update: Update, now: datetime, key: tuple[str, str]) -> Mapping[int, taking.Taken]:
        """Keep the bytes that came along before the turn that records them, so that no one waits for the disk."""
        if not any(attachment.data is not None for attachment in update.attachments):
            return {}
        case_id, is_full = await self._runner.run(key, lambda work: self._ensure_case(work, update, now))
        if is_full:
            return {}
        return await asyncio.to_thread(taking.take, update.attachments, self._blobs, case_id)

    def _ensure_case(self, work: Work, update: Update, now: datetime) -> tuple[int, bool]:
        """The current case, opened if there is none; and whether it can take no more exhibits."""
        person, row = self._welcome.enter(work, update, now)
        if row.case_id is not None:
            file = work.cases.load(row.case_id)
            return row.case_id, file is not None and len(file.evidence) >= taking.MOST
        case = self._cabinet.open(work, person, now).case
        work.cases.save(case)
        work.people.save(replace(row, case_id=case.id))
        return case.id, False

    # the unit of work

    def _turn(self, work: Work, sent: Sent, now: datetime) -> Answer:
        update = sent.update
        person, row = self._welcome.enter(work, update, now)
        inbox_id, earlier = self._claim(work, update, row, now)
        if earlier is not None:
            return replace(as_answer(earlier.answer), repeated=True)
        out = Outgoing(self._channels[update.channel], self._dialog.texts, person.language)
        scene = Scene(work, sent, now, person, row, inbox_id, out)
        if update.note == "group":
            out.say("group")
        elif row.taken_over:
            self._keep_silently(scene)
        elif update.kind != "unfollow":
            self._converse(scene)
            if scene.last_activity is None and update.kind != "choice" and not out.says(WELCOME):
                out.introduce()
            if (way := scene.way_back()) is not None:
                out.marks[MARK] = way
        answer, row = out.send(work, scene.row, scene.inbox_id, now)
        work.people.save(replace(row, last_update_at=now, reachable=update.kind != "unfollow"))
        work.inbox.finish(scene.inbox_id, row.id, "done", out.as_json(answer), body(scene.update, out.marks))
        return answer

    def _claim(self, work: Work, update: Update, row: Row, now: datetime) -> tuple[int, Received | None]:
        return work.inbox.claim(
            update.channel,
            update.update_id,
            conversation_id=row.id,
            received_at=now,
            sent_at=update.sent_at,
            body=body(update),
        )

    def _converse(self, scene: Scene) -> None:
        """Take the turn with the case it belongs to, opening or switching cases as it asks for."""
        work, update, out, now = scene.work, scene.update, scene.out, scene.now
        local = now.astimezone(self._zone)
        file = work.cases.load(scene.row.case_id) if scene.row.case_id is not None else None
        picked = self._turns.pick(update, scene.row.offered, scene.row.state.get("labels", ()))
        if picked and picked.name == RESTORE:
            self._cabinet.restore(scene, picked.value)
            return
        if picked and picked.case_no and (file is None or picked.case_no != file.case.no):
            meant = self._cabinet.by_no(work, scene.person, picked.case_no)
            file, picked = (meant, picked) if meant else (file, None)  # its case was deleted, so it means nothing now
        said = update
        if not picked:
            file, said = self._cabinet.meant_by_number(scene, file)
        view = self._viewer.view(file, local, scene.last_activity) if file else None
        turn = self._turns.make(said, picked, view, scene.masked, local)
        if self._dialog.is_undo(turn) and self._undo_deletion(scene):
            return
        if file is None or (file.case.status == "closed" and not update.attachments and self._turns.begins_anew(turn)):
            if (file is None and self._welcome.choose_language(scene, turn)) or self._turns.is_greeting(turn):
                self._welcome.say(out)
                return
            file = self._cabinet.open(work, scene.person, now)
        text = scene.text if file.case.id == scene.row.case_id else None
        scene.changes.note(file)
        file, incoming = self._keeper.keep(work, file, update, scene.taken, text, now)
        item = self._dialog.text_item(view, turn) if view and not incoming else ""
        if item:
            file, one = self._keeper.keep_text(work, file, update, text, now, item)
            incoming = (one,)
        turn = replace(turn, late=scene.row.parked > 0)
        if incoming:
            turn = replace(turn, incoming=incoming, album=update.album)
            out.marks["evidence"] = [one.no for one in incoming if one.no]
        for _ in range(STEPS_A_TURN):
            scene.row = replace(scene.row, case_id=file.case.id)
            out.marks["case"] = file.case.no
            view = self._viewer.view(file, local, scene.last_activity)
            if self._dialog.looks_around(turn):
                view = self._viewer.around(work, view, scene.person, scene.row)
            outcome = self._dialog.step(view, turn, scene.person.language, self._quiet)
            out.replies(outcome.replies)
            if "delete" in outcome.effects or "delete_case" in outcome.effects:
                self._cabinet.delete(scene, 0 if "delete" in outcome.effects else file.case.no)
                return
            recorded = record(work, scene.person, scene.row, file, outcome, update, now)
            scene.person, file = recorded.person, recorded.file
            scene.changes.note(file, effects=outcome.effects)
            out.language = scene.person.language
            if "export" in outcome.effects:
                out.replies([self._privacy.offer(scene.person, update.channel, now)])
            wanted = next((one.partition(":")[2] for one in outcome.effects if one.startswith("packet:")), "")
            if wanted:
                out.replies([self._packets.order(work, scene.person, scene.row, file, wanted, now)])
            if not recorded.following:
                return
            if recorded.following.startswith("undo"):
                file, turn = self._undo(scene, file, recorded.following)
                continue
            file = self._cabinet.follow(scene, file, recorded.following)
            turn = self._dialog.opening_turn(turn, recorded.following, file.case.no)

    def _keep_silently(self, scene: Scene) -> None:
        """A person speaks with them now: what they send is proof all the same."""
        if not scene.update.attachments:
            return
        work, now = scene.work, scene.now
        file = work.cases.load(scene.row.case_id) if scene.row.case_id is not None else None
        file = file or self._cabinet.open(work, scene.person, now)
        file, incoming = self._keeper.keep(work, file, scene.update, scene.taken, scene.text, now)
        work.cases.save(file.case)
        scene.row = replace(scene.row, case_id=file.case.id)
        scene.out.marks.update(case=file.case.no, evidence=[one.no for one in incoming if one.no])

    def _undo(self, scene: Scene, file: CaseFile, following: str) -> tuple[CaseFile, Turn]:
        """Take back what the newest update did that changed something, or the one that a button belongs to. The case
        to go on with, and the turn that says so."""
        number = following.partition(":")[2]
        entry = int(number) if number.isdigit() else None
        found = undoing.find(scene.work, scene.row.id, file.case.id, entry)
        taken: tuple[TakenBack, ...] = ()
        if found is not None:
            back = undoing.TakingBack(scene.work, found, self._zone, scene.now)
            scene.person = back.person(scene.person)
            scene.row = back.current(scene.row)
            back.cases(scene.row)
            taken = tuple(back.taken)
            scene.out.marks[undoing.UNDID] = found.update.id
            scene.out.language = scene.person.language
        scene.forget()
        left = scene.work.cases.load(scene.row.case_id or file.case.id) or file
        return left, Turn("undone", undone=taken, sent_at=scene.update.sent_at)

    def _undo_deletion(self, scene: Scene) -> bool:
        """Take the last deletion back, where nothing was done since. False when there is none."""
        erasure = scene.work.erasures.waiting(scene.person.id)
        if erasure is None:
            return False
        last = undoing.find(scene.work, scene.row.id, None, None)
        if last is not None and last.update.received_at > erasure.asked_at:
            return False
        self._cabinet.restore(scene, str(erasure.id))
        return True

    def _fail(self, work: Work, update: Update, now: datetime) -> Answer:
        """Record the update as failed and apologise once: it neither comes again nor stays without an answer."""
        person, row = self._welcome.enter(work, update, now)
        inbox_id, earlier = self._claim(work, update, row, now)
        if earlier is not None:
            return replace(as_answer(earlier.answer), repeated=True)
        out = Outgoing(self._channels[update.channel], self._dialog.texts, person.language)
        out.say("failed")
        answer, row = out.send(work, row, inbox_id, now)
        work.people.save(row)
        work.inbox.finish(inbox_id, row.id, "failed", out.as_json(answer))
        return answer
