"""What is done with a task beside answering it: drafts, questions, comments, taking back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables, and why a task is open again."""
    op.add_column("task", sa.Column("sent_back", sa.JSON(none_as_null=True), nullable=True))
    _table(
        "draft",
        _id("task_id", 36),
        _id("person_id"),
        _text("purpose", 24),
        sa.Column("values", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        key=("task_id", "person_id", "purpose"),
        points={"task_id": "task.id", "person_id": "person.id"},
    )
    op.create_index("ix_draft_person", "draft", ["person_id"])
    _table(
        "recallable",
        _id("case_id"),
        _id("task_id", 36),
        sa.Column("at", MOMENT, nullable=False),
        _text("giver", 300),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        key=("case_id",),
        points={"case_id": "case_file.id", "task_id": "task.id"},
    )
    _table(
        "enquiry",
        _id("id"),
        _id("case_id"),
        _id("task_id", 36),
        _id("asker_id", nullable=True),
        _text("asked_by", 300),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        _id("asked_id"),
        _text("asked_of", 300),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(length=300), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        key=("id",),
        points={
            "case_id": "case_file.id",
            "task_id": "task.id",
            "asker_id": "official.id",
            "asked_id": "official.id",
        },
    )
    op.create_index("ix_enquiry_task", "enquiry", ["task_id"])
    _table(
        "comment",
        _id("id"),
        _id("case_id"),
        _text("region_code", 8),
        sa.Column("is_shared", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _text("by", 300),
        sa.Column("at", MOMENT, nullable=False),
        key=("id",),
        points={"case_id": "case_file.id", "region_code": "region.code"},
    )
    op.create_index("ix_comment_case", "comment", ["case_id"])


def _id(name: str, length: int = 32, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _table(
    name: str, *columns: sa.Column[Any], key: tuple[str, ...], points: dict[str, str]
) -> None:
    op.create_table(
        name,
        *columns,
        *(
            sa.ForeignKeyConstraint([column], [there], name=op.f(f"fk_{name}_{column}"))
            for column, there in points.items()
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")),
    )
