"""For whom a substitute holds a task, who is in office himself, and how a substitution went on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Keep whose task it is beside who holds it, and take what the rows tell of it so far."""
    _officials()
    _substitutions()
    _task_holders()


def _officials() -> None:
    """In office is whoever acts or is away, unless he acts as a substitute only."""
    op.add_column(
        "official", sa.Column("in_office", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    running = "SELECT 1 FROM substitution s WHERE s.ended_at IS NULL AND s.began_at IS NOT NULL"
    away = f"{running} AND s.official_id = official.id"
    borrowed = f"{running} AND s.substitute_id = official.id AND s.holds_by_it"
    op.execute(
        f"UPDATE official SET in_office = (active OR EXISTS ({away})) AND NOT EXISTS ({borrowed})"
    )


def _substitutions() -> None:
    moment = sa.DateTime(timezone=True)
    with op.batch_alter_table("substitution") as batch:
        batch.add_column(sa.Column("acting_id", sa.String(length=32), nullable=True))
        batch.add_column(
            sa.Column("ended_by", sa.String(length=300), nullable=False, server_default="")
        )
        batch.add_column(sa.Column("end_reason", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("retry_at", moment, nullable=True))
        batch.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("last_error", sa.Text(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_substitution_acting_id"), "official", ["acting_id"], ["id"]
        )
        batch.create_index(op.f("ix_substitution_acting_id"), ["acting_id"])
        batch.drop_column("holds_by_it")
    op.execute("UPDATE substitution SET acting_id = substitute_id WHERE began_at IS NOT NULL")


def _task_holders() -> None:
    """So far a substitute held what was his own and what was not in one way; what a mere
    substitute holds belongs to the first one for whom he stands in."""
    with op.batch_alter_table("task_holder") as batch:
        batch.add_column(sa.Column("for_official_id", sa.String(length=32), nullable=True))
        batch.add_column(
            sa.Column("by_name", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.execute(
        "UPDATE task_holder SET for_official_id = coalesce("
        "(SELECT min(s.official_id) FROM substitution s"
        " JOIN official o ON o.id = s.substitute_id"
        " WHERE s.substitute_id = task_holder.official_id AND NOT o.in_office"
        " AND s.ended_at IS NULL AND s.began_at IS NOT NULL), official_id)"
    )
    with op.batch_alter_table("task_holder") as batch:
        batch.alter_column("for_official_id", existing_type=sa.String(length=32), nullable=False)
        batch.drop_constraint(op.f("pk_task_holder"), type_="primary")
        batch.create_primary_key(op.f("pk_task_holder"), ["task_id", "for_official_id"])
        batch.create_foreign_key(
            op.f("fk_task_holder_for_official_id"), "official", ["for_official_id"], ["id"]
        )
        batch.create_index(op.f("ix_task_holder_for_official_id"), ["for_official_id"])
