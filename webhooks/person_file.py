"""Everything kept about one person as a file to hand to him: once for people, once for machines."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from flask import render_template

#: in the order in which the page tells it
PARTS = (
    "person",
    "offices",
    "substitutions",
    "accounts",
    "authenticators",
    "tasks_finished",
    "messages",
    "links",
    "drafts",
    "history",
    "changes",
    "access",
)


def person_zip(data: Mapping[str, Any]) -> bytes:
    """A ZIP with `data.json` and `data.html`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=2))
        archive.writestr("data.html", render_template("person_file.html", data=data, parts=PARTS))
    return out.getvalue()


def told(value: Any) -> str:
    """A value as people read it; what is itself a list or a table as JSON."""
    if value is None or value == "":
        return "-"
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
