"""What SpiffWorkflow 3.2.0 does differently from what is drawn, and what ours does instead."""

from __future__ import annotations

from datetime import timedelta

import pytest

from processes.engine.told import EngineFault
from processes.errors import CaseIncident, Conflict, UnsafeExpression
from tests.engine.drawings import (
    MONDAY,
    Walk,
    drawing,
    each,
    flows,
    read,
    shape,
    task,
    timer,
)

START, END = shape("startEvent", "mulai"), shape("endEvent", "akhir")
MESSAGE = '<bpmn:message id="m" name="batal"/>'


def chain(until: str) -> str:
    """One chain of two initials per region, as a sub-process."""
    return shape(
        "subProcess",
        "rantai",
        each("pihak", "d", "hasil_paraf", "paraf", until)
        + shape("startEvent", "s")
        + task("kabag", ["paraf"])
        + shape("exclusiveGateway", "g", default="f_g_asisten")
        + task("asisten", ["paraf"])
        + shape(
            "scriptTask",
            "catat",
            '<bpmn:script>paraf = {"daerah": d.kode, "paraf": "ok"}</bpmn:script>',
        )
        + shape(
            "scriptTask",
            "tolak",
            '<bpmn:script>paraf = {"daerah": d.kode, "paraf": "kembali"}</bpmn:script>',
        )
        + shape("endEvent", "ok")
        + shape("endEvent", "bad")
        + flows(
            ("s", "kabag"),
            ("kabag", "g"),
            ("g", "asisten"),
            ("g", "tolak", "kabag.paraf == 'kembali'"),
            ("asisten", "catat"),
            ("catat", "ok"),
            ("tolak", "bad"),
        ),
    )


def chain_per_region(until: str = 'paraf.paraf == "kembali"', *, nested: bool = False) -> bytes:
    """Discussion, then the chains; a return goes back to discussion. `nested`: the chains are
    drawn inside one more sub-process."""
    inner, entered = chain(until), "rantai"
    if nested:
        around = shape("startEvent", "masuk") + inner + shape("endEvent", "keluar")
        around += flows(("masuk", "rantai"), ("rantai", "keluar"))
        inner, entered = shape("subProcess", "proses", around), "proses"
    return drawing(
        START,
        task("bahas"),
        inner,
        shape("exclusiveGateway", "lanjut", default="f_lanjut_ttd"),
        task("ttd"),
        END,
        flows(
            ("mulai", "bahas"),
            ("bahas", entered),
            (entered, "lanjut"),
            ("lanjut", "bahas", 'ada(hasil_paraf, "paraf", "kembali")'),
            ("lanjut", "ttd"),
            ("ttd", "akhir"),
        ),
    )


def test_a_returned_initial_closes_the_other_regions_chains_and_may_happen_again() -> None:
    walk = Walk(read(chain_per_region()), ["32.01", "32.02", "32.03"])
    for _ in range(3):
        walk.answer("bahas")
        assert walk.open == ["kabag"] * 3
        walk.answer("kabag", "32.01", paraf="ok").answer("kabag", "32.02", paraf="kembali")
        assert walk.open == ["bahas"]
    walk.answer("bahas")
    for region in walk.parties:
        walk.answer("kabag", region, paraf="ok").answer("asisten", region, paraf="ok")
    assert walk.open == ["ttd"]
    assert {row["paraf"] for row in walk.data["hasil_paraf"]} == {"ok"}
    assert walk.answer("ttd").over


def test_the_items_and_results_of_a_loop_do_not_leak_into_the_process() -> None:
    walk = Walk(read(chain_per_region()), ["32.01", "32.02"])
    walk.answer("bahas")
    for region in walk.parties:
        walk.answer("kabag", region, paraf="ok").answer("asisten", region, paraf="ok")
    assert "d" not in walk.data
    assert walk.data["daerah"] == "32.01"


def withdrawable(*, nested: bool = False) -> bytes:
    inner = (
        shape(
            "startEvent",
            "diminta",
            '<bpmn:messageEventDefinition messageRef="m"/>',
            isInterrupting="true",
        )
        + task("berita_acara")
        + shape("endEvent", "ditarik")
        + flows(("diminta", "berita_acara"), ("berita_acara", "ditarik"))
    )
    whole = chain_per_region(nested=nested).decode()
    cut = whole.index("</bpmn:process>")
    event = shape("subProcess", "tarik", inner, triggeredByEvent="true")
    return (
        (whole[:cut] + event + whole[cut:])
        .replace("<bpmn:process", MESSAGE + "<bpmn:process")
        .encode()
    )


@pytest.mark.parametrize("nested", [False, True], ids=["", "nested"])
@pytest.mark.parametrize("steps", range(6))
def test_a_withdrawal_closes_everything_else_at_every_step(steps: int, nested: bool) -> None:
    walk = Walk(read(withdrawable(nested=nested)), ["32.01", "32.02"])
    script = ["bahas", "kabag", "asisten", "kabag", "asisten"]
    for element in script[:steps]:
        walk.answer(element, paraf="ok")
    walk.send("batal")
    assert walk.open == ["berita_acara"]
    walk.answer("berita_acara")
    assert walk.over
    assert walk.ended == "ditarik"


def test_a_withdrawal_of_one_case_does_not_start_one_in_the_next_case_of_the_version() -> None:
    procedure = read(withdrawable())
    Walk(procedure).send("batal").answer("berita_acara")
    assert Walk(procedure).open == ["bahas"]


def test_a_message_nobody_waits_for_is_refused() -> None:
    walk = Walk(read(drawing(START, task("a"), END, flows(("mulai", "a"), ("a", "akhir")))))
    with pytest.raises(Conflict):
        walk.send("batal")


def silent_council(rule: str = "hari_kerja(45, surat.tanggal_terima)") -> bytes:
    inner = shape(
        "subProcess",
        "dprd",
        each("pihak", "d", "keputusan_semua", "keputusan")
        + shape("startEvent", "s")
        + task("surat", ["tanggal_terima"])
        + task("sidang", ["keputusan"])
        + shape("boundaryEvent", "diam", timer("timeDate", rule), attachedToRef="sidang")
        + shape("scriptTask", "anggap", '<bpmn:script>keputusan = "dianggap_setuju"</bpmn:script>')
        + shape("endEvent", "e1")
        + shape("endEvent", "e2")
        + flows(
            ("s", "surat"),
            ("surat", "sidang"),
            ("sidang", "e1"),
            ("diam", "anggap"),
            ("anggap", "e2"),
        ),
    )
    return drawing(
        START, inner, task("ttd"), END, flows(("mulai", "dprd"), ("dprd", "ttd"), ("ttd", "akhir"))
    )


def test_each_region_has_its_own_clock_inside_a_loop() -> None:
    walk = Walk(read(silent_council()), ["32.01", "32.02", "32.03"])
    for region in walk.parties:
        walk.answer("surat", region, tanggal_terima="2026-01-05")
    walk.answer("sidang", "32.02", keputusan="setuju")
    walk.wait(days=120)
    assert walk.open == ["ttd"]
    assert walk.data["keputusan_semua"] == [
        "dianggap_setuju",
        "setuju",
        "dianggap_setuju",
    ] or sorted(walk.data["keputusan_semua"]) == ["dianggap_setuju", "dianggap_setuju", "setuju"]
    assert len(walk.overtaken) == 2


def test_a_clock_without_its_starting_day_never_fires() -> None:
    walk = Walk(read(silent_council()), ["32.01", "32.02"])
    for region in walk.parties:
        walk.answer("surat", region, tanggal_terima=None)
    assert walk.next_timer is None
    walk.wait(days=3650)
    assert walk.open == ["sidang", "sidang"]


def test_a_loop_over_nobody_passes_straight_through() -> None:
    diagram = drawing(
        START,
        shape("scriptTask", "kosongkan", "<bpmn:script>pihak = []</bpmn:script>"),
        task("ttd", [], each("pihak", "d", "semua_ttd", "ttd")),
        task("arsip"),
        END,
        flows(("mulai", "kosongkan"), ("kosongkan", "ttd"), ("ttd", "arsip"), ("arsip", "akhir")),
    )
    assert Walk(read(diagram)).open == ["arsip"]


def reminders(rule: str) -> bytes:
    return drawing(
        START,
        task("kerja"),
        shape(
            "boundaryEvent",
            "ingat",
            timer("timeCycle", rule),
            attachedToRef="kerja",
            cancelActivity="false",
        ),
        shape("scriptTask", "catat", "<bpmn:script>jumlah = jumlah + 1</bpmn:script>"),
        shape("endEvent", "sudah"),
        shape("scriptTask", "nol", "<bpmn:script>jumlah = 0</bpmn:script>"),
        END,
        flows(
            ("mulai", "nol"),
            ("nol", "kerja"),
            ("kerja", "akhir"),
            ("ingat", "catat"),
            ("catat", "sudah"),
        ),
    )


def test_ticks_missed_during_downtime_collapse_into_one() -> None:
    walk = Walk(read(reminders("R/PT24H")))
    walk.wait(days=5)
    assert walk.next_timer == MONDAY + timedelta(days=6)
    assert walk.open == ["kerja"]


def test_a_year_of_daily_ticks_leaves_the_state_as_small_as_it_was() -> None:
    walk = Walk(read(reminders("R/PT24H")))
    walk.wait(days=1)
    small = walk.size
    for _ in range(365):
        walk.wait(days=1)
    assert walk.size == small
    assert walk.answer("kerja").over


def monitoring() -> bytes:
    return drawing(
        START,
        shape("scriptTask", "awal", "<bpmn:script>putaran = 1</bpmn:script>"),
        shape(
            "intermediateCatchEvent",
            "tunggu",
            timer("timeDate", 'tambah_bulan("2026-01-31", putaran)'),
        ),
        task("lapor", [], each("pihak", "d", "laporan", "lapor")),
        shape("scriptTask", "lagi", "<bpmn:script>putaran = putaran + 1</bpmn:script>"),
        shape("exclusiveGateway", "cukup", default="f_cukup_lagi"),
        END,
        flows(
            ("mulai", "awal"),
            ("awal", "tunggu"),
            ("tunggu", "lapor"),
            ("lapor", "cukup"),
            ("cukup", "lagi"),
            ("cukup", "akhir", "putaran == 300"),
            ("lagi", "tunggu"),
        ),
    )


def test_three_hundred_rounds_do_not_grow_the_state() -> None:
    walk = Walk(read(monitoring()))
    sizes, lengths = set(), []
    for number in range(300):
        assert walk.next_timer is not None
        walk.at(walk.next_timer)
        walk.answer("lapor", "32.01").answer("lapor", "32.02")
        if number in range(2, 299):
            sizes.add(walk.size)
            lengths.append(len(walk.state))
    assert walk.over
    assert len(sizes) == 1
    assert max(lengths) - min(lengths) < 80


def test_month_ends_do_not_drift() -> None:
    walk = Walk(read(monitoring()))
    days = []
    for _ in range(4):
        assert walk.next_timer is not None
        days.append((walk.next_timer + timedelta(hours=7)).strftime("%m-%d"))
        walk.at(walk.next_timer).answer("lapor", "32.01").answer("lapor", "32.02")
    assert days == ["02-28", "03-31", "04-30", "05-31"]


def test_a_form_may_use_names_that_mean_something_to_the_stock_serializer() -> None:
    diagram = drawing(
        START,
        task("a", ["typename"]),
        shape("exclusiveGateway", "g", default="f_g_b"),
        task("b"),
        END,
        flows(
            ("mulai", "a"),
            ("a", "g"),
            ("g", "b"),
            ("g", "akhir", 'typename == "keluar"'),
            ("b", "akhir"),
        ),
    )
    walk = Walk(read(diagram)).answer("a", typename="UUID")
    assert walk.open == ["b"]


def test_an_error_nobody_catches_stops_the_case_instead_of_passing_as_success() -> None:
    inner = shape(
        "subProcess",
        "sp",
        shape("startEvent", "s")
        + task("a")
        + shape("endEvent", "gagal", '<bpmn:errorEventDefinition errorRef="e1"/>')
        + flows(("s", "a"), ("a", "gagal")),
    )
    outside = '<bpmn:error id="e1" name="nomor_ganda" errorCode="E1"/>'
    diagram = drawing(
        START,
        inner,
        task("b"),
        END,
        flows(("mulai", "sp"), ("sp", "b"), ("b", "akhir")),
        outside=outside,
    )
    with pytest.raises(CaseIncident, match="nomor_ganda"):
        Walk(read(diagram)).answer("a")


def test_a_condition_over_an_unknown_name_stops_loudly() -> None:
    diagram = drawing(
        START,
        task("a"),
        shape("exclusiveGateway", "g", default="f_g_b"),
        task("b"),
        END,
        flows(
            ("mulai", "a"),
            ("a", "g"),
            ("g", "b"),
            ("g", "akhir", 'tidak_ada == "x"'),
            ("b", "akhir"),
        ),
    )
    with pytest.raises(UnsafeExpression, match="tidak_ada"):
        Walk(read(diagram)).answer("a")


def test_a_circle_without_people_is_stopped() -> None:
    diagram = drawing(
        START,
        task("a"),
        shape("exclusiveGateway", "g", default="f_g_s"),
        shape("scriptTask", "s", "<bpmn:script>x = 1</bpmn:script>"),
        END,
        flows(("mulai", "a"), ("a", "g"), ("g", "s"), ("s", "g"), ("g", "akhir", "false")),
    )
    with pytest.raises((CaseIncident, EngineFault)):
        Walk(read(diagram)).answer("a")


def asked_beside_the_work(*about: str) -> bytes:
    """Work in a sub-process, and a message on its border that begins `about` beside it."""
    inner = shape(
        "subProcess",
        "sp",
        shape("startEvent", "s")
        + task("kerja")
        + shape("endEvent", "e")
        + flows(("s", "kerja"), ("kerja", "e")),
    )
    return drawing(
        START,
        inner,
        shape(
            "boundaryEvent",
            "minta",
            '<bpmn:messageEventDefinition messageRef="m"/>',
            attachedToRef="sp",
            cancelActivity="false",
        ),
        END,
        flows(("mulai", "sp"), ("sp", "akhir")),
        *about,
        outside=MESSAGE,
    )


def attitudes() -> bytes:
    """The message asks each region for its attitude."""
    return asked_beside_the_work(
        shape("scriptTask", "catat", '<bpmn:script>asal = "minta"</bpmn:script>'),
        task("sikap", [], each("pihak", "d", "semua_sikap", "sikap")),
        shape("endEvent", "tetap"),
        flows(("minta", "catat"), ("catat", "sikap"), ("sikap", "tetap")),
    )


def test_a_non_interrupting_event_may_lead_into_a_loop() -> None:
    walk = Walk(read(attitudes())).send("batal")
    assert walk.open_at == [("kerja", "32.01"), ("sikap", "32.01"), ("sikap", "32.02")]
    walk.answer("sikap", "32.01").answer("sikap", "32.02")
    assert walk.open == ["kerja"]
    assert walk.answer("kerja").over


def test_a_non_interrupting_message_is_heard_again_when_the_last_one_is_dealt_with() -> None:
    walk = Walk(read(attitudes()))
    sizes = []
    for _ in range(3):
        walk.send("batal")
        with pytest.raises(Conflict):
            walk.send("batal")
        walk.answer("sikap", "32.01")
        with pytest.raises(Conflict):
            walk.send("batal")
        walk.answer("sikap", "32.02")
        sizes.append(walk.size)
    assert sizes[0] == sizes[1] == sizes[2]
    walk.send("batal").answer("kerja")
    assert walk.open == ["sikap", "sikap"], "what was asked goes on after the work"
    with pytest.raises(Conflict):
        walk.send("batal")
    assert walk.answer("sikap", "32.01").answer("sikap", "32.02").over


def test_what_waits_at_a_drawn_join_is_still_being_dealt_with() -> None:
    diagram = asked_beside_the_work(
        shape("parallelGateway", "bagi"),
        task("satu"),
        task("dua"),
        shape("parallelGateway", "kumpul"),
        shape("endEvent", "tetap"),
        flows(
            ("minta", "bagi"),
            ("bagi", "satu"),
            ("bagi", "dua"),
            ("satu", "kumpul"),
            ("dua", "kumpul"),
            ("kumpul", "tetap"),
        ),
    )
    walk = Walk(read(diagram)).send("batal").answer("satu")
    with pytest.raises(Conflict):
        walk.send("batal")
    walk.answer("dua").send("batal")
    assert walk.open == ["dua", "kerja", "satu"]
    assert walk.answer("kerja").answer("dua").answer("satu").over


def test_the_zeebe_dialect_is_read_too() -> None:
    assign = (
        '<bpmn:extensionElements><zeebe:assignmentDefinition candidateGroups="sekda"/>'
        '<zeebe:taskSchedule dueDate="P10D"/><zeebe:properties>'
        '<zeebe:property name="tahap" value="5 Pemarafan"/>'
        "</zeebe:properties></bpmn:extensionElements>"
    )
    diagram = drawing(
        START, shape("userTask", "a", assign), END, flows(("mulai", "a"), ("a", "akhir"))
    )
    walk = Walk(read(diagram))
    found = walk.open_tasks[0].shape
    assert (found.role, found.due, found.stage and found.stage.number) == ("sekda", "P10D", 5)
    due = walk.due["a", "32.01"]
    assert due is not None
    assert due.at == MONDAY.replace(hour=9) + timedelta(days=10)
