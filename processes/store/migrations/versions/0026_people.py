"""What is done about people is recorded, and how long their data are kept can be set."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

MOMENT = sa.DateTime(timezone=True)
REFUSAL = "people_event is append-only"


def upgrade() -> None:
    """Add the columns and the four tables; the database itself refuses to change the record."""
    op.add_column("person", sa.Column("erased_at", MOMENT, nullable=True))
    op.add_column(
        "api_token",
        sa.Column("created_by", sa.String(length=300), server_default="", nullable=False),
    )
    op.add_column("api_token", sa.Column("used_at", MOMENT, nullable=True))
    _events()
    _values()
    _access()
    op.create_table(
        "retention_rule",
        sa.Column("kept", sa.String(length=24), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.String(length=300), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("kept", name=op.f("pk_retention_rule")),
    )
    for statement in POSTGRES if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def _about(table: str) -> list[sa.Column[object] | sa.Constraint]:
    return [
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("act", sa.String(length=24), nullable=False),
        sa.Column("actor", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("region_code", sa.String(length=8), nullable=True),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f(f"fk_{table}_region_code")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _indexes(table: str) -> None:
    op.create_index(f"ix_{table}_at", table, ["at", "id"])
    op.create_index(f"ix_{table}_region_code", table, ["region_code"])
    op.create_index(f"ix_{table}_person_id", table, ["person_id"])


def _events() -> None:
    op.create_table(
        "people_event",
        *_about("people_event"),
        sa.Column("official_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["official_id"], ["official.id"], name=op.f("fk_people_event_official_id")
        ),
    )
    _indexes("people_event")


def _values() -> None:
    op.create_table(
        "people_value",
        sa.Column("event_id", sa.String(length=32), nullable=False),
        sa.Column("field", sa.String(length=24), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["people_event.id"], name=op.f("fk_people_value_event_id")
        ),
        sa.PrimaryKeyConstraint("event_id", "field", name=op.f("pk_people_value")),
    )


def _access() -> None:
    op.create_table("data_access", *_about("data_access"))
    _indexes("data_access")


# SQLite's INSERT OR REPLACE removes a row without firing a DELETE trigger: hence the third one.
SQLITE = (
    f"""CREATE TRIGGER people_event_no_update BEFORE UPDATE ON people_event
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    f"""CREATE TRIGGER people_event_no_delete BEFORE DELETE ON people_event
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    f"""CREATE TRIGGER people_event_no_replace BEFORE INSERT ON people_event
        WHEN EXISTS (SELECT 1 FROM people_event WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
)

POSTGRES = (
    f"""CREATE FUNCTION people_event_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$""",
    """CREATE TRIGGER people_event_no_change BEFORE UPDATE OR DELETE ON people_event
        FOR EACH ROW EXECUTE FUNCTION people_event_refuse()""",
    """CREATE TRIGGER people_event_no_truncate BEFORE TRUNCATE ON people_event
        FOR EACH STATEMENT EXECUTE FUNCTION people_event_refuse()""",
)
