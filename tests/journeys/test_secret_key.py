"""A database knows its `secret.key`: with another one, or with none, nothing starts."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from processes import actions
from processes.errors import Conflict, KsddError, SettingsError
from processes.kept_key import check_before_start
from processes.office import Office
from processes.settings import Settings
from processes.store.links import hash_token, token_for
from processes.store.tables import Link, SecretMark
from tests.journeys.answers import Journey
from tests.journeys.conftest import START
from tests.journeys.town import Town
from tests.servers import free_port
from webhooks.cli import main

BOGOR, SUKABUMI = "32.01", "32.02"


@pytest.fixture
def at_work(both: Town) -> Settings:
    """An installation on which somebody holds a task, stopped."""
    Journey(both, [BOGOR, SUKABUMI])
    both.close()
    return both.settings


def opened_anew(settings: Settings) -> None:
    with closing(Office.open(settings)):
        pass


def on_host_two(settings: Settings, tmp_path: Path) -> Settings:
    """The same database, beside a data folder that is not mounted."""
    return Settings(env="development", data=tmp_path / "kosong", database_url=settings.database_url)


def forget_mark(both: Town) -> None:
    """Leave the rows as a program left them that knew no marks."""
    with both.office.database.write() as session:
        session.execute(delete(SecretMark))


def test_a_data_folder_that_is_not_mounted_is_no_new_installation(
    at_work: Settings, tmp_path: Path
) -> None:
    elsewhere = on_host_two(at_work, tmp_path)
    with pytest.raises(SettingsError, match="pasang"):
        opened_anew(elsewhere)
    assert not elsewhere.secret_path.exists()
    opened_anew(at_work)


def test_a_key_of_another_installation_is_refused(at_work: Settings, tmp_path: Path) -> None:
    elsewhere = on_host_two(at_work, tmp_path)
    elsewhere.secret()
    with pytest.raises(SettingsError, match="bukan kunci basis data ini"):
        opened_anew(elsewhere)
    shutil.copy(at_work.secret_path, elsewhere.secret_path)
    opened_anew(elsewhere)


def test_an_installation_that_nobody_has_used_yet_keeps_its_first_key(
    both: Town, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match=r"secret\.key"):
        opened_anew(on_host_two(both.settings, tmp_path))


@pytest.mark.parametrize("made", [False, True], ids=["no key", "another key"])
def test_after_an_upgrade_the_links_tell_whose_key_it_is(
    both: Town, tmp_path: Path, made: bool
) -> None:
    Journey(both, [BOGOR, SUKABUMI])
    forget_mark(both)
    elsewhere = on_host_two(both.settings, tmp_path)
    if made:
        elsewhere.secret()
    with pytest.raises(SettingsError):
        opened_anew(elsewhere)
    with pytest.raises(SettingsError):
        actions.bring_up_to_date(elsewhere, tmp_path / "cadangan", now=both.now)
    opened_anew(both.settings)
    with both.office.database.read() as session:
        assert session.scalars(select(SecretMark.name)).all() == ["secret.key"]


def test_of_two_machines_that_begin_with_keys_of_their_own_one_is_refused(
    both: Town, tmp_path: Path
) -> None:
    forget_mark(both)
    second = on_host_two(both.settings, tmp_path)
    second.secret()
    opened_anew(second)
    with pytest.raises(SettingsError, match="bukan kunci basis data ini"):
        opened_anew(both.settings)


@pytest.mark.parametrize(
    "words",
    [["serve"], ["web"], ["worker"], ["beat"], ["upgrade"], ["sign-in"], ["backup", "x.zip"]],
    ids=lambda words: words[0],
)
def test_every_part_and_command_says_what_to_do(
    words: list[str],
    sqlite_town: Town,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "kosong"
    for name, value in {
        "ENV": "development",
        "DATA": str(folder),
        "DATABASE_URL": sqlite_town.settings.database_url,
        "REDIS_URL": "redis://127.0.0.1:9/0",
        "PORT": str(free_port()),
    }.items():
        monkeypatch.setenv(f"KSDD_{name}", value)
    with pytest.raises(SystemExit) as end:
        main(words)
    said = capsys.readouterr().err
    assert end.value.code == 1
    assert str(folder / "secret.key") in said
    assert "cadangan" in said
    assert "ksdd new-key" in said


def test_a_part_starts_while_the_database_is_away(tmp_path: Path) -> None:
    url = "postgresql+psycopg://ksdd@127.0.0.1:9/ksdd"
    check_before_start(Settings(env="development", data=tmp_path, database_url=url))


def test_a_restore_elsewhere_and_a_move_bring_the_mark_along(both: Town, tmp_path: Path) -> None:
    Journey(both, [BOGOR, SUKABUMI])
    file = tmp_path / "cadangan.zip"
    actions.back_up(both.office, file, now=both.now)
    folder = tmp_path / "lain"
    other = Settings(
        env="development",
        data=folder,
        database_url=f"sqlite+pysqlite:///{folder / 'ksdd.sqlite3'}",
    )
    actions.restore(other, file, now=both.now)
    opened_anew(other)
    moved = f"sqlite+pysqlite:///{tmp_path / 'pindah.sqlite3'}"
    actions.move_database(both.office, moved)
    here = Settings(env="development", data=both.settings.data, database_url=moved)
    opened_anew(here)
    with pytest.raises(SettingsError):
        opened_anew(on_host_two(here, tmp_path))


def test_a_new_key_is_begun_with_only_by_a_word(at_work: Settings, tmp_path: Path) -> None:
    elsewhere = on_host_two(at_work, tmp_path)
    with pytest.raises(Conflict, match="Belum ada yang diubah"):
        actions.begin_with_new_key(elsewhere, sure=False, now=START)
    with pytest.raises(SettingsError):
        opened_anew(elsewhere)


def test_with_a_new_key_old_links_die_and_letters_that_wait_carry_living_ones(
    both: Town, tmp_path: Path
) -> None:
    Journey(both, [BOGOR, SUKABUMI]).until("tahap1_telaah")
    old_secret = both.office.secret
    with both.office.database.read() as session:
        living = session.scalars(select(Link.id).where(Link.revoked_at.is_(None))).all()
    elsewhere = on_host_two(both.settings, tmp_path)
    elsewhere.make_folder()
    elsewhere.secret_path.write_bytes(b"x" * 32)
    made = actions.begin_with_new_key(elsewhere, sure=True, now=both.now)
    assert made.links == len(living) > 0
    assert made.aside is not None
    assert made.aside.read_bytes() == b"x" * 32
    with closing(Office.open(elsewhere)) as office:
        assert office.secret not in (old_secret, b"x" * 32)
        with office.database.read() as session:
            kept = dict(session.execute(select(Link.id, Link.token_sha256)).all())
        for each in living:
            assert kept[each] == hash_token(token_for(office.secret, each))
    with pytest.raises(KsddError, match="bukan kunci basis data ini"):
        opened_anew(both.settings)
