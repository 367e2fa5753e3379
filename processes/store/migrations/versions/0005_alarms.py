"""Reminders and escalations as rows, clocks that stand still, messages told together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

WAITING = sa.text("fired_at IS NULL AND dropped_at IS NULL")


def upgrade() -> None:
    """Make the table of alarms; let messages say whether they may be collapsed."""
    op.create_table(
        "alarm",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=True),
        sa.Column("verb", sa.String(length=24), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_alarm_case_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_alarm_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
    )
    op.create_index("ix_alarm_case", "alarm", ["case_id"])
    op.create_index(
        "ix_alarm_waiting", "alarm", ["due_at"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.add_column("deadline", sa.Column("note", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "deadline", sa.Column("set_by", sa.String(length=300), server_default="", nullable=False)
    )
    op.add_column("task", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("task", sa.Column("paused_days", sa.Integer(), nullable=True))
    op.add_column(
        "message",
        sa.Column("collapsible", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
