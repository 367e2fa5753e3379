"""Logs: one line each, as JSON where wanted, with ids of cases and tasks and without secrets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import logging
from dataclasses import replace
from processes.settings import Settings
from worker.logs import set_up
import os
set_up(Settings.from_environment(os.environ), "worker")
log = logging.getLogger("processes.uji")
log.info("timers failed", extra={"case": "abc", "task": "def"})
logging.getLogger("sqlalchemy").info("quiet")
try:
    raise ValueError("salah")
except ValueError:
    log.exception("a defect")
import warnings
warnings.warn("hati-hati")
"""


def lines(tmp_path: Path, **settings: str) -> list[str]:
    """What a process with these settings writes to standard error."""
    environ = {**os.environ, "KSDD_DATA": str(tmp_path), **settings}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environ, capture_output=True, text=True, check=True
    )
    return done.stderr.splitlines()


def test_logs_are_json_where_the_setting_says_so(tmp_path: Path) -> None:
    said = [json.loads(line) for line in lines(tmp_path, KSDD_LOG="json")]
    assert [each["event"] for each in said][:2] == ["timers failed", "a defect"]
    first, second, third = said
    assert (first["case"], first["task"], first["part"]) == ("abc", "def", "worker")
    assert (first["level"], first["logger"]) == ("info", "processes.uji")
    assert first["timestamp"].endswith("Z")
    assert "ValueError: salah" in second["exception"]
    assert "hati-hati" in third["event"]


def test_logs_are_lines_for_people_otherwise(tmp_path: Path) -> None:
    said = lines(tmp_path)
    assert "timers failed" in said[0]
    assert "case=abc" in said[0]
    assert "\\x1b" not in repr(said)


@pytest.mark.parametrize("kind", ["text", "json"])
def test_other_peoples_chatter_is_left_out(tmp_path: Path, kind: str) -> None:
    assert not any("quiet" in line for line in lines(tmp_path, KSDD_LOG=kind))
