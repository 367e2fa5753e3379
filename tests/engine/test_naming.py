"""Ids that drawing programs make up become names; what the owner or a case knows stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from processes.engine.naming import ids_in, new_names, rename, word_for
from processes.engine.procedure import Procedure

SHIPPED = Path(__file__).parents[2] / "processes" / "ksdd"
FRAME = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" id="d" targetNamespace="urn:x">
 <bpmn:process id="uji" isExecutable="true">{inside}</bpmn:process>
 <bpmndi:BPMNDiagram id="BPMNDiagram_1"><bpmndi:BPMNPlane id="BPMNPlane_1" bpmnElement="uji">
 <bpmndi:BPMNShape id="Activity_0ab12cd_di" bpmnElement="Activity_0ab12cd"/>
 </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>"""
DRAWN = FRAME.format(
    inside="""
 <bpmn:startEvent id="StartEvent_1"><bpmn:outgoing>Flow_1abc234</bpmn:outgoing></bpmn:startEvent>
 <bpmn:sequenceFlow id="Flow_1abc234" sourceRef="StartEvent_1" targetRef="Activity_0ab12cd"/>
 <bpmn:userTask id="Activity_0ab12cd" name="Paraf Kabag Hukum">
  <bpmn:incoming>Flow_1abc234</bpmn:incoming></bpmn:userTask>
 <bpmn:sequenceFlow id="Flow_0zz9" sourceRef="Activity_0ab12cd" targetRef="Gateway_1x2y3z4">
  <bpmn:conditionExpression>Activity_0ab12cd.paraf == "setuju"</bpmn:conditionExpression>
 </bpmn:sequenceFlow>
 <bpmn:exclusiveGateway id="Gateway_1x2y3z4"/>
 <bpmn:scriptTask id="catatan" name="x"><bpmn:script>hasil = 1</bpmn:script></bpmn:scriptTask>
"""
).encode()


def test_a_labelled_shape_is_named_for_its_label_wherever_it_is_mentioned() -> None:
    names = new_names(DRAWN)
    files = {"a.bpmn": DRAWN, "pesan/x.txt": b"{{ Activity_0ab12cd.paraf }}", "b.docx": DRAWN}

    changed = rename(files, names)

    assert names == {"Activity_0ab12cd": "paraf_kabag_hukum"}
    assert set(changed) == {"a.bpmn", "pesan/x.txt"}
    text = changed["a.bpmn"].decode()
    assert "Activity_0ab12cd" not in text
    assert text.count("paraf_kabag_hukum") == DRAWN.decode().count("Activity_0ab12cd")
    assert 'paraf_kabag_hukum.paraf == "setuju"' in text
    assert 'id="paraf_kabag_hukum_di"' in text
    assert changed["pesan/x.txt"] == b"{{ paraf_kabag_hukum.paraf }}"


def test_a_whole_folder_is_named_with_and_without_labels() -> None:
    names = new_names(DRAWN, whole=True)

    assert names == {
        "StartEvent_1": "awal",
        "Activity_0ab12cd": "paraf_kabag_hukum",
        "Gateway_1x2y3z4": "gerbang",
        "Flow_1abc234": "alur_awal_paraf_kabag_hukum",
        "Flow_0zz9": "alur_paraf_kabag_hukum_gerbang",
    }


@pytest.mark.parametrize("which", ["keep", "hold"])
def test_what_was_published_or_is_being_typed_stays(which: str) -> None:
    assert new_names(DRAWN, **{which: {"Activity_0ab12cd"}}) == {}


@pytest.mark.parametrize("taken", ["hasil", "catatan", "mitra", "hari_kerja", "End"])
def test_a_name_hides_nothing_that_is_there(taken: str) -> None:
    drawn = DRAWN.replace(b"Paraf Kabag Hukum", taken.replace("_", " ").encode())

    [name] = new_names(drawn).values()

    assert name == f"{taken.lower()}_2" or (taken == "End" and name == "end")


def test_two_shapes_of_one_label_get_two_names() -> None:
    task = '<bpmn:userTask id="Activity_{0}aa11bb" name="Paraf"/>'
    drawn = FRAME.format(inside=task.format(1) + task.format(2)).encode()

    assert sorted(new_names(drawn).values()) == ["paraf", "paraf_2"]


def test_the_shipped_folder_has_no_name_to_give() -> None:
    files = {"ksdd.bpmn": (SHIPPED / "ksdd.bpmn").read_bytes()}

    assert new_names(files["ksdd.bpmn"], whole=True) == {}
    assert rename(files, {}) == {}


def test_the_shipped_diagram_runs_under_the_names_given_back_to_it() -> None:
    files = {
        path.relative_to(SHIPPED).as_posix(): path.read_bytes()
        for path in SHIPPED.rglob("*")
        if path.is_file() and path.suffix in (".bpmn", ".dmn", ".toml", ".txt")
    }
    before = set(ids_in(files["ksdd.bpmn"]))
    made_up = {"tahap1_permohonan": "Activity_0abc123", "g1_telaah": "Gateway_09zz111"}
    foreign = {**files, **rename(files, made_up)}
    assert Procedure("ksdd", foreign).shapes.keys() ^ Procedure("ksdd", files).shapes.keys() == {
        "Activity_0abc123",
        "tahap1_permohonan",
    }

    names = new_names(foreign["ksdd.bpmn"], keep=before, whole=True)
    named = {**foreign, **rename(foreign, names)}

    assert names["Activity_0abc123"] == "menyusun_permohonan_dan_kak"
    assert Procedure("ksdd", named).shapes.keys() ^ Procedure("ksdd", files).shapes.keys() == {
        "menyusun_permohonan_dan_kak",
        "tahap1_permohonan",
    }


@pytest.mark.parametrize(
    ("label", "word"),
    [
        ("Paraf Kabag Hukum", "paraf_kabag_hukum"),
        ("Setuju?", "setuju"),
        ("Évaluasi — tahap 7", "evaluasi_tahap_7"),
        ("", ""),
        ("…", ""),
        ("a" * 60, "a" * 40),
        ("kata " * 20, "_".join(["kata"] * 8)),
    ],
)
def test_a_label_becomes_a_word(label: str, word: str) -> None:
    assert word_for(label) == word


def test_what_cannot_be_read_is_left_alone() -> None:
    assert new_names(b"<", whole=True) == {}
    assert ids_in(b"") == frozenset()
