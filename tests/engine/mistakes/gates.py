"""Mistakes in the gates that a procedure declares."""

from __future__ import annotations

from tests.engine.drawings import drawing, each, flows, shape
from tests.engine.mistakes.table import END, START, Mistake, field_of, fields

REQUIRED = (
    '<camunda:validation><camunda:constraint name="required" config="true"/></camunda:validation>'
)
ASKED = fields(field_of("teranggarkan", "boolean", REQUIRED), field_of("catatan"), id="permohonan")
COUNCIL, SIGNING = fields(id="dprd"), fields(id="tanda_tangan")
NUMBERS = range(9)
QUESTIONS = fields(*(field_of(f"t{n}", "boolean", REQUIRED) for n in NUMBERS), id="tanya")
MANY = " or ".join(f"t{n} == true" for n in NUMBERS)
GATE = "dprd sebelum tanda_tangan jika teranggarkan == false"


def declaring(gate: str, *shapes: str) -> bytes:
    """A procedure that declares a gate."""
    written = (
        "<bpmn:extensionElements><camunda:properties>"
        f'<camunda:property name="gerbang_hukum" value="{gate}"/>'
        "</camunda:properties></bpmn:extensionElements>"
    )
    return drawing(written, *shapes)


def council(
    gate: str = GATE, *, condition: str = "permohonan.teranggarkan == true", task: str = COUNCIL
) -> bytes:
    """Budgeted requests are signed at once; the others go to the council first."""
    return declaring(
        gate,
        START,
        ASKED,
        shape("exclusiveGateway", "perlu", default="f_perlu_dprd"),
        task,
        SIGNING,
        END,
        flows(
            ("mulai", "permohonan"),
            ("permohonan", "perlu"),
            ("perlu", "dprd"),
            ("perlu", "tanda_tangan", condition),
            ("dprd", "tanda_tangan"),
            ("tanda_tangan", "akhir"),
        ),
    )


def maze(width: int = 30) -> bytes:
    """Gateways each joined to each, all of them before the council."""
    names = [f"g{n}" for n in range(width)]
    pairs = [(a, b, f"daerah == '{a}{b}'") for a in names for b in names if a != b]
    return declaring(
        "; ".join([GATE] * 20),
        START,
        ASKED,
        *(shape("exclusiveGateway", name, default=f"f_{name}_dprd") for name in names),
        COUNCIL,
        SIGNING,
        END,
        flows(
            ("mulai", "permohonan"),
            ("permohonan", "g0"),
            *pairs,
            *((name, "dprd") for name in names),
            ("dprd", "tanda_tangan"),
            ("tanda_tangan", "akhir"),
        ),
    )


GATES = [
    Mistake(
        code="gates.unreadable",
        diagram=council("dprd lalu tanda_tangan"),
        element="p",
        at="gerbang",
    ),
    Mistake(code="gates.unreadable", diagram=council(" ; "), element="p", at="gerbang"),
    Mistake(
        code="gates.unreadable",
        diagram=council("dprd sebelum tanda_tangan jika import os"),
        element="p",
        at="gerbang",
    ),
    Mistake(
        code="gates.unknown_task",
        diagram=council("dewan sebelum tanda_tangan"),
        element="p",
        at="gerbang",
    ),
    *(
        Mistake(
            code="gates.unknown_field",
            diagram=council(f"dprd sebelum tanda_tangan jika {name} == 'x'"),
            element="p",
            at="gerbang",
        )
        for name in ("anggaran", "catatan")
    ),
    Mistake(
        code="gates.not_for_each",
        diagram=council("dprd setiap pihak sebelum tanda_tangan jika teranggarkan == false"),
        element="dprd",
    ),
    Mistake(
        code="gates.not_for_each",
        diagram=council(
            "dprd setiap pihak sebelum tanda_tangan jika teranggarkan == false",
            task=fields(id="dprd", inside=each("mitra", "m", "semua_dprd", "dprd")),
        ),
        element="dprd",
    ),
    Mistake(
        code="gates.bypassed",
        diagram=council(condition="permohonan.teranggarkan == false"),
        element="tanda_tangan",
    ),
    Mistake(
        code="gates.too_complex",
        diagram=council(f"dprd sebelum tanda_tangan jika {MANY}", task=COUNCIL + QUESTIONS),
        element="p",
        at="gerbang",
        also=frozenset(("flow.unreachable", "flow.dead_end")),
    ),
    Mistake(
        code="gates.too_complex",
        diagram=maze(),
        element="p",
        at="gerbang",
        also=frozenset(("flow.loop_without_waiting",)),
    ),
]
