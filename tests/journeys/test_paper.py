"""A region that only signs paper: its cooperation office, or the pemrakarsa's, records it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from processes.store import accounts
from processes.store.tables import AccountRole, Official, Person
from tests.journeys.answers import SCAN, Journey
from tests.journeys.town import PDF, Town

BOGOR, SUKABUMI, SERANG = "32.01", "32.02", "36.04"
WIB = ZoneInfo("Asia/Jakarta")
PAPER = {
    "dicatat_dari.nomor": "119/88-Pem/2026",
    "dicatat_dari.tanggal": "2026-03-02",
    "dicatat_dari.penanda_tangan": "Bupati Contoh",
    "dicatat_dari.dokumen": SCAN,
}


def scan(town: Town, token: str | None = None) -> str:
    """A scan handed in by a machine."""
    answer = town.client.post(
        "/api/v1/documents",
        data={"file": (BytesIO(PDF), "surat.pdf")},
        headers={"Authorization": f"Bearer {token or town.token}"},
    )
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return str(answer.get_json()["id"])


def paper(town: Town, **changes: Any) -> dict[str, Any]:
    return {
        "nomor": "119/88-Pem/2026",
        "tanggal": "2026-03-02",
        "penanda_tangan": "Bupati Contoh",
        "dokumen": scan(town),
        **changes,
    }


def task_of(journey: Journey, element: str, region: str) -> dict[str, Any]:
    [found] = [
        t
        for t in journey.case["tasks"]
        if t["element"] == element and t["region"] == region and t["status"] == "open"
    ]
    return dict(found)


def plain(journey: Journey, town: Town, element: str) -> dict[str, Any]:
    """The plan's answers with scans as documents."""
    return {
        k: {"document": scan(town)} if isinstance(v, bytes) else v
        for k, v in journey.plan[element].items()
    }


def token_for(town: Town, region: str) -> str:
    with town.office.database.write() as session:
        return accounts.create_token(
            session,
            name=f"sistem {region}",
            role=AccountRole.SYSTEM,
            region_code=region,
            now=town.now,
        )


def call(town: Town, token: str, path: str, body: Any) -> Any:
    return town.client.post(
        f"/api/v1{path}", json=body, headers={"Authorization": f"Bearer {token}"}
    )


def test_a_partner_that_never_touches_the_product_goes_by_paper_through_all_stages(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SERANG], burden=True)
    for _ in range(60):
        found = journey.open
        if not found:
            break
        element, region = found[0]
        if region == BOGOR:
            journey.answer(element, region)
            continue
        token = both.link(journey.id, element, region, purpose="catat")
        answers = {
            k: v
            for k, v in journey.plan[element].items()
            if k not in ("nomor_surat", "tanggal_surat", "surat", "berkas", "nomor", "tanggal")
        }
        done = both.post(token, {**answers, **PAPER})
        assert done.status_code == 200, done.get_data(as_text=True)
        if "tahap7" in element:
            break
    recorded = [t for t in journey.case["tasks"] if t["region"] == SERANG and t["recorded"]]
    assert len(recorded) >= 7
    for task in recorded:
        assert task["recorded"]["nomor"] == "119/88-Pem/2026"
        assert task["recorded"]["region"] == BOGOR
        assert "dari surat 119/88-Pem/2026" in task["done_by"]
    assert journey.case["agreement"]["status"] == "berlaku"
    [willing] = [t for t in recorded if t["element"] == "tahap2_kesediaan"]
    assert willing["recorded"]["tanggal"] == "2026-03-02"
    assert willing["recorded"]["at"] != willing["recorded"]["tanggal"]
    told = both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    [entry] = [
        e for e in told if e["kind"] == "task.completed" and e["details"]["task"] == willing["id"]
    ]
    assert entry["details"]["dicatat_dari"]["penanda_tangan"] == "Bupati Contoh"


def test_a_machine_records_from_paper_and_the_paper_answers_its_own_fields(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    task = task_of(journey, "tahap2_kesediaan", SUKABUMI)
    answers = {
        "tanggapan": "bersedia",
        "membebani_masyarakat": False,
        "membebani_daerah": False,
        "teranggarkan": True,
        "tahun_anggaran": 2026,
    }
    body = {"answers": answers, "dicatat_dari": paper(both)}
    done = both.call("POST", f"/tasks/{task['id']}/complete", body)
    assert done.status_code == 200, done.get_data(as_text=True)
    receipt = done.get_json()
    assert receipt["answers"]["nomor_surat"] == "119/88-Pem/2026"
    assert receipt["answers"]["surat"] == {"document": body["dicatat_dari"]["dokumen"]}
    assert receipt["recorded"]["penanda_tangan"] == "Bupati Contoh"
    assert receipt["done_by"] == "dicatat oleh kota dari surat 119/88-Pem/2026"
    again = both.call("POST", f"/tasks/{task['id']}/complete", body)
    assert again.get_json() == receipt


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"nomor": ""}, "nomor"),
        ({"tanggal": "2999-01-01"}, "tanggal"),
        ({"tanggal": "kemarin"}, "tanggal"),
        ({"penanda_tangan": None}, "penanda_tangan"),
        ({"dokumen": "tidak-ada"}, "dokumen"),
        ({"rantai": "ya"}, "rantai"),
        ({"halo": 1}, "halo"),
    ],
)
def test_a_paper_that_cannot_be_read_is_refused_by_name(
    both: Town, wrong: dict[str, Any], field: str
) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    task = task_of(journey, "tahap1_permohonan", BOGOR)
    refused = both.call(
        "POST",
        f"/tasks/{task['id']}/complete",
        {
            "answers": plain(journey, both, "tahap1_permohonan"),
            "dicatat_dari": paper(both, **wrong),
        },
    )
    assert refused.status_code == 422
    assert list(refused.get_json()["errors"]) == [f"dicatat_dari.{field}"]
    assert journey.elements == ["tahap1_permohonan"]


def test_only_those_allowed_record_for_another_region(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI, SERANG]).until("tahap2_kesediaan")
    answers = {
        "tanggapan": "bersedia",
        "membebani_masyarakat": False,
        "membebani_daerah": False,
        "teranggarkan": True,
        "tahun_anggaran": 2026,
    }
    staffed = task_of(journey, "tahap2_kesediaan", SUKABUMI)
    unstaffed = task_of(journey, "tahap2_kesediaan", SERANG)
    bogor, sukabumi = token_for(both, BOGOR), token_for(both, SUKABUMI)

    def record(token: str, task: dict[str, Any]) -> tuple[int, str]:
        own = paper(both, dokumen=scan(both, token))
        body = {"answers": answers, "dicatat_dari": own}
        answer = call(both, token, f"/tasks/{task['id']}/complete", body)
        return answer.status_code, answer.get_json().get("detail", "")

    status, told = record(bogor, staffed)
    assert (status, "hanya bagian kerja sama Kabupaten Sukabumi" in told) == (403, True)
    link = call(both, bogor, f"/tasks/{staffed['id']}/link", {"purpose": "catat"})
    assert (link.status_code, link.get_json()["detail"]) == (403, told)
    status, told = record(sukabumi, unstaffed)
    assert (status, "Hanya bagian kerja sama Kabupaten Bogor" in told) == (403, True)
    assert record(token_for(both, "32.04"), staffed)[0] == 404, "who has no part knows of nothing"
    assert record(bogor, unstaffed)[0] == 200
    assert record(sukabumi, staffed)[0] == 200


def test_a_partner_that_got_officials_is_no_longer_recorded_by_the_pemrakarsa(both: Town) -> None:
    journey = Journey(both, [BOGOR, SERANG]).until("tahap2_kesediaan")
    token = both.link(journey.id, "tahap2_kesediaan", SERANG, purpose="catat")
    hire(both, SERANG, "bagian_kerja_sama", "Nona Contoh", "nona@serang.example")
    refused = both.post(token, {"tanggapan": "menolak", **PAPER})
    assert refused.status_code == 403
    assert "mempunyai pejabat sendiri" in refused.get_data(as_text=True)
    assert ("tahap2_kesediaan", SERANG) in journey.open


def hire(town: Town, region: str, role: str, name: str, email: str) -> None:
    with town.office.database.write() as session:
        person = Person(name=name, email=email)
        session.add(person)
        session.flush()
        session.add(
            Official(region_code=region, role=role, person_id=person.id, position=f"Kabag {region}")
        )


def test_a_partners_whole_chain_of_initials_is_recorded_in_one_act(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap5_paraf_kabag")
    task = task_of(journey, "tahap5_paraf_kabag", SUKABUMI)
    signed = paper(both, penanda_tangan="Kabag A; Asisten B; Sekda C", rantai=True)
    done = both.call(
        "POST",
        f"/tasks/{task['id']}/complete",
        {"answers": {"paraf": "paraf"}, "dicatat_dari": signed},
    )
    assert done.status_code == 200, done.get_data(as_text=True)
    assert len(done.get_json()["chained"]) == 2
    left = [region for element, region in journey.open if "paraf" in element]
    assert left == [BOGOR]
    stamped = [
        t["element"]
        for t in journey.case["tasks"]
        if t["region"] == SUKABUMI and t["recorded"] and "paraf" in t["element"]
    ]
    assert stamped == ["tahap5_paraf_kabag", "tahap5_paraf_asisten", "tahap5_paraf_sekda"]


def test_a_chain_is_refused_where_the_owner_drew_none(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    task = task_of(journey, "tahap1_permohonan", BOGOR)
    refused = both.call(
        "POST",
        f"/tasks/{task['id']}/complete",
        {
            "answers": plain(journey, both, "tahap1_permohonan"),
            "dicatat_dari": paper(both, rantai=True),
        },
    )
    assert refused.status_code == 422
    assert list(refused.get_json()["errors"]) == ["dicatat_dari.rantai"]


def silent_council(town: Town) -> tuple[Journey, dict[str, Any]]:
    """A case in which one council stayed silent for 45 working days and is deemed to agree."""
    journey = Journey(town, [BOGOR, SUKABUMI], burden=True)
    journey.until("tahap4_keputusan_dprd")
    for element, region in list(journey.open):
        if element == "tahap4_permohonan_dprd":
            journey.answer(element, region)
    journey.answer("tahap4_keputusan_dprd", BOGOR)
    task = task_of(journey, "tahap4_keputusan_dprd", SUKABUMI)
    town.wait(days=90)
    assert ("tahap4_keputusan_dprd", SUKABUMI) not in journey.open
    return journey, task


DECISION = {"alat_kelengkapan": "Komisi I", "catatan": "Rapat paripurna"}


def late(town: Town, task: dict[str, Any], decision: str, **changes: Any) -> Any:
    body = {
        "answers": {"keputusan": decision, **DECISION},
        "dicatat_dari": paper(town, nomor="170/9", penanda_tangan="Ketua DPRD", **changes),
    }
    return town.call("POST", f"/tasks/{task['id']}/complete", body)


@pytest.mark.parametrize(
    ("decision", "stands", "next_element"),
    [
        ("setuju", ("running", None), "tahap5_paraf_kabag"),
        ("perbaikan", ("running", None), "tahap3_pembahasan"),
        ("tidak_setuju", ("rejected", "tidak_disetujui"), None),
    ],
)
def test_a_real_decision_after_a_deemed_approval_is_recorded_and_a_negative_one_stops_the_case(
    both: Town, decision: str, stands: tuple[str, str | None], next_element: str | None
) -> None:
    journey, task = silent_council(both)
    plain_late = both.call(
        "POST",
        f"/tasks/{task['id']}/complete",
        {"answers": {"keputusan": decision}},
    )
    assert plain_late.status_code == 409
    assert "ianggap setuju" in plain_late.get_json()["detail"]
    done = late(both, task, decision)
    assert done.status_code == 200, done.get_data(as_text=True)
    assert done.get_json()["recorded"]["nomor"] == "170/9"
    assert journey.stands() == stands
    assert next_element is None or next_element in journey.elements
    [row] = [t for t in journey.case["tasks"] if t["id"] == task["id"]]
    assert row["status"] == "cancelled"
    assert row["recorded"]["nomor"] == "170/9"
    kinds = [
        e["kind"] for e in both.call("GET", f"/cases/{journey.id}/history").get_json()["items"]
    ]
    assert kinds.count("task.answered_late") == 1


def test_the_late_decision_given_twice_is_one_and_another_one_is_refused(both: Town) -> None:
    journey, task = silent_council(both)
    scanned = scan(both)
    first = late(both, task, "setuju", dokumen=scanned)
    assert first.status_code == 200
    assert late(both, task, "setuju", dokumen=scanned).get_json() == first.get_json()
    assert late(both, task, "tidak_setuju").status_code == 409
    assert journey.stands() == ("running", None)


def test_whoever_comes_after_a_late_decision_reads_who_recorded_it_and_when(both: Town) -> None:
    journey, task = silent_council(both)
    both.wait(days=3)
    recorded_at = both.now.astimezone(WIB).strftime("%d-%m-%Y %H.%M")
    assert late(both, task, "setuju").status_code == 200
    both.wait(days=1)
    sentence = f"dicatat oleh kota dari surat 170/9 pada {recorded_at}"

    other = late(both, task, "tidak_setuju")
    answers = {"answers": {"keputusan": "setuju", **DECISION}}
    plain_late = both.call("POST", f"/tasks/{task['id']}/complete", answers)

    for refused in (other, plain_late):
        assert refused.status_code == 409
        told = refused.get_json()["detail"]
        assert told.startswith("Dianggap setuju sejak ")
        assert sentence in told
        assert "diselesaikan oleh" not in told
    [row] = [t for t in journey.case["tasks"] if t["id"] == task["id"]]
    assert (row["status"], row["recorded"]["nomor"]) == ("cancelled", "170/9")


def test_a_paper_that_another_one_was_recorded_before_is_refused_in_words(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI])
    task = task_of(journey, "tahap1_permohonan", BOGOR)
    answers = plain(journey, both, "tahap1_permohonan")
    path = f"/tasks/{task['id']}/complete"
    first = both.call("POST", path, {"answers": answers, "dicatat_dari": paper(both)})
    assert first.status_code == 200, first.get_data(as_text=True)
    recorded_at = both.now.astimezone(WIB).strftime("%d-%m-%Y %H.%M")
    both.wait(days=1)

    body = {"answers": answers, "dicatat_dari": paper(both, nomor="119/99")}
    refused = both.call("POST", path, body)

    assert refused.status_code == 409
    assert refused.get_json()["detail"].startswith(
        f"Tugas ini sudah dicatat oleh kota dari surat 119/88-Pem/2026 pada {recorded_at}, "
    )


def test_a_late_decision_after_a_signature_is_refused_in_words(both: Town) -> None:
    journey, task = silent_council(both)
    journey.until("tahap6_tanda_tangan").answer("tahap6_tanda_tangan", BOGOR)
    refused = late(both, task, "tidak_setuju")
    assert refused.status_code == 409
    assert "sudah ditandatangani" in refused.get_json()["detail"]
    assert journey.stands() == ("running", None)


def test_the_cooperation_office_records_a_late_decision_through_its_link(both: Town) -> None:
    journey, task = silent_council(both)
    made = both.call("POST", f"/tasks/{task['id']}/link", {"purpose": "catat"})
    assert made.status_code == 201, made.get_data(as_text=True)
    token = made.get_json()["url"].rpartition("/")[2]
    page = both.client.get(f"/t/{token}").get_data(as_text=True)
    assert "Pencatatan dari surat bertanda tangan" in page
    done = both.post(token, {"keputusan": "tidak_setuju", **DECISION, **PAPER})
    assert done.status_code == 200, done.get_data(as_text=True)
    assert journey.stands() == ("rejected", "tidak_disetujui")


def test_the_region_concerned_confirms_or_objects_to_what_another_house_recorded(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SERANG]).until("tahap2_kesediaan")
    task = task_of(journey, "tahap2_kesediaan", SERANG)
    token = both.link(journey.id, "tahap2_kesediaan", SERANG, purpose="catat")
    willing = {k: v for k, v in journey.plan["tahap2_kesediaan"].items() if "surat" not in k}
    assert both.post(token, {**willing, **PAPER}).status_code == 200
    path = f"/tasks/{task['id']}/paper-response"
    serang, bogor = token_for(both, SERANG), token_for(both, BOGOR)
    silent = call(both, serang, path, {"verdict": "keberatan"})
    assert silent.status_code == 422, "an objection says why"
    objected = call(both, serang, path, {"verdict": "keberatan", "note": "Kami belum menjawab"})
    assert objected.status_code == 200, objected.get_data(as_text=True)
    [response] = objected.get_json()["recorded"]["responses"]
    assert (response["region"], response["verdict"]) == (SERANG, "keberatan")
    assert call(both, bogor, path, {"verdict": "sesuai"}).status_code == 403
    both.read_mail()
    mails = [p.read_text() for p in (both.folder / "mail").glob("*.eml")]
    assert any("Keberatan atas pencatatan" in mail for mail in mails)
    confirmed = call(both, serang, path, {"verdict": "sesuai"})
    [response] = confirmed.get_json()["recorded"]["responses"]
    assert response["verdict"] == "sesuai"


def test_the_pemrakarsa_is_asked_to_look_at_what_a_partner_recorded_of_itself(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    task = task_of(journey, "tahap2_kesediaan", SUKABUMI)
    made = both.call("POST", f"/tasks/{task['id']}/link", {"purpose": "catat"})
    token = made.get_json()["url"].rpartition("/")[2]
    willing = {k: v for k, v in journey.plan["tahap2_kesediaan"].items() if "surat" not in k}
    assert both.post(token, {**willing, **PAPER}).status_code == 200
    both.read_mail()
    [asked] = both.links["tanggapi", journey.id, "tahap2_kesediaan", SUKABUMI]
    page = both.client.get(f"/t/{asked}").get_data(as_text=True)
    assert "119/88-Pem/2026" in page
    empty = both.post(asked, {}, form="tanggapan")
    assert empty.status_code == 422
    done = both.post(asked, {"_keputusan": "keberatan", "_catatan": "Beda"}, form="tanggapan")
    assert "Keberatan sudah dicatat" in done.get_data(as_text=True)
    [row] = [t for t in journey.case["tasks"] if t["id"] == task["id"]]
    assert [r["verdict"] for r in row["recorded"]["responses"]] == ["keberatan"]


def test_a_holder_without_an_address_is_answered_for_by_paper(both: Town) -> None:
    with both.office.database.write() as session:
        heads = select(Official.person_id).where(
            Official.region_code == SUKABUMI, Official.role == "kepala_daerah"
        )
        session.execute(update(Person).where(Person.id.in_(heads)).values(email=None))
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    token = both.link(journey.id, "tahap2_kesediaan", SUKABUMI, purpose="catat")
    willing = {k: v for k, v in journey.plan["tahap2_kesediaan"].items() if "surat" not in k}
    done = both.post(token, {**willing, **PAPER})
    assert done.status_code == 200, done.get_data(as_text=True)
    assert "tahap2_kesediaan" not in journey.elements


def test_the_record_page_keeps_what_was_typed_and_names_everything_that_is_missing(
    both: Town,
) -> None:
    journey = Journey(both, [BOGOR, SERANG]).until("tahap2_kesediaan")
    token = both.link(journey.id, "tahap2_kesediaan", SERANG, purpose="catat")
    refused = both.post(token, {"catatan": "Surat menyusul", "dicatat_dari.nomor": "12/A"})
    text = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "Surat menyusul" in text
    assert "12/A" in text
    assert "Hasil pindai surat atau naskah" in text
    assert "Nomor surat jawaban" not in text, "what the paper says is not asked twice"


def test_no_letter_without_its_own_day(both: Town) -> None:
    both.at(datetime(2026, 5, 4, 3, tzinfo=UTC))
    journey = Journey(both, [BOGOR, SUKABUMI])
    task = task_of(journey, "tahap1_permohonan", BOGOR)
    done = both.call(
        "POST",
        f"/tasks/{task['id']}/complete",
        {
            "answers": plain(journey, both, "tahap1_permohonan"),
            "dicatat_dari": paper(both, tanggal="2026-04-30"),
        },
    )
    recorded = next(t for t in journey.case["tasks"] if t["id"] == task["id"])["recorded"]
    assert done.status_code == 200
    assert recorded["tanggal"] == "2026-04-30"
    assert datetime.fromisoformat(recorded["at"]) - both.now < timedelta(seconds=1)


def test_another_paper_for_a_finished_task_is_refused_not_dropped(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap3_konfirmasi")
    task = task_of(journey, "tahap3_konfirmasi", SUKABUMI)
    first = {"answers": {"konfirmasi": "sesuai"}, "dicatat_dari": paper(both)}
    path = f"/tasks/{task['id']}/complete"
    assert both.call("POST", path, first).status_code == 200
    assert both.call("POST", path, first).status_code == 200
    other = {**first, "dicatat_dari": paper(both, nomor="999/BEDA")}
    assert both.call("POST", path, other).status_code == 409
    again = {**first, "dicatat_dari": paper(both)}
    assert both.call("POST", path, again).status_code == 200, "the same scan, uploaded again"


def test_nobodys_document_is_taken_over_by_naming_it(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI]).until("tahap2_kesediaan")
    [kak] = [d for d in journey.case["documents"] if d["field"] == "kak"]
    task = task_of(journey, "tahap2_kesediaan", SUKABUMI)
    answers = {k: v for k, v in journey.plan["tahap2_kesediaan"].items() if k != "surat"}
    body = {"answers": {**answers, "surat": {"document": kak["id"]}}}
    assert both.call("POST", f"/tasks/{task['id']}/complete", body).status_code == 200
    [same] = [d for d in journey.case["documents"] if d["id"] == kak["id"]]
    assert (same["task_id"], same["field"], same["region"]) == (kak["task_id"], "kak", BOGOR)


def test_a_document_that_was_not_shared_cannot_be_named_by_others(both: Town) -> None:
    journey = Journey(both, [BOGOR, SUKABUMI], burden=True).until("tahap4_permohonan_dprd")
    journey.answer("tahap4_permohonan_dprd", BOGOR)
    letters = [d for d in journey.case["documents"] if d["region"] == BOGOR]
    own = next(d for d in letters if d["field"] == "surat" and "tahap4" in element_of(journey, d))
    task = task_of(journey, "tahap4_permohonan_dprd", SUKABUMI)
    answers = {**journey.plan["tahap4_permohonan_dprd"], "surat": {"document": own["id"]}}
    refused = both.call("POST", f"/tasks/{task['id']}/complete", {"answers": answers})
    assert refused.status_code == 422
    assert list(refused.get_json()["errors"]) == ["surat"]


def element_of(journey: Journey, document: dict[str, Any]) -> str:
    return next(t["element"] for t in journey.case["tasks"] if t["id"] == document["task_id"])
