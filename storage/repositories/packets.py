"""Packets: asked for, made once, gone when their time is over."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, insert, select, update

from storage import models
from storage.records import Packet
from storage.sql import columns_of, values_of

_t = models.packet
_case = models.case_file
_c = models.conversation
_ROW = columns_of(_t, Packet)
_ID: BindParameter[int] = bindparam("packet_id")
_ADD = insert(_t).returning(_t.c.id)
# What an erasure has marked is shown nowhere.
_SEEN = select(*_ROW).join_from(_t, _case, _t.c.case_id == _case.c.id).where(_case.c.erasure_id.is_(None))
_GET = _SEEN.where(_t.c.id == _ID)
_SAME = _SEEN.where(
    _t.c.case_id == bindparam("of_case"),
    _t.c.recipient == bindparam("for_whom"),
    _t.c.discreet == bindparam("covering"),
)
_WAITING = (
    _SAME.where(_t.c.conversation_id == bindparam("of_conversation"), models.IS_WANTED).order_by(_t.c.id).limit(1)
)
_LIKE = (
    _SAME.where(_t.c.status == "made", _t.c.state == bindparam("as_state"), _t.c.ends_at > bindparam("now"))
    .order_by(_t.c.id.desc())
    .limit(1)
)
_WITH_FILE = (
    _SEEN.join(_c, _c.c.id == _t.c.conversation_id)
    .where(_c.c.channel == bindparam("on_channel"), _c.c.external_id == bindparam("named"), _t.c.status == "made")
    .order_by(_t.c.id.desc())
)
_CLAIM = (
    select(*_ROW)
    .where(models.IS_WANTED, _t.c.due_at <= bindparam("now"))
    .order_by(_t.c.due_at, _t.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_LEASE = update(_t).where(_t.c.id == _ID).values(due_at=bindparam("until"), tries=_t.c.tries + 1)
_PUT_OFF = update(_t).where(_t.c.id == _ID).values(due_at=bindparam("until"), tries=_t.c.tries - 1)
_MADE = (
    update(_t)
    .where(_t.c.id == _ID, models.IS_WANTED)
    .values(**values_of("state", "files", "made_at", "ends_at"), status="made")
    .returning(_t.c.id)
)
_END = update(_t).where(_t.c.id == _ID).values(**values_of("status"), files=bindparam("nothing"))
_OVER = (
    select(*_ROW)
    .where(_t.c.status == "made", _t.c.ends_at <= bindparam("now"))
    .order_by(_t.c.ends_at, _t.c.id)
    .limit(bindparam("count"))
)
_CHANGE = update(_t).where(_t.c.id == _ID).values(values_of("files"))
_LASTING = _SEEN.where(_t.c.status == "made", _t.c.ends_at > bindparam("now")).order_by(_t.c.id)
_LOCK = _LASTING.where(_t.c.id == _ID).with_for_update(of=_t)
_NEWEST_LIKE = (
    _SAME.where(_t.c.conversation_id == bindparam("of_conversation"), _t.c.status == "made")
    .order_by(_t.c.id.desc())
    .limit(1)
)
_OF_CASE = select(*_ROW).where(_t.c.case_id == bindparam("of_case"), _t.c.status == "made").order_by(_t.c.id)


class Packets:
    """A packet belongs to a case and to the conversation that it is handed over in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, case_id: int, conversation_id: int, recipient: str, *, discreet: bool, now: datetime) -> Packet:
        """A packet is wanted; the one that is wanted already, if it has not been made yet."""
        known = {"of_case": case_id, "for_whom": recipient, "covering": discreet, "of_conversation": conversation_id}
        row = self._connection.execute(_WAITING, known).first()
        if row is not None:
            return Packet(*row)
        values: dict[str, Any] = {
            "case_id": case_id,
            "conversation_id": conversation_id,
            "recipient": recipient,
            "discreet": discreet,
            "status": "wanted",
            "asked_at": now,
            "due_at": now,
            "tries": 0,
            "state": "",
            "files": [],
            "made_at": None,
            "ends_at": None,
        }
        return Packet(id=self._connection.execute(_ADD, values).scalar_one(), **values)

    def claim(self, now: datetime, lease: timedelta) -> Packet | None:
        """The next one to make; nobody else is given it before the lease ends. None if there is nothing to make."""
        row = self._connection.execute(_CLAIM, {"now": now}).first()
        if row is None:
            return None
        until = now + lease
        self._connection.execute(_LEASE, {"packet_id": row.id, "until": until})
        return Packet(**{**row._mapping, "tries": row.tries + 1, "due_at": until})

    def put_off(self, packet_id: int, until: datetime) -> None:
        """It was claimed and cannot be begun yet; that does not count as a try."""
        self._connection.execute(_PUT_OFF, {"packet_id": packet_id, "until": until})

    def get(self, packet_id: int) -> Packet | None:
        """The packet of this id; None if it or its case is gone."""
        row = self._connection.execute(_GET, {"packet_id": packet_id}).first()
        return None if row is None else Packet(*row)

    def like(self, packet: Packet, state: str, now: datetime) -> Packet | None:
        """An earlier packet for the same recipient that says the same and can still be had."""
        values = {
            "of_case": packet.case_id,
            "for_whom": packet.recipient,
            "covering": packet.discreet,
            "as_state": state,
            "now": now,
        }
        row = self._connection.execute(_LIKE, values).first()
        return None if row is None else Packet(*row)

    def with_file(self, channel: str, external_id: str, sha256: str) -> Packet | None:
        """The latest packet handed over in a conversation that has this file."""
        rows = self._connection.execute(_WITH_FILE, {"on_channel": channel, "named": external_id})
        found = (Packet(*row) for row in rows)
        return next((one for one in found if sha256 in one.hashes), None)

    def made(
        self, packet_id: int, state: str, files: Sequence[dict[str, Any]], *, now: datetime, ends_at: datetime
    ) -> bool:
        """It is made and can be had until then. False if it was made already, or ended meanwhile."""
        values = {
            "packet_id": packet_id,
            "new_state": state,
            "new_files": list(files),
            "new_made_at": now,
            "new_ends_at": ends_at,
        }
        return self._connection.execute(_MADE, values).first() is not None

    def lasting(self, now: datetime) -> list[Packet]:
        """The packets that can be had."""
        return [Packet(*row) for row in self._connection.execute(_LASTING, {"now": now})]

    def newest_like(self, packet: Packet) -> Packet | None:
        """The latest packet made for the same recipient in the same conversation."""
        values = {
            "of_case": packet.case_id,
            "for_whom": packet.recipient,
            "covering": packet.discreet,
            "of_conversation": packet.conversation_id,
        }
        row = self._connection.execute(_NEWEST_LIKE, values).first()
        return None if row is None else Packet(*row)

    def change(self, packet_id: int, sha256: str, files: Sequence[dict[str, Any]], now: datetime) -> bool:
        """Its files are these now. False if the first is no longer that of this hash, or it cannot be had any more."""
        row = self._connection.execute(_LOCK, {"packet_id": packet_id, "now": now}).first()
        if row is None or Packet(*row).files[0]["sha256"] != sha256:
            return False
        self._connection.execute(_CHANGE, {"packet_id": packet_id, "new_files": list(files)})
        return True

    def end(self, packet_id: int, *, failed: bool = False) -> None:
        """It cannot be made, or cannot be had any more."""
        values: dict[str, Any] = {"packet_id": packet_id, "new_status": "failed" if failed else "gone", "nothing": []}
        self._connection.execute(_END, values)

    def over(self, now: datetime, limit: int = 10) -> list[Packet]:
        """Packets whose time is over."""
        return [Packet(*row) for row in self._connection.execute(_OVER, {"now": now, "count": limit})]

    def of_case(self, case_id: int) -> list[Packet]:
        """The packets of a case that can be had."""
        return [Packet(*row) for row in self._connection.execute(_OF_CASE, {"of_case": case_id})]
