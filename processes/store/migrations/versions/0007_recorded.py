"""For which region a task was recorded from a signed paper."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Let a task say which region's official recorded it."""
    with op.batch_alter_table("task") as batch:
        batch.add_column(sa.Column("recorded_for", sa.String(length=8), nullable=True))
        batch.create_foreign_key(op.f("fk_task_recorded_for"), "region", ["recorded_for"], ["code"])
