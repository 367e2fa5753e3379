"""All chains are sealed together once a day, and looked through once a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

#: tables whose rows nobody may change; `history_refuse` is there since 0003
KEYS = {"seal": ("number",), "sealed_head": ("seal_number", "case_id")}
REFUSAL = "seals are append-only"


def upgrade() -> None:
    """Make the tables, and the triggers that refuse every change of a seal."""
    _seal()
    _sealed_head()
    _inspection()
    is_postgres = op.get_bind().dialect.name == "postgresql"
    for table, key in KEYS.items():
        for statement in _postgres(table) if is_postgres else _sqlite(table, key):
            op.execute(statement)


def _seal() -> None:
    op.create_table(
        "seal",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_seal")),
    )


def _sealed_head() -> None:
    op.create_table(
        "sealed_head",
        sa.Column("seal_number", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("case_number", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["seal_number"], ["seal.number"], name=op.f("fk_sealed_head_seal_number")
        ),
        sa.PrimaryKeyConstraint("seal_number", "case_id", name=op.f("pk_sealed_head")),
    )
    op.create_index("ix_sealed_head_case", "sealed_head", ["case_id", "seq"], unique=False)


def _inspection() -> None:
    op.create_table(
        "inspection",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reached", sa.String(length=32), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("case_number", sa.String(length=60), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_inspection")),
    )


def _sqlite(table: str, key: tuple[str, ...]) -> tuple[str, ...]:
    """INSERT OR REPLACE removes a row without firing a DELETE trigger: hence the third one."""
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    refusal = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    return (
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refusal}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refusal}",
        f"""CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
            WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {refusal}""",
    )


def _postgres(table: str) -> tuple[str, ...]:
    return (
        f"""CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION history_refuse()""",
        f"""CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION history_refuse()""",
    )
