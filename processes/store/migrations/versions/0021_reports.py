"""Who took an event log along is kept; reports find pauses and beginnings without reading all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Make the table and the three indexes."""
    op.create_table(
        "log_export",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("format", sa.String(12), nullable=False),
        sa.Column("regions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("with_names", sa.Boolean(), nullable=False),
        sa.Column("filters", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("taken_by", sa.String(300), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_export")),
    )
    op.create_index("ix_log_export_taken_at", "log_export", ["taken_at"])
    special = sa.text("reason IN ('received', 'resumed')")
    op.create_index(
        "ix_deadline_special",
        "deadline",
        ["task_id"],
        sqlite_where=special,
        postgresql_where=special,
    )
    in_force = sa.text("kind = 'agreement.in_force'")
    op.create_index(
        "ix_history_in_force",
        "history",
        ["case_id", "at"],
        sqlite_where=in_force,
        postgresql_where=in_force,
    )
