"""Mistakes in where tokens go, in timers and in events."""

from __future__ import annotations

from tests.engine.drawings import drawing, flows, shape, task, timer
from tests.engine.mistakes.table import (
    END,
    ENDING,
    START,
    Mistake,
    chain,
    choice,
    with_properties,
)

ERROR = '<bpmn:error id="galat" name="Galat" errorCode="G1"/>'
MESSAGE = '<bpmn:message id="pesan" name="tarik"/>'
WITH = shape("endEvent", "lain", ENDING)


def parallel(*pairs: tuple[str, ...], extra: str = "") -> bytes:
    """Tasks a, b, c, a gateway g and a gateway h, joined by these flows."""
    return drawing(
        START,
        task("a", ["isi"]),
        task("b"),
        task("c"),
        shape("parallelGateway", "g"),
        shape("parallelGateway", "h"),
        extra,
        END,
        flows(*pairs),
    )


def awaiting(first: str, second: str, *extra: tuple[str, ...]) -> bytes:
    """An event-based gateway before two shapes `x` and `y` with these insides."""
    return drawing(
        START,
        shape("eventBasedGateway", "g"),
        first,
        second,
        task("a"),
        END,
        flows(
            ("mulai", "g"), ("g", "x"), ("g", "y"), ("x", "a"), ("y", "a"), ("a", "akhir"), *extra
        ),
        outside=MESSAGE,
    )


def catch(id: str, inside: str) -> str:
    """An event that is waited for."""
    return shape("intermediateCatchEvent", id, inside)


def on_task(inside: str, **attributes: str) -> bytes:
    """A task with a boundary event `b` on it."""
    return chain(
        task("a"),
        shape("boundaryEvent", "b", inside, attachedToRef="a", **attributes),
        WITH,
        flows(("b", "lain")),
        outside=ERROR + MESSAGE,
    )


def by_event(inside: str, body: str = "", **attributes: str) -> bytes:
    """An event sub-process `s` whose start `s1` has this trigger."""
    return chain(
        task("a"),
        shape(
            "subProcess",
            "s",
            shape("startEvent", "s1", inside)
            + task("b")
            + shape("endEvent", "s2", ENDING)
            + flows(("s1", "b"), ("b", "s2"))
            + body,
            triggeredByEvent="true",
        ),
        outside=MESSAGE + ERROR,
        **attributes,
    )


def throwing(id: str = "s", error: str = "galat") -> str:
    """A sub-process that ends with an error."""
    return shape(
        "subProcess",
        id,
        shape("startEvent", f"{id}1")
        + task(f"{id}2")
        + shape("endEvent", f"{id}3", f'<bpmn:errorEventDefinition errorRef="{error}"/>')
        + flows((f"{id}1", f"{id}2"), (f"{id}2", f"{id}3")),
    )


CATCHER = shape(
    "boundaryEvent", "b", '<bpmn:errorEventDefinition errorRef="galat"/>', attachedToRef="s"
)
TIMER = timer("timeDuration", "P1D")
LETTER = '<bpmn:messageEventDefinition messageRef="pesan"/>'

FLOW = [
    Mistake(code="flow.unreachable", diagram=chain(task("a"), WITH), element="lain"),
    Mistake(
        code="flow.dead_end",
        diagram=drawing(START, task("a"), WITH, flows(("mulai", "a"))),
        element="a",
        also=frozenset(("flow.unreachable",)),
    ),
    Mistake(
        code="flow.after_end",
        diagram=chain(task("a"), flows(("akhir", "a"))),
        element="f_akhir_a",
        also=frozenset(("flow.loop_without_gateway",)),
    ),
    Mistake(
        code="flow.into_start",
        diagram=choice("a.isi == 'x'").replace(b'targetRef="lain"', b'targetRef="mulai"'),
        element="f_g_lain",
        also=frozenset(("flow.unreachable",)),
    ),
    Mistake(
        code="flow.event_subprocess",
        diagram=by_event(LETTER).replace(
            b'sourceRef="a" targetRef="akhir"', b'sourceRef="a" targetRef="s"'
        ),
        element="f_a_akhir",
        also=frozenset(("flow.unreachable",)),
    ),
    Mistake(
        code="flow.split_without_gateway",
        diagram=chain(task("a"), WITH, flows(("a", "lain"))),
        element="a",
    ),
    Mistake(
        code="flow.default_elsewhere",
        diagram=choice(default="f_mulai_a"),
        element="g",
        also=frozenset(("flow.no_condition",)),
    ),
    Mistake(
        code="flow.no_default",
        diagram=choice().replace(b' default="f_g_akhir"', b""),
        element="g",
        also=frozenset(("flow.no_condition",)),
    ),
    Mistake(
        code="flow.default_with_condition",
        diagram=choice(default="f_g_lain"),
        element="f_g_lain",
        also=frozenset(("flow.no_condition",)),
    ),
    Mistake(
        code="flow.no_condition",
        diagram=drawing(
            START,
            shape("exclusiveGateway", "g", default="f_g_akhir"),
            END,
            WITH,
            flows(("mulai", "g"), ("g", "akhir"), ("g", "lain")),
        ),
        element="f_g_lain",
    ),
    Mistake(
        code="flow.single_condition",
        diagram=drawing(
            START,
            shape("exclusiveGateway", "g"),
            END,
            flows(("mulai", "g"), ("g", "akhir", "daerah == '32'")),
        ),
        element="f_g_akhir",
    ),
    Mistake(
        code="flow.same_condition",
        diagram=drawing(
            START,
            shape("exclusiveGateway", "g", default="f_g_akhir"),
            END,
            WITH,
            shape("endEvent", "dua", ENDING),
            flows(
                ("mulai", "g"),
                ("g", "akhir"),
                ("g", "lain", "daerah == '32'"),
                ("g", "dua", "daerah  ==  '32'"),
            ),
        ),
        element="f_g_dua",
    ),
    Mistake(
        code="flow.condition_without_gateway",
        diagram=drawing(
            START, task("a", ["isi"]), END, flows(("mulai", "a"), ("a", "akhir", "a.isi == 'x'"))
        ),
        element="f_a_akhir",
    ),
    Mistake(
        code="flow.event_gateway_single",
        diagram=drawing(
            START,
            shape("eventBasedGateway", "g"),
            catch("x", TIMER),
            END,
            flows(("mulai", "g"), ("g", "x"), ("x", "akhir")),
        ),
        element="g",
    ),
    Mistake(
        code="flow.event_gateway_target",
        diagram=awaiting(catch("x", TIMER), task("y")),
        element="g",
    ),
    Mistake(
        code="flow.event_gateway_shared",
        diagram=drawing(
            START,
            shape("exclusiveGateway", "w", default="f_w_g"),
            shape("eventBasedGateway", "g"),
            catch("x", TIMER),
            catch("y", LETTER),
            END,
            flows(
                ("mulai", "w"),
                ("w", "g"),
                ("w", "x", "daerah == '32'"),
                ("g", "x"),
                ("g", "y"),
                ("x", "akhir"),
                ("y", "akhir"),
            ),
            outside=MESSAGE,
        ),
        element="x",
    ),
    Mistake(
        code="flow.event_gateway_two_timers",
        diagram=awaiting(catch("x", TIMER), catch("y", timer("timeDuration", "P2D"))),
        element="g",
    ),
    Mistake(
        code="flow.loop_without_gateway",
        diagram=parallel(
            ("mulai", "a"),
            ("a", "g"),
            ("g", "a"),
            ("g", "b"),
            ("b", "h"),
            ("h", "c"),
            ("c", "akhir"),
        ),
        element="a",
    ),
    Mistake(
        code="flow.loop_without_waiting",
        diagram=drawing(
            START,
            shape("scriptTask", "x", "<bpmn:script>n = 1</bpmn:script>"),
            shape("exclusiveGateway", "g", default="f_g_akhir"),
            END,
            flows(("mulai", "x"), ("x", "g"), ("g", "akhir"), ("g", "x", "n == 1")),
        ),
        element="x",
    ),
    Mistake(
        code="flow.join_waits_forever",
        diagram=drawing(
            START,
            shape("exclusiveGateway", "g", default="f_g_a"),
            task("a"),
            task("b"),
            shape("parallelGateway", "h"),
            END,
            flows(
                ("mulai", "g"),
                ("g", "a"),
                ("g", "b", "daerah == '32'"),
                ("a", "h"),
                ("b", "h"),
                ("h", "akhir"),
            ),
        ),
        element="h",
    ),
    Mistake(
        code="flow.runs_twice",
        severity="warning",
        diagram=parallel(
            ("mulai", "g"),
            ("g", "a"),
            ("g", "b"),
            ("a", "c"),
            ("b", "c"),
            ("c", "h"),
            ("h", "akhir"),
        ),
        element="c",
    ),
]


def timed(kind: str, text: str, **attributes: str) -> bytes:
    """A task with a boundary timer."""
    return on_task(timer(kind, text), **attributes)


TIMERS = [
    Mistake(code="timers.no_time", diagram=on_task("<bpmn:timerEventDefinition/>"), element="b",
            at="timerEventDefinition"),
    *(
        Mistake(code="timers.unreadable", diagram=timed("timeDuration", text), element="b",
                at="timeDuration")
        for text in ("3 hari krja", "besok pagi", "P1W2X", "PT0S", "-P1D", "P1D foo")
    ),
    Mistake(code="expressions.unknown_name", diagram=timed("timeDuration", "besok"), element="b",
            at="timeDuration"),
    Mistake(code="timers.no_such_date", diagram=timed("timeDate", "2027-02-30"), element="b",
            at="timeDate"),
    Mistake(code="timers.too_long", diagram=timed("timeDuration", "P40000D"), element="b",
            at="timeDuration"),
    Mistake(code="timers.bad_cycle", diagram=timed("timeCycle", "0 0 * * *", cancelActivity="false"),
            element="b", at="timeCycle"),
    Mistake(code="timers.not_positive", diagram=timed("timeDuration", "PT0H"), element="b",
            at="timeDuration"),
    Mistake(code="timers.too_long", diagram=timed("timeDuration", "P1000Y"), element="b",
            at="timeDuration"),
    Mistake(code="timers.bad_cycle", diagram=timed("timeCycle", "R/PT1S", cancelActivity="false"),
            element="b", at="timeCycle"),
    Mistake(code="timers.cycle_interrupts", diagram=timed("timeCycle", "R3/P1D"), element="b",
            at="timeCycle"),
    Mistake(
        code="timers.cycle_elsewhere",
        diagram=chain(catch("a", timer("timeCycle", "R3/P1D"))),
        element="a",
        at="timeCycle",
    ),
]  # fmt: skip

EVENTS = [
    Mistake(code="events.several", diagram=on_task(TIMER + LETTER), element="b"),
    Mistake(code="events.undefined", diagram=on_task(""), element="b"),
    Mistake(
        code="events.unsupported",
        diagram=chain(shape("intermediateThrowEvent", "a", '<bpmn:linkEventDefinition name="l"/>')),
        element="a",
        at="linkEventDefinition",
    ),
    *(
        Mistake(code="events.unsupported", diagram=on_task(inside), element="b", at=at)
        for inside, at in (
            ("<bpmn:escalationEventDefinition/>", "escalation"),
            ("<bpmn:compensateEventDefinition/>", "compensate"),
            (
                "<bpmn:conditionalEventDefinition><bpmn:condition>x</bpmn:condition>"
                "</bpmn:conditionalEventDefinition>",
                "conditional",
            ),
        )
    ),
    Mistake(
        code="events.no_reference",
        diagram=on_task("<bpmn:messageEventDefinition/>"),
        element="b",
        at="messageEvent",
    ),
    Mistake(
        code="events.no_reference",
        diagram=chain(shape("receiveTask", "a")),
        element="a",
    ),
    Mistake(
        code="structure.dangling",
        diagram=on_task('<bpmn:errorEventDefinition errorRef="hilang"/>'),
        element="b",
        at="hilang",
    ),
    Mistake(
        code="events.unnamed",
        diagram=on_task(LETTER).replace(b' name="tarik"', b""),
        element="pesan",
    ),
    Mistake(
        code="events.no_code",
        diagram=chain(task("a"), outside='<bpmn:error id="galat"/>'),
        element="galat",
    ),
    Mistake(
        code="events.code_twice",
        diagram=chain(
            task("a"), outside=ERROR + '<bpmn:error id="dua" name="Dua" errorCode="G1"/>'
        ),
        element="dua",
    ),
    Mistake(
        code="events.error_not_caught",
        diagram=chain(throwing(), between="s", outside=ERROR),
        element="s3",
    ),
    Mistake(
        code="events.error_from_two",
        diagram=drawing(
            START,
            throwing(),
            CATCHER,
            throwing("t"),
            CATCHER.replace('id="b"', 'id="c"').replace('"s"', '"t"'),
            END,
            WITH,
            flows(("mulai", "s"), ("s", "t"), ("t", "akhir"), ("b", "lain"), ("c", "lain")),
            outside=ERROR,
        ),
        element="t3",
    ),
    Mistake(code="events.start_undefined", diagram=by_event(""), element="s1"),
    Mistake(code="events.start_by_timer", diagram=by_event(TIMER), element="s1"),
    *(
        Mistake(
            code=code,
            severity=severity,
            diagram=drawing(
                START,
                task("a"),
                with_properties("e", "endEvent", **values),
                flows(("mulai", "a"), ("a", "e")),
            ),
            element="e",
            at=at,
        )
        for code, severity, values, at in (
            ("events.no_status", "warning", {"alasan": "selesai"}, ""),
            ("events.no_reason", "warning", {"status": "completed"}, ""),
            ("events.bad_status", "error", {"status": "beres", "alasan": "x"}, '"status"'),
        )
    ),
]
