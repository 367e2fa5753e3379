"""Sound small drawings, and what becomes of them when somebody slips in the editor.

A mutant is one sound drawing with one or two random changes: flows deleted, doubled, swapped or led
elsewhere, gateways, events, timers, conditions and names changed. The same number gives the same
mutant, everywhere and always.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from lxml import etree

from processes.engine.attributes import BPMN, NAMES
from tests.engine.drawings import drawing, each, flows, shape, task, timer
from tests.engine.mistakes.table import END, ENDING, START
from tests.engine.walks import SOUND, both, deciding, gateway

OTHER_END = shape("endEvent", "lain", ENDING)
SCRIPT = '<bpmn:script>ket = {"daerah": d.kode, "hasil": t.hasil}</bpmn:script>'
BY_MESSAGE = '<bpmn:messageEventDefinition messageRef="p_tarik"/>'
MESSAGE = '<bpmn:message id="p_tarik" name="penarikan"/>'
PARSER = etree.XMLParser(remove_blank_text=True)
STAGE = '<camunda:properties><camunda:property name="tahap" value="1 Uji"/></camunda:properties>'


def parallel() -> bytes:
    """Two branches that join, with a way back inside one of them."""
    return drawing(
        START,
        both("p"),
        deciding("a"),
        gateway("g", "q"),
        task("b"),
        both("q"),
        deciding("c"),
        gateway("h", "akhir"),
        END,
        flows(
            ("mulai", "p"),
            ("p", "a"),
            ("p", "b"),
            ("a", "g"),
            ("g", "a", 'a.hasil == "tidak"'),
            ("g", "q"),
            ("b", "q"),
            ("q", "c"),
            ("c", "h"),
            ("h", "c", 'c.hasil == "tidak"'),
            ("h", "akhir"),
        ),
    )


def timed() -> bytes:
    """A task that silence closes, one that a clock opens beside it, and a wait."""
    return drawing(
        START,
        deciding("a"),
        shape("boundaryEvent", "diam", timer("timeDuration", "3 hari kerja"), attachedToRef="a"),
        gateway("g", "b"),
        task("b"),
        shape(
            "boundaryEvent",
            "ingat",
            timer("timeDuration", "P2D"),
            attachedToRef="b",
            cancelActivity="false",
        ),
        task("c"),
        shape("endEvent", "tamu", ENDING),
        shape("intermediateCatchEvent", "tunggu", timer("timeDuration", "P10D")),
        END,
        OTHER_END,
        flows(
            ("mulai", "a"),
            ("a", "g"),
            ("g", "b"),
            ("g", "lain", 'a.hasil == "tidak"'),
            ("diam", "b"),
            ("b", "tunggu"),
            ("ingat", "c"),
            ("c", "tamu"),
            ("tunggu", "akhir"),
        ),
    )


def looped() -> bytes:
    """Every party answers; one that refuses ends the others; then back, or on."""
    marker = each("pihak", "d", "hasil_semua", "m", 'm.hasil == "tidak"')
    return drawing(
        START,
        task("a"),
        deciding("m", inside=marker),
        gateway("g", "akhir"),
        END,
        flows(
            ("mulai", "a"),
            ("a", "m"),
            ("m", "g"),
            ("g", "a", 'ada(hasil_semua, "hasil", "tidak")'),
            ("g", "akhir"),
        ),
    )


def nested() -> bytes:
    """A chain of two tasks at every partner, inside a sub-process, and a withdrawal."""
    inside = (
        each("mitra", "d", "hasil_semua", "ket")
        + shape("startEvent", "s1")
        + deciding("t")
        + gateway("g1", "u")
        + task("u")
        + shape(
            "scriptTask",
            "catat",
            '<bpmn:script>ket = {"daerah": d.kode, "hasil": t.hasil}</bpmn:script>',
        )
        + shape("endEvent", "s2")
        + flows(
            ("s1", "t"),
            ("t", "g1"),
            ("g1", "catat", 't.hasil == "tidak"'),
            ("g1", "u"),
            ("u", "catat"),
            ("catat", "s2"),
        )
    )
    withdrawal = (
        shape("startEvent", "t1", BY_MESSAGE)
        + shape("endEvent", "t2", ENDING)
        + flows(("t1", "t2"))
    )
    return drawing(
        START,
        shape("subProcess", "s", inside),
        gateway("g", "akhir"),
        task("z"),
        END,
        shape("subProcess", "tarik", withdrawal, triggeredByEvent="true"),
        flows(
            ("mulai", "s"),
            ("s", "g"),
            ("g", "z", 'semua(hasil_semua, "hasil", "tidak")'),
            ("g", "akhir"),
            ("z", "s"),
        ),
        outside=MESSAGE,
    )


def first_comes() -> bytes:
    """A message or three days, whichever comes first, after a choice."""
    return drawing(
        START,
        deciding("a"),
        gateway("g", "akhir"),
        shape("eventBasedGateway", "e"),
        shape(
            "intermediateCatchEvent", "pesan", '<bpmn:messageEventDefinition messageRef="p_tarik"/>'
        ),
        shape("intermediateCatchEvent", "lewat", timer("timeDuration", "P3D")),
        task("b"),
        END,
        flows(
            ("mulai", "a"),
            ("a", "g"),
            ("g", "e", 'a.hasil == "ya"'),
            ("g", "akhir"),
            ("e", "pesan"),
            ("e", "lewat"),
            ("pesan", "b"),
            ("lewat", "a"),
            ("b", "akhir"),
        ),
        outside=MESSAGE,
    )


def computed() -> bytes:
    """Scripts that count rounds, and a gateway that looks at them."""
    return drawing(
        START,
        shape("scriptTask", "siap", "<bpmn:script>putaran = 1</bpmn:script>"),
        deciding("a", "ya", "tidak", "ulang"),
        gateway("g", "b"),
        shape("scriptTask", "naik", "<bpmn:script>putaran = putaran + 1</bpmn:script>"),
        task("b"),
        END,
        OTHER_END,
        flows(
            ("mulai", "siap"),
            ("siap", "a"),
            ("a", "g"),
            ("g", "naik", 'a.hasil == "ulang" and putaran &lt; 3'),
            ("g", "lain", 'a.hasil == "ulang" and putaran >= 3'),
            ("g", "b"),
            ("naik", "a"),
            ("b", "akhir"),
        ),
    )


BASES: Mapping[str, Callable[[], bytes]] = {
    "choice": lambda: drawing(*SOUND),
    "parallel": parallel,
    "timed": timed,
    "looped": looped,
    "nested": nested,
    "first_comes": first_comes,
    "computed": computed,
}


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A changed drawing."""

    number: int
    base: str
    #: what was done to it, in words
    changes: tuple[str, ...]
    diagram: bytes


def mutants(count: int, first: int = 0) -> Iterator[Mutant]:
    """The mutants of these numbers."""
    return (mutant(number) for number in range(first, first + count))


def mutant(number: int) -> Mutant:
    """One mutant; bases take turns, every third has two changes."""
    random = Random(number)
    base = list(BASES)[number % len(BASES)]
    root = etree.fromstring(BASES[base](), PARSER)
    changes: list[str] = []
    while len(changes) < (2 if number % 3 == 2 else 1):
        change = random.choice(CHANGES)
        told = change(root, random)
        if told:
            changes.append(f"{change.__name__}: {told}")
    return Mutant(number=number, base=base, changes=tuple(changes), diagram=etree.tostring(root))


def _all(root: Any, *kinds: str) -> list[Any]:
    return [e for kind in kinds for e in root.iter(f"{{{BPMN}}}{kind}")]


def _nodes(root: Any) -> list[Any]:
    return _all(
        root,
        "userTask",
        "scriptTask",
        "exclusiveGateway",
        "parallelGateway",
        "endEvent",
        "intermediateCatchEvent",
        "subProcess",
        "eventBasedGateway",
    )


def delete_flow(root: Any, random: Random) -> str:
    flow = random.choice(_all(root, "sequenceFlow"))
    flow.getparent().remove(flow)
    return str(flow.get("id"))


def lead_elsewhere(root: Any, random: Random) -> str:
    flow = random.choice(_all(root, "sequenceFlow"))
    same_scope = [n for n in _nodes(root) if n.getparent() is flow.getparent()]
    target = random.choice(same_scope).get("id")
    flow.set("targetRef", target)
    return f"{flow.get('id')} → {target}"


def start_elsewhere(root: Any, random: Random) -> str:
    flow = random.choice(_all(root, "sequenceFlow"))
    same_scope = [n for n in _nodes(root) if n.getparent() is flow.getparent()]
    source = random.choice(same_scope).get("id")
    flow.set("sourceRef", source)
    return f"{source} → {flow.get('id')}"


def swap_targets(root: Any, random: Random) -> str:
    one, other = random.sample(_all(root, "sequenceFlow"), 2)
    if one.getparent() is not other.getparent():
        return ""
    targets = one.get("targetRef"), other.get("targetRef")
    one.set("targetRef", targets[1])
    other.set("targetRef", targets[0])
    return f"{one.get('id')} ↔ {other.get('id')}"


def double_flow(root: Any, random: Random) -> str:
    flow = random.choice(_all(root, "sequenceFlow"))
    twin = etree.fromstring(etree.tostring(flow), PARSER)
    twin.set("id", f"{flow.get('id')}_{random.randrange(1000)}")
    flow.addnext(twin)
    return str(flow.get("id"))


def other_gateway(root: Any, random: Random) -> str:
    gateways = _all(root, "exclusiveGateway", "parallelGateway", "eventBasedGateway")
    if not gateways:
        return ""
    found = random.choice(gateways)
    kinds = ["exclusiveGateway", "parallelGateway", "eventBasedGateway", "inclusiveGateway"]
    kind = random.choice([k for k in kinds if not found.tag.endswith(k)])
    found.tag = f"{{{BPMN}}}{kind}"
    return f"{found.get('id')} = {kind}"


def other_default(root: Any, random: Random) -> str:
    gateways = [g for g in _all(root, "exclusiveGateway") if g.get("default")]
    if not gateways:
        return ""
    found = random.choice(gateways)
    leaving = [f for f in _all(root, "sequenceFlow") if f.get("sourceRef") == found.get("id")]
    default = random.choice([f.get("id") for f in leaving] + [""])
    if default:
        found.set("default", default)
    else:
        del found.attrib["default"]
    return f"{found.get('id')}: {default or '-'}"


def other_condition(root: Any, random: Random) -> str:
    conditions = _all(root, "conditionExpression", "completionCondition")
    if not conditions:
        return ""
    found = random.choice(conditions)
    changes = [
        ('"tidak"', '"ya"'),
        ('"ya"', '"tidak"'),
        ('"ulang"', '"lagi"'),
        ("==", "!="),
        ("3", "30"),
        (" and ", " or "),
        (".hasil", ".hasl"),
        ("putaran", "puteran"),
    ]
    before, after = random.choice(changes)
    if before not in (found.text or ""):
        return ""
    found.text = found.text.replace(before, after)
    return f"{before} → {after}"


def no_condition(root: Any, random: Random) -> str:
    conditions = _all(root, "conditionExpression")
    if not conditions:
        return ""
    found = random.choice(conditions)
    found.getparent().remove(found)
    return "-"


def delete_shape(root: Any, random: Random) -> str:
    found = random.choice(_nodes(root))
    own = found.get("id")
    for flow in _all(root, "sequenceFlow"):
        if own in (flow.get("sourceRef"), flow.get("targetRef")):
            flow.getparent().remove(flow)
    found.getparent().remove(found)
    return str(own)


def skip_shape(root: Any, random: Random) -> str:
    """Delete a shape and lead what came to it to what followed."""
    found = random.choice(_nodes(root))
    own = found.get("id")
    leaving = [f for f in _all(root, "sequenceFlow") if f.get("sourceRef") == own]
    if not leaving:
        return ""
    for flow in _all(root, "sequenceFlow"):
        if flow.get("targetRef") == own:
            flow.set("targetRef", leaving[0].get("targetRef"))
    for flow in leaving:
        flow.getparent().remove(flow)
    found.getparent().remove(found)
    return str(own)


def other_timer(root: Any, random: Random) -> str:
    timers = _all(root, "timeDuration")
    if not timers:
        return ""
    found = random.choice(timers)
    found.text = random.choice(["P1D", "30 hari kerja", "null", "tiga hari", "P40D", "a.isi"])
    return str(found.text)


def other_name(root: Any, random: Random) -> str:
    named = [*_all(root, "userTask"), *root.iter(f"{{{NAMES['camunda']}}}formField")]
    found = random.choice(named)
    before = found.get("id")
    found.set("id", f"{before}x")
    for flow in _all(root, "sequenceFlow"):
        for end in ("sourceRef", "targetRef"):
            if flow.get(end) == before and found.tag.endswith("userTask"):
                flow.set(end, f"{before}x")
    return f"{before} → {before}x"


def other_choice(root: Any, random: Random) -> str:
    values = list(root.iter(f"{{{NAMES['camunda']}}}value"))
    if not values:
        return ""
    found = random.choice(values)
    before = found.get("id")
    found.set("id", random.choice(["ya", "tidak", "lain", "ulang"]))
    return f"{before} → {found.get('id')}"


def other_interruption(root: Any, random: Random) -> str:
    events = _all(root, "boundaryEvent")
    if not events:
        return ""
    found = random.choice(events)
    interrupts = found.get("cancelActivity", "true") == "true"
    found.set("cancelActivity", "false" if interrupts else "true")
    return str(found.get("id"))


def other_type(root: Any, random: Random) -> str:
    tasks = _all(root, "userTask", "scriptTask")
    if not tasks:
        return ""
    found = random.choice(tasks)
    kind = random.choice(["manualTask", "task", "userTask", "intermediateThrowEvent"])
    found.tag = f"{{{BPMN}}}{kind}"
    return f"{found.get('id')} = {kind}"


def ends_all(root: Any, random: Random) -> str:
    ends = _all(root, "endEvent")
    if not ends:
        return ""
    found = random.choice(ends)
    etree.SubElement(found, f"{{{BPMN}}}terminateEventDefinition")
    return str(found.get("id"))


def no_loop(root: Any, random: Random) -> str:
    markers = _all(root, "multiInstanceLoopCharacteristics", "completionCondition")
    if not markers:
        return ""
    found = random.choice(markers)
    found.getparent().remove(found)
    return str(found.tag).rpartition("}")[2]


CHANGES: tuple[Callable[[Any, Random], str], ...] = (
    delete_flow,
    lead_elsewhere,
    lead_elsewhere,
    lead_elsewhere,
    start_elsewhere,
    swap_targets,
    swap_targets,
    swap_targets,
    double_flow,
    other_gateway,
    other_gateway,
    other_default,
    other_default,
    other_condition,
    other_condition,
    other_condition,
    no_condition,
    delete_shape,
    skip_shape,
    skip_shape,
    skip_shape,
    other_timer,
    other_name,
    other_choice,
    other_choice,
    other_interruption,
    other_type,
    ends_all,
    ends_all,
    no_loop,
)
