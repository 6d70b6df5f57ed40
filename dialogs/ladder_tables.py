"""The tables of contacts and of the ladder: how contacts are told of, whom to turn to after whom."""

from typing import Any

from dialogs.contact_words import Contacts, Naming
from dialogs.reader import Reader
from dialogs.rungs import Clock, Rung
from dialogs.tables import strings

CONTACTS = "contacts.yaml"
LADDER = "ladder.yaml"


def contacts(reader: Reader) -> Contacts:
    """How words tell of a contact."""
    data = reader.mapping(CONTACTS)

    def namings(key: str) -> tuple[Naming, ...]:
        def build(_: str, row: dict[str, Any]) -> Naming:
            marks = (bool(row.get("ends", False)), bool(row.get("company", False)))
            ways = (strings(row.get("ways")), str(row.get("otherwise", "")))
            return Naming(str(row["id"]), strings(row["words"]), *marks, *ways)

        return tuple(reader.each(CONTACTS, data.get(key), build))

    names = (
        *("deeds", "done", "questions", "question_ends", "ahead", "past"),
        *("payment", "none", "names", "demands", "tickets", "titles", "unhelpful"),
    )
    return Contacts(
        parties=namings("parties"),
        ways=namings("ways"),
        answers=namings("answers"),
        surnames=str(data.get("surnames", "")),
        **{name: strings(data.get(name)) for name in names},
    )


def ladder(reader: Reader) -> tuple[Rung, ...]:
    """The rungs in their order."""

    def clock(name: str, row: dict[str, Any]) -> Clock:
        when = reader.condition(LADDER, name, row.get("when"))
        kinds = (str(row["unit"]), str(row["kind"]))
        return Clock(int(row["days"]), *kinds, strings(row.get("facts")), when, strings(row.get("after")))

    def build(_: str, row: dict[str, Any]) -> Rung:
        name = str(row["id"])
        return Rung(
            id=name,
            parties=strings(row["parties"]),
            when=reader.condition(LADDER, name, row.get("when")),
            needs=reader.condition(LADDER, name, row.get("needs")),
            clocks=tuple(reader.each(LADDER, row.get("clocks"), clock)),
            facts=strings(row.get("facts")),
            channel=str(row.get("channel", "")),
            more=str(row.get("more", "")),
            letter=str(row.get("letter", "")),
            anew=strings(row.get("anew")),
        )

    return tuple(reader.each(LADDER, reader.mapping(LADDER).get("rungs"), build))
