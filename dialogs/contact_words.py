"""The words that tell of a contact, as the content gives them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Naming:
    """Something that is told by its words. `ends`: after it nothing is waited for; `company`: it is the company.

    `ways`: a contact with this party is one told of in such a way; else it was with the party `otherwise`.
    """

    id: str
    words: tuple[str, ...]
    ends: bool = False
    company: bool = False
    ways: tuple[str, ...] = ()
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Contacts:
    """How words tell of a contact (content/contacts.yaml)."""

    parties: tuple[Naming, ...]
    ways: tuple[Naming, ...]
    answers: tuple[Naming, ...]
    deeds: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    question_ends: tuple[str, ...] = ()
    ahead: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    payment: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    demands: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()
    surnames: str = ""
    titles: tuple[str, ...] = ()
    unhelpful: tuple[str, ...] = ()

    @property
    def company(self) -> tuple[str, ...]:
        """The parties that are the payment company itself."""
        return tuple(party.id for party in self.parties if party.company)

    @property
    def ends(self) -> tuple[str, ...]:
        """The answers after which nothing is waited for."""
        return tuple(answer.id for answer in self.answers if answer.ends)
