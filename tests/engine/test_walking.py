"""Every way through a drawing is walked: what goes wrong is found, with a shortest way to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

import processes
from processes.engine.walking import MOST_ACTS, Extent, walk_folder
from processes.engine.walking.telling import extent_of, findings_of, picture_of, way_of
from tests.engine.drawings import drawing, each, flows, shape, task, timer
from tests.engine.mistakes.table import END, ENDING, START
from tests.engine.walks import SOUND, both, deciding, gateway, kinds, walked

KSDD = Path(processes.__file__ or "").parent / "ksdd"
OTHER_END = shape("endEvent", "lain", ENDING)
MESSAGE = '<bpmn:message id="p_tarik" name="penarikan"/>'


def shipped() -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in sorted(KSDD.iterdir())
        if path.suffix in (".bpmn", ".dmn")
    }


def test_a_sound_drawing_is_walked_whole_and_nothing_is_said() -> None:
    found = walked(*SOUND)
    assert found.complete
    assert found.troubles == ()
    assert found.unpassed == found.untaken == ()
    assert findings_of(found) == []
    (walk,) = found.walks
    assert extent_of(walk) == "2 pihak: 3 keadaan, dijelajahi seluruhnya (5 langkah)."


def test_a_join_that_one_choice_never_reaches_is_told_with_the_shortest_way_to_it() -> None:
    found = walked(
        START,
        both("p"),
        deciding("a"),
        task("b"),
        gateway("g", "lain"),
        both("q"),
        END,
        OTHER_END,
        flows(
            ("mulai", "p"),
            ("p", "a"),
            ("p", "b"),
            ("a", "g"),
            ("g", "q", 'a.hasil == "ya"'),
            ("g", "lain"),
            ("b", "q"),
            ("q", "akhir"),
        ),
    )
    assert kinds(found) == ["stuck"]
    (stuck,) = found.troubles
    assert stuck.element == "q"
    assert sorted(way_of(stuck)[1:]) == [
        "a (32.01): hasil = tidak",
        "b (32.01): jawaban apa pun",
    ]
    (finding,) = findings_of(found)
    assert (finding.severity, finding.code, finding.file) == ("error", "walking.stuck", "p.bpmn")
    assert "hasil = tidak" in finding.message


def test_a_gateway_without_a_way_out_for_one_answer_is_a_fault() -> None:
    found = walked(
        START,
        deciding("a"),
        gateway("g"),
        END,
        OTHER_END,
        flows(
            ("mulai", "a"),
            ("a", "g"),
            ("g", "akhir", 'a.hasil == "ya"'),
            ("g", "lain", 'a.hasil == "yaa"'),
        ),
    )
    (fault,) = found.troubles
    assert (fault.kind, fault.element) == ("fault", "a")
    assert way_of(fault)[-1] == "a (32.01): hasil = tidak"


def test_a_loop_that_nobody_can_leave_is_told() -> None:
    found = walked(
        START,
        deciding("a"),
        gateway("g", "akhir"),
        deciding("b", "x", "y"),
        gateway("h", "b"),
        task("c"),
        END,
        flows(
            ("mulai", "a"),
            ("a", "g"),
            ("g", "b", 'a.hasil == "ya"'),
            ("g", "akhir"),
            ("b", "h"),
            ("h", "b"),
            ("h", "c", 'b.hasil == "x"'),
            ("c", "b"),
        ),
    )
    assert kinds(found) == ["no_exit"]
    assert found.troubles[0].element == "b"


def test_a_withdrawal_is_no_way_out_of_a_loop() -> None:
    withdrawal = shape(
        "subProcess",
        "tarik",
        shape("startEvent", "t1", '<bpmn:messageEventDefinition messageRef="p_tarik"/>')
        + shape("endEvent", "t2", ENDING)
        + flows(("t1", "t2")),
        triggeredByEvent="true",
    )
    found = walked(
        START,
        task("b"),
        gateway("h", "b"),
        END,
        withdrawal,
        flows(("mulai", "b"), ("b", "h"), ("h", "b"), ("h", "akhir", "len(mitra) > 5")),
        outside=MESSAGE,
    )
    assert kinds(found) == ["no_exit"]


def test_two_branches_into_one_task_open_it_twice_which_is_only_a_warning() -> None:
    found = walked(
        START,
        both("p"),
        task("a"),
        task("b"),
        END,
        flows(("mulai", "p"), ("p", "a"), ("p", "b"), ("a", "b"), ("b", "akhir")),
    )
    (finding,) = findings_of(found)
    assert (finding.severity, finding.code, finding.element) == ("warning", "walking.twice", "b")


def test_what_an_answer_decides_is_tried_with_every_other_answer_that_it_is_read_with() -> None:
    found = walked(
        START,
        deciding("a", "x", "y", field="satu"),
        deciding("b", "x", "y", field="dua"),
        gateway("g"),
        END,
        OTHER_END,
        flows(
            ("mulai", "a"),
            ("a", "b"),
            ("b", "g"),
            ("g", "akhir", 'a.satu == "x" or b.dua == "x"'),
            ("g", "lain", 'a.satu == "y" and b.dua == "z"'),
        ),
    )
    (fault,) = found.troubles
    assert way_of(fault)[1:] == ["a (32.01): satu = y", "b (32.01): dua = y"]


def test_a_timer_and_an_answer_both_come_first() -> None:
    found = walked(
        START,
        task("a"),
        shape("boundaryEvent", "diam", timer("timeDuration", "3 hari kerja"), attachedToRef="a"),
        gateway("g"),
        END,
        flows(("mulai", "a"), ("a", "akhir"), ("diam", "g"), ("g", "akhir", "len(mitra) > 9")),
    )
    (fault,) = found.troubles
    assert way_of(fault)[-1] == "pewaktu berbunyi Kamis, 5 Maret 2026 (hari ke-3)"


def test_a_fault_that_only_three_parties_meet_is_found() -> None:
    found = walked(
        START,
        task("m", ["isi"], each("pihak", "d", "hasil", "m")),
        gateway("g"),
        END,
        flows(("mulai", "m"), ("m", "g"), ("g", "akhir", "len(hasil) == 2")),
    )
    assert {(trouble.kind, trouble.parties) for trouble in found.troubles} == {("fault", 3)}


def test_a_walk_that_is_stopped_says_so_and_claims_nothing() -> None:
    found = walk_folder({"p.bpmn": drawing(*SOUND)}, most_acts={2: 2})
    assert not found.complete
    walk = found.walks[0]
    assert extent_of(walk).startswith("2 pihak: berhenti setelah ")
    assert findings_of(found) == []


def test_a_shape_that_no_way_comes_to_is_named() -> None:
    found = walked(
        START,
        deciding("a"),
        gateway("g", "akhir"),
        task("b"),
        END,
        flows(
            ("mulai", "a"),
            ("a", "g"),
            ("g", "b", 'a.hasil == "ya" and a.hasil == "tidak"'),
            ("g", "akhir"),
            ("b", "akhir"),
        ),
    )
    (finding,) = findings_of(found)
    assert (finding.severity, finding.code) == ("warning", "walking.never_reached")
    assert finding.element == "b"


def test_the_way_to_a_fault_is_drawn_on_the_diagram() -> None:
    diagram = (KSDD / "ksdd.bpmn").read_bytes()
    wrong = diagram.replace(b'tahap1_telaah.hasil == "perbaikan"', b"tidak_ada == 1", 1)
    assert wrong != diagram
    found = walk_folder({**shipped(), "ksdd.bpmn": wrong}, most_acts={2: 40})
    fault = next(trouble for trouble in found.troubles if trouble.kind == "fault")
    assert fault.element == "tahap1_telaah"
    root = etree.fromstring(picture_of(found, fault, wrong).encode())
    drawn = {g.get("data-element"): g.get("class") or "" for g in root.iter("{*}g")}
    assert "is-done" in drawn["tahap1_permohonan"]
    assert "is-open" in drawn["tahap1_telaah"]
    assert "is-done" not in drawn["tahap3_pembahasan"]


def test_walking_twice_gives_the_same_and_the_second_time_from_memory() -> None:
    first, again = walked(*SOUND), walked(*SOUND)
    assert first is again


@pytest.mark.parametrize("parties", sorted(MOST_ACTS))
def test_the_shipped_diagram_is_sound_as_far_as_a_short_walk_goes(parties: int) -> None:
    found = walk_folder(shipped(), most_acts={parties: 120})
    assert [f for f in findings_of(found) if f.severity == "error"] == []


def test_whoever_watches_a_walk_hears_how_far_it_is_and_a_remembered_one_says_nothing() -> None:
    heard: list[Extent] = []
    files = {"p.bpmn": drawing(*SOUND, outside="<!-- didengar -->")}
    found = walk_folder(files, watch=heard.append)
    assert [each.situations for each in heard] == sorted(each.situations for each in heard)
    assert (heard[-1].situations, heard[-1].acts) == (found.situations, found.acts)
    assert {each.most for each in heard} == {sum(MOST_ACTS.values())}
    told = len(heard)
    assert walk_folder(files, watch=heard.append) is found
    assert len(heard) == told
