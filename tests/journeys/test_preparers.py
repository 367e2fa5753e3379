"""Somebody prepares, the holder only confirms, or gives it back with a note."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from tests.journeys.answers import Journey
from tests.journeys.test_reminders import mails, working_days_after
from tests.journeys.town import Town, _HiddenInputs
from worker.tick import tick

BOGOR, SUKABUMI = "32.01", "32.02"
CONFIRM = {"_keputusan": "konfirmasi"}


def asked(town: Town) -> tuple[Journey, str]:
    """A case at the partner's willingness, and the link of whoever prepares it."""
    journey = Journey(town, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    return journey, town.link(journey.id, "tahap2_kesediaan", SUKABUMI, purpose="siapkan")


def row(journey: Journey) -> dict[str, Any]:
    [found] = [t for t in journey.case["tasks"] if t["element"] == "tahap2_kesediaan"]
    return dict(found)


def prepare(town: Town, journey: Journey, token: str, **changes: Any) -> None:
    done = town.post(token, {**journey.plan["tahap2_kesediaan"], **changes})
    assert done.status_code == 200, done.get_data(as_text=True)
    assert "Jawaban sudah disiapkan" in done.get_data(as_text=True)


def test_what_is_prepared_waits_for_the_holder_who_confirms_it_on_one_screen(both: Town) -> None:
    journey, token = asked(both)
    prepare(both, journey, token)
    assert journey.elements == ["tahap2_kesediaan"], "nothing moved"
    assert row(journey)["prepared"]["answers"]["tanggapan"] == "bersedia"
    holder = both.link(journey.id, "tahap2_kesediaan", SUKABUMI)
    page = both.client.get(f"/t/{holder}").get_data(as_text=True)
    assert "Jawaban yang sudah disiapkan" in page
    assert "119/16-Kesber/VII/2026" in page
    done = both.post(holder, CONFIRM, form="konfirmasi")
    assert done.status_code == 200, done.get_data(as_text=True)
    finished = row(journey)
    assert finished["status"] == "done"
    assert "Bupati" in finished["done_by"]
    assert finished["prepared"] is None


def test_a_holder_decides_nothing_by_an_empty_form(both: Town) -> None:
    journey, token = asked(both)
    prepare(both, journey, token)
    holder = both.link(journey.id, "tahap2_kesediaan", SUKABUMI)
    empty = both.post(holder, {}, form="konfirmasi")
    assert empty.status_code == 422
    assert row(journey)["status"] == "open"


def test_a_holder_gives_it_back_with_a_note_and_gets_it_again(both: Town) -> None:
    journey, token = asked(both)
    prepare(both, journey, token, catatan="Draf")
    holder = both.link(journey.id, "tahap2_kesediaan", SUKABUMI)
    bare = both.post(holder, {"_keputusan": "kembalikan"}, form="konfirmasi")
    assert bare.status_code == 422
    assert "perlu diperbaiki" in bare.get_data(as_text=True)
    note = {"_keputusan": "kembalikan", "_catatan": "Nomor surat keliru"}
    back = both.post(holder, note, form="konfirmasi")
    assert "Sudah dikembalikan" in back.get_data(as_text=True)
    assert row(journey)["prepared"]["returned_note"] == "Nomor surat keliru"
    again = both.link(journey.id, "tahap2_kesediaan", SUKABUMI, purpose="siapkan")
    page = both.client.get(f"/t/{again}").get_data(as_text=True)
    assert "Nomor surat keliru" in page
    assert "Draf" in page, "what was prepared stands in the form"
    twice = both.post(holder, {"tanggapan": "menolak"})
    assert twice.status_code == 422, "the confirming form is gone, the own form stays"
    prepare(both, journey, again, nomor_surat="119/17")
    done = both.post(both.link(journey.id, "tahap2_kesediaan", SUKABUMI), CONFIRM, "konfirmasi")
    assert done.status_code == 200
    told = both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    kinds = [e["kind"] for e in told if e["kind"].startswith("task.") and "remind" not in e["kind"]]
    assert [k for k in kinds if k in ("task.prepared", "task.returned")] == [
        "task.prepared",
        "task.returned",
        "task.prepared",
    ]


def test_only_the_answers_that_were_shown_are_confirmed(both: Town) -> None:
    journey, token = asked(both)
    prepare(both, journey, token)
    holder = both.link(journey.id, "tahap2_kesediaan", SUKABUMI)
    shown = both.client.get(f"/t/{holder}").get_data(as_text=True)
    prepare(both, journey, token, tanggapan="menolak")
    late = both.client.post(
        f"/t/{holder}",
        data={**hidden(shown), **CONFIRM},
        content_type="multipart/form-data",
    )
    assert late.status_code == 409
    assert "sudah berubah" in late.get_data(as_text=True)
    assert row(journey)["status"] == "open"


def hidden(page: str) -> dict[str, str]:
    found = _HiddenInputs("konfirmasi")
    found.feed(page)
    return found.values


def test_a_holder_may_still_answer_himself(both: Town) -> None:
    journey, token = asked(both)
    prepare(both, journey, token)
    holder = both.link(journey.id, "tahap2_kesediaan", SUKABUMI)
    done = both.post(
        holder, {**journey.plan["tahap2_kesediaan"], "tanggapan": "minta_perbaikan", "catatan": "x"}
    )
    assert done.status_code == 200, done.get_data(as_text=True)
    assert "tahap1_permohonan" in journey.elements


def test_whoever_prepares_cannot_finish_and_bad_answers_are_named(both: Town) -> None:
    journey, token = asked(both)
    refused = both.post(token, {"tanggapan": "bersedia"})
    assert refused.status_code == 422
    assert "Nomor surat jawaban" in refused.get_data(as_text=True)
    machine = both.client.post(f"/t/{token}", json={"answers": {"tanggapan": "bersedia"}})
    assert machine.status_code == 422
    assert row(journey)["prepared"] is None


def test_machines_prepare_and_give_back(both: Town) -> None:
    journey, _token = asked(both)
    task = row(journey)
    answers = {k: v for k, v in journey.plan["tahap2_kesediaan"].items() if k != "surat"}
    prepared = both.call("POST", f"/tasks/{task['id']}/prepare", {"answers": answers})
    assert prepared.status_code == 200, prepared.get_data(as_text=True)
    back = both.call("POST", f"/tasks/{task['id']}/return", {"note": "Perbaiki"})
    assert back.get_json()["prepared"]["returned_note"] == "Perbaiki"
    assert both.call("POST", f"/tasks/{task['id']}/return", {"note": "Lagi"}).status_code == 409


def test_a_task_that_nobody_prepares_says_so(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    [task] = journey.case["tasks"]
    refused = both.call("POST", f"/tasks/{task['id']}/prepare", {"answers": {}})
    assert refused.status_code == 409


def test_once_finished_there_is_nothing_to_prepare(both: Town) -> None:
    journey, token = asked(both)
    journey.answer("tahap2_kesediaan", SUKABUMI)
    page = both.client.get(f"/t/{token}")
    assert page.status_code == 409
    assert "tidak ada lagi yang perlu disiapkan" in page.get_data(as_text=True)
    late = both.post_json(token, {"tanggapan": "menolak"})
    assert late.status_code in (409, 422)


def test_a_note_is_shown_again_when_the_task_moved_on_or_went_to_somebody_else(town: Town) -> None:
    note = "Pasal 4 belum sesuai dengan hasil rapat"
    for change in ("withdrawn", "reassigned"):
        journey, token = asked(town)
        prepare(town, journey, token)
        holder = town.link(journey.id, "tahap2_kesediaan", SUKABUMI)
        hidden = _HiddenInputs("konfirmasi")
        hidden.feed(town.client.get(f"/t/{holder}").get_data(as_text=True))
        if change == "withdrawn":
            town.withdraw(journey.id)
        else:
            listed = town.call("GET", f"/officials?region={SUKABUMI}").get_json()["items"]
            sekda = [each["id"] for each in listed if each["role"] == "sekda"]
            given = {"reason": "Cuti", "officials": sekda}
            town.call("POST", f"/tasks/{row(journey)['id']}/reassign", given)
        back = {**hidden.values, "_keputusan": "kembalikan", "_catatan": note}
        refused = town.client.post(f"/t/{holder}", data=back)
        assert refused.status_code == (409 if change == "withdrawn" else 410)
        assert note in refused.get_data(as_text=True)


def test_a_holder_hears_who_prepares_for_him_and_when_it_only_waits_for_his_word(
    both: Town,
) -> None:
    journey, token = asked(both)
    preparer = "Kepala Subbagian Kerja Sama Kabupaten Sukabumi"
    [first] = [
        body
        for _, to, subject, body in mails(both)
        if subject.startswith("Tugas: Jawaban") and to.startswith("kepala-daerah.3202")
    ]
    assert "Jawabannya disiapkan oleh" in first
    assert preparer in first
    own = both.client.get(f"/t/{token}").get_data(as_text=True)
    assert "Dapat diselesaikan juga oleh" not in own

    def reminded(day: date) -> str:
        both.now = datetime.combine(day, time(2), UTC)
        tick(both.office, both.now)
        return [b for _, _, subject, b in mails(both) if subject.startswith("Pengingat: Jaw")][-1]

    due = working_days_after(date(2026, 7, 6), 30)
    early = reminded(working_days_after(due, -2))
    assert "masih menunggu penyelesaian Bapak/Ibu" in early
    assert "juga diingatkan untuk menyiapkannya" in early
    prepare(both, journey, token)
    both.read_mail()
    late = reminded(due)
    assert "masih menunggu konfirmasi Bapak/Ibu" in late
    assert "Jawabannya sudah disiapkan oleh" in late
    assert "mengisi jawaban" not in late
