"""A declared gate is proved on the drawing, and a version that loses one is found."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from lxml import etree

import processes
from processes.actions.procedures import read_folder
from processes.engine.attributes import CAMUNDA, NAMES
from processes.engine.checks import check_folder, gates_lost
from processes.engine.findings import Finding
from tests.engine.drawings import each, flows, shape, task, timer
from tests.engine.mistakes.gates import (
    ASKED,
    COUNCIL,
    GATE,
    SIGNING,
    council,
    declaring,
)
from tests.engine.mistakes.phrases import script
from tests.engine.mistakes.table import END, ENDING, START, fields, table

KSDD = Path(processes.__file__ or "").parent / "ksdd"
DIAGRAM, TABLE = "ksdd.bpmn", "persetujuan_dprd.dmn"


@pytest.fixture(scope="module")
def shipped() -> Mapping[str, bytes]:
    """The shipped folder."""
    return read_folder(KSDD)


def changed(files: Mapping[str, bytes], name: str, old: str, new: str) -> dict[str, bytes]:
    """The folder after one edit."""
    text = files[name].decode()
    assert old in text
    return {**files, name: text.replace(old, new).encode()}


def bypassed(files: Mapping[str, bytes]) -> list[str]:
    """Shapes to which a way around a gate leads."""
    return [f.element for f in check_folder(files, None) if f.code == "gates.bypassed"]


def codes(findings: list[Finding]) -> set[str]:
    return {finding.code for finding in findings if finding.severity == "error"}


#: edits of the shipped folder after which some unbudgeted plan would be signed without its council
LOSING = {
    "the table no longer asks for it": (
        TABLE,
        'id="perlu_karena_anggaran_hasil"><text>true',
        'id="perlu_karena_anggaran_hasil"><text>false',
    ),
    "the table asks about something else": (
        TABLE,
        "<text>beban_daerah.teranggarkan",
        "<text>tahap1_permohonan.objek_terencana",
    ),
    "the gateway is turned around": (DIAGRAM, "perlu_dprd == false", "perlu_dprd == true"),
    "a flow leads past the stage": (
        DIAGRAM,
        'sourceRef="g3_konfirmasi" targetRef="tahap4_siap"',
        'sourceRef="g3_konfirmasi" targetRef="tahap5_pihak"',
    ),
    "the first council's consent ends the others' turn": (
        DIAGRAM,
        'keputusan_daerah.keputusan in ["tidak_setuju", "perbaikan"]',
        'keputusan_daerah.keputusan == "setuju"',
    ),
    "a script writes that all is budgeted": (
        DIAGRAM,
        '"teranggarkan": lama.teranggarkan',
        '"teranggarkan": true',
    ),
    "an older consent is made up": (
        DIAGRAM,
        "dprd = []",
        'dprd = [{"daerah": "32.01", "keputusan": "setuju"}]',
    ),
    "a letter that came in goes straight to the signing": (
        DIAGRAM,
        'sourceRef="s1_surat_masuk" targetRef="tahap1_kategori_masuk"',
        'sourceRef="s1_surat_masuk" targetRef="tahap6_siap"',
    ),
}


def test_the_shipped_procedure_keeps_its_own_gate(shipped: Mapping[str, bytes]) -> None:
    assert b'name="gerbang_hukum"' in shipped[DIAGRAM]
    assert bypassed(shipped) == []
    assert gates_lost(shipped, shipped) == []


@pytest.mark.parametrize("edit", LOSING.values(), ids=LOSING.keys())
def test_an_edit_that_opens_a_way_around_the_council_is_found(
    shipped: Mapping[str, bytes], edit: tuple[str, str, str]
) -> None:
    after = changed(shipped, *edit)

    assert bypassed(after) == ["tahap6_jadwal"]
    assert codes(gates_lost(shipped, after)) == {"gates.removed"}


def test_a_loop_that_leaves_out_a_party_loses_the_gate(shipped: Mapping[str, bytes]) -> None:
    text = shipped[DIAGRAM].decode()
    at = text.index('camunda:collection="pihak"', text.index('<bpmn:subProcess id="tahap4_pihak"'))
    after = text[:at] + text[at:].replace('"pihak"', '"mitra"', 1)

    (lost,) = gates_lost(shipped, {**shipped, DIAGRAM: after.encode()})

    assert "setiap anggota pihak" in lost.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name="gerbang_hukum"', 'name="dasar"'),
        (" or teranggarkan == false", ""),
        ("tahap6_jadwal, tahap6_tanda_tangan jika", "tahap6_registrasi jika"),
        ("tahap4_keputusan_dprd setiap pihak", "tahap4_keputusan_dprd"),
        ("tahap4_keputusan_dprd setiap", "tahap4_keputusan_dprd, tahap4_permohonan_dprd setiap"),
    ],
)
def test_a_gate_that_is_no_longer_declared_so_strictly_is_lost(
    shipped: Mapping[str, bytes], old: str, new: str
) -> None:
    after = changed(shipped, DIAGRAM, old, new)

    assert codes(check_folder(after, None)) == set()
    assert codes(gates_lost(shipped, after)) == {"gates.removed"}


def test_a_gate_for_more_cases_is_not_lost(shipped: Mapping[str, bytes]) -> None:
    after = changed(shipped, DIAGRAM, "or teranggarkan == false", "or teranggarkan != true")

    assert gates_lost(shipped, after) == []


def test_a_changed_deadline_loses_no_gate(shipped: Mapping[str, bytes]) -> None:
    after = changed(shipped, DIAGRAM, 'dueDate="45 hari kerja"', 'dueDate="60 hari kerja"')

    assert gates_lost(shipped, after) == []


COUNCIL_TASK, REQUEST = "tahap4_keputusan_dprd", "tahap4_permohonan_dprd"


def renamed(files: Mapping[str, bytes], old: str, new: str) -> dict[str, bytes]:
    """The folder with a shape by another id, everywhere."""
    return {
        name: content.replace(old.encode(), new.encode())
        for name, content in files.items()
        if name.endswith((".bpmn", ".dmn"))
    }


def formerly(files: Mapping[str, bytes], element: str, *former: str) -> dict[str, bytes]:
    """The folder in which a task says which ids it had."""
    root = etree.fromstring(files[DIAGRAM])
    (found,) = root.xpath(f"//*[@id='{element}']/bpmn:extensionElements", namespaces=NAMES)
    (properties,) = found.findall(f"{{{CAMUNDA}}}properties")
    for before in former:
        etree.SubElement(properties, f"{{{CAMUNDA}}}property", name="dahulu", value=before)
    return {**files, DIAGRAM: etree.tostring(root)}


def test_a_gate_whose_task_only_got_another_id_is_not_lost(shipped: Mapping[str, bytes]) -> None:
    other = renamed(shipped, COUNCIL_TASK, "sidang_dprd")

    assert codes(gates_lost(shipped, other)) == {"gates.removed"}
    assert gates_lost(shipped, formerly(other, "sidang_dprd", COUNCIL_TASK)) == []
    signing = renamed(shipped, "tahap6_tanda_tangan", "penandatanganan")
    assert gates_lost(shipped, formerly(signing, "penandatanganan", "tahap6_tanda_tangan")) == []


@pytest.mark.parametrize("edit", LOSING.values(), ids=LOSING.keys())
def test_a_new_id_hides_no_way_by_which_an_unbudgeted_case_passes(
    shipped: Mapping[str, bytes], edit: tuple[str, str, str]
) -> None:
    other = renamed(changed(shipped, *edit), COUNCIL_TASK, "sidang_dprd")

    assert codes(gates_lost(shipped, formerly(other, "sidang_dprd", COUNCIL_TASK))) == {
        "gates.removed"
    }


def test_another_task_does_not_become_the_council_by_saying_that_it_was(
    shipped: Mapping[str, bytes],
) -> None:
    """Neither one that was there before, nor two at once."""
    gone = renamed(shipped, COUNCIL_TASK, "sidang_dprd")
    text = gone[DIAGRAM].decode()
    for imposter in (REQUEST, "tahap5_paraf_kabag"):
        declared = text.replace('value="sidang_dprd setiap', f'value="{imposter} setiap')
        after = formerly({**gone, DIAGRAM: declared.encode()}, imposter, COUNCIL_TASK)
        assert codes(gates_lost(shipped, after)) == {"gates.removed"}, imposter
    twice = formerly(
        formerly(gone, "sidang_dprd", COUNCIL_TASK), "tahap5_paraf_sekda", COUNCIL_TASK
    )
    assert codes(gates_lost(shipped, twice)) == {"gates.removed"}


@pytest.mark.parametrize(
    ("to", "is_lost"),
    [("tahap5_paraf_kabag", True), ("tahap6_jadwal", True), ("tahap3_pembahasan", False)],
)
def test_a_former_id_behind_the_gate_would_let_running_cases_pass_it(
    shipped: Mapping[str, bytes], to: str, is_lost: bool
) -> None:
    """Cases that wait for their request to the council go on where its former id stands now."""
    other = renamed(shipped, REQUEST, "surat_dprd_baru")

    assert gates_lost(shipped, other) == []
    lost = gates_lost(shipped, formerly(other, to, REQUEST))
    assert codes(lost) == ({"gates.removed"} if is_lost else set())
    assert all(REQUEST in found.message and "tanpa melewatinya" in found.message for found in lost)
    both = formerly(formerly(other, to, REQUEST), "surat_dprd_baru", REQUEST)
    assert codes(gates_lost(shipped, both)) == codes(lost)


def test_a_gate_task_that_is_deleted_is_lost_but_not_in_a_file_that_is_no_diagram(
    shipped: Mapping[str, bytes],
) -> None:
    gone = changed(shipped, DIAGRAM, "tahap4_keputusan_dprd", "sidang")
    gone = changed(gone, DIAGRAM, 'value="sidang setiap', 'value="tahap4_keputusan_dprd setiap')

    without_scenarios = {name: c for name, c in gone.items() if not name.startswith("skenario/")}
    assert codes(check_folder(without_scenarios, None)) == {"gates.unknown_task"}
    assert codes(gates_lost(shipped, gone)) == {"gates.removed"}
    assert codes(gates_lost(shipped, {DIAGRAM: b"halo"})) == set()
    assert codes(gates_lost(shipped, {})) == set()


def test_a_procedure_without_gates_has_none_to_lose(shipped: Mapping[str, bytes]) -> None:
    assert gates_lost({"p.bpmn": council("")}, shipped) == []
    assert gates_lost({"p.bpmn": b"halo"}, shipped) == []


def test_the_sentence_says_for_whom_and_which_way() -> None:
    (found,) = [
        f
        for f in check_folder({"p.bpmn": council(condition="permohonan.catatan == 'x'")})
        if f.code == "gates.bypassed"
    ]

    assert "teranggarkan = false" in found.message
    assert found.element == "tanda_tangan"


#: drawings that keep their gate, each by something that has to be understood
KEEPING = {
    "a gateway that asks the answer": council(),
    "the same answer without its task": council(condition="teranggarkan == true"),
    "a condition the other way around": council(condition="not (permohonan.teranggarkan != true)"),
    "juel signs": council(condition="${permohonan.teranggarkan &amp;&amp; true}"),
    "a gate for every case, passed by every case": council(
        "dprd sebelum tanda_tangan", condition="1 == 2"
    ),
    "two gates": council(f"{GATE}; permohonan sebelum dprd, tanda_tangan"),
    "a gate that is a loop": council(
        "dprd setiap pihak sebelum tanda_tangan jika teranggarkan == false",
        task=fields(id="dprd", inside=each("pihak", "d", "semua_dprd", "dprd")),
    ),
    "a join that waits for the council": declaring(
        "dprd sebelum tanda_tangan",
        START,
        shape("parallelGateway", "g"),
        COUNCIL,
        task("b"),
        shape("parallelGateway", "h"),
        SIGNING,
        END,
        flows(
            ("mulai", "g"),
            ("g", "dprd"),
            ("g", "b"),
            ("dprd", "h"),
            ("b", "h"),
            ("h", "tanda_tangan"),
            ("tanda_tangan", "akhir"),
        ),
    ),
}
#: drawings with a way around, each by something that must not be overlooked
OPEN = {
    "a gateway that asks something else": council(condition="permohonan.catatan == 'x'"),
    "a gate for every case that some cases do not pass": council("dprd sebelum tanda_tangan"),
    "a loop over a list that may be empty": council(
        "dprd sebelum tanda_tangan jika teranggarkan == false",
        task=fields(id="dprd", inside=each("mitra", "d", "semua_dprd", "dprd")),
    )
    .replace(ASKED.encode(), (ASKED + script("x", "mitra = yang(mitra, 'kode', '1')")).encode())
    .replace(b'sourceRef="permohonan" targetRef="perlu"', b'sourceRef="x" targetRef="perlu"')
    .replace(b"</bpmn:process>", flows(("permohonan", "x")).encode() + b"</bpmn:process>"),
    "a timer on an earlier task": declaring(
        "dprd sebelum tanda_tangan",
        START,
        task("a"),
        shape("boundaryEvent", "t", timer("timeDuration", "P1D"), attachedToRef="a"),
        COUNCIL,
        SIGNING,
        END,
        flows(
            ("mulai", "a"),
            ("a", "dprd"),
            ("dprd", "tanda_tangan"),
            ("t", "tanda_tangan"),
            ("tanda_tangan", "akhir"),
        ),
    ),
    "a branch beside the council": declaring(
        "dprd sebelum tanda_tangan",
        START,
        shape("parallelGateway", "g"),
        COUNCIL,
        SIGNING,
        shape("parallelGateway", "h"),
        END,
        flows(
            ("mulai", "g"),
            ("g", "dprd"),
            ("g", "tanda_tangan"),
            ("dprd", "h"),
            ("tanda_tangan", "h"),
            ("h", "akhir"),
        ),
    ),
    "an event that may come at any time": declaring(
        "dprd sebelum tanda_tangan",
        START,
        COUNCIL,
        END,
        shape(
            "subProcess",
            "s",
            shape("startEvent", "s1", '<bpmn:messageEventDefinition messageRef="pesan"/>')
            + SIGNING
            + shape("endEvent", "s2", ENDING)
            + flows(("s1", "tanda_tangan"), ("tanda_tangan", "s2")),
            triggeredByEvent="true",
        ),
        flows(("mulai", "dprd"), ("dprd", "akhir")),
    ),
}


@pytest.mark.parametrize("diagram", KEEPING.values(), ids=KEEPING.keys())
def test_a_gate_that_holds_is_left_alone(diagram: bytes) -> None:
    assert bypassed({"p.bpmn": diagram}) == []


@pytest.mark.parametrize("diagram", OPEN.values(), ids=OPEN.keys())
def test_a_way_around_is_found(diagram: bytes) -> None:
    assert bypassed({"p.bpmn": diagram}) == ["tanda_tangan"]


@pytest.mark.parametrize(
    ("test", "answer", "ways"),
    [("true", '"tidak"', ["tanda_tangan"]), ("false", '"tidak"', []), ("-", '"ya"', [])],
)
def test_a_decision_table_decides_over_the_gate(test: str, answer: str, ways: list[str]) -> None:
    """The table has one rule; the gateway passes by when it answers `tidak`."""
    diagram = council(condition="jawab == 'tidak'")
    diagram = diagram.replace(
        b"<bpmn:exclusiveGateway",
        shape("businessRuleTask", "b", camunda__decisionRef="k").encode()
        + flows(("permohonan", "b"), ("b", "perlu")).encode()
        + b"<bpmn:exclusiveGateway",
    ).replace(flows(("permohonan", "perlu")).encode(), b"")
    rule = table("permohonan.teranggarkan == false", test, answer, rest='"ya"')

    assert bypassed({"p.bpmn": diagram, "k.dmn": rule}) == ways
