"""Owners play a draft in the browser, and find it again as far as they played it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Add how far somebody played a draft or a version."""
    op.create_table(
        "folder_play",
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_folder_play_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "subject_id", name=op.f("pk_folder_play")),
    )
    op.create_index("ix_folder_play_subject", "folder_play", ["subject_id"])
