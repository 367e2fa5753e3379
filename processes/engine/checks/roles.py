"""The owner's list of roles can be read as it is written."""

from __future__ import annotations

from processes.engine.checks.report import Report
from processes.engine.roles import RolesRefused, read_roles


def check_file(content: bytes, report: Report) -> None:
    """The `peran.toml` of a folder."""
    try:
        read_roles(content)
    except RolesRefused as refused:
        report.add("error", refused.code, refused.line, "", **refused.details)
