"""Who holds what is late is found in the order of deadlines, and words in small letters.

PostgreSQL looks for words in what an index of the open cases holds in small letters already.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"

CASES, PLAIN, WORDS = "case_file", "ix_case_file_open", "ix_case_file_words"
SMALL = (sa.text("lower(number)"), sa.text("lower(title)"))
OPEN = "closed_at IS NULL"
HOLDERS, DUE = "task_holder", "ix_task_holder_due"
HELD = "is_open AND NOT stands_in"


def upgrade() -> None:
    """Make an index of holders by deadline, and one of words instead of the plain one."""
    _make(DUE, HOLDERS, HELD, "due_at", "official_id")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index(PLAIN, CASES)
        _make(WORDS, CASES, OPEN, "number", *SMALL, "title", "id")


def downgrade() -> None:
    """Leave the plain one."""
    op.drop_index(DUE, HOLDERS)
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index(WORDS, CASES)
        _make(PLAIN, CASES, OPEN, "number", "title", "id")


def _make(name: str, table: str, condition: str, *columns: str | sa.TextClause) -> None:
    where = sa.text(condition)
    op.create_index(name, table, list(columns), postgresql_where=where, sqlite_where=where)
