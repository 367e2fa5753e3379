"""A partner nobody knows an address of: it is written to on paper and comes in with its code."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from processes.store import accounts
from processes.store.tables import AccountRole
from tests.journeys.answers import SCAN, Journey
from tests.journeys.town import PDF, Town

#: Kabupaten Cilacap: the sample installation has no officials there
PARTNER = "33.01"
BOGOR = "32.01"
CONTACT = {
    "nama": "Ratna Contoh Kusuma",
    "jabatan": "Kepala Bagian Tata Pemerintahan",
    "surel": "ratna@cilacap.example",
    "telepon": "",
}
REPLY = {
    "nomor_surat": "130/77/2026",
    "tanggal_surat": "2026-07-06",
    "penanda_tangan": "Bupati Cilacap",
    "pengirim": "Ratna Contoh Kusuma",
}


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What arrives at the partner on paper."""

    code: str
    pdf: bytes


def printed(town: Town, case_id: str) -> Envelope:
    answer = town.call("POST", f"/cases/{case_id}/letter-package", {"region": PARTNER})
    assert answer.status_code == 201, answer.text
    body = answer.get_json()
    return Envelope(code=body["code"], pdf=base64.b64decode(body["content"]))


def waiting_for_partner(town: Town) -> Journey:
    """A case of Kabupaten Bogor in which Kabupaten Cilacap is asked whether it is willing."""
    return Journey(town, [BOGOR, PARTNER]).until("tahap2_kesediaan")


def name_contact(town: Town, code: str, **changes: str) -> TestResponse:
    form = {"kode": code, **CONTACT, **changes}
    return town.app.test_client().post("/k/narahubung", data=form)


def hand_in(town: Town, code: str, scan: bytes = PDF, **changes: str) -> TestResponse:
    form: dict[str, Any] = {"kode": code, **REPLY, **changes}
    form["berkas"] = (BytesIO(scan), "jawaban.pdf")
    client = town.app.test_client()
    return client.post("/k/balasan", data=form, content_type="multipart/form-data")


def mails_to(town: Town, address: str) -> list[str]:
    town.read_mail()
    found = [path.read_text("utf-8") for path in sorted((town.folder / "mail").glob("*.eml"))]
    return [mail for mail in found if f"To: {address}" in mail]


def happened(town: Town, case_id: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = town.call("GET", f"/cases/{case_id}/history").get_json()["items"]
    return items


def bogor_office(town: Town) -> str:
    return "bagian-kerja-sama.3201@contoh.example"


def test_a_partner_joins_with_its_code_and_answers_by_mailed_links_from_then_on(
    both: Town,
) -> None:
    journey = waiting_for_partner(both)
    assert journey.case["without_contact"] == [PARTNER]
    [task] = [t for t in journey.case["tasks"] if t["region"] == PARTNER]
    assert task["holder"] is None

    code = printed(both, journey.id).code
    assert name_contact(both, code).status_code == 200
    assert journey.case["without_contact"] == []
    told = mails_to(both, bogor_office(both))
    assert any(CONTACT["nama"] in mail and "menunjuk narahubung" in mail for mail in told)
    named = [e for e in happened(both, journey.id) if e["kind"] == "contact.named"]
    assert [e["details"]["person"] for e in named] == [CONTACT["nama"]]
    assert named[0]["actor"]["kind"] == "code"

    # the head of the region has no address: his willingness comes on paper
    reply = hand_in(both, code)
    assert reply.status_code == 200
    [waiting] = both.call("GET", f"/cases/{journey.id}/replies").get_json()["items"]
    plan = journey.plan["tahap2_kesediaan"]
    taken = both.call(
        "POST",
        f"/cases/{journey.id}/replies/{waiting['id']}/take",
        {"task": task["id"], "answers": plan},
    )
    assert taken.status_code == 200, taken.text
    [answered] = [t for t in journey.case["tasks"] if t["id"] == task["id"]]
    assert answered["recorded"]["nomor"] == REPLY["nomor_surat"]

    # from stage 3 on the contact answers what is asked of its cooperation office
    journey.until("tahap3_konfirmasi")
    assert journey.open == [("tahap3_konfirmasi", PARTNER)]
    journey.answer("tahap3_konfirmasi", PARTNER)
    assert mails_to(both, CONTACT["surel"])
    done = [t for t in journey.case["tasks"] if t["element"] == "tahap3_konfirmasi"]
    assert [t["status"] for t in done] == ["done"]
    assert done[0]["holder"]["name"] == CONTACT["nama"]


def test_an_open_task_of_the_contacts_role_is_mailed_to_him_at_once(both: Town) -> None:
    journey = waiting_for_partner(both)
    code = printed(both, journey.id).code
    hand_in(both, code)
    [waiting] = both.call("GET", f"/cases/{journey.id}/replies").get_json()["items"]
    [task] = [t for t in journey.case["tasks"] if t["region"] == PARTNER]
    both.call(
        "POST",
        f"/cases/{journey.id}/replies/{waiting['id']}/take",
        {"task": task["id"], "answers": journey.plan["tahap2_kesediaan"]},
    )
    journey.until("tahap3_konfirmasi")
    [open_task] = [t for t in journey.case["tasks"] if t["status"] == "open"]
    assert open_task["holder"] is None

    assert name_contact(both, code).status_code == 200

    journey.answer("tahap3_konfirmasi", PARTNER)
    assert ("tahap3_konfirmasi", PARTNER) not in journey.open


def test_a_contact_records_from_paper_what_his_head_signed(both: Town) -> None:
    journey = waiting_for_partner(both)
    both.wait(days=1)  # the letters of one instant have no order
    name_contact(both, printed(both, journey.id).code)

    token = both.link(journey.id, "tahap2_kesediaan", PARTNER, purpose="catat")
    assert CONTACT["nama"] in both.client.get(f"/t/{token}").text
    willing = journey.plan["tahap2_kesediaan"]
    letter = {name: willing.pop(name) for name in ("nomor_surat", "tanggal_surat")}
    paper = {
        "dicatat_dari.nomor": letter["nomor_surat"],
        "dicatat_dari.tanggal": letter["tanggal_surat"],
        "dicatat_dari.penanda_tangan": "Bupati Cilacap",
        "dicatat_dari.dokumen": SCAN,
    }
    done = both.post(token, {**willing, **paper})

    assert done.status_code == 200, done.text
    [task] = [t for t in journey.case["tasks"] if t["element"] == "tahap2_kesediaan"]
    assert task["recorded"]["region"] == PARTNER
    assert CONTACT["nama"] in task["done_by"]


def test_a_reply_that_came_before_the_contact_is_his_to_record(town: Town) -> None:
    journey = waiting_for_partner(town)
    code = printed(town, journey.id).code
    hand_in(town, code)
    name_contact(town, code)
    [waiting] = town.call("GET", f"/cases/{journey.id}/replies").get_json()["items"]
    [task] = [t for t in journey.case["tasks"] if t["region"] == PARTNER]
    with town.office.database.write() as session:
        town.token = accounts.create_token(
            session, name="bogor", role=AccountRole.SYSTEM, region_code=BOGOR, now=town.now
        )

    body = {"task": task["id"], "answers": journey.plan["tahap2_kesediaan"]}
    answer = town.call("POST", f"/cases/{journey.id}/replies/{waiting['id']}/take", body)

    assert answer.status_code == 409
    assert "narahubung" in answer.get_json()["detail"]


def test_the_pemrakarsas_own_system_takes_a_reply_of_a_region_without_officials(
    town: Town,
) -> None:
    journey = waiting_for_partner(town)
    hand_in(town, printed(town, journey.id).code)
    [task] = [t for t in journey.case["tasks"] if t["region"] == PARTNER]
    with town.office.database.write() as session:
        town.token = accounts.create_token(
            session, name="bogor", role=AccountRole.SYSTEM, region_code=BOGOR, now=town.now
        )
    [waiting] = town.call("GET", f"/cases/{journey.id}/replies").get_json()["items"]
    body = {"task": task["id"], "answers": journey.plan["tahap2_kesediaan"]}
    path = f"/cases/{journey.id}/replies/{waiting['id']}/take"

    first, again = (town.call("POST", path, body) for _ in range(2))

    assert first.status_code == 200, first.text
    assert again.status_code == 409
    [answered] = [t for t in journey.case["tasks"] if t["id"] == task["id"]]
    assert answered["recorded"]["region"] == BOGOR


def test_a_contact_named_by_mistake_is_revoked_with_his_links_and_the_code(town: Town) -> None:
    journey = waiting_for_partner(town)
    code = printed(town, journey.id).code
    town.wait(days=1)
    name_contact(town, code)
    his = town.link(journey.id, "tahap2_kesediaan", PARTNER, purpose="catat")
    assert town.client.get(f"/t/{his}").status_code == 200

    answer = town.call(
        "POST",
        f"/cases/{journey.id}/contact/revoke",
        {"region": PARTNER, "reason": "Bukan pegawai Kabupaten Cilacap"},
    )

    assert answer.get_json() == {"revoked": 1}
    assert town.client.get(f"/t/{his}").status_code == 410
    assert journey.case["without_contact"] == [PARTNER]
    assert name_contact(town, code).status_code == 404
    again = printed(town, journey.id).code
    assert name_contact(town, again, nama="Budi Contoh", surel="budi@x.example").status_code == 200


def test_officials_who_were_registered_are_not_revoked_as_contacts(town: Town) -> None:
    journey = Journey(town, [BOGOR, "32.02"]).until("tahap2_kesediaan")
    body = {"region": "32.02", "reason": "Salah alamat"}
    assert town.call("POST", f"/cases/{journey.id}/contact/revoke", body).status_code == 409


def test_a_refused_reply_says_why_when_the_code_is_used_again(town: Town) -> None:
    journey = waiting_for_partner(town)
    code = printed(town, journey.id).code
    assert hand_in(town, code).status_code == 200
    told = mails_to(town, bogor_office(town))
    assert any(REPLY["nomor_surat"] in mail for mail in told)
    [waiting] = town.call("GET", f"/cases/{journey.id}/replies").get_json()["items"]
    path = f"/cases/{journey.id}/replies/{waiting['id']}"

    assert (
        town.call("POST", f"{path}/refuse", {"reason": "Belum ditandatangani"}).status_code == 200
    )

    page = town.client.post("/k", data={"kode": code}).text
    assert "Belum ditandatangani" in page
    assert "dikembalikan" in page
    assert town.call("POST", f"{path}/refuse", {"reason": "Lagi"}).status_code == 409
    assert hand_in(town, code).status_code == 200


def test_the_same_reply_sent_twice_waits_once(town: Town) -> None:
    journey = waiting_for_partner(town)
    code = printed(town, journey.id).code
    for _ in range(2):
        assert hand_in(town, code).status_code == 200
    assert len(town.call("GET", f"/cases/{journey.id}/replies").get_json()["items"]) == 1


@pytest.mark.parametrize("region", ["32.02", "33.02", BOGOR])
def test_no_letter_package_for_whoever_needs_none(town: Town, region: str) -> None:
    """32.02 has officials, 33.02 takes no part, and the pemrakarsa writes no letter to itself."""
    journey = Journey(town, [BOGOR, "32.02", PARTNER]).until("tahap2_kesediaan")
    answer = town.call("POST", f"/cases/{journey.id}/letter-package", {"region": region})
    assert answer.status_code == (409 if region == "32.02" else 422)
    assert not re.search("[0-9A-Z]{5}-[0-9A-Z]{5}", answer.text)


def test_no_letter_package_before_anything_is_asked_of_the_partner(town: Town) -> None:
    case_id = town.open_case(BOGOR, [PARTNER])
    answer = town.call("POST", f"/cases/{case_id}/letter-package", {"region": PARTNER})
    assert answer.status_code == 409
