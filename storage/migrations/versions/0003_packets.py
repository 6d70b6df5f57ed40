"""Packets that people asked for, and what is covered in the display copies of pictures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
WANTED = sa.text("status = 'wanted'")


def upgrade() -> None:
    op.create_table(
        "packet",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("discreet", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("files", JSON, nullable=False),
        sa.Column("made_at", MOMENT),
        sa.Column("ends_at", MOMENT),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_packet_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_packet_conversation_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_packet"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_packet_case_id", "packet", ["case_id"])
    op.create_index("ix_packet_conversation_id", "packet", ["conversation_id"])
    op.create_index("ix_packet_wanted_due_at", "packet", ["due_at"], sqlite_where=WANTED, postgresql_where=WANTED)
    op.create_table(
        "cover",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("boxes", JSON, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_cover_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", "sha256", name="pk_cover"),
    )
