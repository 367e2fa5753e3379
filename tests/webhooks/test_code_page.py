"""The page of a short code: for whom it opens, what it takes, and that it opens nothing else."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from processes import actions
from processes.office import Office
from processes.store import codes
from processes.store.tables import Document, FailedTry, History, Message, Official, PartyReply
from tests.store.office_parts import office_file
from tests.store.test_file_kinds import JPEG
from tests.webhooks.conftest import Clock
from tests.webhooks.looking import ROWS, WORDS, fill
from tests.webhooks.paper import CLERK, CONTACT, OBJECT, OTHER, PARTNER, REPLY, TITLE, PaperCase

#: what everybody may read; it tells nothing of any case
OPEN = {
    "static",
    "robots",
    "health.can_serve",
    "health.is_whole",
    "sign_in.how",
    "sign_in.enter_with_password",
    "api.openapi",
    "mailbox.listing",
}
#: what somebody could learn of the case, and must not
SECRETS = (
    TITLE,
    "KSDD/2026/0001",
    "Cilacap",
    OBJECT,
    "tahap1_permohonan-kak.pdf",
    "Jawaban kesediaan",
)


def count(office: Office, kind: type) -> int:
    with office.database.read() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def test_looking_at_the_form_tells_nothing_and_changes_nothing(
    paper: PaperCase, browser: FlaskClient, office: Office
) -> None:
    code = paper.print_package().code
    before = [count(office, kind) for kind in (History, Message, FailedTry)]

    for path in ("/k", f"/k?kode={code}", "/k?kode=00000-00000", "/k/"):
        page = browser.get(path)
        assert page.status_code == 200
        assert not [word for word in SECRETS if word in page.text]
        assert "Set-Cookie" not in page.headers

    assert f'value="{code}"' in browser.get(f"/k?kode={code}").text
    assert before == [count(office, kind) for kind in (History, Message, FailedTry)]


def test_a_code_opens_what_is_asked_of_its_party_and_nothing_else(paper: PaperCase) -> None:
    page = paper.look(paper.print_package().code)

    assert page.status_code == 200
    for told in (TITLE, "KSDD/2026/0001", "Kabupaten Cilacap", "Jawaban kesediaan", "30 hari"):
        assert told in page.text
    hidden = (OBJECT, "kak.pdf", "Banyumas", "/dokumen/", "/t/", "/perkara")
    assert not [word for word in hidden if word in page.text]
    assert "Set-Cookie" not in page.headers


def test_typing_is_forgiven(paper: PaperCase) -> None:
    code = paper.print_package().code
    sloppy = code.replace("0", "o").replace("1", "l")
    for typed in (
        code.lower(),
        code.replace("-", ""),
        f"  {code[:3]} {code[3:]}\n",
        code.replace("-", "\u2013"),
        sloppy,
        sloppy.upper().replace("L", "I"),
    ):
        assert TITLE in paper.look(typed).text, typed


@pytest.mark.parametrize(
    "typed", ["", "7K3QX", "7K3QX-9ZV2", "7K3QX-9ZV2MM", "ÄÄÄÄÄ-ÄÄÄÄÄ", "U" * 10]
)
def test_what_cannot_be_a_code_is_explained_and_counts_as_no_guess(
    paper: PaperCase, office: Office, typed: str
) -> None:
    answer = paper.look(typed)
    assert answer.status_code == 422
    assert "sepuluh huruf dan angka" in answer.text
    assert count(office, FailedTry) == 0


def test_unknown_and_revoked_codes_are_answered_alike(paper: PaperCase) -> None:
    revoked = paper.print_package().code
    actions.revoke_codes(
        paper.office, paper.id, PARTNER, reason="Surat hilang", actor=CLERK, now=paper.now
    )
    for path in ("/k", "/k/narahubung", "/k/balasan"):
        pages = []
        for code in (revoked, "00000-00000"):
            answer = paper.app.test_client().post(path, data={"kode": code, **CONTACT})
            assert answer.status_code == 404
            pages.append(answer.text.replace(code, "X"))
        assert pages[0] == pages[1]
        assert not [word for word in SECRETS if word in pages[0]]


def test_guessing_ends_in_waiting_even_for_whoever_then_guesses_right(
    paper: PaperCase, clock: Clock
) -> None:
    code = paper.print_package().code
    statuses = [paper.look(f"00000-{number:05}").status_code for number in range(200)]

    assert set(statuses[:20]) == {404}
    assert set(statuses[20:]) == {429}
    assert paper.look(code).status_code == 429
    clock.pass_days(1)
    assert paper.look(code).status_code == 200


def test_two_thousand_guesses_hit_none_of_fifty_codes(paper: PaperCase, office: Office) -> None:
    """`make chaos` guesses a hundred thousand times."""
    with office.database.write() as session:
        kept = [codes.make_code() for _ in range(50)]
        for code in kept:
            codes.keep_code(
                session,
                office.secret,
                code,
                case_id=paper.id,
                region_code=PARTNER,
                created_by="uji",
                now=paper.now,
            )
        assert codes.find_code(session, office.secret, kept[7]) is not None
        guesses = (codes.make_code() for _ in range(2_000))
        hits = [g for g in guesses if codes.find_code(session, office.secret, g) is not None]
    assert hits == []


def test_a_form_from_another_site_is_refused(paper: PaperCase) -> None:
    code = paper.print_package().code
    answer = paper.look(code, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


# --- naming a contact ----------------------------------------------------------------------------
def test_a_contact_needs_a_name_an_office_and_one_address(paper: PaperCase) -> None:
    code = paper.print_package().code

    answer = paper.name_contact(code, nama="", surel="")
    assert answer.status_code == 422
    assert "Nama lengkap wajib diisi" in answer.text
    assert f'value="{CONTACT["jabatan"]}"' in answer.text
    assert f'value="{code}"' in answer.text

    answer = paper.name_contact(code, surel="", telepon="")
    assert answer.status_code == 422
    assert "sedikitnya salah satu" in answer.text
    assert paper.name_contact(code, surel="bukan surel").status_code == 422
    assert paper.name_contact(code, surel="", telepon="0812-3456-7890").status_code == 200


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("surel", "a@@b.example"),
        ("surel", "a@b.example\r\nBcc: evil@evil.test"),
        ("surel", "Ratna <a@b.example>"),
        ("surel", "a@b.example, c@d.example"),
        ("telepon", "12"),
        ("telepon", "telepon saya"),
        ("telepon", "+62" + "1" * 30),
        ("nama", "a\0b"),
        ("nama", "\u200b"),
        ("jabatan", "x" * 5000),
    ],
)
def test_an_address_nobody_could_use_is_refused(paper: PaperCase, field: str, typed: str) -> None:
    answer = paper.name_contact(paper.print_package().code, **{field: typed})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_second_contact_is_refused_and_told_whom_to_ask(paper: PaperCase) -> None:
    code = paper.print_package().code
    assert paper.name_contact(code).status_code == 200

    answer = paper.name_contact(code, nama="Orang Lain", surel="lain@x.example")

    assert answer.status_code == 409
    assert CONTACT["nama"] in answer.text
    assert "mintalah perubahan kepada" in answer.text
    with paper.office.database.read() as session:
        named = session.scalars(select(Official.role).where(Official.region_code == PARTNER)).all()
    assert named == ["bagian_kerja_sama"]


def test_a_name_that_is_markup_stays_text(paper: PaperCase) -> None:
    code = paper.print_package().code
    page = paper.name_contact(code, nama="<b>Ratna</b> & Co").text
    assert "<b>Ratna</b>" not in page
    assert "&lt;b&gt;Ratna&lt;/b&gt; &amp; Co" in page


# --- handing in a reply --------------------------------------------------------------------------
def test_a_scan_is_kept_while_the_rest_is_mended(paper: PaperCase) -> None:
    code = paper.print_package().code

    answer = paper.hand_in(code, tanggal_surat="2027-01-01", penanda_tangan="")
    assert answer.status_code == 422
    assert "Sudah diunggah:" in answer.text
    [scan] = re.findall(r'type="hidden" name="berkas" value="([0-9a-f]+)"', answer.text)

    assert paper.hand_in(code, scan=None, berkas=scan).status_code == 200
    with paper.office.database.read() as session:
        assert session.scalars(select(PartyReply.number)).all() == [REPLY["nomor_surat"]]


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [(b"PK\x03\x04", "jawaban.docx", 415), (b"bukan pdf", "jawaban.pdf", 415), (None, "", 422)],
)
def test_what_is_no_scan_is_refused_with_what_was_typed(
    paper: PaperCase, content: bytes | None, name: str, status: int
) -> None:
    answer = paper.hand_in(paper.print_package().code, scan=content, name=name)
    assert answer.status_code == status
    assert f'value="{REPLY["nomor_surat"]}"' in answer.text
    assert 'id="isian-berkas-galat"' in answer.text


def test_a_scan_is_known_by_what_is_in_it_and_not_by_its_name(paper: PaperCase) -> None:
    code = paper.print_package().code

    answer = paper.hand_in(code, scan=office_file(), name="jawaban.docx")
    assert answer.status_code == 415
    assert "bukan pindaian" in answer.text

    assert paper.hand_in(code, scan=JPEG, name="1000012345").status_code == 200
    with paper.office.database.read() as session:
        assert "1000012345.jpg" in session.scalars(select(Document.filename)).all()


def test_somebody_elses_document_cannot_be_handed_in(paper: PaperCase) -> None:
    with paper.office.database.read() as session:
        foreign = session.scalars(select(Document.id)).first()
    answer = paper.hand_in(paper.print_package().code, scan=None, berkas=str(foreign))
    assert answer.status_code == 422
    assert count(paper.office, PartyReply) == 0


def test_only_a_few_replies_wait_at_a_time(paper: PaperCase) -> None:
    code = paper.print_package().code
    for number in range(5):
        assert paper.hand_in(code, nomor_surat=f"130/{number}").status_code == 200
    answer = paper.hand_in(code, nomor_surat="130/6")
    assert answer.status_code == 413
    assert "menunggu pemeriksaan" in answer.text


def test_one_partner_sees_nothing_of_the_others_replies(paper: PaperCase) -> None:
    paper.hand_in(paper.print_package().code)
    page = paper.look(paper.print_package(OTHER).code).text
    assert "Kabupaten Banyumas" in page
    assert REPLY["nomor_surat"] not in page


def test_a_case_that_is_over_says_so_and_takes_nothing(paper: PaperCase) -> None:
    code = paper.print_package().code
    for region in (PARTNER, OTHER):
        task = paper.task("tahap2_kesediaan", region)
        answers = {
            "tanggapan": "menolak",
            "nomor_surat": "130/1",
            "tanggal_surat": "2026-03-02",
            "catatan": "Belum menjadi prioritas",
        }
        actions.complete_task(paper.office, task, answers, actor=CLERK, now=paper.now)

    paper.answer("tahap2_tindak_lanjut", {"tindakan": "hentikan"})

    page = paper.look(code).text
    assert "sudah berakhir" in page
    assert page.count("<form") == 0
    assert paper.name_contact(code).status_code == 409
    assert paper.hand_in(code).status_code == 409
    assert count(paper.office, PartyReply) == 0


# --- nothing else ---------------------------------------------------------------------------------
def test_with_only_a_code_no_other_page_of_the_case_opens(
    paper: PaperCase, app: Flask, clock: Clock
) -> None:
    """Every address of the app, tried with GET and POST, with the code wherever it could go."""
    package = paper.print_package()
    code = package.code
    paper.hand_in(code)
    with paper.office.database.read() as session:
        reply = session.scalars(select(PartyReply)).one()
    known = dict.fromkeys(ROWS, "x") | {name: words[0] for name, words in WORDS.items()}
    known |= {
        "case_id": paper.id,
        "task_id": paper.task("tahap2_kesediaan", PARTNER),
        "document_id": reply.document_id,
        "reply_id": reply.id,
        "code": code,
        "token": code,
        "name": code,
        "region": PARTNER,
        "draft": "kesediaan",
        "file": "kesediaan.docx",
        "filename": "../../ksdd.sqlite3",
    }
    tried = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("partners."):
            continue
        path = fill(rule, known)
        for method in ("GET", "POST"):
            clock.pass_days(1)  # else the guesses end in 429, which would prove nothing
            answer = app.test_client().open(
                path,
                method=method,
                query_string={"kode": code, "token": code},
                data={"kode": code, "_kunci": code} if method == "POST" else None,
                headers={"Authorization": f"Bearer {code}", "Cookie": f"ksdd={code}; kode={code}"},
                buffered=True,
            )
            tried += 1
            body = answer.get_data(as_text=True)
            found = [word for word in (*SECRETS, REPLY["nomor_surat"]) if word in body]
            assert found == [], (method, path, answer.status_code)
            if rule.endpoint not in OPEN:
                assert answer.status_code in (303, 401, 403, 404, 405, 410), (method, path)
    assert tried > 80


def test_the_code_is_kept_nowhere_but_on_the_paper(paper: PaperCase) -> None:
    package = paper.print_package()
    plain = package.code.replace("-", "")
    paper.name_contact(package.code)
    folder = paper.office.settings.data
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert package.code.encode() not in content, path
            assert plain.encode() not in content, path
