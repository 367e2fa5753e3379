"""The BPMN standard's own schema, as SpiffWorkflow ships it: order and nesting of elements."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import XSD_PATH

from processes.engine.checks.diagram import Diagram
from processes.engine.checks.known import Known
from processes.engine.checks.report import Report

#: most findings of the schema; one misplaced element brings many after it
MOST = 10
_lock = Lock()


@lru_cache(maxsize=1)
def _schema() -> Any:
    return etree.XMLSchema(etree.parse(XSD_PATH))


def check(diagram: Diagram, report: Report, known: Known) -> None:
    """Name what the BPMN schema refuses, on lines where no other rule found an error."""
    # One schema object keeps one log of errors, so two checks may not use it at once.
    with _lock:
        schema = _schema()
        if schema.validate(diagram.root):
            return
        refused = [(error.line, error.message) for error in schema.error_log]
    for line, message in refused[:MOST]:
        if not report.has_error_at(line):
            at_line = (e for e in diagram.root.iter("*") if e.sourceline == line)
            element = next(at_line, diagram.root)
            report.error("schema.invalid", element, detail=_plain(message)[:300])


def _plain(message: str) -> str:
    """The schema's message without the long names of namespaces."""
    while "{" in message and "}" in message:
        start = message.index("{")
        message = message[:start] + message[message.index("}", start) + 1 :]
        if message.count("{") == message.count("}") == 0:
            break
    return message
