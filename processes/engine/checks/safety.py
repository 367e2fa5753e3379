"""What may stand in the file at all: known namespaces, known extensions, readable texts.

The engine ignores what it does not know, in silence. So what it would ignore is named here.
"""

from __future__ import annotations

import re
from typing import Any

from processes.engine.attributes import BPMN, CAMUNDA, TEMPLATE_MARKS, ZEEBE
from processes.engine.checks.diagram import Diagram, kind_of
from processes.engine.checks.known import Known
from processes.engine.checks.report import Report, perhaps

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
#: namespaces whose elements are drawn or executed
READ = frozenset(
    (
        BPMN,
        CAMUNDA,
        ZEEBE,
        DI,
        "http://www.omg.org/spec/DD/20100524/DC",
        "http://www.omg.org/spec/DD/20100524/DI",
    )
)
#: namespaces that only colour the drawing or name the tool
IGNORED = frozenset(
    (
        XSI,
        "http://www.w3.org/XML/1998/namespace",
        "http://camunda.org/schema/modeler/1.0",
        "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
    )
)
#: namespaces whose extensions make other engines do something, or pull in another file: what they
#: say would be lost. Extensions of any other tool only decorate, so they are named and left alone.
ACTING = (
    "http://activiti.org/",
    "http://flowable.org/",
    "http://operaton.org/",
    "http://www.jboss.org/drools",
    "http://www.omg.org/bpmn20",
    "http://www.w3.org/2001/XInclude",
    "http://www.bonitasoft.org/",
)
EXTENSIONS = frozenset(
    [
        "formData",
        "formField",
        "value",
        "validation",
        "constraint",
        "properties",
        "property",
        "assignmentDefinition",
        "taskSchedule",
        "calledDecision",
        "loopCharacteristics",
        # how Camunda 8 marks a task as one of its own; it changes nothing here
        "userTask",
    ]
)
#: attributes in the camunda namespace that the engine reads, or that tools always write
ATTRIBUTES = frozenset(
    [
        "candidateGroups",
        "assignee",
        "dueDate",
        "decisionRef",
        "resultVariable",
        "collection",
        "elementVariable",
        "historyTimeToLive",
        "versionTag",
        "isStartableInTasklist",
        *TEMPLATE_MARKS,
    ]
)
#: attributes that would make another engine run code or call out
CODE = frozenset(["class", "expression", "delegateExpression", "type", "topic", "resource"])

#: bidirectional overrides and other marks that make a text look like another one
_DECEIVING = re.compile("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]")
MOST_NAME = 200
MOST_TEXT = 20_000


def check(diagram: Diagram, report: Report, known: Known) -> None:
    """Name every element, attribute and text that has no place in an owner's file."""
    decorating: set[str] = set()
    for element in diagram.root.iter("*"):
        _check_element(element, decorating, report)
        _check_attributes(element, report)
        _check_texts(element, report)


def _check_element(element: Any, decorating: set[str], report: Report) -> None:
    space, _, name = element.tag.rpartition("}")
    space = space.lstrip("{")
    if space in (CAMUNDA, ZEEBE):
        if name not in EXTENSIONS:
            report.error("safety.unknown_extension", element, name=name)
    elif space not in READ and space not in IGNORED:
        if space.startswith(ACTING) or not _is_extension(element):
            report.error("safety.foreign_element", element, name=name, space=space)
        elif space not in decorating:
            # Such tools write their own on every shape; one finding for each of them is enough.
            report.warning("safety.foreign_extension", element, name=name, space=space)
            decorating.add(space)


def _is_extension(element: Any) -> bool:
    """Whether it stands where BPMN lets every tool write its own, or in such a thing."""
    return any(kind_of(each) == "extensionElements" for each in element.iterancestors())


def _check_attributes(element: Any, report: Report) -> None:
    for key in element.attrib:
        space, _, name = key.rpartition("}")
        space = space.lstrip("{")
        if space == CAMUNDA and name in CODE:
            report.error("safety.code", element, name=name)
        elif space == CAMUNDA and name not in ATTRIBUTES:
            hint = perhaps(name, ATTRIBUTES, report.language)
            report.warning("safety.unread_attribute", element, name=name, hint=hint)
        elif space and space not in READ and space not in IGNORED:
            report.warning("safety.foreign_attribute", element, name=name, space=space)


def _check_texts(element: Any, report: Report) -> None:
    texts = [*element.attrib.values(), element.text or ""]
    if any(_DECEIVING.search(text) for text in texts):
        report.error("safety.deceiving_text", element)
    if any(len(text) > MOST_TEXT for text in texts):
        report.error("safety.text_too_long", element, most=MOST_TEXT)
    elif kind_of(element) and len(element.get("name", "")) > MOST_NAME:
        report.error("safety.name_too_long", element, most=MOST_NAME)
