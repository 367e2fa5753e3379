"""The commands of docker-compose.yml, run as plain processes in production against real servers."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import yaml
from sqlalchemy import make_url

from processes.settings import NAMES
from tests.servers import free_port
from tests.worker.served import Served, wait_until
from tests.worker.sink import Sink


def _is_there(words: Sequence[str]) -> bool:
    with suppress(OSError):
        asked = subprocess.run([*words, "version"], capture_output=True, check=False, timeout=60)
        return asked.returncode == 0
    return False


ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
#: the services that are this product
OURS = ("migrate", "web", "worker", "beat")
KSDD = [sys.executable, "-P", "-m", "webhooks.cli"]
OFFICIALS = """region,role,name,nip,position,status,email,phone
32.01,bagian_kerja_sama,Sari Contoh,,Kepala Subbagian,definitif,sari@contoh.example,
"""
CLIENT = next(
    (words for words in (["docker", "compose"], ["docker-compose"]) if _is_there(words)), None
)

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.redis]


@pytest.fixture
def sink() -> Iterator[Sink]:
    """The mail server of the region."""
    with Sink() as found:
        yield found


@pytest.fixture
def environ(fresh_postgres_url: str, redis_url: str, tmp_path: Path, sink: Sink) -> dict[str, str]:
    """What docker-compose.yml gives its parts, with the addresses and folders of this run."""
    port = str(free_port())
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "mail_url").write_text(f"{sink.url}\n")
    (secrets / "database_password").write_text("rahasia\n")
    here = {
        "KSDD_BASE_URL": f"http://127.0.0.1:{port}",
        "KSDD_DATABASE_URL": fresh_postgres_url,
        "KSDD_REDIS_URL": redis_url,
    }
    given: dict[str, str] = {**SERVICES["web"]["environment"], **here}
    found = {
        name: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value).replace("/run/secrets", str(secrets))
        for name, value in given.items()
    }
    return {**found, "KSDD_DATA": str(tmp_path / "data"), "KSDD_PORT": port}


def run(environ: dict[str, str], *command: str, given: str = "") -> str:
    done = subprocess.run(
        [*KSDD, *command],
        env={**os.environ, **environ},
        cwd=ROOT,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_file_gives_every_part_its_own_command() -> None:
    commands = {name: SERVICES[name]["command"] for name in OURS}
    assert commands.pop("migrate")[:2] == ["ksdd", "upgrade"]
    assert commands == {name: ["ksdd", name] for name in ("web", "worker", "beat")}
    assert {*SERVICES} == {*OURS, "postgres", "valkey", "mailpit"}
    assert SERVICES["mailpit"]["profiles"] == ["mailpit"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_shut_in_watched_and_limited(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert all(service[limit] for limit in ("cpus", "mem_limit", "pids_limit"))
    if name == "migrate":
        assert service["restart"] == "no"
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    # the image of our own parts says who they are
    image = (ROOT / "Dockerfile").read_text("utf-8")
    assert re.search(r"^USER [1-9]\d*$", image, re.MULTILINE)
    assert service.get("user", "10001" if name in OURS else "root") != "root"
    assert all("127.0.0.1:" in port for port in service.get("ports", []))


def test_no_secret_stands_in_the_file_and_every_setting_of_it_is_known() -> None:
    for name in OURS:
        environment = SERVICES[name]["environment"]
        assert set(environment) <= set(NAMES)
        files = {v.rpartition("/")[2] for k, v in environment.items() if k.endswith("_FILE")}
        assert files == set(SERVICES[name]["secrets"]) == set(COMPOSE["secrets"])
        assert make_url(environment["KSDD_DATABASE_URL"]).password is None
    assert "POSTGRES_PASSWORD" not in SERVICES["postgres"]["environment"]


def test_only_what_the_others_need_inside_is_reached_inside_only() -> None:
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert {n for n in SERVICES if SERVICES[n]["networks"] == ["inside"]} == {"postgres", "valkey"}
    for name in ("web", "worker", "beat"):
        waits = SERVICES[name]["depends_on"]
        assert waits["migrate"] == {"condition": "service_completed_successfully"}
        assert SERVICES[name]["healthcheck"]["test"] == ["CMD", "ksdd", "alive", name]


@pytest.mark.skipif(CLIENT is None, reason="no client of Docker Compose on this machine")
def test_the_client_finds_nothing_wrong_with_the_file(tmp_path: Path) -> None:
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    (tmp_path / "secrets").mkdir()
    for name in COMPOSE["secrets"]:
        (tmp_path / "secrets" / name).touch()
    assert CLIENT is not None
    done = subprocess.run(
        [*CLIENT, "config", "-q"],
        cwd=tmp_path,
        env={**os.environ, "KSDD_BASE_URL": "https://ksdd.example.test"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_web_worker_and_beat_work_together_as_separate_processes(
    environ: dict[str, str], sink: Sink, tmp_path: Path
) -> None:
    run(environ, *SERVICES["migrate"]["command"][1:-1], str(tmp_path / "backup"))
    # as the file says, and a pipe is what the client of Docker makes of it
    run(environ, "officials", "import", "/dev/stdin", given=OFFICIALS)
    token = run(environ, "token", "create", "uji", "--role", "system")
    address = environ["KSDD_BASE_URL"]
    parts = []
    try:
        for name in OURS[1:]:
            folder = tmp_path / name
            folder.mkdir()
            parts.append(Served([*KSDD, *SERVICES[name]["command"][1:]], folder, environ))
        wait_until(lambda: answers(f"{address}/healthz"), seconds=300)
        open_case(address, token)
        wait_until(lambda: bool(sink.mails), seconds=300)
        assert sink.mails[0]["To"] == "sari@contoh.example"
        wait_until(lambda: answers(f"{address}/readyz"), seconds=300)
        assert all(part.process.poll() is None for part in parts)
        for name in OURS[1:]:
            assert "sedang bekerja" in run(environ, *SERVICES[name]["healthcheck"]["test"][2:])
        assert {p.name for part in OURS[1:] for p in (tmp_path / part).iterdir()} == {"printed"}
    finally:
        for part in parts:
            part.clear_away()


def answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def call(url: str, token: str, body: object = None) -> dict[str, object]:
    data = json.dumps(body).encode() if body is not None else None
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with urlopen(Request(url, data=data, headers=headers), timeout=10) as answer:
        found: dict[str, object] = json.loads(answer.read())
        return found


def open_case(address: str, token: str) -> str:
    body = {"procedure": "ksdd", "region": "32.01", "parties": ["32.02"], "title": "Air bersih"}
    return str(call(f"{address}/api/v1/cases", token, body)["id"])
