"""Which escalations reached nobody is found without reading every alarm there ever was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Index the alarms that rang and found nobody to tell."""
    told_nobody = sa.text("fired_at IS NOT NULL AND dropped_at IS NULL AND attempts >= 3")
    op.create_index(
        "ix_alarm_told_nobody",
        "alarm",
        ["task_id"],
        sqlite_where=told_nobody,
        postgresql_where=told_nobody,
    )
