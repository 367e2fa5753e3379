"""Where made bundles lie in the data folder, and how far the making of the present one is.

`<data>/bundle/<key>/` appears whole or not at all, by one rename. `failed.json` beside it says why
the last try did not come to its end; `making.lock` is held by whoever makes one.
"""

from __future__ import annotations

import enum
import fcntl
import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from webhooks.bundle.sources import source_key

#: what lists the files of a bundle with their SHA-256
CONTENTS = "isi.json"
#: what a bundle must hold to be one
NEEDED = frozenset(
    ("modeler.js", "modeler.css", "dmn.js", "dmn.css", "viewer.js", "viewer.css", "LICENCES.txt")
)
NAME = re.compile(r"[A-Za-z][\w-]{0,80}\.(js|css|woff2|txt)")
#: how many bundles are kept, the present one among them
MOST_KEPT = 3


class State(enum.StrEnum):
    """How far the bundle of these sources is."""

    READY = "ready"
    MAKING = "making"
    FAILED = "failed"
    MISSING = "missing"


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why the last try failed: a sentence with its values, and when (ISO 8601)."""

    sentence: str
    values: Mapping[str, Any]
    at: str


class Shelf:
    """The bundles of one installation."""

    def __init__(self, data: Path, key: str | None = None) -> None:
        self.root = data / "bundle"
        self.key = key or source_key()

    @property
    def folder(self) -> Path:
        """Where the files of the present bundle are, once it is ready."""
        return self.root / self.key

    def is_ready(self) -> bool:
        """Whether the present bundle is there."""
        return (self.folder / CONTENTS).is_file()

    def state(self) -> State:
        """How far it is, as of now."""
        if self.is_ready():
            return State.READY
        if self._is_being_made():
            return State.MAKING
        return State.FAILED if self.failure() is not None else State.MISSING

    def failure(self) -> Failure | None:
        """Why the last try on these sources failed; None when none did."""
        try:
            told = json.loads((self.root / "failed.json").read_text("utf-8"))
            if told["key"] != self.key:
                return None
            return Failure(sentence=told["sentence"], values=told["values"], at=told["at"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def note_failure(self, sentence: str, values: Mapping[str, Any], now: datetime) -> None:
        """Keep why it failed, for the page and the next start."""
        told = {"key": self.key, "sentence": sentence, "values": dict(values)}
        text = json.dumps({**told, "at": now.isoformat()}, default=str)
        draft = self.root / ".failed.json"
        draft.write_text(text, "utf-8")
        draft.rename(self.root / "failed.json")

    def forget_failure(self) -> None:
        """Nothing failed any more."""
        (self.root / "failed.json").unlink(missing_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the right to make a bundle; waits for whoever is making one."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.root / "making.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def put(self, made: Path) -> None:
        """Take a whole folder as the present bundle; it is on the same disk."""
        shutil.rmtree(self.folder, ignore_errors=True)
        made.rename(self.folder)
        self.forget_failure()
        self._clear_old()

    def _clear_old(self) -> None:
        """Remove bundles of sources that are long gone."""
        made = [path.parent for path in self.root.glob(f"*/{CONTENTS}")]
        newest_first = sorted(made, key=lambda path: path.stat().st_mtime, reverse=True)
        for path in newest_first[MOST_KEPT:]:
            if path != self.folder:
                shutil.rmtree(path, ignore_errors=True)

    def _is_being_made(self) -> bool:
        path = self.root / "making.lock"
        if not path.exists():
            return False
        with path.open("r") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False


def write_contents(folder: Path, key: str) -> None:
    """List the files of a folder with their hashes, which makes it a bundle."""
    files = {path.name: _sha256(path) for path in sorted(folder.iterdir()) if path.is_file()}
    text = json.dumps({"key": key, "files": files}, indent=1)
    (folder / CONTENTS).write_text(text, "utf-8")


def wrong_with(folder: Path, key: str) -> str | None:
    """Why a folder is not the bundle of `key`: the key of a sentence, or None when it is."""
    try:
        told = json.loads((folder / CONTENTS).read_text("utf-8"))
        of_key, files = told["key"], dict(told["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return "bundle.not_a_bundle"
    if of_key != key:
        return "bundle.other_sources"
    is_whole = files.keys() >= NEEDED and all(
        isinstance(name, str) and NAME.fullmatch(name) and _is(folder / name, sha)
        for name, sha in files.items()
    )
    return None if is_whole else "bundle.damaged"


def _is(path: Path, sha: object) -> bool:
    return path.is_file() and _sha256(path) == sha


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
