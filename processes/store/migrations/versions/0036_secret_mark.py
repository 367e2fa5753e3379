"""The database knows which `secret.key` its rows belong to, so that another one is noticed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Add the mark; the next start fills it, as no step sees the key."""
    op.create_table(
        "secret_mark",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secret_mark")),
    )


def downgrade() -> None:
    """Take any key, as before."""
    op.drop_table("secret_mark")
