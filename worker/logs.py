"""What the parts of the product write to standard error: lines for people, or JSON for machines.

Ids of cases, tasks and messages stand in fields of their own. Links, codes and addresses are never
written: a line names the route of a request and not its path.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
from celery.signals import setup_logging
from structlog.types import Processor

from processes.settings import Settings

#: the packages whose ordinary work is worth a line
OURS = ("processes", "worker", "webhooks")


def set_up(settings: Settings, part: str) -> None:
    """Send every log of this process to standard error as `KSDD_LOG` says; `part` is web, worker
    or beat."""
    known: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.ExtraAdder(),
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _said_by(part),
    ]
    drawn: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        *(_as_json() if settings.log == "json" else _as_text()),
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processors=drawn, foreign_pre_chain=known)
    )
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    logging.captureWarnings(True)


def log_instead_of_celery(settings: Settings, part: str) -> None:
    """Let Celery, once it starts, find its logs set up already."""
    setup_logging.connect(lambda **_: set_up(settings, part), weak=False)


def _said_by(part: str) -> Processor:
    def add(_logger: Any, _method: str, event: Any) -> Any:
        event["part"] = part
        return event

    return add


def _as_json() -> list[Processor]:
    return [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True),
    ]


def _as_text() -> list[Processor]:
    return [
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
        )
    ]
