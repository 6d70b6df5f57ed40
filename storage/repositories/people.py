"""People and their conversations."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from storage import models
from storage.records import Conversation, Person
from storage.sql import columns_of, values_of

_p = models.person
_c = models.conversation
_PERSON = columns_of(_p, Person)
_CONVERSATION = columns_of(_c, Conversation)
_WIDTH = len(_PERSON)

_BOTH = select(*_PERSON, *_CONVERSATION).join_from(_c, _p, _c.c.person_id == _p.c.id)
_FIND = _BOTH.where(_c.c.channel == bindparam("channel"), _c.c.external_id == bindparam("external_id"))
_LOCK = _FIND.with_for_update(of=_c)
_BY_ID = _BOTH.where(_c.c.id == bindparam("conversation_id"))
_LOCK_BY_ID = _BY_ID.with_for_update(of=_c)
_PERSON_BY_ID = select(*_PERSON).where(_p.c.id == bindparam("person_id"))
_OF_PERSON = select(*_CONVERSATION).where(_c.c.person_id == bindparam("person_id")).order_by(_c.c.id)
_NEW_PERSON = insert(_p).returning(_p.c.id)
_NEW_CONVERSATION = insert(_c).returning(_c.c.id)
_SAVE = (
    update(_c)
    .where(_c.c.id == bindparam("conversation_id"))
    .values(values_of("offered", "state", "case_id", "parked", "reachable", "taken_over", "last_update_at"))
)
_SAVE_PERSON = (
    update(_p)
    .where(_p.c.id == bindparam("person_id"))
    .values(values_of("language", "quiet_begin", "quiet_end", "reminders_stopped"))
)
_DELETE = delete(_p).where(_p.c.id == bindparam("person_id"))


class People:
    """Finding a conversation locks it until the end of the unit of work: one conversation, one turn at a time."""

    def __init__(self, connection: Connection, *, locking: bool) -> None:
        self._connection = connection
        self._locking = locking

    def enter(self, channel: str, external_id: str, *, now: datetime, language: str) -> tuple[Person, Conversation]:
        """The conversation and its person, made if they are new."""
        found = self.find(channel, external_id)
        if found is not None:
            return found
        person = {
            "created_at": now,
            "language": language,
            "quiet_begin": None,
            "quiet_end": None,
            "reminders_stopped": False,
        }
        person_id = self._connection.execute(_NEW_PERSON, {**person, "last_case": 0}).scalar_one()
        conversation: dict[str, Any] = {
            "person_id": person_id,
            "channel": channel,
            "external_id": external_id,
            "case_id": None,
            "offered": [],
            "taken_over": False,
            "reachable": True,
            "parked": 0,
            "state": {},
            "created_at": now,
            "last_update_at": None,
        }
        conversation_id = self._connection.execute(_NEW_CONVERSATION, conversation).scalar_one()
        return Person(person_id, now, language), Conversation(id=conversation_id, **conversation)

    def find(self, channel: str, external_id: str) -> tuple[Person, Conversation] | None:
        """The conversation and its person, None if there is none."""
        statement = _LOCK if self._locking else _FIND
        return self._both(statement, {"channel": channel, "external_id": external_id})

    def conversation(self, conversation_id: int) -> tuple[Person, Conversation] | None:
        """The conversation of this id and its person, None if it is gone."""
        return self._both(_LOCK_BY_ID if self._locking else _BY_ID, {"conversation_id": conversation_id})

    def conversations(self, person_id: int) -> list[Conversation]:
        """All conversations of a person, oldest first."""
        rows = self._connection.execute(_OF_PERSON, {"person_id": person_id})
        return [Conversation(*row) for row in rows]

    def person(self, person_id: int) -> Person | None:
        """The person of this id, None if they are gone."""
        row = self._connection.execute(_PERSON_BY_ID, {"person_id": person_id}).first()
        return None if row is None else Person(*row)

    def save(self, conversation: Conversation) -> None:
        """Write what changes in a turn: offered, state, case_id, parked, reachable, taken_over, last_update_at."""
        self._connection.execute(
            _SAVE,
            {
                "conversation_id": conversation.id,
                "new_offered": list(conversation.offered),
                "new_state": conversation.state,
                "new_case_id": conversation.case_id,
                "new_parked": conversation.parked,
                "new_reachable": conversation.reachable,
                "new_taken_over": conversation.taken_over,
                "new_last_update_at": conversation.last_update_at,
            },
        )

    def save_person(self, person: Person) -> None:
        """Write language, quiet hours and whether reminders are stopped."""
        self._connection.execute(
            _SAVE_PERSON,
            {
                "person_id": person.id,
                "new_language": person.language,
                "new_quiet_begin": person.quiet_begin,
                "new_quiet_end": person.quiet_end,
                "new_reminders_stopped": person.reminders_stopped,
            },
        )

    def delete(self, person_id: int) -> None:
        """Remove a person with everything they said. Blobs are removed by case, see `BlobStore.delete_case`."""
        self._connection.execute(_DELETE, {"person_id": person_id})

    def _both(self, statement: Any, values: dict[str, Any]) -> tuple[Person, Conversation] | None:
        row = self._connection.execute(statement, values).first()
        if row is None:
            return None
        return Person(*row[:_WIDTH]), Conversation(*row[_WIDTH:])
