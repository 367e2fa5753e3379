"""The ledger of messages, ways to a person other than mail, and the digests that were written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the channel of a person, the ledger, and what was summed up when."""
    moment = sa.DateTime(timezone=True)
    op.add_column("person", sa.Column("channel_url", sa.String(length=500), nullable=True))
    op.add_column("message", sa.Column("shares_with", sa.String(length=32), nullable=True))
    op.add_column("link", sa.Column("carried_by", sa.String(length=32), nullable=True))
    op.create_index("ix_message_address", "message", ["address", "sent_at"])
    op.create_index("ix_message_link_id", "message", ["link_id"])
    op.create_table(
        "message_event",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("by", sa.String(length=300), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("link_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_message_event_message_id")
        ),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"], name=op.f("fk_message_event_link_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_event")),
    )
    op.create_index("ix_message_event_message_id", "message_event", ["message_id"])
    op.create_table(
        "digest_run",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("region_code", sa.String(length=8), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_digest_run_region_code")
        ),
        sa.PrimaryKeyConstraint("kind", "region_code", "day", name=op.f("pk_digest_run")),
    )
