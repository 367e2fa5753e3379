"""One-time codes, authenticator apps and accounts of officials: what proves who confirms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add codes, the count of wrong ones, authenticator apps, and whose account it is."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "confirmation_code",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("official_id", sa.String(length=32), nullable=False),
        sa.Column("way", sa.String(length=24), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("bound_to", sa.String(length=64), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("given_by", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_confirmation_code_task_id")
        ),
        sa.ForeignKeyConstraint(
            ["official_id"], ["official.id"], name=op.f("fk_confirmation_code_official_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation_code")),
    )
    op.create_index(
        "ix_confirmation_code_task", "confirmation_code", ["task_id", "official_id", "made_at"]
    )
    op.create_table(
        "confirmation_tries",
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("official_id", sa.String(length=32), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("locked_until", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["task_id"], ["task.id"], name=op.f("fk_confirmation_tries_task_id")
        ),
        sa.ForeignKeyConstraint(
            ["official_id"], ["official.id"], name=op.f("fk_confirmation_tries_official_id")
        ),
        sa.PrimaryKeyConstraint("task_id", "official_id", name=op.f("pk_confirmation_tries")),
    )
    op.create_table(
        "authenticator",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("confirmed_at", moment, nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("vouched_by", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_authenticator_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authenticator")),
    )
    op.create_index("ix_authenticator_person_id", "authenticator", ["person_id"])
    with op.batch_alter_table("account") as account:
        account.add_column(sa.Column("person_id", sa.String(length=32), nullable=True))
        account.create_foreign_key(op.f("fk_account_person_id"), "person", ["person_id"], ["id"])
