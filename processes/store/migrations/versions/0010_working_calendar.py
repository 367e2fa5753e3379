"""Days that are entered and removed on record, and deadlines that are counted anew by them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

STANDING = sa.text("removed_at IS NULL")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the calendar's tables, take over the days off, let deadlines say how they count."""
    _make_days()
    op.create_table(
        "calendar_change",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.JSON(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_calendar_change")),
    )
    for column in ("calendar_number", "calendar_tries"):
        op.add_column(
            "case_file", sa.Column(column, sa.Integer(), server_default="0", nullable=False)
        )
    op.create_index("ix_case_file_status_calendar", "case_file", ["status", "calendar_number"])
    op.add_column(
        "task",
        sa.Column("due_is_estimated", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("task", sa.Column("due_unknown_year", sa.Integer(), nullable=True))
    op.add_column("deadline", sa.Column("working_days", sa.Integer(), nullable=True))
    op.add_column("deadline", sa.Column("paused_on", sa.Date(), nullable=True))


def _make_days() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("region_code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("decree", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("entered_by", sa.String(length=300), nullable=False),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("removed_by", sa.String(length=300), nullable=True),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.Column("removed_note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
    )
    op.create_index(op.f("ix_calendar_day_day"), "calendar_day", ["day"])
    op.create_index(
        "uq_calendar_day_standing",
        "calendar_day",
        ["day", "region_code"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    op.execute(
        "INSERT INTO calendar_day"
        " (id, day, kind, region_code, name, decree, source, entered_by, entered_at)"
        " SELECT id, day,"
        " CASE region_code WHEN '' THEN 'libur_nasional' ELSE 'libur_daerah' END,"
        " region_code, name, decree, '', '', CURRENT_TIMESTAMP FROM holiday"
    )
    op.drop_table("holiday")
