"""A channel is stored sealed, which is longer; codes that ran out are found quickly."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Make room for sealed channels, and index the codes that have not ended.

    What lies open is sealed when the installation is opened next: only then is its secret known.
    """
    if op.get_bind().dialect.name == "postgresql":
        # SQLite holds no text to its length
        op.alter_column(
            "person", "channel_url", type_=sa.String(1000), existing_type=sa.String(500)
        )
    running = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_confirmation_code_running",
        "confirmation_code",
        ["expires_at"],
        sqlite_where=running,
        postgresql_where=running,
    )
