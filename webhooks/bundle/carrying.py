"""Taking a bundle from one installation to another that has no network."""

from __future__ import annotations

import shutil
from pathlib import Path

from processes.errors import KsddError
from webhooks.bundle.shelf import Shelf, wrong_with


def bring(shelf: Shelf, folder: Path) -> None:
    """Take a prepared folder as the bundle of these sources.

    Every file is compared with the list in the folder; KsddError says what is wrong.
    """
    wrong = wrong_with(folder, shelf.key)
    if wrong is not None:
        raise KsddError(wrong, folder=folder, key=shelf.key)
    with shelf.alone():
        copy = shelf.root / "brought"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder, copy)
        shelf.put(copy)


def carry(shelf: Shelf, folder: Path) -> None:
    """Copy the ready bundle into a new folder; KsddError when there is none, or no new folder."""
    if not shelf.is_ready():
        raise KsddError("bundle.nothing_to_carry")
    if folder.exists():
        raise KsddError("bundle.folder_exists", folder=folder)
    shutil.copytree(shelf.folder, folder)
