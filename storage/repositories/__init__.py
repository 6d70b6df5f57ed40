"""Reading and writing records by noun: plain classes over one connection, statements written once."""

from storage.repositories.cases import Cases
from storage.repositories.evidence import EvidenceItems
from storage.repositories.handoffs import Handoffs
from storage.repositories.inbox import Inbox
from storage.repositories.outbox import Outbox
from storage.repositories.people import People
from storage.repositories.reminders import Reminders

__all__ = ["Cases", "EvidenceItems", "Handoffs", "Inbox", "Outbox", "People", "Reminders"]
