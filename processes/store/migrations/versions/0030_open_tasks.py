"""Holders of open tasks are found from the indexes alone, without a look at tasks and holders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

OPEN = "status = 'open'"
#: name, table, columns as they were, the one more, and condition of each index
INDEXES = (
    ("ix_task_open_office", "task", ("region_code", "role", "due_at", "stage"), "id", OPEN),
    (
        "ix_task_open_stage",
        "task",
        ("stage", "element", "due_at", "region_code", "role"),
        "id",
        OPEN,
    ),
    ("ix_task_holder_of_open", "task_holder", ("task_id", "official_id"), "stands_in", "is_open"),
)


def upgrade() -> None:
    for name, table, columns, more, condition in INDEXES:
        _made_again(name, table, (*columns, more), condition)


def downgrade() -> None:
    for name, table, columns, _more, condition in INDEXES:
        _made_again(name, table, columns, condition)


def _made_again(name: str, table: str, columns: tuple[str, ...], condition: str) -> None:
    where = sa.text(condition)
    op.drop_index(name, table)
    op.create_index(name, table, list(columns), postgresql_where=where, sqlite_where=where)
