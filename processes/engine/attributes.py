"""Reading the owner's attributes off a shape: the `camunda:` dialect, and its `zeebe:` twin.

Everything lands in one plain dictionary per shape, which the parser hangs on the task spec.
"""

from __future__ import annotations

from typing import Any

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
NAMES = {"bpmn": BPMN, "camunda": CAMUNDA, "zeebe": ZEEBE}

PLAIN = ("candidateGroups", "assignee", "dueDate", "decisionRef", "resultVariable")
EXTENSIONS = "./bpmn:extensionElements"
#: by which Camunda Modeler knows the template whose questions it shows on a shape
TEMPLATE_MARKS = ("modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon")


def read_attributes(node: Any) -> dict[str, Any]:
    """Everything an owner wrote on one shape.

    Keys: the plain attributes as they are named, `properties` (name → value), `form` (a list of
    fields as `processes.engine.forms` reads them) and `interrupting` on start events.
    """
    found: dict[str, Any] = {
        name: value for name in PLAIN if (value := node.get(f"{{{CAMUNDA}}}{name}")) is not None
    }
    found.update(_zeebe(node))
    properties = _properties(node)
    if properties:
        found["properties"] = properties
    fields = node.xpath(f"{EXTENSIONS}/camunda:formData/camunda:formField", namespaces=NAMES)
    if fields:
        found["form"] = [_field(field) for field in fields]
    if node.tag == f"{{{BPMN}}}startEvent":
        found["interrupting"] = node.get("isInterrupting", "true") == "true"
    return found


def _properties(node: Any) -> dict[str, str]:
    nodes = node.xpath(
        f"{EXTENSIONS}/camunda:properties/camunda:property"
        f" | {EXTENSIONS}/zeebe:properties/zeebe:property",
        namespaces=NAMES,
    )
    # a template of Camunda Modeler leaves an empty property where its user typed nothing
    return {p.get("name"): p.get("value") for p in nodes if p.get("name") and p.get("value")}


def _zeebe(node: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, wanted in (
        ("assignmentDefinition", {"candidateGroups": "candidateGroups", "assignee": "assignee"}),
        ("taskSchedule", {"dueDate": "dueDate"}),
        ("calledDecision", {"decisionId": "decisionRef", "resultVariable": "resultVariable"}),
    ):
        for element in node.xpath(f"{EXTENSIONS}/zeebe:{name}", namespaces=NAMES):
            for there, here in wanted.items():
                if element.get(there):
                    found[here] = element.get(there)
    return found


def _field(field: Any) -> dict[str, Any]:
    def children(path: str) -> list[Any]:
        return list(field.xpath(path, namespaces=NAMES))

    return {
        "id": field.get("id") or "",
        "label": field.get("label") or "",
        "type": field.get("type") or "string",
        "default": field.get("defaultValue"),
        "options": [[v.get("id"), v.get("name")] for v in children("./camunda:value")],
        "validation": {
            c.get("name"): c.get("config")
            for c in children("./camunda:validation/camunda:constraint")
        },
        "properties": {
            p.get("id"): p.get("value") for p in children("./camunda:properties/camunda:property")
        },
    }


def read_loop(loop: Any) -> dict[str, str | None] | None:
    """Collection, item and output names of a multi-instance marker, or None when it has none.

    Camunda has no output of a loop, so we keep it in properties `outputCollection` and
    `outputElement` inside the marker.
    """
    condition = loop.xpath("./bpmn:completionCondition", namespaces=NAMES)
    found = {"condition": (condition[0].text or "").strip() or None} if condition else {}
    properties = _properties(loop)
    zeebe = loop.xpath(f"{EXTENSIONS}/zeebe:loopCharacteristics", namespaces=NAMES)
    if loop.get(f"{{{CAMUNDA}}}collection"):
        return {
            "condition": found.get("condition"),
            "collection": loop.get(f"{{{CAMUNDA}}}collection"),
            "item": loop.get(f"{{{CAMUNDA}}}elementVariable"),
            "output": properties.get("outputCollection"),
            "output_item": properties.get("outputElement"),
        }
    if zeebe:
        return {
            "condition": found.get("condition"),
            "collection": zeebe[0].get("inputCollection"),
            "item": zeebe[0].get("inputElement"),
            "output": zeebe[0].get("outputCollection"),
            "output_item": zeebe[0].get("outputElement"),
        }
    return None
