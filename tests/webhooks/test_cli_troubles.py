"""What the machine refuses a command is one sentence that says what to do: whose a file is, and how
it is given, or that there is no room."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import worker.signs
import worker.supervisor
import worker.tasks
from tests.faults.test_full_disk import ROOT, may_mount, on_a_disk_of
from tests.servers import free_port
from webhooks.cli import main

#: what a command imports when it needs it: whoever owns nothing here may not read it then
READ_BEFORE = (worker.signs, worker.supervisor, worker.tasks)
#: a user who owns nothing here
NOBODY = 65534
Say = Callable[..., tuple[int, str]]

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files to another user")


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where an installation in production lies, in a folder to which every user may go."""
    with TemporaryDirectory(prefix="ksdd-") as parent:
        Path(parent).chmod(0o755)
        folder = Path(parent) / "data"
        monkeypatch.setenv("KSDD_ENV", "production")
        monkeypatch.setenv("KSDD_DATA", str(folder))
        monkeypatch.setenv("KSDD_REDIS_URL", f"redis://127.0.0.1:{free_port()}/0")
        yield folder


@pytest.fixture
def ksdd(data: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    def run(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            main(list(words))
        return int(left.value.code or 0), capsys.readouterr().err

    assert run("sign-in")[0] == 0
    return run


@contextmanager
def somebody_else() -> Iterator[None]:
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@as_root
@pytest.mark.parametrize("words", ["sign-in", "history verify", "web", "worker", "beat", "serve"])
def test_a_data_folder_of_another_user_is_named_with_its_owner_and_how_to_give_it(
    data: Path, ksdd: Say, words: str
) -> None:
    with somebody_else():
        code, said = ksdd(*words.split())
    assert code == 1
    assert said.startswith(f"{data} milik root (mode 700)")
    assert f"chown -R {name(NOBODY)}: {data}\n" in said
    assert len(said.splitlines()) == 1


@as_root
@pytest.mark.parametrize("file", ["secret.key", "ksdd.sqlite3", "ksdd.sqlite3.lock"])
def test_a_file_of_another_user_in_the_data_folder_is_named(
    data: Path, ksdd: Say, file: str
) -> None:
    for path in (data, *data.iterdir()):
        shutil.chown(path, NOBODY)
    shutil.chown(data / file, 0)
    (data / file).chmod(0o600)
    with somebody_else():
        code, said = ksdd("sign-in")
    assert code == 1
    assert said.startswith(f"{data / file} milik root (mode 600)")
    assert f"chown -R {name(NOBODY)}: {data}" in said


@as_root
def test_a_folder_of_ones_own_that_is_shut_is_named_with_how_to_open_it(
    data: Path, ksdd: Say
) -> None:
    for path in (data, *data.iterdir()):
        shutil.chown(path, NOBODY)
    (data / "ksdd.sqlite3.lock").unlink()
    data.chmod(0o500)
    with somebody_else():
        code, said = ksdd("sign-in")
    assert code == 1
    assert "sendiri, tetapi modenya (500) tidak mengizinkan" in said
    assert f"chmod -R u+rwX {data}" in said


def name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


@pytest.mark.parametrize("size", ["8k", "64k", "1m"])
def test_a_first_start_without_room_says_so(tmp_path: Path, size: str) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    if not may_mount(folder):
        pytest.skip("this machine lets nobody mount a disk of his own")
    command = [sys.executable, "-P", "-m", "webhooks.cli", "sign-in"]
    environ = {"PYTHONPATH": str(ROOT), "KSDD_ENV": "production", "KSDD_DATA": str(folder / "data")}
    done = subprocess.run(
        on_a_disk_of(size, folder, command),
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"Tempat penyimpanan {folder}")
    assert "penuh sehingga perintah ini dihentikan" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("part", ["web", "worker", "serve"])
def test_a_part_whose_database_cannot_be_used_stops_with_one_sentence(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], part: str
) -> None:
    monkeypatch.setenv("KSDD_DATABASE_URL", f"postgresql://ksdd@127.0.0.1:{free_port()}/ksdd")
    with pytest.raises(SystemExit) as left:
        main([part])
    assert left.value.code == 1
    said = capsys.readouterr().err
    assert "127.0.0.1" in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("part", ["web", "worker", "beat"])
def test_a_part_that_is_started_first_makes_a_folder_for_its_owner_only(
    data: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setattr("os.execve", lambda *_: sys.exit(0))
    monkeypatch.setattr("celery.Celery.worker_main", lambda *_: None)
    monkeypatch.setattr("celery.Celery.start", lambda *_: None)
    with pytest.raises(SystemExit) as left:
        main([part])
    assert left.value.code == 0
    assert {stat.S_IMODE(path.stat().st_mode) for path in (data, *folders_in(data))} == {0o700}


def folders_in(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.is_dir())
