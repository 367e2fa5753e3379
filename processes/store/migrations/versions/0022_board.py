"""What waits is counted without a look at what is finished, and accounts keep ways of looking."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

OPEN = "status = 'open'"
#: name, table, columns and condition of each index
INDEXES = (
    ("ix_task_open_due_at", "task", ("due_at", "region_code", "role", "stage"), OPEN),
    ("ix_task_open_office", "task", ("region_code", "role", "due_at", "stage"), OPEN),
    (
        "ix_task_open_stage",
        "task",
        ("stage", "element", "due_at", "region_code", "role"),
        OPEN,
    ),
    ("ix_task_open_since", "task", ("opened_at",), OPEN),
    ("ix_task_open_case", "task", ("case_id", "due_at"), OPEN),
    (
        "ix_task_paused",
        "task",
        ("paused_at", "region_code", "role", "stage"),
        f"{OPEN} AND paused_at IS NOT NULL",
    ),
    (
        "ix_task_unheld",
        "task",
        ("due_at", "region_code", "role", "stage"),
        f"{OPEN} AND NOT has_holder",
    ),
    (
        "ix_task_unknown_year",
        "task",
        ("due_unknown_year", "region_code"),
        f"{OPEN} AND due_unknown_year IS NOT NULL",
    ),
    (
        "ix_alarm_stuck",
        "alarm",
        ("due_at",),
        "fired_at IS NULL AND dropped_at IS NULL AND attempts >= 3",
    ),
    ("ix_task_done", "task", ("element", "closed_at", "region_code"), "status = 'done'"),
    (
        "ix_task_holder_open",
        "task_holder",
        ("official_id", "due_at"),
        "is_open AND NOT stands_in",
    ),
    ("ix_task_holder_of_open", "task_holder", ("task_id", "official_id"), "is_open"),
    (
        "ix_task_holder_stands_in",
        "task_holder",
        ("official_id", "due_at"),
        "is_open AND stands_in",
    ),
    ("ix_party_open", "party", ("region_code", "case_id", "left_at"), "is_open"),
    ("ix_case_file_outdated", "case_file", ("calendar_tries",), "calendar_tries >= 5"),
    ("ix_case_file_open", "case_file", ("number", "title", "id"), "closed_at IS NULL"),
    ("ix_message_wanted", "message", ("status",), "status IN ('waiting', 'parked', 'by_hand')"),
    ("ix_webhook_delivery_parked", "webhook_delivery", ("webhook_id",), "status = 'parked'"),
)


def upgrade() -> None:
    """Tell tasks, holders and parties what is open, let the database keep it, and index it."""
    _columns()
    _fill()
    op.drop_index("ix_task_open_due_at", "task")
    for name, table, columns, condition in INDEXES:
        where = sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    op.create_index("ix_message_task_id", "message", ["task_id", "created_at"])
    for statement in POSTGRES if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)
    op.create_table(
        "saved_view",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_saved_view_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("account_id", "name", name=op.f("uq_saved_view_account_id_name")),
    )


def _columns() -> None:
    for table, name, default in (
        ("task", "has_holder", sa.false()),
        ("task_holder", "is_open", sa.true()),
        ("task_holder", "stands_in", sa.false()),
        ("party", "is_open", sa.true()),
    ):
        column: sa.Column[bool] = sa.Column(
            name, sa.Boolean(), server_default=default, nullable=False
        )
        op.add_column(table, column)
    due_at = sa.Column("due_at", sa.DateTime(timezone=True), nullable=True)
    op.add_column("task_holder", due_at)


def _fill() -> None:
    held = "EXISTS (SELECT 1 FROM task_holder WHERE task_holder.task_id = task.id)"
    of_task = "FROM task WHERE task.id = task_holder.task_id"
    op.execute(f"UPDATE task SET has_holder = {held}")
    op.execute(
        "UPDATE task_holder SET stands_in = (official_id <> for_official_id), "
        f"(is_open, due_at) = (SELECT status = 'open', due_at {of_task})"
    )
    closed = "SELECT closed_at FROM case_file WHERE case_file.id = party.case_id"
    op.execute(f"UPDATE party SET is_open = ({closed}) IS NULL")


HOLD = "UPDATE task SET has_holder = true WHERE id = NEW.task_id AND NOT has_holder"
LET_GO = """UPDATE task SET has_holder = false WHERE id = OLD.task_id
        AND NOT EXISTS (SELECT 1 FROM task_holder WHERE task_id = OLD.task_id)"""
TELL_HOLDERS = """UPDATE task_holder SET is_open = (NEW.status = 'open'), due_at = NEW.due_at
        WHERE task_id = NEW.id"""
TELL_PARTIES = "UPDATE party SET is_open = (NEW.closed_at IS NULL) WHERE case_id = NEW.id"

SQLITE = (
    f"""CREATE TRIGGER task_holder_comes AFTER INSERT ON task_holder BEGIN
        UPDATE task_holder SET stands_in = (official_id <> for_official_id), (is_open, due_at) =
            (SELECT status = 'open', due_at FROM task WHERE id = NEW.task_id)
        WHERE task_id = NEW.task_id AND for_official_id = NEW.for_official_id;
        {HOLD}; END""",
    """CREATE TRIGGER task_holder_changes AFTER UPDATE OF official_id ON task_holder BEGIN
        UPDATE task_holder SET stands_in = (official_id <> for_official_id)
        WHERE task_id = NEW.task_id AND for_official_id = NEW.for_official_id; END""",
    f"CREATE TRIGGER task_holder_goes AFTER DELETE ON task_holder BEGIN {LET_GO}; END",
    f"CREATE TRIGGER task_tells AFTER UPDATE OF status, due_at ON task BEGIN {TELL_HOLDERS}; END",
    f"""CREATE TRIGGER case_file_tells AFTER UPDATE OF closed_at ON case_file
        BEGIN {TELL_PARTIES}; END""",
)

POSTGRES = (
    f"""CREATE FUNCTION task_holder_comes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        SELECT status = 'open', due_at INTO NEW.is_open, NEW.due_at
            FROM task WHERE id = NEW.task_id;
        NEW.stands_in := NEW.official_id <> NEW.for_official_id;
        {HOLD};
        RETURN NEW; END $$""",
    """CREATE FUNCTION task_holder_changes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        NEW.stands_in := NEW.official_id <> NEW.for_official_id;
        RETURN NEW; END $$""",
    """CREATE TRIGGER task_holder_changes BEFORE UPDATE OF official_id ON task_holder
        FOR EACH ROW EXECUTE FUNCTION task_holder_changes()""",
    """CREATE TRIGGER task_holder_comes BEFORE INSERT ON task_holder
        FOR EACH ROW EXECUTE FUNCTION task_holder_comes()""",
    f"""CREATE FUNCTION task_holder_goes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        {LET_GO};
        RETURN NULL; END $$""",
    """CREATE TRIGGER task_holder_goes AFTER DELETE ON task_holder
        FOR EACH ROW EXECUTE FUNCTION task_holder_goes()""",
    f"""CREATE FUNCTION task_tells() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        {TELL_HOLDERS};
        RETURN NULL; END $$""",
    """CREATE TRIGGER task_tells AFTER UPDATE OF status, due_at ON task FOR EACH ROW
        WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.due_at IS DISTINCT FROM NEW.due_at)
        EXECUTE FUNCTION task_tells()""",
    f"""CREATE FUNCTION case_file_tells() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        {TELL_PARTIES};
        RETURN NULL; END $$""",
    """CREATE TRIGGER case_file_tells AFTER UPDATE OF closed_at ON case_file FOR EACH ROW
        WHEN (OLD.closed_at IS DISTINCT FROM NEW.closed_at) EXECUTE FUNCTION case_file_tells()""",
)
