"""One turn while it is worked on: what came, who said it where, and what has been said to it so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.changes import Changes
from bot.messages import Update
from bot.replying import Outgoing
from bot.taking import Taken
from storage import Work
from storage.records import Conversation, Person


@dataclass(frozen=True, slots=True)
class Sent:
    """An update without secrets (how many were hidden), and what became of the bytes it carried."""

    update: Update
    masked: int
    taken: Mapping[int, Taken]
    text: Mapping[int, Taken] = field(default_factory=dict)  # its words, by case


class Scene:
    """Ends with its turn. `person`, `row` and `update` are as they are now, `last_activity` as it was."""

    def __init__(
        self, work: Work, sent: Sent, now: datetime, person: Person, row: Conversation, inbox_id: int, out: Outgoing
    ) -> None:
        self.work = work
        self.update = sent.update
        self.masked = sent.masked
        self.taken = sent.taken
        self.text = sent.text
        self.now = now
        self.person = person
        self.row = row
        self.last_activity = row.last_update_at
        self.inbox_id = inbox_id
        self.out = out
        self.changes = Changes(person, row)

    def forget(self) -> None:
        """What has been done up to here is not to be undone as a turn of its own."""
        self.changes.forget(self.person, self.row)

    def way_back(self) -> dict[str, object] | None:
        """What would undo this turn; None when it changed nothing."""
        return self.changes.way_back(self.work, self.person, self.row, self.now)
