"""The migrations make exactly the tables of tables.py, whoever runs them and how often."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, create_engine, inspect, select, text

from processes.errors import SettingsError
from processes.store.database import Database
from processes.store.migrations import upgrade
from processes.store.tables import Base, Official, Substitution, Task

POSTGRES_SCHEMA = """
SELECT 'column', table_name, column_name, data_type, character_maximum_length::text, is_nullable,
       coalesce(column_default, '')
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT 'index', tablename, indexname, indexdef, '', '', '' FROM pg_indexes
 WHERE schemaname = 'public'
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '', ''
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""


def schema(connection: Connection) -> list[Any]:
    """Everything the database knows of its tables, without Alembic's own one."""
    if connection.dialect.name == "postgresql":
        rows = {tuple(row) for row in connection.execute(text(POSTGRES_SCHEMA))}
        return sorted(row for row in rows if row[1] != "alembic_version")
    look = inspect(connection)
    found: list[Any] = []
    for table in sorted(set(look.get_table_names()) - {"alembic_version"}):
        # the order of columns says nothing: later migrations add theirs at the end
        by_name = sorted(look.get_columns(table), key=lambda column: column["name"])
        columns = [{**c, "type": str(c["type"])} for c in by_name]
        indexes = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :t"
        found.append((table, columns, look.get_pk_constraint(table)))
        found.append(sorted(map(str, look.get_foreign_keys(table))))
        found.append(sorted(map(str, look.get_unique_constraints(table))))
        found.append(sorted(map(str, look.get_check_constraints(table))))
        found.append(sorted(map(tuple, connection.execute(text(indexes), {"t": table})), key=str))
    return found


def test_migrated_tables_equal_the_mapped_ones(
    empty_database_url: str, open_database: Callable[[str], Database]
) -> None:
    database = open_database(empty_database_url)
    database.migrate()
    with database.engine.connect() as connection:
        migrated = schema(connection)

    with database.connect_to_write() as connection:
        if database.is_postgres:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
            Base.metadata.create_all(connection)
            mapped = schema(connection)
        else:
            memory = create_engine("sqlite://")
            Base.metadata.create_all(memory)
            with memory.connect() as other:
                mapped = schema(other)
            memory.dispose()
    assert len(mapped) > len(Base.metadata.tables)
    assert migrated == mapped


def test_migrating_twice_changes_nothing(database: Database) -> None:
    with database.engine.connect() as connection:
        before = schema(connection)
    database.migrate()
    with database.engine.connect() as connection:
        assert schema(connection) == before


@pytest.mark.parametrize("act", ["migrate", "begin"])
def test_several_processes_may_migrate_at_once(
    empty_database_url: str, open_database: Callable[[str], Database], act: str
) -> None:
    program = (
        "import sys; from processes.store.database import Database;"
        "from processes.store.regions import load_regions;"
        f"database = Database.open(sys.argv[1]); database.{act}()\n"
        "with database.write() as session: load_regions(session)\n"
        "database.close()"
    )
    command = [sys.executable, "-W", "error", "-c", program, empty_database_url]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(3)]
    for process in processes:
        _, complaint = process.communicate(timeout=60)
        assert (process.returncode, complaint) == (0, b"")
    with open_database(empty_database_url).read() as session:
        assert session.scalar(text("SELECT count(*) FROM region")) == 552
        assert session.scalar(text("SELECT count(*) FROM alembic_version")) == 1


def test_a_database_of_a_newer_program_is_left_alone(database: Database) -> None:
    with database.connect_to_write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for act in (database.migrate, database.begin):
        with pytest.raises(SettingsError, match="lebih baru"):
            act()


def test_substitutions_that_run_while_the_program_is_renewed_go_on(
    empty_database_url: str, open_database: Callable[[str], Database]
) -> None:
    """Anna is away and Rina holds her task; Boni, of the same role, stands in for Cici."""
    database = open_database(empty_database_url)
    with database.connect_to_write() as connection:
        upgrade(connection, "0008")
        fill = _Rows(connection)
        fill("region", code="32.01", name="Kabupaten Bogor", kind="kabupaten", zone="Asia/Jakarta")
        for name, active in (("anna", False), ("boni", True), ("cici", False), ("rina", True)):
            fill("person", id=f"p-{name}", name=name)
            fill("official", id=name, person_id=f"p-{name}", role=f"kabag_{name}", active=active)
        fill("procedure_version", id="v")
        fill("case_file", id="c", version_id="v", status="running")
        for holder in ("rina", "boni"):
            fill("task", id=f"t-{holder}", case_id="c", status="open")
            fill("task_holder", task_id=f"t-{holder}", official_id=holder)
        for absent, by, borrowed in (("anna", "rina", True), ("cici", "boni", False)):
            fill(
                "substitution",
                id=absent,
                official_id=absent,
                person_id=f"p-{by}",
                substitute_id=by,
                holds_by_it=borrowed,
                ended_at=None,
            )
    database.migrate()
    with database.read() as session:
        asked = text("SELECT task_id, for_official_id, official_id FROM task_holder ORDER BY 1")
        assert [tuple(row) for row in session.execute(asked)] == [
            ("t-boni", "boni", "boni"),
            ("t-rina", "anna", "rina"),
        ]
        officials = select(Official.id).where(Official.in_office).order_by(Official.id)
        assert list(session.scalars(officials)) == ["anna", "boni", "cici"]
        acting = select(Substitution.acting_id).order_by(Substitution.id)
        assert list(session.scalars(acting)) == ["rina", "boni"]


def test_what_a_partner_did_outside_of_loops_is_about_nobody_else_after_the_upgrade(
    empty_database_url: str, open_database: Callable[[str], Database]
) -> None:
    database = open_database(empty_database_url)
    with database.connect_to_write() as connection:
        upgrade(connection, "0034")
        fill = _Rows(connection)
        for code in ("32.01", "32.02", "91.71"):
            fill("region", code=code, name=f"Daerah {code}", zone="Asia/Jakarta")
        fill("procedure_version", id="v")
        fill("case_file", id="c", version_id="v", status="running", region_code="32.01")
        for task, region, concerns in (
            ("letter-received", "32.02", "32.01"),
            ("second-letter", "32.01", "91.71"),
            ("answer", "91.71", "91.71"),
            ("long-ago", "32.01", None),
        ):
            fill("task", id=task, case_id="c", status="done", region_code=region, concerns=concerns)
    database.migrate()
    with database.read() as session:
        about = {task.id: task.about for task in session.scalars(select(Task))}
    assert about == {
        "letter-received": None,
        "second-letter": "91.71",
        "answer": None,
        "long-ago": None,
    }


class _Rows:
    """Fills tables of an older program: what is not named gets some value that fits."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.tables = MetaData()
        self.tables.reflect(connection)

    def __call__(self, name: str, /, **values: Any) -> None:
        fitting: dict[type, Any] = {
            bool: False,
            int: 1,
            str: "32.01",
            bytes: b"x",
            date: date(2026, 7, 6),
            datetime: datetime(2026, 7, 6, tzinfo=UTC),
        }
        table = self.tables.tables[name]
        for column in table.columns:
            wanted = not column.nullable or column.name in ("began_at", "starts_on")
            if wanted and column.name not in values and column.server_default is None:
                values[column.name] = fitting[column.type.python_type]
        self.connection.execute(table.insert().values(values))
