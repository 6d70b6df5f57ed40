"""Read models: a case and a conversation as pages, terminals and programs show them."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot import letterbox
from bot.channels.base import Unavailable as ChannelUnavailable
from bot.panel import Panel, local_text
from bot.transcript import Transcript
from bot.viewing import Viewer
from dialogs.dialog import Dialog
from dialogs.turn import Pick
from storage import StorageFault, Store, Work
from storage.records import Sent

TRANSCRIPT = 500


class Casebook:
    """Shows cases. Reads only."""

    def __init__(
        self, store: Store, dialog: Dialog, viewer: Viewer, zone: ZoneInfo, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._texts = dialog.texts
        self._panel = Panel(dialog, viewer, zone, now)
        self._transcript = Transcript(dialog, zone)
        self._zone = zone
        self._now = now

    # for programs: contracts.md, "JSON lines of chat --jsonl"

    def case_json(self, work: Work, channel: str, conversation: str) -> dict[str, Any] | None:
        """The current case of a conversation in the form of the JSON lines; None before there is one."""
        both = work.people.find(channel, conversation)
        if both is None or both[1].case_id is None:
            return None
        file = work.cases.load(both[1].case_id)
        return self._panel.lines(file, both[0].language) if file else None

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
        language = both[0].language if both else self._texts.languages[0]
        state: dict[str, Any] = {
            "now": local_text(self._now(), self._zone),
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
        state["last"] = max((one.id for one in said if isinstance(one, Sent)), default=after)
        state["messages"] = self._transcript.messages(said, after, file, language)
        if file is not None:
            state["case"] = self._panel.shown(file, language)
        state["cases"] = [
            {
                "no": case.no,
                "title": self._panel.title(case.intent, language),
                "status": case.status,
                "current": case.id == row.case_id,
                "choice": Pick(case.no, "!case", str(case.no)).id,
            }
            for case in work.cases.of_person(both[0].id)
            if case.status != "deleted"
        ]
        return state
