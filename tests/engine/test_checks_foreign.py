"""Diagrams as other tools write them: each is taken and runs, or is refused on its shapes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from processes.engine.checks import check_folder
from processes.engine.findings import Finding
from tests.engine.drawings import Walk, flows, read, shape, task
from tests.engine.mistakes.table import END, ENDING, START, chain

PLAIN = chain(task("a", ["isi"]))
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DRAWN = (
    '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:omgdc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:omgdi="http://www.omg.org/spec/DD/20100524/DI" id="g1" resolution="96">'
    '<bpmndi:BPMNPlane id="g2" bpmnElement="p">'
    '<bpmndi:BPMNShape id="g3" bpmnElement="a" isExpanded="true">'
    '<omgdc:Bounds x="1.5" y="2" width="90" height="60"/>'
    '<bpmndi:BPMNLabel labelStyle="g5"/></bpmndi:BPMNShape>'
    '<bpmndi:BPMNEdge id="g4" bpmnElement="f_mulai_a" sourceElement="g3" targetElement="g3">'
    '<omgdi:waypoint x="0" y="0"/><omgdi:waypoint x="9" y="9"/></bpmndi:BPMNEdge>'
    "</bpmndi:BPMNPlane>"
    '<bpmndi:BPMNLabelStyle id="g5"><omgdc:Font name="Arial" size="8"/>'
    "</bpmndi:BPMNLabelStyle></bpmndi:BPMNDiagram>"
)


def prefixed(prefix: str) -> bytes:
    """The plain diagram with another prefix for BPMN itself, or with none."""
    text = PLAIN.decode().replace("xmlns:bpmn=", f"xmlns:{prefix}=" if prefix else "xmlns=")
    return text.replace("bpmn:", f"{prefix}:" if prefix else "").encode()


def extended(inside: str, names: str = "") -> bytes:
    """A task with what a tool writes beside its form."""
    whole = PLAIN.replace(
        b"<bpmn:extensionElements>", b"<bpmn:extensionElements>" + inside.encode()
    )
    return whole.replace(b' id="d"', f' id="d" {names}'.encode(), 1)


def around(before: str = "", after: str = "", *, within: str = "") -> bytes:
    """The plain diagram with elements before, after and inside its process."""
    text = PLAIN.decode()
    text = text.replace("<bpmn:process", before + "<bpmn:process", 1)
    text = text.replace("</bpmn:process>", within + "</bpmn:process>" + after)
    return text.encode()


TAKEN: dict[str, Callable[[], bytes]] = {
    "the prefix of Eclipse": lambda: prefixed("bpmn2"),
    "the prefix of Signavio's export": lambda: prefixed("semantic"),
    "a numbered prefix": lambda: prefixed("ns5"),
    "no prefix at all": lambda: prefixed(""),
    "windows line ends": lambda: PLAIN.replace(b"><", b">\r\n<"),
    "a byte order mark and windows line ends": lambda: (
        b"\xef\xbb\xbf" + PLAIN.replace(b"><", b">\r\n<")
    ),
    "utf-16": lambda: PLAIN.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    "windows-1252": lambda: (
        chain(task("a", name="Café “rapat”"))
        .decode()
        .replace("UTF-8", "WINDOWS-1252")
        .encode("cp1252")
    ),
    "iso-8859-1": lambda: (
        chain(task("a", name="Café")).decode().replace("UTF-8", "ISO-8859-1").encode("latin-1")
    ),
    "no declaration": lambda: PLAIN.split(b"?>", 1)[1],
    "another expression language": lambda: PLAIN.replace(
        b' id="d"', b' id="d" expressionLanguage="http://www.w3.org/1999/XPath"', 1
    ),
    "the name of the tool and its version": lambda: PLAIN.replace(
        b' id="d"', b' id="d" exporter="Camunda Modeler" exporterVersion="5.20.0"', 1
    ),
    "the drawing of a tool with its own prefixes": lambda: around(after=DRAWN),
    "no drawing": lambda: PLAIN,
    "colours": lambda: around(
        after=DRAWN.replace(
            'isExpanded="true"',
            'isExpanded="true" xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0"'
            ' bioc:stroke="#1" xmlns:color="http://www.omg.org/spec/BPMN/non-normative/color/1.0"'
            ' color:background-color="#2"',
        )
    ),
    "signavio's notes on a shape": lambda: extended(
        '<signavio:signavioMetaData metaKey="bgcolor" metaValue="#fff"/>',
        'xmlns:signavio="http://www.signavio.com"',
    ),
    "bizagi's notes on a shape": lambda: extended(
        '<bizagi:BizagiExtensions xmlns:bizagi="http://www.bizagi.com/bpmn20">'
        "<bizagi:BizagiProperties/></bizagi:BizagiExtensions>"
    ),
    "trisotech's notes on a shape": lambda: extended(
        '<triso:ExternalRelationship id="x" xmlns:triso="http://www.trisotech.com/2015/x"/>'
    ),
    "the mark of camunda 8": lambda: chain(
        shape(
            "userTask",
            "a",
            "<bpmn:extensionElements><zeebe:userTask/>"
            '<zeebe:assignmentDefinition candidateGroups="kabag"/></bpmn:extensionElements>',
        )
    ),
    "the versions that camunda writes": lambda: PLAIN.replace(
        b'isExecutable="true"', b'isExecutable="true" camunda:historyTimeToLive="180"'
    ),
    "a second pool that only receives": lambda: around(
        '<bpmn:collaboration id="k"><bpmn:participant id="k1" processRef="p"/>'
        '<bpmn:participant id="k2" name="Mitra"/>'
        '<bpmn:messageFlow id="k3" sourceRef="a" targetRef="k2"/></bpmn:collaboration>'
    ),
    "a second pool with a process of its own that is not run": lambda: around(
        after=shape(
            "process",
            "q",
            shape("startEvent", "q1") + shape("task", "q2") + flows(("q1", "q2")),
            isExecutable="false",
        )
    ),
    "data objects, stores, notes and groups": lambda: around(
        '<bpmn:dataStore id="ds"/>',
        within='<bpmn:dataObject id="do"/><bpmn:dataObjectReference id="dr" dataObjectRef="do"/>'
        '<bpmn:dataStoreReference id="dt" dataStoreRef="ds"/>'
        '<bpmn:group id="gr"/>'
        '<bpmn:textAnnotation id="ta"><bpmn:text>catatan</bpmn:text></bpmn:textAnnotation>'
        '<bpmn:association id="as" sourceRef="a" targetRef="ta"/>',
    ),
    "lanes inside lanes": lambda: around().replace(
        b'isExecutable="true">',
        b'isExecutable="true"><bpmn:laneSet id="l"><bpmn:lane id="l1"><bpmn:childLaneSet id="l2">'
        b'<bpmn:lane id="l3"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane>'
        b"</bpmn:childLaneSet></bpmn:lane></bpmn:laneSet>",
    ),
    "a collapsed sub-process": lambda: chain(
        shape(
            "subProcess",
            "s",
            shape("startEvent", "s1")
            + task("a", ["isi"])
            + shape("endEvent", "s2")
            + flows(("s1", "a"), ("a", "s2")),
        ),
        between="s",
    ),
}
#: the features of other engines, and the shape on which the refusal must stand
REFUSED: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "a diagram that was only drawn": (
        lambda: PLAIN.replace(b' isExecutable="true"', b""),
        "structure.no_process",
        "p",
    ),
    "ids of Signavio": (
        lambda: chain(task("sid-1"), between="sid-1"),
        "structure.bad_id",
        "sid-1",
    ),
    "a task without a kind": (lambda: chain(shape("task", "a")), "structure.unsupported", "a"),
    "a task of activiti": (
        lambda: chain(
            shape(
                "userTask",
                "a",
                xmlns__activiti="http://activiti.org/bpmn",
                activiti__candidateGroups="kabag",
            )
        ),
        "tasks.no_role",
        "a",
    ),
    "a listener of camunda": (
        lambda: extended('<camunda:executionListener class="X" event="start"/>'),
        "safety.unknown_extension",
        "a",
    ),
    "a listener of flowable": (
        lambda: extended(
            '<flowable:executionListener event="start" class="X"'
            ' xmlns:flowable="http://flowable.org/bpmn"/>'
        ),
        "safety.foreign_element",
        "a",
    ),
    "a script of jbpm": (
        lambda: extended(
            '<tns:onEntry-script xmlns:tns="http://www.jboss.org/drools" scriptFormat="java"/>'
        ),
        "safety.foreign_element",
        "a",
    ),
    "a form of camunda 8 that lies elsewhere": (
        lambda: extended('<zeebe:formDefinition formId="f"/>'),
        "safety.unknown_extension",
        "a",
    ),
    "an external task": (
        lambda: chain(shape("serviceTask", "a", camunda__type="external", camunda__topic="x")),
        "structure.unsupported",
        "a",
    ),
    "a called process": (
        lambda: chain(shape("callActivity", "a", calledElement="q")),
        "structure.unsupported",
        "a",
    ),
    "two processes that both run": (
        lambda: around(
            after=shape("process", "q", START.replace("mulai", "q1") + END, isExecutable="true")
        ),
        "structure.two_processes",
        "q",
    ),
    "data of a task": (
        lambda: chain(task("a", inside='<bpmn:ioSpecification id="io"/>')),
        "structure.unsupported",
        "io",
    ),
    "an encoding nobody here reads": (
        lambda: PLAIN.replace(b"UTF-8", b"Shift_JIS"),
        "safety.encoding",
        "",
    ),
}


def errors_of(diagram: bytes) -> list[Finding]:
    found = check_folder({"p.bpmn": diagram}, ("kabag",))
    return [finding for finding in found if finding.severity == "error"]


@pytest.mark.parametrize("make", TAKEN.values(), ids=TAKEN.keys())
def test_what_other_tools_write_is_taken_and_runs(make: Callable[[], bytes]) -> None:
    assert [str(finding) for finding in errors_of(make())] == []

    walk = Walk(read(make()))
    assert walk.open == ["a"]
    assert walk.answer("a").over


@pytest.mark.parametrize(("make", "code", "element"), REFUSED.values(), ids=REFUSED.keys())
def test_what_would_be_lost_is_refused_on_its_shape(
    make: Callable[[], bytes], code: str, element: str
) -> None:
    assert (code, element) in [(finding.code, finding.element) for finding in errors_of(make())]


def test_a_tools_own_notes_are_named_once_for_each_tool() -> None:
    note = '<z:catatan xmlns:z="urn:z"/>'
    both = chain(
        *(
            shape(
                "userTask",
                own,
                f"<bpmn:extensionElements>{note}{note}</bpmn:extensionElements>",
                camunda__candidateGroups="kabag",
            )
            for own in ("a", "b")
        ),
        flows(("b", "lain")),
        shape("endEvent", "lain", ENDING),
    )

    found = [f.element for f in check_folder({"p.bpmn": both}) if "foreign" in f.code]

    assert found == ["a"]
