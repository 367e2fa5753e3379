"""`ksdd upgrade`: a backup, the new tables, a look at every case; and the way back."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from processes import actions
from processes.errors import KsddError
from processes.office import Office
from processes.settings import Settings
from processes.store import rows
from processes.store.backup_file import BackupFile
from processes.store.database import Database
from processes.store.documents import BlobStore
from processes.store.migrations import upgrade
from processes.store.tables import Case, CaseStatus
from tests.golden.files import GOLDEN
from webhooks.cli import main

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
OLDEST, LAST_BUT_ONE = GOLDEN[0], GOLDEN[-2]
Left = Callable[[Path], Settings]


@pytest.fixture
def left(empty_database_url: str, tmp_path: Path) -> Left:
    """An installation with the very tables and rows of its time, which nobody has opened since."""

    def put(path: Path) -> Settings:
        data = tmp_path / "data"
        settings = Settings(env="development", data=data, database_url=empty_database_url)
        with closing(BackupFile.open(path)) as backup:
            settings.make_folder()
            (data / "secret.key").write_bytes(backup.secret)
            backup.copy_documents(BlobStore(data / "documents"), 10**9)
            with closing(Database.open(empty_database_url)) as database:
                _put_rows(database, backup)
        return settings

    return put


def _put_rows(database: Database, backup: BackupFile) -> None:
    with database.connect_to_rebuild() as connection:
        upgrade(connection, backup.contents.step)
        tables = rows.tables_of(connection)
        for table in reversed(tables):
            connection.execute(table.delete())
        for table in tables:
            rows.write_rows(connection, table, backup.rows(table.name))


def step(settings: Settings) -> str:
    with (
        closing(Database.open(settings.database_url)) as database,
        database.connect_to_read() as connection,
    ):
        return rows.step_of(connection)


@pytest.mark.parametrize("path", [OLDEST, LAST_BUT_ONE], ids=lambda path: path.stem)
def test_an_upgrade_keeps_a_backup_that_the_older_program_brings_in_again(
    left: Left, tmp_path: Path, path: Path
) -> None:
    settings = left(path)
    before = step(settings)
    done = actions.bring_up_to_date(settings, tmp_path / "cadangan", now=NOW)
    assert (done.before, before) == (before, path.stem[-4:])
    assert done.after == step(settings) > before
    assert done.broken is None
    with closing(Database.open(settings.database_url)) as database, database.read() as session:
        running = select(func.count()).where(Case.status == CaseStatus.RUNNING)
        assert done.cases == session.scalar(running) > 0
    assert done.backup is not None
    with closing(BackupFile.open(done.backup)) as kept, closing(BackupFile.open(path)) as first:
        kept.check()
        assert kept.contents.step == before
        assert kept.contents.tables == first.contents.tables
        for table in kept.contents.tables:
            assert list(kept.rows(table)) == list(first.rows(table))


def test_a_second_upgrade_has_nothing_to_do(left: Left, tmp_path: Path) -> None:
    settings = left(LAST_BUT_ONE)
    first = actions.bring_up_to_date(settings, tmp_path / "cadangan", now=NOW)
    second = actions.bring_up_to_date(settings, tmp_path / "cadangan", now=NOW)
    assert (second.backup, second.cases) == (None, first.cases)
    assert len(list((tmp_path / "cadangan").iterdir())) == 1


def test_an_upgrade_after_which_a_case_is_not_read_changes_nothing(
    left: Left, tmp_path: Path
) -> None:
    settings = left(LAST_BUT_ONE)
    before = step(settings)
    with (
        closing(Database.open(settings.database_url)) as database,
        database.connect_to_write() as connection,
    ):
        number = connection.execute(text("SELECT min(number) FROM case_file")).scalar_one()
        connection.execute(
            text("UPDATE case_file SET state = :state WHERE number = :number"),
            {"state": b"not a state", "number": number},
        )
    with pytest.raises(KsddError, match=f"tidak ada yang diubah: 1 perkara .*{number}"):
        actions.bring_up_to_date(settings, tmp_path / "cadangan", now=NOW)
    assert step(settings) == before
    assert len(list((tmp_path / "cadangan").iterdir())) == 1


def test_a_history_that_was_broken_before_is_named(left: Left, tmp_path: Path) -> None:
    settings = left(LAST_BUT_ONE)
    with (
        closing(Database.open(settings.database_url)) as database,
        database.connect_to_write() as connection,
    ):
        first = "id = (SELECT min(id) FROM case_file)"
        connection.execute(text(f"UPDATE case_file SET history_head = 'x' WHERE {first}"))
    done = actions.bring_up_to_date(settings, tmp_path / "cadangan", now=NOW)
    assert "KSDD/2026" in (done.broken or "")
    assert actions.bring_up_to_date(settings, tmp_path / "lain", now=NOW).broken == done.broken


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(list(words))
    return int(end.value.code or 0)


def test_the_command_says_where_the_way_back_is(
    left: Left, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = left(LAST_BUT_ONE)
    monkeypatch.setenv("KSDD_ENV", "development")
    monkeypatch.setenv("KSDD_DATA", str(settings.data))
    monkeypatch.setenv("KSDD_DATABASE_URL", settings.database_url)
    assert run("upgrade") == 0
    said = capsys.readouterr().out
    [kept] = (settings.data / "cadangan").iterdir()
    assert f"ksdd restore {kept}" in said
    assert run("upgrade") == 0
    assert "sudah mutakhir" in capsys.readouterr().out


def in_production(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KSDD_ENV", "production")
    monkeypatch.setenv("KSDD_DATA", str(settings.data))
    monkeypatch.setenv("KSDD_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("KSDD_REDIS_URL", "redis://127.0.0.1:1/0")


@pytest.mark.parametrize(
    "words",
    ["sign-in", "history verify", "token create uji --role system", "serve", "web", "worker"],
)
def test_in_production_tables_of_an_older_program_wait_for_the_upgrade(
    left: Left, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    settings = left(LAST_BUT_ONE)
    before = step(settings)
    in_production(settings, monkeypatch)
    assert run(*words.split()) == 1
    said = capsys.readouterr().err
    assert f"langkah {before}" in said
    assert "ksdd upgrade --backup-to" in said
    assert step(settings) == before


def test_a_nightly_backup_between_installing_and_upgrading_is_one_of_the_older_program(
    left: Left, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = left(LAST_BUT_ONE)
    before = step(settings)
    in_production(settings, monkeypatch)
    folder = tmp_path / "cadangan"
    folder.mkdir()
    assert run("backup", str(folder), "--keep", "14") == 0
    assert f"langkah {before}) dan dicadangkan apa adanya" in capsys.readouterr().out
    [night] = folder.iterdir()
    assert run("upgrade", "--backup-to", str(folder)) == 0
    Office.open(replace(settings, env="production")).close()
    [ours] = set(folder.iterdir()) - {night}
    for path in (night, ours):
        with closing(BackupFile.open(path)) as kept, closing(BackupFile.open(LAST_BUT_ONE)) as was:
            kept.check()
            assert kept.contents.step == before
            assert all(list(kept.rows(t)) == list(was.rows(t)) for t in was.contents.tables)


def test_in_development_tables_are_brought_up_to_date_by_whatever_is_run(
    left: Left,
) -> None:
    settings = left(LAST_BUT_ONE)
    before = step(settings)
    Office.open(settings).close()
    assert step(settings) > before


def test_an_empty_installation_is_not_backed_up(
    empty_database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    empty = Settings(env="production", data=tmp_path / "data", database_url=empty_database_url)
    in_production(empty, monkeypatch)
    assert run("backup", str(tmp_path / "kosong.zip")) == 1
    assert "masih kosong" in capsys.readouterr().err
    assert not (tmp_path / "kosong.zip").exists()


def test_nightly_backups_keep_the_newest_and_touch_nothing_else(
    tmp_path: Path,
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("KSDD_ENV", "development")
    monkeypatch.setenv("KSDD_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("KSDD_DATABASE_URL", sqlite_url)
    folder = tmp_path / "cadangan"
    folder.mkdir()
    old = [folder / f"ksdd-2026010{day}T010000Z.zip" for day in range(1, 5)]
    for path in [*old, folder / "ksdd-penting.zip"]:
        path.write_bytes(b"lama")
    assert run("backup", str(folder), "--keep", "3") == 0
    assert "2 cadangan yang lebih lama dihapus" in capsys.readouterr().out
    left = sorted(folder.iterdir())
    assert left[:2] == old[2:]
    assert left[-1].name == "ksdd-penting.zip"
    [new] = set(left) - set(old) - {folder / "ksdd-penting.zip"}
    assert "isi.json" in zipfile.ZipFile(new).namelist()
    assert run("backup", str(folder)) == 1
    assert run("backup", str(tmp_path / "satu.zip"), "--keep", "3") == 1
    assert "--keep 14" in capsys.readouterr().err
