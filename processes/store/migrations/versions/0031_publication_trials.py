"""What somebody asks to publish is tried out before a second person can decide."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

MOMENT = sa.DateTime(timezone=True)
WAITING = sa.text("status = 'waiting'")


def upgrade() -> None:
    """Add the trial of each request; those that wait for a decision are tried out too."""
    op.create_table(
        "publication_trial",
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("began_at", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("taken_by", sa.String(length=32), nullable=True),
        sa.Column("taken_until", MOMENT, nullable=True),
        sa.Column("phase", sa.String(length=24), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("situations", sa.Integer(), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["publication_request.id"],
            name=op.f("fk_publication_trial_request_id"),
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_publication_trial")),
    )
    op.create_index(
        "ix_publication_trial_due",
        "publication_trial",
        ["asked_at"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.execute(
        "INSERT INTO publication_trial"
        " (request_id, sha256, status, asked_at, tries, done, total, situations)"
        " SELECT id, sha256, 'waiting', asked_at, 0, 0, 0, 0"
        " FROM publication_request WHERE status = 'waiting'"
    )
