"""After a restore nothing is sent until somebody says so; each sweep counts what it ever did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the pause, and the sum to each sweep."""
    op.create_table(
        "sending_pause",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.String(300), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sending_pause")),
    )
    with op.batch_alter_table("sweep") as sweep:
        sweep.add_column(sa.Column("total", sa.BigInteger, nullable=False, server_default="0"))
