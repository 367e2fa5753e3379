"""Mistakes in where tokens go."""

from __future__ import annotations

from tests.engine.drawings import drawing, flows, shape, task, timer
from tests.engine.mistakes.phrases import script
from tests.engine.mistakes.pieces import (
    LETTER,
    MESSAGE,
    TIMER,
    WITH,
    awaiting,
    by_event,
    catch,
    parallel,
)
from tests.engine.mistakes.table import (
    END,
    ENDING,
    START,
    Mistake,
    chain,
    choice,
)

ENDLESS = (
    shape("exclusiveGateway", "g0", default="f_g0_a"),
    task("a", ["isi"]),
    shape("exclusiveGateway", "g", default="f_g_a"),
    task("b"),
    flows(
        ("mulai", "g0"),
        ("g0", "a"),
        ("g0", "akhir", "daerah == 'x'"),
        ("a", "g"),
        ("g", "a"),
        ("g", "b", "a.isi == 'x'"),
        ("b", "a"),
    ),
)


def both(first: str, second: str, *after: str) -> bytes:
    """Two shapes `b` and `c` on parallel branches, and what comes after they met."""
    return drawing(
        START,
        shape("parallelGateway", "g"),
        first,
        second,
        shape("parallelGateway", "h"),
        *after,
        END,
        flows(("mulai", "g"), ("g", "b"), ("g", "c"), ("b", "h"), ("c", "h")),
        flows(("h", "x"), ("x", "akhir")) if after else flows(("h", "akhir")),
        outside=MESSAGE,
    )


FLOW = [
    Mistake(code="flow.never_ends", diagram=drawing(START, *ENDLESS, END), element="a"),
    Mistake(
        code="flow.written_by_both",
        diagram=both(script("b", "n = 1"), script("c", "n = 2")),
        element="c",
        severity="warning",
    ),
    Mistake(
        code="flow.written_by_both",
        diagram=both(task("b", ["isi"]), task("c", ["isi"]), script("x", "n = isi")),
        element="c",
        severity="warning",
    ),
    Mistake(
        code="events.message_for_two",
        diagram=both(catch("b", LETTER), catch("c", LETTER)),
        element="c",
        severity="warning",
    ),
    *(
        Mistake(
            code="names.made_up",
            diagram=chain(task(own), between=own),
            element=own,
            severity="warning",
        )
        for own in ("Activity_0x1y2z3", "Task_1abcdef")
    ),
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
