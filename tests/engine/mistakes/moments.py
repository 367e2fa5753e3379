"""Mistakes in timers and events."""

from __future__ import annotations

from tests.engine.drawings import drawing, flows, shape, task, timer
from tests.engine.mistakes.pieces import (
    CATCHER,
    ERROR,
    LETTER,
    TIMER,
    WITH,
    by_event,
    catch,
    on_task,
    throwing,
)
from tests.engine.mistakes.table import (
    END,
    START,
    Mistake,
    chain,
    with_properties,
)


def timed(kind: str, text: str, **attributes: str) -> bytes:
    """A task with a boundary timer."""
    return on_task(timer(kind, text), **attributes)


TIMERS = [
    Mistake(
        code="timers.no_time",
        diagram=on_task("<bpmn:timerEventDefinition/>"),
        element="b",
        at="timerEventDefinition",
    ),
    *(
        Mistake(
            code="timers.unreadable",
            diagram=timed("timeDuration", text),
            element="b",
            at="timeDuration",
        )
        for text in ("3 hari krja", "besok pagi", "P1W2X", "-P1D", "P1D foo")
    ),
    Mistake(
        code="expressions.unknown_name",
        diagram=timed("timeDuration", "besok"),
        element="b",
        at="timeDuration",
    ),
    *(
        Mistake(
            code="timers.not_a_time",
            diagram=timed("timeDate", text),
            element="b",
            at="timeDate",
        )
        for text in ("len(mitra)", "mitra == null", "mitra")
    ),
    Mistake(
        code="timers.no_such_date",
        diagram=timed("timeDate", "2027-02-30"),
        element="b",
        at="timeDate",
    ),
    Mistake(
        code="timers.too_long",
        diagram=timed("timeDuration", "P40000D"),
        element="b",
        at="timeDuration",
    ),
    Mistake(
        code="timers.bad_cycle",
        diagram=timed("timeCycle", "0 0 * * *", cancelActivity="false"),
        element="b",
        at="timeCycle",
    ),
    Mistake(
        code="timers.not_positive",
        diagram=timed("timeDuration", "PT0S"),
        element="b",
        at="timeDuration",
    ),
    Mistake(
        code="timers.too_long",
        diagram=timed("timeDuration", "P1000Y"),
        element="b",
        at="timeDuration",
    ),
    Mistake(
        code="timers.cycle_too_short",
        diagram=timed("timeCycle", "R/PT1S", cancelActivity="false"),
        element="b",
        at="timeCycle",
    ),
    Mistake(
        code="timers.cycle_interrupts",
        diagram=timed("timeCycle", "R3/P1D"),
        element="b",
        at="timeCycle",
    ),
    Mistake(
        code="timers.cycle_elsewhere",
        diagram=chain(catch("a", timer("timeCycle", "R3/P1D"))),
        element="a",
        at="timeCycle",
    ),
]

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
