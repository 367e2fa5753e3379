"""Whoever asks whether a part is at work is told the truth: a sign that is too old is none."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from processes.settings import Settings
from tests.servers import free_port
from webhooks.cli import main
from worker.alive import FRESH, is_alive, sign_of

NOW = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    environ = {"KSDD_ENV": "development", "KSDD_DATA": str(tmp_path), "KSDD_PORT": str(free_port())}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return Settings.from_environment(environ)


@pytest.mark.parametrize("part", ["worker", "beat"])
def test_a_part_lives_as_long_as_its_sign_is_fresh(settings: Settings, part: str) -> None:
    assert not is_alive(settings, part, NOW)
    sign = sign_of(settings, part)
    sign.parent.mkdir()
    sign.touch()
    os.utime(sign, (NOW.timestamp(), NOW.timestamp()))
    assert is_alive(settings, part, NOW + FRESH)
    assert not is_alive(settings, part, NOW + FRESH + timedelta(seconds=1))
    other = "beat" if part == "worker" else "worker"
    assert not is_alive(settings, other, NOW)


@pytest.mark.parametrize("part", ["web", "worker", "beat"])
def test_the_command_fails_with_a_sentence_while_a_part_is_not_at_work(
    settings: Settings, part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["alive", part])
    assert end.value.code == 1
    assert f"{part} di mesin ini tidak bekerja" in capsys.readouterr().err
