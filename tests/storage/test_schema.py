"""Migrations and models describe the same tables."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from storage import Store, schema
from storage.models import metadata


def test_migrations_and_models_agree(store: Store) -> None:
    with store.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_upgrade_leads_to_the_head_and_may_be_repeated(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/deep/er/new.db")
    assert schema.current(store.engine) is None
    store.upgrade()
    store.upgrade()
    assert schema.current(store.engine) == schema.head()
    store.close()


@pytest.mark.parametrize("pragma", [("journal_mode", "wal"), ("foreign_keys", 1), ("synchronous", 2)])
def test_sqlite_commits_are_durable_and_keys_are_checked(sqlite_store: Store, pragma: tuple[str, object]) -> None:
    name, expected = pragma
    with sqlite_store.work() as work:
        assert work.conn.exec_driver_sql(f"PRAGMA {name}").scalar() == expected
