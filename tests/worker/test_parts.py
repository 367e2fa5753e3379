"""The commands of docker-compose.yml, run as plain processes in production against real servers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.servers import free_port
from tests.worker.served import Served, wait_until
from tests.worker.sink import Sink

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text("utf-8")
COMMANDS = re.findall(r"command: \[ksdd, (\w+)\]", COMPOSE)
KSDD = [sys.executable, "-P", "-m", "webhooks.cli"]
OFFICIALS = """region,role,name,nip,position,status,email,phone
32.01,bagian_kerja_sama,Sari Contoh,,Kepala Subbagian,definitif,sari@contoh.example,
"""

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.redis]


@pytest.fixture
def sink() -> Iterator[Sink]:
    """The mail server of the region."""
    with Sink() as found:
        yield found


@pytest.fixture
def environ(fresh_postgres_url: str, redis_url: str, tmp_path: Path, sink: Sink) -> dict[str, str]:
    """What docker-compose.yml gives its parts, with the addresses of this run."""
    port = str(free_port())
    return {
        "KSDD_ENV": "production",
        "KSDD_DATA": str(tmp_path / "data"),
        "KSDD_PORT": port,
        "KSDD_BASE_URL": f"http://127.0.0.1:{port}",
        "KSDD_DATABASE_URL": fresh_postgres_url,
        "KSDD_REDIS_URL": redis_url,
        "KSDD_MAIL_URL": sink.url,
    }


def run(environ: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [*KSDD, *command],
        env={**os.environ, **environ},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_file_gives_every_part_its_own_command() -> None:
    assert COMMANDS == ["web", "worker", "beat"]


def test_web_worker_and_beat_work_together_as_separate_processes(
    environ: dict[str, str], sink: Sink, tmp_path: Path
) -> None:
    people = tmp_path / "pejabat.csv"
    people.write_text(OFFICIALS)
    run(environ, "officials", "import", str(people))
    token = run(environ, "token", "create", "uji", "--role", "system")
    address = environ["KSDD_BASE_URL"]
    parts = []
    try:
        for name in COMMANDS:
            folder = tmp_path / name
            folder.mkdir()
            parts.append(Served([*KSDD, name], folder, environ))
        wait_until(lambda: answers(f"{address}/healthz"), seconds=30)
        open_case(address, token)
        wait_until(lambda: bool(sink.mails), seconds=40)
        assert sink.mails[0]["To"] == "sari@contoh.example"
        wait_until(lambda: answers(f"{address}/readyz"), seconds=20)
        assert all(part.process.poll() is None for part in parts)
        assert {p.name for part in COMMANDS for p in (tmp_path / part).iterdir()} == {"printed"}
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
