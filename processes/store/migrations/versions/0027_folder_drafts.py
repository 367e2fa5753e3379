"""Owners change their folders in drafts that the installation keeps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    """Add the drafts, their files, and who has them open."""
    op.create_table(
        "folder_draft",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("based_on_id", sa.String(length=32), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("begun_by", sa.String(length=300), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.String(length=300), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["based_on_id"],
            ["procedure_version.id"],
            name=op.f("fk_folder_draft_based_on_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_folder_draft")),
    )
    op.create_index(
        "ix_folder_draft_open",
        "folder_draft",
        ["key", "changed_at"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "folder_draft_file",
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["folder_draft.id"], name=op.f("fk_folder_draft_file_draft_id")
        ),
        sa.PrimaryKeyConstraint("draft_id", "path", name=op.f("pk_folder_draft_file")),
    )
    op.create_table(
        "folder_draft_reader",
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("reader", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("wrote_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["folder_draft.id"], name=op.f("fk_folder_draft_reader_draft_id")
        ),
        sa.PrimaryKeyConstraint("draft_id", "reader", name=op.f("pk_folder_draft_reader")),
    )
