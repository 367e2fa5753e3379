"""Files that mean harm, or are broken: each is refused in words, quickly, without a crash."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

import processes
from processes.actions.procedures import read_folder
from processes.engine.checks import check_folder, gates_lost
from processes.engine.xml import load_xml
from processes.errors import DiagramRefused
from tests.engine.drawings import HEAD, drawing, each, flows, shape, task, timer
from tests.engine.fuzzing import damaged
from tests.engine.mistakes.gates import council, maze
from tests.engine.mistakes.table import END, START, chain, choice, field_of, fields, table
from tests.engine.mutants import parallel
from tests.engine.test_traps import chain_per_region

SOUND = chain(task("a", ["isi"]))
#: small folders with a little of everything, and the shipped one
SMALL = {
    "p.bpmn": chain_per_region(),
    "k.dmn": table(),
    "peran.toml": b'kabag = "Kepala Bagian"\n',
    "pesan/tugas_baru.txt": b"Tugas\n\n{{ judul }}\n",
}
GATED = {"p.bpmn": council(), "k.dmn": table()}
SHIPPED = read_folder(Path(processes.__file__ or "").parent / "ksdd")
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def declared(dtd: str) -> bytes:
    return SOUND.replace(b"<bpmn:definitions", dtd.encode() + b"<bpmn:definitions", 1)


def zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("p.bpmn", SOUND)
    return stream.getvalue()


def line_of_tasks(count: int) -> bytes:
    names = ["mulai", *(f"a{n}" for n in range(count)), "akhir"]
    pairs = list(pairwise(names))
    return drawing(START, END, *(task(n) for n in names[1:-1]), flows(*pairs))


def nested_subprocesses(depth: int) -> bytes:
    inside = task("a")
    for level in range(depth):
        inside = shape("subProcess", f"s{level}", inside)
    return drawing(START, inside, END)


def dense(count: int) -> bytes:
    names = [f"g{n}" for n in range(count)]
    pairs = [(a, b, f"daerah == '{a}{b}'") for a in names for b in names if a != b][:6000]
    gates = (shape("exclusiveGateway", name) for name in names)
    return drawing(START, *gates, END, flows(("mulai", "g0"), ("g0", "akhir"), *pairs))


def parallel_maze(width: int) -> bytes:
    names = [f"a{n}" for n in range(width)]
    out = [("g", name) for name in names]
    back = [(name, "h") for name in names]
    return drawing(
        START,
        shape("parallelGateway", "g"),
        *(task(name) for name in names),
        shape("parallelGateway", "h"),
        END,
        flows(("mulai", "g"), *out, *back, ("h", "akhir")),
    )


def timed(text: str, kind: str = "timeDuration", **attributes: str) -> bytes:
    """A task with a boundary timer."""
    event = shape("boundaryEvent", "t", timer(kind, text), attachedToRef="a", **attributes)
    return chain(task("a"), event, shape("endEvent", "lain"), flows(("t", "lain")))


REFUSED: dict[str, Callable[[], bytes]] = {
    "an empty file": lambda: b"",
    "a greeting": lambda: b"hello",
    "json": lambda: b'{"a": 1}',
    "binary": lambda: bytes(range(256)) * 40,
    "fifty megabytes": lambda: b"x" * 50_000_000,
    "a doctype": lambda: declared("<!DOCTYPE d>"),
    "a doctype in small letters": lambda: declared("<!doctype d>"),
    "an external file": lambda: declared('<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
    "an external address": lambda: declared('<!DOCTYPE d [<!ENTITY e SYSTEM "http://[::1]/x">]>'),
    "a billion laughs": lambda: declared(f'<!DOCTYPE d [<!ENTITY l0 "lol">{LAUGHS}]>'),
    "one long entity": lambda: declared(f'<!DOCTYPE d [<!ENTITY q "{"A" * 100_000}">]>'),
    "an external dtd": lambda: declared('<!DOCTYPE d SYSTEM "http://[::1]/x.dtd">'),
    "a doctype in utf-16": lambda: (
        declared("<!DOCTYPE d>").decode().replace("UTF-8", "UTF-16").encode("utf-16")
    ),
    "a doctype in utf-7": lambda: b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE d+AD4-',
    "a stylesheet": lambda: declared('<?xml-stylesheet href="x.xsl"?>'),
    "an inclusion": lambda: drawing(
        START, '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="x"/>'
    ),
    "three hundred levels": lambda: b"<a>" * 300 + b"</a>" * 300,
    "a hundred thousand levels": lambda: b"<a>" * 100_000 + b"</a>" * 100_000,
    "five hundred tasks": lambda: line_of_tasks(500),
    "sixty sub-processes inside each other": lambda: nested_subprocesses(60),
    "gateways each joined to each": lambda: dense(290),
    "two million loops": lambda: chain(
        task(
            "a",
            inside="<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2000000"
            "</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>",
        )
    ),
    "a call to itself": lambda: chain(shape("callActivity", "a", calledElement="p")),
    "a condition of brackets": lambda: choice("(" * 500 + "1" + ")" * 500),
    "a condition of a million letters": lambda: choice("a" * 1_000_000),
    "a power tower": lambda: choice("9**9**9"),
    "a script that never ends": lambda: chain(
        shape("scriptTask", "a", "<bpmn:script>while True: pass</bpmn:script>")
    ),
    "twenty thousand terms": lambda: choice("1" + "+1" * 20_000),
    "a name of a hundred kilobytes": lambda: chain(task("a", name="n" * 100_000)),
    "a name written backwards": lambda: chain(task("a", name="a\u202eb")),
    "an emoji for an id": lambda: chain(task("\U0001f600"), between="\U0001f600"),
    "a space in an id": lambda: chain(task("a b"), between="a b"),
    "a field called builtins": lambda: chain(fields(field_of("__builtins__"))),
    "a zip": zipped,
    "a stylesheet address": lambda: declared('<?xml-model href="http://[::1]/x"?>'),
    "an import from elsewhere": lambda: drawing(
        START,
        task("a"),
        END,
        outside='<bpmn:import importType="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        ' location="http://[::1]/x.bpmn" namespace="urn:x"/>',
    ),
    "a pile of flows into one task": lambda: drawing(
        START, task("a"), END, flows(*((f"s{n}", "a") for n in range(8000)))
    ),
    "conditions as long as they may be": lambda: chain(
        *(
            shape("exclusiveGateway", f"g{n}", default="x")
            + flows((f"g{n}", "a", "a.isi == '" + "x" * 1900 + "'"))
            for n in range(290)
        ),
        task("a", ["isi"]),
    ),
    "a table of a thousand rows": lambda: chain(task("a", ["isi"])).replace(
        b"</bpmn:process>", b"<bpmn:task/>" * 9000 + b"</bpmn:process>"
    ),
    "gates around a maze": maze,
    "conditions that are all different": lambda: drawing(
        START,
        task("a", ["isi"]),
        shape("exclusiveGateway", "g"),
        END,
        flows(
            ("mulai", "a"),
            ("a", "g"),
            *(
                ("g", "akhir", " or ".join(f"a.isi == '{n}{m}'" for m in range(99)))
                for n in range(900)
            ),
        ),
    ),
    "a table of three thousand rows": lambda: table(test='"' + "x" * 100 + '"').replace(
        b"</decisionTable>",
        b"".join(
            f'<rule><inputEntry><text>"v{n}"</text></inputEntry><outputEntry><text>(</text>'
            "</outputEntry></rule>".encode()
            for n in range(3000)
        )
        + b"</decisionTable>",
    ),
    "a timer of a thousand years": lambda: timed("P1000Y"),
    "a timer of no time": lambda: timed("PT0S"),
    "a timer back in time": lambda: timed("-P1D"),
    "a cycle every second": lambda: timed("R/PT1S", "timeCycle", cancelActivity="false"),
    "names of a million fields": lambda: chain(fields(*(field_of(f"f{n}") for n in range(15_000)))),
    "a number of nothing": lambda: HEAD.encode(),
    "a greedy pattern": lambda: chain(
        fields(
            field_of(
                "isi",
                inside='<camunda:validation><camunda:constraint name="pattern" config="^(a+)+$"/>'
                "</camunda:validation>",
            )
        )
    ),
}

TAKEN: dict[str, Callable[[], bytes]] = {
    "utf-16": lambda: SOUND.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    "a byte order mark": lambda: b"\xef\xbb\xbf" + SOUND,
    "a name with markup": lambda: chain(task("a", name="&lt;img onerror=alert(1)&gt;")),
    "a name on two lines": lambda: chain(task("a", name="satu&#10;dua")),
    "zeebe attributes": lambda: chain(
        shape(
            "userTask",
            "a",
            "<bpmn:extensionElements>"
            '<zeebe:assignmentDefinition candidateGroups="kabag"/>'
            '<zeebe:taskSchedule dueDate="=hari_kerja(5)"/></bpmn:extensionElements>',
        )
    ),
    "two hundred and ninety tasks": lambda: line_of_tasks(290),
    "forty parallel branches": lambda: parallel_maze(40),
    "fifty parties": lambda: chain(task("a", inside=each("mitra", "m", "semua_a", "a"))),
}


def errors_of(files: dict[str, bytes]) -> list[str]:
    """Codes of the errors; a check that does not come to an end fails the test."""
    findings = check_folder(files, ("kabag",))
    assert all(f.message and f.line >= 0 for f in findings)
    return [f.code for f in findings if f.severity == "error"]


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED.keys())
def test_harm_is_refused_quickly(make: Callable[[], bytes]) -> None:
    assert errors_of({"p.bpmn": make()}) != []


@pytest.mark.parametrize("make", TAKEN.values(), ids=TAKEN.keys())
def test_what_only_looks_odd_is_taken(make: Callable[[], bytes]) -> None:
    assert errors_of({"p.bpmn": make()}) == []


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED.keys())
def test_harm_in_a_decision_table_is_refused_quickly(make: Callable[[], bytes]) -> None:
    assert errors_of({"p.bpmn": SOUND, "k.dmn": make()}) != []


def test_every_harm_is_refused_within_two_seconds_and_300_mb() -> None:
    """The limits are those of the operating system: who passes them is killed."""
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "tests.engine.limited"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        check=True,
    )
    outcomes = json.loads(done.stdout)
    assert len(outcomes) == 2 * len(REFUSED) + 1
    assert {name: said for name, said in outcomes.items() if said != "refused"} == {}


def test_code_in_a_decision_is_refused() -> None:
    codes = errors_of({"p.bpmn": SOUND, "k.dmn": table(answer="__import__('os')")})

    assert codes == ["decisions.problem"]


def test_a_file_cut_anywhere_or_with_noise_never_crashes() -> None:
    chance = random.Random(22)
    for _ in range(150):
        data = bytearray(choice("ada(mitra, 'kode', a.isi)"))
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        cut = bytes(data[: chance.randrange(len(data))]) if chance.random() < 0.3 else bytes(data)
        check_folder({"p.bpmn": cut, "k.dmn": bytes(table()[: chance.randrange(400)])})


def test_attributes_exchanged_at_random_never_crash() -> None:
    chance = random.Random(7)
    words = ["a", "g", "mulai", "akhir", "p", "", "mitra", "x y", "P1D", "true", "s"]
    text = choice("a.isi == 'x'").decode()
    for _ in range(200):
        pieces = text.split('"')
        for _ in range(chance.randrange(1, 5)):
            place = chance.randrange(12, len(pieces) // 2) * 2 - 1
            pieces[place] = chance.choice(words)
        check_folder({"p.bpmn": '"'.join(pieces).encode()})


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_folder_is_checked_to_the_end(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(40):
        check_folder(damaged(SMALL, chance), ("kabag",))
    for _ in range(2):
        check_folder(damaged(SHIPPED, chance), ("kabag",))


@pytest.mark.parametrize("seed", range(2))
def test_gates_of_a_damaged_folder_are_compared_to_the_end(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(10):
        gates_lost(GATED, damaged(GATED, chance))
        gates_lost(damaged(GATED, chance), GATED)


def test_the_line_of_a_broken_file_is_named() -> None:
    with pytest.raises(DiagramRefused) as refused:
        load_xml(b"<a>\n<b>\n</c>\n</a>", "p.bpmn")

    (finding,) = refused.value.findings
    assert (finding.file, finding.line, finding.code) == ("p.bpmn", 3, "safety.not_xml")


def test_a_comment_hides_nothing() -> None:
    root = load_xml(b"<a>sat<!-- x -->u<!-- </a> --></a>", "p.bpmn")

    assert root.text == "satu"


def test_many_mistakes_are_told_up_to_a_limit() -> None:
    many = [field_of(f"F{n}") for n in range(59)]
    tasks = [fields(*many, id=f"t{n}") for n in range(10)]

    findings = check_folder({"p.bpmn": drawing(START, *tasks, END)})

    assert sum(f.severity == "error" for f in findings) == 200


@pytest.mark.parametrize("other", ["f_b_q", "f_a_g"])
def test_gateways_that_answer_each_other_in_a_circle_are_checked_to_the_end(other: str) -> None:
    root = etree.fromstring(parallel())
    one, two = (root.find(f".//{{*}}sequenceFlow[@id='{name}']") for name in ("f_h_c", other))
    assert one is not None
    assert two is not None
    targets = one.get("targetRef"), two.get("targetRef")
    one.set("targetRef", targets[1])
    two.set("targetRef", targets[0])
    codes = {finding.code for finding in check_folder({"p.bpmn": etree.tostring(root)})}
    assert "flow.join_waits_forever" in codes
