"""The sources of the browser's scripts, and a key that changes with any of them."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

FRONTEND = Path(__file__).parent.parent / "frontend"
#: hash-pinned Node for machines that have none
NODE_PIN = FRONTEND / "node.txt"
#: what the scripts are made of, beside everything in `src`
MADE_OF = ("package.json", "package-lock.json", "build.mjs")


def source_files() -> list[Path]:
    """Every file that goes into the scripts, in a fixed order."""
    inside = (path for path in (FRONTEND / "src").rglob("*") if path.is_file())
    return [*(FRONTEND / name for name in MADE_OF), *sorted(inside)]


@lru_cache(maxsize=1)
def source_key() -> str:
    """16 hexadecimal digits; scripts of the same key were made from the same sources."""
    digest = hashlib.sha256()
    for path in source_files():
        for part in (path.relative_to(FRONTEND).as_posix().encode(), path.read_bytes()):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:16]
