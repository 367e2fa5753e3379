"""When a case that could not follow the calendar is tried again, and what was wrong."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add both to the cases."""
    moment = sa.DateTime(timezone=True)
    op.add_column("case_file", sa.Column("calendar_retry_at", moment, nullable=True))
    op.add_column("case_file", sa.Column("calendar_error", sa.Text(), nullable=True))
