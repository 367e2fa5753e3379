"""Which page of a long list is asked for."""

from __future__ import annotations

from flask import request


def page_number() -> int:
    """The page that the address asks for; the first when it makes no sense."""
    wanted = request.args.get("page", "1")
    return max(1, int(wanted)) if wanted.isdecimal() and len(wanted) < 6 else 1
