"""Repairs of many tasks at once, moves that a second administrator confirms, and the list of what
was put on record by hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

MOMENT = sa.DateTime(timezone=True)
WAITING = sa.text("status = 'waiting'")
RUNNING = sa.text("finished_at IS NULL")


def upgrade() -> None:
    """Make the three tables, and find entries of the history by their kind."""
    op.create_index("ix_history_kind", "history", ["kind", "at"])
    _jobs()
    _items()
    _moves()


def _jobs() -> None:
    op.create_table(
        "repair_job",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("act", sa.String(length=24), nullable=False),
        sa.Column("wish", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("authority", sa.String(length=300), nullable=False),
        sa.Column("actor", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("region_code", sa.String(length=8), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_repair_job_region_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_job")),
    )
    op.create_index(
        "ix_repair_job_running",
        "repair_job",
        ["asked_at"],
        sqlite_where=RUNNING,
        postgresql_where=RUNNING,
    )


def _items() -> None:
    op.create_table(
        "repair_item",
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["repair_job.id"], name=op.f("fk_repair_item_job_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_repair_item_case_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_repair_item_task_id")),
        sa.PrimaryKeyConstraint("job_id", "position", name=op.f("pk_repair_item")),
    )
    op.create_index(
        "ix_repair_item_waiting",
        "repair_item",
        ["job_id", "position"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def _moves() -> None:
    op.create_table(
        "move_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("element", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("authority", sa.String(length=300), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=300), nullable=False),
        sa.Column("asker", sa.String(length=300), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("decided_by", sa.String(length=300), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_move_request_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move_request")),
    )
    op.create_index(
        "uq_move_request_waiting",
        "move_request",
        ["case_id"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
