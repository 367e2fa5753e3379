"""What real offices need: papers, preparers, codes, choices, linked cases, whereabouts."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Widen the tables there are, then make the new ones, those first that others point at."""
    op.add_column("region", text("number_pattern", 120, default=""))
    case_file()
    task()
    op.add_column("link", text("purpose", 24, default="jawab"))
    op.add_column("document", sa.Column("shared_at", MOMENT, nullable=True))
    paper()
    paper_response()
    party_code()
    party_reply()
    case_official()
    whereabouts()


def text(name: str, length: int, *, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False, server_default=default)


def moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, MOMENT, nullable=nullable)


def points_at(
    table: str, column: str, target: str, target_column: str = "id"
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.{target_column}"], name=op.f(f"fk_{table}_{column}")
    )


def case_file() -> None:
    with op.batch_alter_table("case_file") as batch:
        batch.add_column(text("entry", 24, default="permohonan"))
        batch.add_column(sa.Column("parent_id", sa.String(length=32), nullable=True))
        batch.add_column(sa.Column("relation", sa.String(length=24), nullable=True))
        batch.add_column(sa.Column("proposed", sa.JSON(none_as_null=True), nullable=True))
        batch.create_foreign_key(op.f("fk_case_file_parent_id"), "case_file", ["parent_id"], ["id"])
        batch.create_index(op.f("ix_case_file_parent_id"), ["parent_id"])


def task() -> None:
    with op.batch_alter_table("task") as batch:
        batch.add_column(sa.Column("done_by_person_id", sa.String(length=32), nullable=True))
        batch.add_column(sa.Column("prepared", sa.JSON(none_as_null=True), nullable=True))
        batch.add_column(sa.Column("prepared_by", sa.String(length=300), nullable=True))
        batch.add_column(moment("prepared_at", nullable=True))
        batch.add_column(sa.Column("returned_note", sa.Text(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_task_done_by_person_id"), "person", ["done_by_person_id"], ["id"]
        )


def paper() -> None:
    op.create_table(
        "paper",
        text("id", 32),
        text("case_id", 32),
        text("task_id", 36),
        text("number", 120),
        sa.Column("dated_on", sa.Date(), nullable=False),
        text("signatory", 300),
        text("document_id", 32),
        text("recorded_by", 300),
        text("recorded_for", 8),
        moment("recorded_at"),
        points_at("paper", "case_id", "case_file"),
        points_at("paper", "task_id", "task"),
        points_at("paper", "document_id", "document"),
        points_at("paper", "recorded_for", "region", "code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("task_id", name=op.f("uq_paper_task_id")),
    )
    op.create_index("ix_paper_case", "paper", ["case_id"])


def paper_response() -> None:
    op.create_table(
        "paper_response",
        text("paper_id", 32),
        text("region_code", 8),
        text("verdict", 24),
        sa.Column("note", sa.Text(), nullable=False),
        text("by", 300),
        moment("at"),
        points_at("paper_response", "paper_id", "paper"),
        points_at("paper_response", "region_code", "region", "code"),
        sa.PrimaryKeyConstraint("paper_id", "region_code", name=op.f("pk_paper_response")),
    )


def party_code() -> None:
    op.create_table(
        "party_code",
        text("id", 32),
        text("case_id", 32),
        text("region_code", 8),
        text("code_hash", 64),
        moment("created_at"),
        text("created_by", 300),
        moment("revoked_at", nullable=True),
        points_at("party_code", "case_id", "case_file"),
        points_at("party_code", "region_code", "region", "code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_party_code_code_hash")),
    )
    op.create_index("ix_party_code_case", "party_code", ["case_id", "region_code"])


def party_reply() -> None:
    op.create_table(
        "party_reply",
        text("id", 32),
        text("case_id", 32),
        text("region_code", 8),
        text("document_id", 32),
        text("number", 120),
        sa.Column("dated_on", sa.Date(), nullable=False),
        text("signatory", 300),
        text("handed_in_by", 200),
        moment("handed_in_at"),
        text("status", 24),
        sa.Column("checked_by", sa.String(length=300), nullable=True),
        moment("checked_at", nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        points_at("party_reply", "case_id", "case_file"),
        points_at("party_reply", "region_code", "region", "code"),
        points_at("party_reply", "document_id", "document"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_reply")),
    )
    op.create_index("ix_party_reply_case", "party_reply", ["case_id"])


def case_official() -> None:
    op.create_table(
        "case_official",
        text("case_id", 32),
        text("region_code", 8),
        text("role", 60),
        text("official_id", 32),
        text("chosen_by", 300),
        moment("chosen_at"),
        points_at("case_official", "case_id", "case_file"),
        points_at("case_official", "region_code", "region", "code"),
        points_at("case_official", "official_id", "official"),
        sa.PrimaryKeyConstraint("case_id", "region_code", "role", name=op.f("pk_case_official")),
    )
    op.create_index(op.f("ix_case_official_official_id"), "case_official", ["official_id"])


def whereabouts() -> None:
    op.create_table(
        "whereabouts",
        text("id", 32),
        text("case_id", 32),
        text("place", 300),
        sa.Column("since", sa.Date(), nullable=False),
        text("tracking_number", 60),
        sa.Column("note", sa.Text(), nullable=False),
        text("recorded_by", 300),
        moment("recorded_at"),
        points_at("whereabouts", "case_id", "case_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_whereabouts")),
    )
    op.create_index("ix_whereabouts_case", "whereabouts", ["case_id"])
