"""Databases for tests, of both kinds; an S3 service. Without PostgreSQL its tests are skipped; under CI they fail."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from storage import Store
from tests.support.postgres import Missing, PostgresServer

if TYPE_CHECKING:
    from tests.doubles.s3 import S3Service

# The same examples in every run: what fails here fails everywhere, and what passes passes. A deadline would assert a
# duration, and so would a complaint that examples come slowly: the machine may be busy.
settings.register_profile(
    "same", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("same")


@pytest.fixture(scope="session")
def s3() -> "Iterator[S3Service]":
    """The suite's own S3 service (one for each worker), or the one that is named."""
    from tests.doubles.s3 import S3Double, S3Service  # slow to load: only for who needs it

    server = S3Service(*os.environ["TEST_S3"].split()) if "TEST_S3" in os.environ else S3Double()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The suite's own server (one for each worker)."""
    try:
        server = PostgresServer()
    except Missing as fault:
        if os.environ.get("CI"):
            pytest.fail(f"{fault}; under CI nothing is skipped")
        pytest.skip(f"NOT TESTED on PostgreSQL: {fault}")
    yield server
    server.remove()


@pytest.fixture(scope="session")
def _postgres_template(postgres: PostgresServer) -> str:
    name = postgres.create()
    _migrate(postgres.url(name))
    return name


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def postgres_url(postgres: PostgresServer, _postgres_template: str) -> Iterator[str]:
    """The address of a migrated, empty PostgreSQL database."""
    name = postgres.create(template=_postgres_template)
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def sqlite_url(tmp_path: Path, _sqlite_template: Path) -> str:
    """The address of a migrated, empty SQLite database."""
    path = tmp_path / "test.db"
    shutil.copyfile(_sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated, empty database: the test runs once on each kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty store: the test runs once on each kind of database."""
    store = Store.open(database_url)
    yield store
    store.close()


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    """An empty store on SQLite, for tests that do not depend on the database."""
    store = Store.open(sqlite_url)
    yield store
    store.close()


def _migrate(url: str) -> None:
    store = Store.open(url)
    store.upgrade()
    store.close()
