"""What is read from the pictures people send."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
UNREAD = sa.text("reading = 'due'")


def upgrade() -> None:
    op.add_column("evidence", sa.Column("reading", sa.Text(), nullable=False, server_default="none"))
    op.add_column("evidence", sa.Column("reading_tries", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("evidence", sa.Column("reading_due_at", MOMENT))
    op.add_column("evidence", sa.Column("seen", JSON))
    op.create_index(
        "ix_evidence_unread_reading_due_at",
        "evidence",
        ["reading_due_at"],
        sqlite_where=UNREAD,
        postgresql_where=UNREAD,
    )
