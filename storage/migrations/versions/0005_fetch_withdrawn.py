"""Exhibits that are withdrawn before their bytes came are fetched all the same."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TO_FETCH = sa.text("next_try_at IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_evidence_announced_next_try_at", "evidence")
    op.create_index(
        "ix_evidence_next_try_at", "evidence", ["next_try_at"], sqlite_where=TO_FETCH, postgresql_where=TO_FETCH
    )
