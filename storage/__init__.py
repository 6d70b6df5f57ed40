"""What the program remembers: people, conversations, cases, evidence, reminders, inbox and outbox.

`Store` opens the database, `Work` is one unit of work with a repository per noun, `BlobFolder` keeps bytes. The package
knows nothing of the others; frozen records (`storage.records`) and aware UTC moments cross its border.
"""

from storage.blobs import Blob, BlobFolder
from storage.encryption import Keyring
from storage.errors import BlobFault, Conflict, StorageFault, Unavailable
from storage.unit_of_work import Batch, Store, Work

__all__ = [
    "Batch",
    "Blob",
    "BlobFault",
    "BlobFolder",
    "Conflict",
    "Keyring",
    "StorageFault",
    "Store",
    "Unavailable",
    "Work",
]
