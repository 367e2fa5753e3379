"""What was found in a document: its signatures, and what the virus scanner says."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the two findings; files that are there already count as not scanned."""
    op.add_column("document", sa.Column("signatures", sa.JSON(none_as_null=True), nullable=True))
    op.add_column(
        "document",
        sa.Column("scan", sa.String(24), server_default="tidak_dipindai", nullable=False),
    )
    op.add_column(
        "document", sa.Column("infection", sa.String(200), server_default="", nullable=False)
    )
    op.create_index("ix_document_scan", "document", ["scan"])
