"""Mistakes in what may stand in the file, and in the frame of a diagram."""

from __future__ import annotations

from tests.engine.drawings import drawing, flows, shape, task, timer
from tests.engine.mistakes.table import (
    END,
    START,
    Mistake,
    chain,
)

SOUND = chain(task("a"))
XXE = b'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def declared(what: bytes) -> bytes:
    """The sound diagram with something before its root."""
    return SOUND.replace(b"<bpmn:definitions", b"\n" + what + b"<bpmn:definitions", 1)


def extended(inside: str) -> bytes:
    """A task with something in its extension elements."""
    extensions = f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"
    return chain(shape("userTask", "a", extensions, camunda__candidateGroups="kabag"))


FILE = [
    Mistake(code="safety.too_large", diagram=b" " * (2 * 1024 * 1024 + 1), element="", at="*"),
    Mistake(code="safety.empty", diagram=b"\n \n", element="", at="*"),
    Mistake(
        code="safety.encoding", diagram=b'<?xml version="1.0"?><a>\xff</a>', element="", at="<a>"
    ),
    Mistake(code="safety.doctype", diagram=declared(XXE), element="", at="DOCTYPE"),
    Mistake(
        code="safety.instruction",
        diagram=declared(b'<?xml-stylesheet href="x"?>'),
        element="",
        at="stylesheet",
    ),
    Mistake(code="safety.not_xml", diagram=b"halo", element="", at="halo"),
    Mistake(
        code="safety.too_deep",
        diagram=b"<a>" * 100 + b"<b><a></a></b>" + b"</a>" * 100,
        element="",
        at="<b>",
    ),
    Mistake(
        code="safety.unknown_extension",
        diagram=extended('<camunda:taskListener event="create" expression="x"/>'),
        element="a",
        at="taskListener",
    ),
    Mistake(
        code="safety.foreign_element",
        diagram=extended('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="x"/>'),
        element="a",
        at="xi:include",
    ),
    Mistake(
        code="safety.foreign_element",
        diagram=extended('<flowable:x xmlns:flowable="http://flowable.org/bpmn"/>'),
        element="a",
        at="flowable:x",
    ),
    Mistake(
        code="safety.foreign_element",
        diagram=chain(task("a", inside='<z:catatan xmlns:z="urn:z"/>')),
        element="a",
        at="z:catatan",
        also=frozenset(("schema.invalid",)),
    ),
    Mistake(
        code="safety.foreign_extension",
        severity="warning",
        diagram=extended('<z:catatan xmlns:z="urn:z"><z:isi/></z:catatan>'),
        element="a",
        at="z:catatan",
    ),
    Mistake(
        code="safety.foreign_attribute",
        severity="warning",
        diagram=chain(task("a", xmlns__z="urn:z", z__warna="merah")),
        element="a",
    ),
    Mistake(code="safety.code", diagram=chain(task("a", camunda__class="Jahat")), element="a"),
    Mistake(
        code="safety.unread_attribute",
        severity="warning",
        diagram=chain(task("a", camunda__dueDat="5 hari kerja")),
        element="a",
    ),
    Mistake(
        code="safety.deceiving_text", diagram=chain(task("a", name="gab\u202efdp")), element="a"
    ),
    Mistake(
        code="safety.text_too_long",
        diagram=chain(task("a", camunda__dueDate="5 " + "x" * 20_001)),
        element="a",
        also=frozenset(("timers.unreadable",)),
    ),
    Mistake(code="safety.name_too_long", diagram=chain(task("a", name="x" * 201)), element="a"),
    Mistake(
        code="schema.invalid",
        diagram=chain(task("a", inside="<bpmn:documentation>x</bpmn:documentation>")),
        element="a",
        at="documentation",
    ),
]

FRAME = [
    Mistake(
        code="structure.no_diagram", diagram=b"", files={"a.txt": b"x"}, element="", at="*", file=""
    ),
    Mistake(
        code="structure.two_diagrams",
        diagram=SOUND,
        files={"q.bpmn": SOUND},
        file="q.bpmn",
        element="",
        at="*",
    ),
    Mistake(code="structure.not_bpmn", diagram=b"<html><p/></html>", element="", at="<html>"),
    Mistake(
        code="structure.no_process",
        diagram=SOUND.replace(b'isExecutable="true"', b'isExecutable="false"'),
        element="p",
    ),
    Mistake(
        code="structure.two_processes",
        diagram=chain(task("a"), outside=shape("process", "q", START, isExecutable="true")).replace(
            b'id="mulai"', b'id="awal"', 1
        ),
        element="p",
        also=frozenset(("structure.no_end", "flow.dead_end")),
    ),
    Mistake(
        code="structure.too_many_shapes",
        diagram=drawing(*(task(f"a{n}") for n in range(301))),
        element="d",
    ),
    Mistake(
        code="structure.too_many_flows",
        diagram=drawing(START, END, *(flows(("mulai", "akhir")) for _ in range(1001))),
        element="d",
    ),
    Mistake(
        code="structure.too_much",
        diagram=drawing(
            START,
            *(
                shape("scriptTask", f"a{n}", f"<bpmn:script>{'x' * 999}</bpmn:script>")
                for n in range(101)
            ),
        ),
        element="d",
    ),
    Mistake(
        code="structure.duplicate_id",
        diagram=chain(task("a"), shape("scriptTask", "a", name="dua")),
        element="a",
        at='name="dua"',
    ),
    Mistake(
        code="structure.no_id",
        diagram=chain(task("a"), '<bpmn:endEvent name="lain"/>'),
        element="p",
        at='name="lain"',
    ),
    Mistake(
        code="structure.reserved_id",
        diagram=drawing(
            shape("startEvent", "Start"), task("a"), END, flows(("Start", "a"), ("a", "akhir"))
        ),
        element="Start",
    ),
    Mistake(
        code="structure.bad_id",
        diagram=chain(task("a-1"), between="a-1"),
        element="a-1",
    ),
    Mistake(
        code="structure.no_start",
        diagram=drawing(task("a"), END, flows(("a", "akhir"))),
        element="p",
    ),
    Mistake(
        code="structure.two_starts",
        diagram=drawing(
            START,
            shape("startEvent", "lagi"),
            task("a"),
            END,
            flows(("mulai", "a"), ("lagi", "a"), ("a", "akhir")),
        ),
        element="lagi",
    ),
    Mistake(
        code="structure.no_end",
        diagram=drawing(START, task("a"), flows(("mulai", "a"))),
        element="p",
        also=frozenset(("flow.dead_end",)),
    ),
    Mistake(
        code="structure.start_with_event",
        diagram=drawing(
            shape("startEvent", "mulai", timer("timeDuration", "P1D")),
            task("a"),
            END,
            flows(("mulai", "a"), ("a", "akhir")),
        ),
        element="mulai",
    ),
    Mistake(
        code="structure.flow_leaves_scope",
        diagram=chain(
            shape(
                "subProcess",
                "s",
                shape("startEvent", "s1")
                + task("a")
                + shape("endEvent", "s2")
                + flows(("s1", "a"), ("a", "s2"), ("a", "akhir")),
            ),
            between="s",
        ),
        element="f_a_akhir",
        also=frozenset(("flow.split_without_gateway",)),
    ),
    Mistake(
        code="structure.dangling",
        diagram=chain(task("a"), flows(("a", "tidak_ada"))),
        element="f_a_tidak_ada",
        also=frozenset(("flow.split_without_gateway",)),
    ),
    Mistake(
        code="structure.not_an_activity",
        diagram=chain(
            task("a"),
            shape("boundaryEvent", "b", timer("timeDuration", "P1D"), attachedToRef="akhir"),
            flows(("b", "akhir")),
        ),
        element="b",
    ),
    Mistake(
        code="structure.engine",
        diagram=chain(task("a"), outside='<bpmn:escalation name="eskalasi"/>'),
        element="",
        at="*",
    ),
    Mistake(code="structure.not_drawn", severity="warning", diagram=SOUND, element="a"),
    Mistake(
        code="structure.drawn_only",
        severity="warning",
        diagram=SOUND.replace(
            b"</bpmn:definitions>",
            b'<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" id="x">'
            b'<di:BPMNPlane id="y"><di:BPMNShape id="z" bpmnElement="hilang">'
            b'<dc:Bounds xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" x="0" y="0" width="1"'
            b' height="1"/></di:BPMNShape></di:BPMNPlane></di:BPMNDiagram></bpmn:definitions>',
        ),
        element="z",
    ),
]

UNSUPPORTED = [
    *(
        Mistake(code="structure.unsupported", diagram=chain(shape(tag, "a")), element="a")
        for tag in ("task", "manualTask", "serviceTask", "sendTask", "callActivity")
    ),
    *(
        Mistake(code="structure.unsupported", diagram=chain(shape(tag, "a")), element="a")
        for tag in ("inclusiveGateway", "complexGateway")
    ),
    *(
        Mistake(
            code="structure.unsupported",
            diagram=chain(
                shape(
                    tag,
                    "a",
                    shape("startEvent", "s") + shape("endEvent", "e") + flows(("s", "e")),
                )
            ),
            element="a",
        )
        for tag in ("adHocSubProcess", "transaction")
    ),
    Mistake(
        code="structure.unsupported",
        diagram=chain(task("a", inside="<bpmn:standardLoopCharacteristics/>")),
        element="a",
        at="standardLoop",
    ),
    Mistake(
        code="structure.unsupported",
        diagram=chain(task("a", isForCompensation="true")),
        element="a",
    ),
]
