"""A case to make packets of, and an authority to stamp them."""

from pathlib import Path

import pytest

from storage import Store
from tests.bot.packet.parts import Authority, World, fill, new_authority, new_world


@pytest.fixture
def told(sqlite_store: Store, tmp_path: Path) -> World:
    """A case that was told, without exhibits."""
    return new_world(sqlite_store, tmp_path)


@pytest.fixture
def world(told: World) -> World:
    """A case with exhibits of every kind."""
    fill(told)
    return told


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A time stamp authority of the tests' own."""
    return new_authority(tmp_path_factory.mktemp("authority"))
