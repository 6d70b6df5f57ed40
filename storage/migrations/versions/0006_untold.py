"""What was read and not told yet is found quickly."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UNTOLD = sa.text("reading = 'read'")


def upgrade() -> None:
    op.create_index("ix_evidence_untold_case_id", "evidence", ["case_id"], sqlite_where=UNTOLD, postgresql_where=UNTOLD)
