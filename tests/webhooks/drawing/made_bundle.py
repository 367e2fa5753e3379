"""A folder that stands for the browser's scripts where a test needs no browser."""

from __future__ import annotations

from pathlib import Path

from webhooks.bundle.shelf import NEEDED, Shelf, write_contents


def fill_folder(folder: Path, key: str) -> Path:
    """A bundle by its list, with one line in each file."""
    folder.mkdir(parents=True)
    for name in NEEDED:
        (folder / name).write_text(f"/* {name} */\n", "utf-8")
    write_contents(folder, key)
    return folder


def fill_shelf(data: Path) -> Shelf:
    """A shelf whose present bundle is there."""
    shelf = Shelf(data)
    fill_folder(shelf.folder, shelf.key)
    return shelf
