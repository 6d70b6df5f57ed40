"""A place of blobs that can be away for a while, as a service on the network can."""

import io
from contextlib import AbstractContextManager

from storage import BlobFolder, BlobsAway


class AwayFolder(BlobFolder):
    """A folder; while `away` nothing can be read or written there."""

    away = False

    def _file(self, name: str) -> io.BufferedReader:
        self._answer()
        return super()._file(name)

    def _incoming(self, case_id: int) -> AbstractContextManager[io.FileIO]:
        self._answer()
        return super()._incoming(case_id)

    def _answer(self) -> None:
        if self.away:
            raise BlobsAway("nobody answers")
