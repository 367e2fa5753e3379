"""Which text a message is written with: the owner's own, or the one shipped with the product."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from processes.engine.texts import Text, TextRefused, check_code, render
from processes.store.kinds import CODE

log = logging.getLogger(__name__)


def write(kind: str, owners: Mapping[str, bytes], facts: Mapping[str, Any]) -> Text:
    """The text `kind` with its facts, from the owner's files (path inside the folder → bytes).

    When the owner has no such text, or it cannot be rendered, the shipped one is used: an
    official must hear of his task even if the text has a slip.
    """
    owned = owners.get(f"pesan/{kind}.txt")
    if owned is not None:
        try:
            text = owned.decode("utf-8")
            if kind == CODE:
                check_code(text)
            return render(text, facts)
        except (TextRefused, UnicodeDecodeError) as error:
            log.warning("pesan/%s.txt tidak dapat dipakai, teks bawaan dikirim: %s", kind, error)
    return render(shipped(kind), facts)


def shipped(kind: str) -> str:
    """The text that comes with the product; `kabar` where there is none of that kind."""
    folder = files("processes") / "ksdd" / "pesan"
    path = folder / f"{kind}.txt"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", kind) or not path.is_file():
        path = folder / "kabar.txt"
    return path.read_text("utf-8")
