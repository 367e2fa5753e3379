"""Whom a task is about, where another region does it than the one that its loop has come to; for
the reader of a page."""

from __future__ import annotations

from typing import Any

from processes.store.tables import Task
from webhooks.current import office
from webhooks.language import language


def about(shown: Any) -> str:
    """What stands behind the title of a task or of its row (`about` is a code or None), for example
    ", mengenai Kabupaten Sukabumi"; empty where it is about nobody else."""
    words = office().about(shown.about, language())
    return f", {words}" if words else ""


def titled(task: Task) -> str:
    """The title of a task with whom it is about, where no markup tells the two apart."""
    return office().titled(task, language())
