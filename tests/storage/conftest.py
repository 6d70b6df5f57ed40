"""Each place where blobs can lie."""

from collections.abc import Callable
from itertools import count

import pytest

from tests.storage.places import BucketPlace, FolderPlace, Place

_NUMBERS = count(1)


@pytest.fixture(params=["folder", "bucket"], scope="session")
def new_place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Place]:
    """Makes places with nothing in them: the test runs once on each kind."""
    if request.param == "folder":
        return lambda: FolderPlace(tmp_path_factory.mktemp("place") / "deep" / "blobs")
    server = request.getfixturevalue("s3")
    bucket = server.make("contract")
    return lambda: BucketPlace(server, bucket, f"some/place-{next(_NUMBERS)}")


@pytest.fixture
def place(new_place: Callable[[], Place]) -> Place:
    """A place with nothing in it: the test runs once on each kind."""
    return new_place()
