"""Making the bundle: fetch the pinned packages, run esbuild, put the result on the shelf.

1. Find a Node, or install one into the data folder.
2. Copy the sources into a work folder there; nothing is ever written into the checkout.
3. `npm ci` without any script of a package; then `build.mjs`.
4. List the files with their hashes and rename the folder into place.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from processes.errors import KsddError
from webhooks.bundle.node import find_node
from webhooks.bundle.running import run
from webhooks.bundle.shelf import NEEDED, Shelf, write_contents
from webhooks.bundle.sources import FRONTEND, source_files

NPM_CI = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
Say = Callable[[str], None]


def make(shelf: Shelf, *, now: datetime, again: bool = False) -> bool:
    """Make the bundle of these sources unless it is there; whether it was made.

    Waits for whoever is making it. Raises KsddError with the reason, which is kept for the page.
    """
    if shelf.is_ready() and not again:
        return False
    with shelf.alone():
        if shelf.is_ready() and not again:
            return False
        work = shelf.root / "work"
        shutil.rmtree(work, ignore_errors=True)
        try:
            shelf.put(_made(shelf, work))
        except KsddError as error:
            shelf.note_failure(error.key, error.values, now)
            raise
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return True


def _made(shelf: Shelf, work: Path) -> Path:
    for path in source_files():
        target = work / path.relative_to(FRONTEND)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    found = find_node(shelf.root / "node")
    # the cache goes with the work folder unless the machine has a place of its own for it
    cache = os.environ.get("NPM_CONFIG_CACHE", str(work / "cache"))
    environ = {"NPM_CONFIG_CACHE": cache, "NODE_ENV": ""}
    run([*found.npm, *NPM_CI], work, failing="bundle.packages", environ=environ)
    made = work / "made"
    run([*found.node, "build.mjs", str(made)], work, failing="bundle.build")
    missing = sorted(name for name in NEEDED if not (made / name).is_file())
    if missing:
        raise KsddError("bundle.build", said=", ".join(missing))
    write_contents(made, shelf.key)
    return made
