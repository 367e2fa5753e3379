"""What is shipped for one old server: units, proxies, settings and the way to install offline."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from processes.settings import Settings
from webhooks.cli import commands

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "worker" / "server"
UNITS = sorted([*FOLDER.glob("*.service"), *FOLDER.glob("*.timer")])
GUIDE = (FOLDER / "README.md").read_text("utf-8")
PROGRAM = "/opt/ksdd/.venv/bin/ksdd"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        name = unit.name.replace("@.", "@web.")
        (tmp_path / name).write_text(unit.read_text("utf-8").replace(PROGRAM, "/bin/true"))
    checked = [str(path) for path in sorted(tmp_path.iterdir())]
    done = subprocess.run(
        ["systemd-analyze", "verify", *checked], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_units_call_commands_that_there_are() -> None:
    called = re.findall(
        rf"^ExecStart={PROGRAM} (\S+)", "\n".join(u.read_text("utf-8") for u in UNITS), re.MULTILINE
    )
    assert set(called) == {"serve", "%i", "backup"}
    assert {"serve", "web", "worker", "beat", "backup", "upgrade"} <= set(commands.commands)


def test_a_command_by_hand_works_on_what_the_service_works_on() -> None:
    by_hand, unit = (
        (FOLDER / name).read_text("utf-8") for name in ("ksdd.sh", "ksdd-cadangan.service")
    )
    for setting in ("EnvironmentFile=/etc/ksdd/ksdd.env", "UMask=0077", PROGRAM):
        assert setting in by_hand, setting
        assert setting in unit, setting
    assert "User=ksdd\nGroup=ksdd\n" in unit
    assert "--uid=ksdd --gid=ksdd" in by_hand
    assert "Environment=KSDD_DATA=/var/lib/ksdd" in unit
    assert '--setenv=KSDD_DATA="${KSDD_DATA:-/var/lib/ksdd}"' in by_hand


def test_the_sample_settings_are_taken_as_they_are() -> None:
    lines = (FOLDER / "ksdd.env").read_text("utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    settings = Settings.from_environment(given)
    assert (settings.env, settings.proxies) == ("production", 1)
    assert settings.base_url.startswith("https://")


def test_both_proxies_take_what_may_be_uploaded() -> None:
    nginx = (FOLDER / "nginx.conf").read_text("utf-8")
    caddy = (FOLDER / "Caddyfile").read_text("utf-8")
    assert "client_max_body_size 110m;" in nginx
    assert "max_size 110MB" in caddy


def test_the_guide_names_every_file_beside_it() -> None:
    for path in FOLDER.iterdir():
        if path.name != "README.md":
            assert path.name in GUIDE, path.name


def install(folder: Path, place: Path) -> subprocess.CompletedProcess[str]:
    shutil.copy(FOLDER / "pasang.sh", folder)
    return subprocess.run(
        ["sh", str(folder / "pasang.sh"), str(place)],
        env={**os.environ, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )


def prepared(folder: Path, python: str) -> Path:
    """A folder as `make folder` makes it, without anything to install."""
    for name in ("program", "roda"):
        (folder / name).mkdir(parents=True)
    (folder / "VERSI").write_text("20261129-abc\n")
    (folder / "PYTHON").write_text(f"{python}\n")
    return folder


def this_python() -> str:
    told = 'import platform, sys; print("%d.%d" % sys.version_info[:2], platform.system(),'
    words = [sys.executable, "-c", f"{told} platform.machine())"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def test_a_folder_for_another_python_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    done = install(prepared(tmp_path / "usb", "3.99 Linux mips"), tmp_path / "ksdd")
    assert done.returncode == 1
    assert "disiapkan untuk Python 3.99" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["usb"]


def test_an_installation_that_fails_halfway_leaves_nothing_and_the_old_one_stays(
    tmp_path: Path,
) -> None:
    old = tmp_path / "ksdd-lama"
    old.mkdir()
    (tmp_path / "ksdd").symlink_to(old)
    done = install(prepared(tmp_path / "usb", this_python()), tmp_path / "ksdd")
    assert done.returncode != 0
    assert (tmp_path / "ksdd").resolve() == old
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ksdd", "ksdd-lama", "usb"]


def test_a_version_is_not_installed_over_itself(tmp_path: Path) -> None:
    (tmp_path / "ksdd-20261129-abc").mkdir()
    done = install(prepared(tmp_path / "usb", this_python()), tmp_path / "ksdd")
    assert done.returncode == 1
    assert "sudah terpasang" in done.stderr


def test_a_folder_that_could_not_be_prepared_is_not_left_behind_half(tmp_path: Path) -> None:
    folder = tmp_path / "ksdd"
    usual = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    nowhere = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1"}
    done = subprocess.run(
        ["sh", str(FOLDER / "siapkan.sh"), str(folder)],
        env={**usual, **nowhere, "BUNDLE": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "No matching distribution" in done.stderr, done.stderr
    assert not folder.exists()
