"""What runs as drawn is left alone: no finding where the engine does what the owner meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import processes
from processes.engine.checks import check_folder
from tests.engine.drawings import Walk, drawing, each, flows, read, shape, task, timer
from tests.engine.mistakes.course import ENDLESS, both
from tests.engine.mistakes.data import branches, loop
from tests.engine.mistakes.phrases import MEETING, script
from tests.engine.mistakes.pieces import CATCHER, ERROR, MESSAGE, by_event, throwing
from tests.engine.mistakes.table import END, ENDING, START, chain, choice, field_of, fields, table

KSDD = Path(processes.__file__ or "").parent / "ksdd"
LATER = shape("endEvent", "lain", ENDING)


def after(text: str, *before: str, **attributes: str) -> bytes:
    """A boundary timer on the second of two tasks."""
    return drawing(
        START,
        task("a", ["isi"]),
        task("b"),
        shape("boundaryEvent", "t", text, attachedToRef="b", **attributes),
        LATER,
        END,
        *before,
        flows(("mulai", "a"), ("a", "b"), ("b", "akhir"), ("t", "lain")),
    )


SOUND: dict[str, Callable[[], bytes]] = {
    "an answer by task and field": lambda: choice("a.isi == 'x'"),
    "an answer of a list of choices": lambda: choice("a.hasil in ['sepakat']", inside=MEETING),
    "a choice compared with nothing": lambda: choice("a.hasil == null", inside=MEETING),
    "the region of a task": lambda: choice("a.daerah == pemrakarsa.kode"),
    "partners counted": lambda: choice("len(mitra) > 1 and ada(mitra, 'kode', '32.01')"),
    "juel signs": lambda: choice("${a.isi == 'x' &amp;&amp; !ada(mitra, 'kode', '32')}"),
    "working days": lambda: after(timer("timeDuration", "45 hari kerja")),
    "iso days": lambda: after(timer("timeDuration", "P30D")),
    "a date from an answer": lambda: after(timer("timeDate", "hari_kerja(45, a.isi)")),
    "a fixed date": lambda: after(timer("timeDate", "2027-01-31")),
    "a cycle that interrupts nothing": lambda: after(
        timer("timeCycle", "R3/P1D"), cancelActivity="false"
    ),
    "a way back to a task over a gateway": lambda: drawing(
        START,
        task("a", ["isi"]),
        shape("exclusiveGateway", "g", default="f_g_akhir"),
        END,
        flows(("mulai", "a"), ("a", "g"), ("g", "akhir"), ("g", "a", "a.isi == 'x'")),
    ),
    "a way back over a timer": lambda: drawing(
        START,
        task("a"),
        shape("boundaryEvent", "t", timer("timeDuration", "P1D"), attachedToRef="a"),
        task("b"),
        END,
        flows(("mulai", "a"), ("a", "akhir"), ("t", "b"), ("b", "a")),
    ),
    "two ways into one end": lambda: drawing(
        START,
        task("a", ["isi"]),
        shape("exclusiveGateway", "g", default="f_g_b"),
        task("b"),
        task("c"),
        END,
        flows(
            ("mulai", "a"),
            ("a", "g"),
            ("g", "b"),
            ("g", "c", "a.isi == 'x'"),
            ("b", "akhir"),
            ("c", "akhir"),
        ),
    ),
    "both branches known after a join": lambda: drawing(
        START,
        shape("parallelGateway", "g"),
        task("a", ["isi"]),
        task("b", ["isi2"]),
        shape("parallelGateway", "h"),
        script("x", "n = a.isi == b.isi2"),
        END,
        flows(
            ("mulai", "g"),
            ("g", "a"),
            ("g", "b"),
            ("a", "h"),
            ("b", "h"),
            ("h", "x"),
            ("x", "akhir"),
        ),
    ),
    "a loop that collects its task": loop,
    "a loop that sets its result on every branch": lambda: loop(
        inside=branches(script("b", 'a = {"daerah": m.kode, "isi": "tidak perlu"}'))
    ),
    "a loop that stops early": lambda: loop(
        each("mitra", "m", "jawaban", "a", "a.isi == 'berhenti'")
    ),
    "a loop entered again": lambda: drawing(
        START,
        shape(
            "subProcess",
            "s",
            each("mitra", "m", "jawaban", "a")
            + shape("startEvent", "s1")
            + task("a", ["isi"])
            + shape("endEvent", "s2")
            + flows(("s1", "a"), ("a", "s2")),
        ),
        shape("exclusiveGateway", "g", default="f_g_akhir"),
        END,
        flows(
            ("mulai", "s"),
            ("s", "g"),
            ("g", "akhir"),
            ("g", "s", "ada(jawaban, 'isi', 'ulang')"),
        ),
    ),
    "an error that is caught, with what was answered before it": lambda: drawing(
        START,
        throwing(),
        CATCHER,
        script("x", "n = s2.daerah"),
        END,
        LATER,
        flows(("mulai", "s"), ("s", "akhir"), ("b", "x"), ("x", "lain")),
        outside=ERROR,
    ),
    "a circle that only a withdrawal ends": lambda: drawing(
        START,
        *ENDLESS,
        END,
        shape(
            "subProcess",
            "s",
            shape("startEvent", "s1", '<bpmn:messageEventDefinition messageRef="pesan"/>')
            + shape("endEvent", "s2", ENDING)
            + flows(("s1", "s2")),
            triggeredByEvent="true",
        ),
        outside=MESSAGE,
    ),
    "the same question on two branches, each asked for by its task": lambda: both(
        task("b", ["isi"]), task("c", ["isi"]), script("x", "n = b.isi == c.isi")
    ),
    "a withdrawal by message": lambda: by_event(
        '<bpmn:messageEventDefinition messageRef="pesan"/>'
    ),
    "a message or a timer, whichever comes first": lambda: drawing(
        START,
        shape("eventBasedGateway", "g"),
        shape("intermediateCatchEvent", "x", timer("timeDuration", "P1D")),
        shape("intermediateCatchEvent", "y", '<bpmn:messageEventDefinition messageRef="pesan"/>'),
        END,
        LATER,
        flows(("mulai", "g"), ("g", "x"), ("g", "y"), ("x", "akhir"), ("y", "lain")),
        outside=MESSAGE,
    ),
    "a form with conditions between its fields": lambda: chain(
        fields(
            field_of("ada_surat", "boolean"),
            field_of(
                "nomor",
                inside='<camunda:properties><camunda:property id="jenis" value="nomor_surat"/>'
                '<camunda:property id="wajib_jika" value="ada_surat"/></camunda:properties>',
            ),
        )
    ),
    "empty values to begin with": lambda: drawing(
        START,
        script("x", "isi = null\nputaran = 1"),
        task("a", ["isi"]),
        script("y", "putaran += 1\nlagi = isi"),
        END,
        flows(("mulai", "x"), ("x", "a"), ("a", "y"), ("y", "akhir")),
    ),
}


def errors(files: dict[str, bytes]) -> list[str]:
    found = check_folder(files, ("kabag",))
    return [f"{f.code} {f.element}" for f in found if f.severity == "error"]


@pytest.mark.parametrize("make", SOUND.values(), ids=SOUND.keys())
def test_a_sound_diagram_has_no_errors(make: Callable[[], bytes]) -> None:
    assert errors({"p.bpmn": make()}) == []


@pytest.mark.parametrize("make", SOUND.values(), ids=SOUND.keys())
def test_the_engine_reads_what_the_checks_pass(make: Callable[[], bytes]) -> None:
    procedure = read(make())

    assert Walk(procedure).ended is None


@pytest.mark.parametrize("make", SOUND.values(), ids=SOUND.keys())
def test_nothing_is_said_to_be_missing_that_is_there(make: Callable[[], bytes]) -> None:
    codes = {f.code for f in check_folder({"p.bpmn": make()}, ("kabag",))}

    assert "expressions.perhaps_missing" not in codes
    assert "flow.runs_twice" not in codes
    assert "flow.written_by_both" not in codes


def test_a_decision_that_knows_its_answers_has_no_errors() -> None:
    diagram = drawing(
        START,
        task("a", ["isi"]),
        shape("businessRuleTask", "b", camunda__decisionRef="k"),
        shape("exclusiveGateway", "g", default="f_g_akhir"),
        END,
        LATER,
        flows(
            ("mulai", "a"), ("a", "b"), ("b", "g"), ("g", "akhir"), ("g", "lain", "jawab == 'ya'")
        ),
    )

    assert errors({"p.bpmn": diagram, "k.dmn": table()}) == []


def test_a_condition_on_what_a_table_never_answers_is_an_error() -> None:
    diagram = drawing(
        START,
        task("a", ["isi"]),
        shape("businessRuleTask", "b", camunda__decisionRef="k"),
        shape("exclusiveGateway", "g", default="f_g_akhir"),
        END,
        LATER,
        flows(
            ("mulai", "a"), ("a", "b"), ("b", "g"), ("g", "akhir"), ("g", "lain", "jawab == 'iya'")
        ),
    )

    found = errors({"p.bpmn": diagram, "k.dmn": table()})

    assert found == ["expressions.unknown_choice f_g_lain"]


def test_the_shipped_folder_has_no_errors() -> None:
    files = {
        path.relative_to(KSDD).as_posix(): path.read_bytes()
        for path in KSDD.rglob("*")
        if path.is_file()
    }

    found = check_folder(files, None)

    assert [f"{f}" for f in found if f.severity == "error"] == []


def test_roles_are_left_alone_when_nobody_knows_them() -> None:
    assert [f for f in check_folder({"p.bpmn": chain(task("a"))}) if f.severity == "error"] == []
