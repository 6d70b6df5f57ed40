"""What storage raises.

StorageFault
├── Unavailable   the database cannot be reached or written; the caller says "try again later"
├── Conflict      another transaction was in the way; the caller runs the whole unit of work again
└── BlobFault     bytes cannot be kept or read; its text says what is wrong
    └── BlobsAway     … because the place where they lie does not answer or lets nobody in: they are not lost
"""


class StorageFault(Exception):
    """Anything that storage could not do."""


class Unavailable(StorageFault):
    """The database is away, locked, full or read-only; nothing of the unit of work was kept."""


class Conflict(StorageFault):
    """A deadlock or a race for the same row; nothing was kept, and running again is expected to work."""


class BlobFault(StorageFault):
    """A blob could not be written or read."""


class BlobsAway(BlobFault):
    """The place of the blobs cannot be used now. It says nothing of the bytes that lie there."""
