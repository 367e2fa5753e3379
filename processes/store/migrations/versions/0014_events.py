"""Webhooks of a region's own system, the events on their way there, and papers that were made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the three tables, and let a task say which region it is about."""
    op.add_column("task", sa.Column("concerns", sa.String(length=8), nullable=True))
    _webhooks()
    _deliveries()
    _papers()


def _webhooks() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("region_code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("direction", sa.String(length=24), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("events", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("previous_salt", sa.String(length=64), nullable=True),
        sa.Column("previous_until", MOMENT, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("active_since", MOMENT, nullable=False),
        sa.Column("off_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("rest_until", MOMENT, nullable=True),
        sa.Column("created_by", sa.String(length=300), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.Column("removed_by", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_webhook_region_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_index("ix_webhook_region_code", "webhook", ["region_code"])


def _deliveries() -> None:
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("webhook_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("task_id", sa.String(length=36), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("answer_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_delivery_webhook_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_webhook_delivery_case_id")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_webhook_delivery_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint("webhook_id", "key", name=op.f("uq_webhook_delivery_webhook_id_key")),
    )
    op.create_index(
        "ix_webhook_delivery_waiting",
        "webhook_delivery",
        ["webhook_id", "not_before"],
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index("ix_webhook_delivery_task_id", "webhook_delivery", ["task_id"])


def _papers() -> None:
    op.create_table(
        "made_paper",
        sa.Column("code_sha256", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("shown", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("hashes", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_made_paper_case_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_made_paper_task_id")),
        sa.PrimaryKeyConstraint("code_sha256", name=op.f("pk_made_paper")),
    )
    op.create_index("ix_made_paper_what", "made_paper", ["case_id", "what"])
