"""A whole installation into one file and out of it again, on either database, under load."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from processes import actions
from processes.actions import Actor
from processes.errors import Conflict, KsddError
from processes.office import Office
from processes.settings import Settings
from processes.store import history, rows
from processes.store.backup_file import BackupDamaged
from processes.store.database import Database
from processes.store.tables import Case, Message, MessageStatus, SignIn
from tests.conftest import postgres_with
from tests.journeys.answers import Journey
from tests.journeys.town import Town
from worker.delivery import deliver_due

PARTIES = ["32.01", "32.02"]
KEEPER = Actor(kind="account", name="administrator")
Elsewhere = Callable[[str], Settings]


@pytest.fixture
def elsewhere(tmp_path: Path, postgres_url: str) -> Iterator[Elsewhere]:
    """Settings of an empty installation on SQLite or PostgreSQL."""
    stack: list[Any] = []

    def make(kind: str) -> Settings:
        folder = tmp_path / f"other-{uuid4().hex[:6]}"
        url = f"sqlite+pysqlite:///{folder / 'ksdd.sqlite3'}"
        if kind == "postgres":
            name = f"ksdd_{uuid4().hex[:12]}"
            made = postgres_with(postgres_url, f"CREATE DATABASE {name} ENCODING 'UTF8'", name)
            url = made.__enter__()
            stack.append(made)
        return Settings(env="development", data=folder, database_url=url)

    yield make
    for made in stack:
        made.__exit__(None, None, None)


def content(database: Database) -> dict[str, list[Any]]:
    """Every row of every table that says what happened; without who is signed in and pauses."""
    with database.connect_to_read() as connection:
        return {
            table.name: list(rows.read_rows(connection, table))
            for table in rows.tables_of(connection)
            if table.name not in ("sign_in", "sending_pause", "sweep")
        }


@pytest.mark.parametrize("to", ["sqlite", "postgres"])
def test_what_comes_out_of_a_backup_is_what_went_in(
    both: Town, tmp_path: Path, elsewhere: Elsewhere, to: str
) -> None:
    Journey(both, PARTIES).until("tahap5_paraf_kabag")
    file = tmp_path / "cadangan.zip"
    made = actions.back_up(both.office, file, now=both.now)
    assert file.stat().st_mode & 0o777 == 0o600
    settings = elsewhere(to)
    done = actions.restore(settings, file, now=both.now)
    assert done.contents == made
    with closing(Database.open(settings.database_url)) as database:
        assert content(database) == content(both.office.database)
    assert (settings.data / "secret.key").read_bytes() == both.office.secret
    with closing(Office.open(settings)) as office:
        with both.office.database.read() as session:
            hashes = set(session.execute(select(func.count()).select_from(Case)).scalars())
        assert hashes == {1}
        for path in both.office.blobs.folder.rglob("*"):
            if path.is_file():
                assert office.blobs.path(path.name).read_bytes() == path.read_bytes()


def test_a_case_goes_on_where_the_backup_left_it(
    town: Town, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    journey = Journey(town, PARTIES).until("tahap3_pembahasan")
    link = town.link(journey.id, "tahap3_pembahasan", "32.01")
    file = tmp_path / "cadangan.zip"
    actions.back_up(town.office, file, now=town.now)
    settings = elsewhere("sqlite")
    actions.restore(settings, file, now=town.now)
    restored = Town(settings.database_url, settings.data, town.now, fresh=False)
    answer = restored.post(link, journey.plan["tahap3_pembahasan"])
    assert answer.status_code == 200
    with restored.office.database.read() as session:
        assert history.verify(session) is None
    restored.close()


def test_after_a_restore_nothing_is_sent_until_somebody_says_so(
    town: Town, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    Journey(town, PARTIES)
    file = tmp_path / "cadangan.zip"
    actions.back_up(town.office, file, now=town.now)
    settings = elsewhere("sqlite")
    assert actions.restore(settings, file, now=town.now).waiting == 1
    later = town.now + timedelta(days=9)
    with closing(Office.open(settings)) as office:
        assert deliver_due(office, later) == 0
        # what comes due now is new; what was due at the backup may have gone out
        for kinds in (actions.REMINDERS, actions.ESCALATIONS):
            actions.fire_alarms(office, kinds=kinds, now=later)
        assert deliver_due(office, later) == 0
        with office.database.read() as session:
            fresh = session.scalar(
                select(func.count()).where(
                    Message.status == MessageStatus.WAITING, Message.created_at == later
                )
            )
            assert fresh
        assert actions.resume_sending(office, actor=KEEPER, everything=False, now=later) == 1
        assert deliver_due(office, later) > 0
        with office.database.read() as session:
            [aside] = session.scalars(select(Message).where(Message.status == MessageStatus.PARKED))
            assert "mungkin sudah dikirim" in (aside.last_error or "")
        with pytest.raises(Conflict):
            actions.resume_sending(office, actor=KEEPER, everything=False, now=later)


def test_a_restore_can_be_told_to_send_everything(
    town: Town, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    Journey(town, PARTIES)
    file = tmp_path / "cadangan.zip"
    actions.back_up(town.office, file, now=town.now)
    settings = elsewhere("sqlite")
    actions.restore(settings, file, now=town.now)
    with closing(Office.open(settings)) as office:
        assert actions.resume_sending(office, actor=KEEPER, everything=True, now=town.now) == 0
        assert deliver_due(office, town.now) == 1


def test_a_restore_ends_every_session(town: Town, tmp_path: Path, elsewhere: Elsewhere) -> None:
    from processes.store import accounts

    with town.office.database.write() as session:
        accounts.first_sign_in_link(session, town.now)
    file = tmp_path / "cadangan.zip"
    actions.back_up(town.office, file, now=town.now)
    settings = elsewhere("sqlite")
    actions.restore(settings, file, now=town.now)
    with closing(Database.open(settings.database_url)) as database, database.read() as session:
        assert session.scalars(select(SignIn.ended_at)).all() == [town.now]


def test_a_backup_never_replaces_a_file(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "cadangan.zip"
    file.write_bytes(b"milik orang lain")
    with pytest.raises(Conflict):
        actions.back_up(town.office, file, now=town.now)
    assert file.read_bytes() == b"milik orang lain"
    with pytest.raises(KsddError):
        actions.back_up(town.office, tmp_path / "tidak" / "ada.zip", now=town.now)


def test_a_backup_with_a_missing_document_is_refused(town: Town, tmp_path: Path) -> None:
    Journey(town, PARTIES).until("tahap1_telaah")
    shutil.rmtree(town.office.blobs.folder)
    file = tmp_path / "cadangan.zip"
    with pytest.raises(KsddError, match="tidak ada di folder data"):
        actions.back_up(town.office, file, now=town.now)
    assert not list(tmp_path.glob("*.zip*"))


@pytest.mark.parametrize("how", ["cut", "byte", "member", "other", "text", "newer", "empty"])
def test_a_damaged_backup_changes_nothing(
    town: Town, tmp_path: Path, elsewhere: Elsewhere, how: str
) -> None:
    Journey(town, PARTIES).until("tahap1_telaah")
    file, spoiled = tmp_path / "cadangan.zip", tmp_path / "rusak.zip"
    actions.back_up(town.office, file, now=town.now)
    spoil(file, spoiled, how)
    settings = elsewhere("sqlite")
    with pytest.raises(KsddError):
        actions.restore(settings, spoiled, now=town.now)
    assert not (settings.data / "secret.key").exists()
    with (
        closing(Database.open(settings.database_url)) as database,
        database.connect_to_read() as connection,
    ):
        assert rows.is_empty(connection)
    if how == "newer":
        # the whole one still comes in
        actions.restore(settings, file, now=town.now)


def spoil(file: Path, spoiled: Path, how: str) -> None:
    """A copy of a backup with something wrong in it."""
    whole = file.read_bytes()
    if how in ("cut", "text", "empty"):
        spoiled.write_bytes({"cut": whole[:-200], "text": b"bukan zip", "empty": b""}[how])
        return
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(spoiled, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if how == "byte" and name == "data/history.jsonl":
                data = data.replace(b"task.completed", b"task.cancelled", 1)
            if how == "member" and name == "data/task.jsonl":
                continue
            if how == "other" and name == "isi.json":
                data = b'{"format": 1}'
            if how == "newer" and name == "isi.json":
                data = json.dumps(json.loads(data) | {"step": "9999"}).encode()
            target.writestr(name, data)


def test_a_restore_takes_only_an_empty_place(
    town: Town, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    file = tmp_path / "cadangan.zip"
    actions.back_up(town.office, file, now=town.now)
    with pytest.raises(Conflict):
        actions.restore(town.settings, file, now=town.now)
    settings = elsewhere("sqlite")
    settings.make_folder()
    (settings.data / "secret.key").write_bytes(b"x" * 32)
    with pytest.raises(Conflict, match="kunci rahasia lain"):
        actions.restore(settings, file, now=town.now)
    with pytest.raises(OSError, match="No such file"):
        actions.restore(settings, tmp_path / "tidak-ada.zip", now=town.now)


def test_a_changed_history_does_not_pass_for_whole(
    town: Town, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    Journey(town, PARTIES).until("tahap1_telaah")
    with town.office.database.connect_to_write() as connection:
        connection.exec_driver_sql("DROP TRIGGER history_no_update")
        connection.exec_driver_sql("UPDATE history SET kind = 'x' WHERE seq = 2")
    file = tmp_path / "cadangan.zip"
    actions.back_up(town.office, file, now=town.now)
    with pytest.raises(KsddError, match="ke-2"):
        actions.restore(elsewhere("sqlite"), file, now=town.now)


def test_a_backup_made_while_everybody_works_is_whole(
    both: Town, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    stop, failed = Event(), []

    def work() -> None:
        try:
            while not stop.is_set():
                Journey(both, PARTIES).until("tahap1_surat")
        except Exception as error:  # noqa: BLE001 - told to the test, which waits for this thread
            failed.append(error)

    worker = Thread(target=work)
    worker.start()
    files = []
    try:
        for number in range(3):
            files.append(tmp_path / f"cadangan{number}.zip")
            actions.back_up(both.office, files[-1], now=both.now)
    finally:
        stop.set()
        worker.join()
    assert not failed
    for file in files:
        done = actions.restore(elsewhere("sqlite"), file, now=both.now)
        assert done.contents.tables["history"] >= done.contents.tables["case_file"]


def test_an_installation_moves_to_postgresql(town: Town, elsewhere: Elsewhere) -> None:
    journey = Journey(town, PARTIES).until("tahap3_pembahasan")
    settings = elsewhere("postgres")
    counts = actions.move_database(town.office, settings.database_url)
    with closing(Database.open(settings.database_url)) as database:
        assert content(database) == content(town.office.database)
        assert counts["task"] == len(content(database)["task"])
    with pytest.raises(Conflict, match="basis data kosong yang baru"):
        actions.move_database(town.office, settings.database_url)
    moved = Town(settings.database_url, town.folder, town.now, fresh=False)
    moved.token = town.token
    journey.town = moved
    journey.to_rest()
    assert journey.case["agreement"]["status"] == "berlaku"
    moved.close()


def test_a_served_installation_is_not_moved(town: Town, elsewhere: Elsewhere) -> None:
    import fcntl

    with (town.settings.data / "serve.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(Conflict, match="sedang dilayani"):
            actions.move_database(town.office, elsewhere("sqlite").database_url)


def test_a_damaged_file_is_told_by_its_own_name() -> None:
    assert "cadangan" in BackupDamaged().say()
