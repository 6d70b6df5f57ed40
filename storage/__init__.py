"""What the program remembers: people, conversations, cases, evidence, reminders, inbox and outbox.

`Store` opens the database, `Work` is one unit of work with a repository per noun, `BlobStore` keeps bytes: `BlobFolder`
in a folder, `storage.blob_bucket` (which needs an extra) in an S3 bucket. The package knows nothing of the others;
frozen records (`storage.records`) and aware UTC moments cross its border.
"""

from storage.blob_folder import BlobFolder
from storage.blobs import Blob, BlobStore
from storage.encryption import Keyring
from storage.errors import BlobFault, BlobsAway, Conflict, StorageFault, Unavailable
from storage.unit_of_work import Batch, Store, Work

__all__ = [
    "Batch",
    "Blob",
    "BlobFault",
    "BlobFolder",
    "BlobStore",
    "BlobsAway",
    "Conflict",
    "Keyring",
    "StorageFault",
    "Store",
    "Unavailable",
    "Work",
]
