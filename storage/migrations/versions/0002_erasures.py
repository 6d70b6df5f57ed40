"""Erasures: what is marked as deleted, and that a deletion took place."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
MARKED = sa.text("erasure_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("exhibits", sa.Integer(), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_erasure_person_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_erasure_status_due_at", "erasure", ["status", "due_at"])
    op.create_index("ix_erasure_person_id", "erasure", ["person_id"])
    for table in ("case_file", "inbox", "outbox"):
        op.add_column(table, sa.Column("erasure_id", ID))
        op.create_index(f"ix_{table}_erasure_id", table, ["erasure_id"], sqlite_where=MARKED, postgresql_where=MARKED)
