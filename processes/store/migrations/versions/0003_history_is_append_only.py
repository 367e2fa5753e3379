"""The database itself refuses to change or remove a history entry."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

REFUSAL = "history is append-only"


def upgrade() -> None:
    """Add the triggers; a database owner who removes them is found by `ksdd history verify`."""
    statements = POSTGRES if op.get_bind().dialect.name == "postgresql" else SQLITE
    for statement in statements:
        op.execute(statement)


# SQLite's INSERT OR REPLACE removes a row without firing a DELETE trigger: hence the third one.
SQLITE = (
    f"""CREATE TRIGGER history_no_update BEFORE UPDATE ON history
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    f"""CREATE TRIGGER history_no_delete BEFORE DELETE ON history
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    f"""CREATE TRIGGER history_no_replace BEFORE INSERT ON history
        WHEN EXISTS (SELECT 1 FROM history WHERE case_id = NEW.case_id AND seq = NEW.seq)
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
)

POSTGRES = (
    f"""CREATE FUNCTION history_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$""",
    """CREATE TRIGGER history_no_change BEFORE UPDATE OR DELETE ON history
        FOR EACH ROW EXECUTE FUNCTION history_refuse()""",
    """CREATE TRIGGER history_no_truncate BEFORE TRUNCATE ON history
        FOR EACH STATEMENT EXECUTE FUNCTION history_refuse()""",
)
