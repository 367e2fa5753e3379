"""The browser's scripts for tests: made once per machine from npm, then copied for each test.

`KSDD_TEST_BUNDLE` names the folder that keeps them; without it, the user's cache.
"""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pytest

from processes.errors import KsddError
from webhooks.bundle.making import make
from webhooks.bundle.shelf import Shelf


@lru_cache(maxsize=1)
def _kept() -> Shelf:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    shelf = Shelf(Path(os.environ.get("KSDD_TEST_BUNDLE") or Path(cache) / "ksdd-test"))
    try:
        make(shelf, now=datetime.now(UTC))
    except KsddError as error:
        pytest.fail(f"the modeler cannot be tried on this machine: {error}")
    return shelf


def bring_bundle(data: Path) -> None:
    """Put the bundle of the present sources on the shelf of an installation."""
    kept, shelf = _kept(), Shelf(data)
    if not shelf.is_ready():
        shelf.root.mkdir(parents=True, exist_ok=True)
        shutil.copytree(kept.folder, shelf.folder)
