"""Which edition of the shipped data the tables hold."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table of editions; the first start afterwards reads the regions again."""
    op.create_table(
        "edition",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("edition", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_edition")),
    )
    op.execute("DELETE FROM counter WHERE name LIKE 'regions:%'")
