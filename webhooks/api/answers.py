"""What the machine API answers when it succeeds: JSON, a page of a list, or a file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from flask import Response

from processes.store.questions import PAGE_SIZE, Page


def answer(body: Any, status: int = 200, *, location: str | None = None) -> Response:
    """A JSON answer; `location` is where a new thing can be read."""
    found = Response(json.dumps(body), status=status, content_type="application/json")
    if location is not None:
        found.headers["Location"] = location
    return found


def page(found: Page[Any], shown: Iterable[Any]) -> dict[str, Any]:
    """One page of a list, its items as they are shown; a page beyond the last is empty."""
    pages = max(1, -(-found.total // PAGE_SIZE))
    return {"items": list(shown), "page": found.number, "pages": pages, "total": found.total}


def everything(items: Iterable[Any]) -> dict[str, Any]:
    """A list that is never cut, in the shape of a page."""
    found = list(items)
    return {"items": found, "page": 1, "pages": 1, "total": len(found)}
