"""The cases of a person, as a turn opens them, changes between them, puts them away and takes them out again."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.messages import Update
from bot.privacy import Privacy
from bot.scene import Scene
from bot.translating import TurnMaker
from bot.viewing import Viewer
from dialogs.dialog import Dialog
from storage import Work
from storage.records import CaseFile, Person


class Cabinet:
    """Gives the case that a turn is to go on with, and says which one that is. Keeps nothing itself."""

    def __init__(self, dialog: Dialog, turns: TurnMaker, viewer: Viewer, privacy: Privacy, zone: ZoneInfo) -> None:
        self._dialog = dialog
        self._turns = turns
        self._viewer = viewer
        self._privacy = privacy
        self._zone = zone

    def open(self, work: Work, person: Person, now: datetime) -> CaseFile:
        """A new case."""
        guide = self._dialog.guide
        case = work.cases.open(person.id, now=now, section=guide.initial, guide_version=guide.version)
        case = work.cases.log(case, now, [("case_opened", {"no": case.no, "guide": guide.version})])
        return CaseFile(case, {}, (), (), ())

    def by_no(self, work: Work, person: Person, number: int) -> CaseFile | None:
        """The person's case of this number."""
        case = work.cases.by_no(person.id, number)
        return work.cases.load(case.id) if case else None

    def meant_by_number(self, scene: Scene, file: CaseFile | None) -> tuple[CaseFile | None, Update]:
        """Words that begin with the number of a case ("the second one: …") are about that one: the case, and the update
        with the rest of the words."""
        update = scene.update
        number, rest = self._turns.named_case(update)
        meant = self.by_no(scene.work, scene.person, number) if number else None
        if file is None or meant is None or meant.case.status == "closed":
            return file, update
        if meant.case.no != file.case.no:
            self._say_switched(scene, meant)
        return meant, replace(update, text=rest)

    def follow(self, scene: Scene, file: CaseFile, following: str) -> CaseFile:
        """Another case is wanted: open one, or switch to one."""
        if following.startswith("new_case"):
            file = self.open(scene.work, scene.person, scene.now)
            scene.changes.note(file, opened=True)
            scene.out.say("case.opened", {"no": str(file.case.no)})
            return file
        number = following.removeprefix("switch_case:")
        wanted = self.by_no(scene.work, scene.person, int(number)) if number.isdigit() else None
        if wanted is None:
            scene.out.say("case.no_such", {"no": number})
            return file
        scene.changes.note(wanted)
        self._say_switched(scene, wanted)
        return wanted

    def _say_switched(self, scene: Scene, file: CaseFile) -> None:
        """Name the case that is talked of from now on."""
        view = self._viewer.view(file, scene.now.astimezone(self._zone), None)
        matter = self._dialog.matter(view, scene.person.language)
        scene.out.say("case.switched", {"no": str(file.case.no), "matter": matter})

    def delete(self, scene: Scene, no: int) -> None:
        """From now on show nothing of the case of this number, or with 0 of anything; answer with the receipt."""
        receipt, scene.row = self._privacy.delete(
            scene.work, scene.person, scene.row, no, inbox_id=scene.inbox_id, now=scene.now
        )
        scene.update = replace(scene.update, text="", attachments=(), origin=None)
        scene.out.marks.clear()
        scene.forget()
        others = [case for case in scene.work.cases.of_person(scene.person.id) if case.status != "closed"]
        if no and others:
            latest = max(others, key=lambda case: case.updated_at)
            scene.row = replace(scene.row, case_id=latest.id)
            if (left := scene.work.cases.load(latest.id)) is not None:
                self._say_switched(scene, left)
        scene.out.replies([receipt])

    def restore(self, scene: Scene, erasure_id: str) -> None:
        """Take a deletion back, if there is still time."""
        case_id = self._privacy.restore(scene.work, scene.person, erasure_id, scene.now)
        if case_id is None:
            scene.out.say("delete.too_late")
            return
        if scene.row.case_id is None:
            scene.row = replace(scene.row, case_id=case_id or None)
        scene.out.say("delete.undone")
