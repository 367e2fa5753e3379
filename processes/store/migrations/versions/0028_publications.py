"""A second person publishes: requests are kept, and each version says on what it rests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

MOMENT = sa.DateTime(timezone=True)
WAITING = sa.text("status = 'waiting'")


def upgrade() -> None:
    """Add what a version rests on, and the requests to publish."""
    table = "procedure_version"
    for name in ("basis", "gate_basis"):
        op.add_column(table, sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.add_column(table, sa.Column("effective_on", sa.Date(), nullable=True))
    for name in ("asked_by", "approved_by"):
        words = sa.String(length=300)
        op.add_column(table, sa.Column(name, words, server_default="", nullable=False))
    _requests()


def _requests() -> None:
    references = {
        "draft_id": "folder_draft.id",
        "against_id": "procedure_version.id",
        "asker_id": "account.id",
        "version_id": "procedure_version.id",
    }
    op.create_table(
        "publication_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("against_id", sa.String(length=32), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("gate_basis", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.String(length=300), nullable=False),
        sa.Column("asker_id", sa.String(length=32), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("decided_by", sa.String(length=300), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version_id", sa.String(length=32), nullable=True),
        *(
            sa.ForeignKeyConstraint([name], [other], name=op.f(f"fk_publication_request_{name}"))
            for name, other in references.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_request")),
    )
    op.create_index(
        "uq_publication_request_waiting",
        "publication_request",
        ["draft_id"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
