"""What a comparison looks at in a diagram: every shape and flow with its facts as plain texts.

Sound or not, whatever is XML can be read. What is not read as a fact of its own ends up in `rest`,
so that no difference is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from processes.engine.attributes import (
    BPMN,
    CAMUNDA,
    TEMPLATE_MARKS,
    ZEEBE,
    read_attributes,
    read_loop,
)
from processes.engine.checks.diagram import FLOW_NODES, SCOPES, children, kind_of, text_of
from processes.engine.comparing.drawing import Drawing, Item, stages_of
from processes.engine.comparing.signature import signature
from processes.engine.picture.layout import DC, DI, Box, box_of
from processes.engine.xml import load_xml

#: elements around the flow that are told of too, when their words differ
AROUND = frozenset(("participant", "lane", "textAnnotation", "group", "dataObjectReference",
                    "dataStoreReference", "association", "messageFlow"))  # fmt: skip
#: attributes that are facts of their own, or mean nothing to the engine
_KNOWN_ATTRIBUTES = frozenset(
    ("id", "name", "default", "attachedToRef", "cancelActivity", "sourceRef", "targetRef",
     "isInterrupting", "triggeredByEvent", f"{{{CAMUNDA}}}candidateGroups",
     f"{{{CAMUNDA}}}assignee", f"{{{CAMUNDA}}}dueDate", f"{{{CAMUNDA}}}decisionRef",
     f"{{{CAMUNDA}}}resultVariable", f"{{{CAMUNDA}}}collection", "isSequential",
     f"{{{CAMUNDA}}}elementVariable", *(f"{{{CAMUNDA}}}{name}" for name in TEMPLATE_MARKS))
)  # fmt: skip
_KNOWN_CHILDREN = (
    FLOW_NODES
    | AROUND
    | {"documentation", "incoming", "outgoing", "script", "conditionExpression", "laneSet"}
    | {"sequenceFlow", "multiInstanceLoopCharacteristics", "completionCondition"}
)
_KNOWN_EXTENSIONS = frozenset(
    (f"{{{CAMUNDA}}}formData", f"{{{CAMUNDA}}}properties", f"{{{ZEEBE}}}properties",
     f"{{{ZEEBE}}}assignmentDefinition", f"{{{ZEEBE}}}taskSchedule",
     f"{{{ZEEBE}}}calledDecision", f"{{{ZEEBE}}}loopCharacteristics")
)  # fmt: skip
#: what is written on an element as a text of its own, whose attributes count too
_WRITTEN = frozenset(("script", "conditionExpression", "multiInstanceLoopCharacteristics"))
#: what events refer to by id, and which of its attributes the engine goes by
_REFERRED = {
    "message": "name",
    "signal": "name",
    "error": "errorCode",
    "escalation": "escalationCode",
}
_TIMES = ("timeDate", "timeDuration", "timeCycle")


@lru_cache(maxsize=8)
def read_drawing(xml: bytes, file: str) -> Drawing:
    """The drawing of a BPMN file; DiagramRefused when it is no sound XML."""
    root = load_xml(xml, file)
    names = _referred(root)
    lanes = {
        text_of(ref): lane.get("id", "")
        for lane in root.iter(f"{{{BPMN}}}lane")
        for ref in children(lane, "flowNodeRef")
    }
    elements = [e for e in root.iter(f"{{{BPMN}}}*") if e.get("id")]
    shapes = {e.get("id"): _shape(e, names, lanes) for e in elements if kind_of(e) in FLOW_NODES}
    flows = {e.get("id"): _flow(e) for e in elements if kind_of(e) == "sequenceFlow"}
    processes = list(root.iter(f"{{{BPMN}}}process"))
    own = next((p for p in processes if p.get("isExecutable") == "true"), None)
    found = Drawing(
        process=Item(id="", kind="process") if own is None else _process(own),
        shapes=shapes,
        flows=flows,
        around={e.get("id"): _around(e) for e in elements if kind_of(e) in AROUND},
        drawn=_drawn(root),
        boxes=_boxes(root),
        rest=_beside(root, own),
    )
    return replace(found, stages=stages_of(found))


def _referred(root: Any) -> dict[str, str]:
    found = {}
    for kind, attribute in _REFERRED.items():
        for element in root.iter(f"{{{BPMN}}}{kind}"):
            found[element.get("id", "")] = element.get(attribute) or element.get("name") or ""
    return found


def _process(element: Any) -> Item:
    name = element.get("name") or ""
    facts = {**_words(element), **read_attributes(element).get("properties", {})}
    return Item(
        id=element.get("id", ""), kind="process", name=name, facts=_filled(facts),
        rest=_rest(element),
    )  # fmt: skip


def _shape(element: Any, names: Mapping[str, str], lanes: Mapping[str, str]) -> Item:
    attributes = read_attributes(element)
    own = element.get("id")
    facts = {
        **_words(element),
        "lajur": lanes.get(own, ""),
        "peran": attributes.get("candidateGroups") or attributes.get("assignee") or "",
        "tenggat": attributes.get("dueDate") or "",
        "tabel": attributes.get("decisionRef") or "",
        "hasil_tabel": attributes.get("resultVariable") or "",
        "skrip": "\n".join(text_of(each) for each in children(element, "script")),
        "bawaan": element.get("default") or "",
        "pada": element.get("attachedToRef") or "",
        **_loop(element),
        **_events(element, names),
        **attributes.get("properties", {}),
    }
    return Item(
        id=own,
        kind=kind_of(element),
        name=" ".join((element.get("name") or "").split()),
        scope=_scope(element),
        facts=_filled(facts),
        form=attributes.get("form", ()),
        rest=_rest(element),
    )


def _flow(element: Any) -> Item:
    condition = "\n".join(text_of(each) for each in children(element, "conditionExpression"))
    return Item(
        id=element.get("id"),
        kind="sequenceFlow",
        name=" ".join((element.get("name") or "").split()),
        scope=_scope(element),
        facts=_filled({**_words(element), "syarat": condition}),
        source=element.get("sourceRef") or "",
        target=element.get("targetRef") or "",
        rest=_rest(element),
    )


def _around(element: Any) -> Item:
    text = "\n".join(text_of(each) for each in children(element, "text"))
    ends = _filled({"text": text, **_words(element)})
    return Item(
        id=element.get("id"),
        kind=kind_of(element),
        name=" ".join((element.get("name") or "").split()),
        facts=ends,
        source=element.get("sourceRef") or "",
        target=element.get("targetRef") or "",
    )


def _words(element: Any) -> dict[str, str]:
    return {"petunjuk": "\n".join(text_of(e) for e in children(element, "documentation"))}


def _loop(element: Any) -> dict[str, str]:
    markers = children(element, "multiInstanceLoopCharacteristics")
    if not markers:
        return {}
    read = read_loop(markers[0])
    order = "berurutan" if markers[0].get("isSequential") == "true" else "bersamaan"
    if read is None:
        return {"ulang": signature(markers[0]), "ulang_urutan": order}
    return {
        "ulang": read["collection"] or "",
        "ulang_nama": read["item"] or "",
        "ulang_hasil": read["output"] or "",
        "ulang_isi": read["output_item"] or "",
        "ulang_henti": read["condition"] or "",
        "ulang_urutan": order,
    }


def _events(element: Any, names: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    kinds = []
    for definition in element:
        kind = kind_of(definition).removesuffix("EventDefinition")
        if kind == kind_of(definition):
            continue
        reference = names.get(definition.get(f"{kind}Ref", ""), "")
        kinds.append(f"{kind} {reference}".strip())
        for time in children(definition, *_TIMES):
            kinds[-1] = kind_of(time)
            found["waktu"] = text_of(time)
    found["peristiwa"] = ", ".join(kinds)
    if kind_of(element) == "boundaryEvent":
        found["menghentikan"] = "ya" if element.get("cancelActivity") != "false" else "tidak"
    if kind_of(element) == "startEvent" and element.get("isInterrupting") == "false":
        found["menghentikan"] = "tidak"
    if element.get("triggeredByEvent") == "true":
        found["karena_peristiwa"] = "ya"
    return found


def _filled(facts: Mapping[str, str]) -> dict[str, str]:
    return {name: value.strip() for name, value in facts.items() if value.strip()}


def _scope(element: Any) -> str:
    around = (each for each in element.iterancestors() if kind_of(each) in SCOPES)
    return next((each.get("id", "") for each in around), "")


def _rest(element: Any) -> str:
    """What stands on an element beside its facts."""
    own = signature(
        element,
        without=_KNOWN_ATTRIBUTES,
        dropping=lambda child: (
            kind_of(child) in _KNOWN_CHILDREN
            or kind_of(child).endswith("EventDefinition")
            or child.tag in _KNOWN_EXTENSIONS
        ),
    )
    return own + "".join(
        signature(inner, without=_KNOWN_ATTRIBUTES, with_texts=False, dropping=lambda _: True)
        for child in element
        if kind_of(child) in _WRITTEN or kind_of(child).endswith("EventDefinition")
        for inner in child.iter(f"{{{BPMN}}}*")
    )


def _beside(root: Any, process: Any) -> str:
    """What stands in the file beside the process: other processes, imports and the like."""
    told = {*_REFERRED, "collaboration", "category"}
    return "".join(
        signature(child, dropping=lambda inner: kind_of(inner) in _KNOWN_CHILDREN)
        for child in root
        if kind_of(child) and kind_of(child) not in told and child is not process
    )


def _drawn(root: Any) -> dict[str, str]:
    return {
        item.get("bpmnElement", ""): signature(item, without=frozenset({"id", "bpmnElement"}))
        for kind in ("BPMNShape", "BPMNEdge")
        for item in root.iter(f"{{{DI}}}{kind}")
    }


def _boxes(root: Any) -> dict[str, Box]:
    found = {}
    for item in root.iter(f"{{{DI}}}BPMNShape"):
        box = box_of(item.find(f"{{{DC}}}Bounds"))
        if box is not None:
            found[item.get("bpmnElement", "")] = box
    return found
