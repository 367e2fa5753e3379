"""The reminders of a task are found without a look at those of all tasks there ever were."""

from __future__ import annotations

from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Index alarms by their task."""
    op.create_index("ix_alarm_task", "alarm", ["task_id"])


def downgrade() -> None:
    """Find them as before."""
    op.drop_index("ix_alarm_task", "alarm")
