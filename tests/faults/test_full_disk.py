"""A disk without room, a real one: refused with a sentence, nothing lost, and on once there is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: a mount of our own that nobody else sees
OWN_MOUNTS = ["unshare", "--mount", "--map-root-user"]
SIZES = {"sqlite": "24m", "postgres": "192m"}


def on_a_small_disk(folder: Path, kind: str) -> list[str]:
    """What runs the play on a disk of its own."""
    play = [sys.executable, "-m", "tests.faults.full_disk", str(folder), kind]
    return on_a_disk_of(SIZES[kind], folder, play)


def on_a_disk_of(size: str, folder: Path, command: Sequence[str]) -> list[str]:
    """What runs a command with a disk of that size as the folder; it is gone when that ends."""
    mount = f'mount -t tmpfs -o size={size},mode=755 tmpfs "$0" && exec "$@"'
    namespaces = OWN_MOUNTS[:2] if os.geteuid() == 0 else OWN_MOUNTS
    return [*namespaces, "sh", "-c", mount, str(folder), *command]


def may_mount(folder: Path) -> bool:
    try:
        words = [*on_a_small_disk(folder, "sqlite")[:-5], "true"]
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_full_disk_refuses_with_a_sentence_and_loses_nothing(kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    if not may_mount(folder):
        pytest.skip("this machine lets nobody mount a disk of his own")
    done = subprocess.run(
        on_a_small_disk(folder, kind), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["free"] == 0
    assert found["opening"] in (503, 507)
    # the answer may still find room in the files that PostgreSQL has
    assert found["completion"] in ((503, 507) if kind == "sqlite" else (200, 503, 507))
    assert "tidak disimpan" in found["sentence"]
    assert found["unchanged"]
    assert found["afterwards"] == 200
    assert found["entries"] > 0
    assert not found["broken"]
