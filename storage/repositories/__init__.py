"""Reading and writing records by noun: plain classes over one connection, statements written once."""

from storage.repositories.cases import Cases
from storage.repositories.covers import Covers
from storage.repositories.erasures import Erasures
from storage.repositories.evidence import EvidenceItems
from storage.repositories.handoffs import Handoffs
from storage.repositories.inbox import Inbox
from storage.repositories.outbox import Outbox
from storage.repositories.packets import Packets
from storage.repositories.people import People
from storage.repositories.readings import Readings
from storage.repositories.reminders import Reminders
from storage.repositories.retention import Retention

__all__ = [
    "Cases",
    "Covers",
    "Erasures",
    "EvidenceItems",
    "Handoffs",
    "Inbox",
    "Outbox",
    "Packets",
    "People",
    "Readings",
    "Reminders",
    "Retention",
]
