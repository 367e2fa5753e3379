"""The letter package: what is in it, who gets one, and what the board offers around it."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from processes import actions
from processes.actions import Actor, Package
from processes.errors import NotAllowed
from processes.office import Office
from processes.sentences.dates import moment
from processes.store.tables import History, Message, ProcedureFile, Task
from tests.webhooks.conftest import Clock, SignIn
from tests.webhooks.forms import key_in
from tests.webhooks.paper import (
    ASKER,
    CLERK,
    CONTACT,
    OBJECT,
    OTHER,
    PARTNER,
    REPLY,
    TITLE,
    PaperCase,
)


def squeezed(text: str) -> str:
    return "".join(text.split())


def pages_of(package: Package) -> list[str]:
    reader = PdfReader(io.BytesIO(package.content))
    return [squeezed(page.extract_text()) for page in reader.pages]


def test_the_package_tells_who_asks_what_until_when_and_how_to_answer(paper: PaperCase) -> None:
    package = paper.print_package(number="119/44-Kesber/2026")
    pages = pages_of(package)

    assert len(pages) >= 4  # letter, summary, how to answer with the receipt, and the KAK
    with paper.office.database.read() as session:
        task = session.get_one(Task, paper.task("tahap2_kesediaan", PARTNER))
        zone = paper.office.calendar.zone(PARTNER)
        assert task.due_at is not None
        due = moment(task.due_at, zone)
    whole = "".join(pages)
    for said in (
        "PEMERINTAH KABUPATEN BOGOR",
        "Yth. Bupati Cilacap",
        "Dengan hormat,",
        "119/44-Kesber/2026",
        TITLE,
        "Kabupaten Bogor",
        "Kabupaten Cilacap",
        "Kabupaten Banyumas",
        "Jawaban kesediaan kepala daerah",
        due,
        OBJECT,
        "tahap1_permohonan-kak.pdf",
        "TANDA TERIMA",
        package.code,
        "http://127.0.0.1:8000/k",
        "+62000",
    ):
        assert squeezed(said) in whole, said


def test_each_printing_has_its_own_code_and_older_ones_go_on_working(paper: PaperCase) -> None:
    first, second = paper.print_package(), paper.print_package()
    assert first.code != second.code
    assert paper.look(first.code).status_code == paper.look(second.code).status_code == 200
    died = actions.revoke_codes(
        paper.office, paper.id, PARTNER, reason="Surat hilang", actor=CLERK, now=paper.now
    )
    assert died == 2
    assert paper.look(first.code).status_code == paper.look(second.code).status_code == 404


def test_printing_and_revoking_are_on_record_without_the_code(paper: PaperCase) -> None:
    package = paper.print_package()
    actions.revoke_codes(
        paper.office, paper.id, PARTNER, reason="Surat hilang", actor=CLERK, now=paper.now
    )
    with paper.office.database.read() as session:
        entries = session.scalars(select(History).where(History.case_id == paper.id)).all()
    printed, revoked = [e for e in entries if e.kind in ("letter.printed", "code.revoked")]
    assert printed.details["sha256"] == package.sha256
    assert printed.details["party"] == PARTNER
    assert revoked.details["reason"] == "Surat hilang"
    assert package.code not in str([e.details for e in entries])


@pytest.mark.parametrize("kak", [b"%PDF-1.4\nrusak\n%%EOF\n"])
def test_a_document_that_cannot_be_bound_is_named_and_sent_apart(
    app: Flask, office: Office, clock: Clock, kak: bytes
) -> None:
    pages = pages_of(PaperCase(app, office, clock(), kak=kak).print_package())
    assert "disampaikanterpisah" in pages[1]
    assert "tahap1_permohonan-kak.pdf" in pages[1]


def test_a_title_that_is_typst_is_printed_as_it_is(
    app: Flask, office: Office, clock: Clock
) -> None:
    title = '#panic("mati") \\ ] $x$ "Sampah"'
    pages = pages_of(PaperCase(app, office, clock(), title=title).print_package())
    assert squeezed(title) in pages[1]


def test_an_owners_slip_in_the_template_keeps_no_letter_back(paper: PaperCase) -> None:
    with paper.office.database.write() as session:
        for file in session.scalars(select(ProcedureFile)):
            if file.path == "surat/paket.typ":
                file.content = b"#salah_ketik"
    paper.office._procedures.clear()
    assert len(pages_of(paper.print_package())) >= 4


def test_only_the_pemrakarsa_prints(paper: PaperCase) -> None:
    partner = Actor(kind="account", name="orang Banyumas", regions=frozenset({OTHER}))
    with pytest.raises(NotAllowed):
        actions.print_package(paper.office, paper.id, PARTNER, actor=partner, now=paper.now)


def test_a_partner_reads_what_concerns_it_and_not_what_concerns_the_others(
    paper: PaperCase, signed_in: SignIn
) -> None:
    paper.name_contact(paper.print_package().code)
    for region, sees in ((ASKER, True), (PARTNER, True), (OTHER, False)):
        page = signed_in(region=region).get(f"/perkara/{paper.id}").text
        assert (CONTACT["nama"] in page) is sees, region


def test_the_board_offers_the_package_and_hands_it_over_once(
    paper: PaperCase, signed_in: SignIn
) -> None:
    browser = signed_in()
    page = browser.get(f"/perkara/{paper.id}").text
    assert page.count("; belum ada narahubung)") == 2
    action = f"/perkara/{paper.id}/mitra/{PARTNER}/paket"
    assert action in page

    answer = browser.post(action, data={"_kunci": key_in(page), "number": "119/45"})

    assert answer.mimetype == "application/pdf"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data.startswith(b"%PDF-")
    page = browser.get(f"/perkara/{paper.id}").text
    assert "Kode yang berlaku: 1." in page
    assert browser.post(action, data={}).status_code == 403
    assert browser.get(action).status_code == 405


def test_the_board_revokes_codes_and_contacts_with_a_reason(
    paper: PaperCase, signed_in: SignIn
) -> None:
    browser = signed_in()
    code = paper.print_package().code
    paper.name_contact(code)
    page = browser.get(f"/perkara/{paper.id}").text
    key, base = key_in(page), f"/perkara/{paper.id}/mitra/{PARTNER}"
    assert CONTACT["nama"] in page

    wordless = browser.post(f"{base}/narahubung", data={"_kunci": key, "reason": " "})
    assert wordless.status_code == 422
    assert f'id="narahubung-{PARTNER}-galat"' in wordless.text

    for act in ("kode", "narahubung"):
        done = browser.post(f"{base}/{act}", data={"_kunci": key, "reason": "Salah orang"})
        assert done.status_code == 303
    assert paper.look(code).status_code == 404
    assert browser.get(f"/perkara/{paper.id}").text.count("; belum ada narahubung)") == 2


def test_an_administrator_checks_a_reply_beside_the_form_of_its_task(
    paper: PaperCase, signed_in: SignIn
) -> None:
    browser = signed_in()
    paper.hand_in(paper.print_package().code)
    page = browser.get(f"/perkara/{paper.id}").text
    [path] = set(re.findall(rf'href="(/perkara/{paper.id}/balasan/[0-9a-f]+)"', page))
    form = browser.get(path).text
    for known in (REPLY["nomor_surat"], REPLY["tanggal_surat"], "jawaban.pdf"):
        assert known in form
    [document] = re.findall(r'href="(/perkara/[^"]+/dokumen/[0-9a-f]+)"', form)
    assert browser.get(document, buffered=True).data.startswith(b"%PDF-")

    given = {
        "_kunci": key_in(form),
        "nomor_surat": REPLY["nomor_surat"],
        "tanggal_surat": REPLY["tanggal_surat"],
        "tahun_anggaran": "2026",
        # the scan stands in the form already
        "surat": document.rpartition("/")[2],
    }
    assert f'value="{given["surat"]}"' in form
    undecided = browser.post(path, data=given)
    assert undecided.status_code == 422
    assert "Pilih salah satu." in undecided.text

    answers = {
        "tanggapan": "bersedia",
        "membebani_masyarakat": "false",
        "membebani_daerah": "false",
        "teranggarkan": "true",
    }
    assert browser.post(path, data={**given, **answers}).status_code == 303
    page = browser.get(f"/perkara/{paper.id}").text
    assert "Surat jawaban mitra dicatat" in page
    assert "diterima" in browser.get(path).text
    assert browser.post(path, data={**given, **answers}).status_code in (409, 422)


def test_the_other_partner_never_sees_a_reply(paper: PaperCase, signed_in: SignIn) -> None:
    paper.hand_in(paper.print_package().code)
    paths = re.findall(
        rf'"(/perkara/{paper.id}/(?:balasan|dokumen)/[0-9a-f]+)"',
        signed_in().get(f"/perkara/{paper.id}").text,
    )
    assert len(paths) > 1
    other = signed_in(region=OTHER)
    assert REPLY["nomor_surat"] not in other.get(f"/perkara/{paper.id}").text
    shown = signed_in(region=PARTNER).get(f"/perkara/{paper.id}").text
    assert REPLY["nomor_surat"] in shown
    [reply] = {path for path in paths if "/balasan/" in path}
    assert other.get(reply).status_code == 404
    assert signed_in(region=ASKER).get(reply).status_code == 200


def test_the_pemrakarsa_is_told_of_each_act_once(paper: PaperCase) -> None:
    code = paper.print_package().code
    paper.name_contact(code)
    paper.hand_in(code)
    with paper.office.database.read() as session:
        kinds = session.scalars(
            select(Message.kind).where(Message.kind.in_(("narahubung_mitra", "balasan_mitra")))
        ).all()
    assert sorted(kinds) == ["balasan_mitra", "narahubung_mitra"]
