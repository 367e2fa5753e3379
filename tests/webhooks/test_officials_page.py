"""Officials on the board: found, added, changed and let go by administrators, with a record."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from processes.office import Office
from processes.store.tables import (
    AccountRole,
    DataAccess,
    DataAct,
    Message,
    Official,
    PeopleAct,
    PeopleEvent,
    Person,
)
from tests.webhooks.forms import key_in

SignIn = Callable[..., FlaskClient]
BOGOR, SUKABUMI = "32.01", "32.02"
CLERK = "bagian_kerja_sama"


def holder(office: Office, role: str, region: str = BOGOR) -> tuple[str, str]:
    """Id and name of whoever acts in a role."""
    with office.database.read() as session:
        found = session.execute(
            select(Official.id, Person.name)
            .join(Person, Person.id == Official.person_id)
            .where(Official.role == role, Official.region_code == region, Official.active)
        ).one()
        return found[0], found[1]


def acts(office: Office) -> list[PeopleAct]:
    with office.database.read() as session:
        return list(session.scalars(select(PeopleEvent.act).order_by(PeopleEvent.at)))


def hidden(page: str, name: str) -> str:
    return re.findall(f'name="{name}" value="([^"]*)"', page)[0]


def test_officials_are_found_by_words_role_and_region_and_vacancies_are_named(
    office: Office, signed_in: SignIn, case_id: str
) -> None:
    clerk = signed_in(AccountRole.CLERK, BOGOR)
    row, name = holder(office, "sekda")
    page = clerk.get("/pejabat?peran=sekda").text
    assert f"/pejabat/{row}" in page
    assert "1 pejabat" in page
    assert "Sukabumi" not in page, "another region's officials"
    words = name.split()[0].lower()
    assert name in clerk.get(f"/pejabat?cari={words}&peran=sekda").text
    assert "Belum ada pejabat" in clerk.get("/pejabat?cari=tidak-ada-yang-ini").text
    with office.database.write() as session:
        session.get_one(Official, row).in_office = False
        session.get_one(Official, row).active = False
        session.query(Person).filter(Person.name != name).update({"phone": None})
    page = clerk.get("/pejabat").text
    assert "Peran yang kosong" in page
    assert "Sekretaris Daerah" in page.split("Peran yang kosong")[1].split("</section>")[0]
    assert name in clerk.get("/pejabat?keadaan=berhenti").text
    lonely = clerk.get("/pejabat?keadaan=tanpa_saluran_kedua").text
    assert holder(office, "kabag")[1] in lonely
    assert signed_in(AccountRole.OWNER).get("/pejabat").status_code == 403
    other = holder(office, "sekda", SUKABUMI)[0]
    assert clerk.get(f"/pejabat/{other}").status_code == 404
    assert clerk.get(f"/pejabat/{row}").status_code == 200
    for path in ("/pejabat/baru", f"/pejabat/{row}/akhiri", "/pejabat/impor", "/kunci"):
        assert clerk.get(path).status_code == 403, path


def new_clerk(client: FlaskClient, **more: str) -> dict[str, str]:
    """The form that adds a second clerk at Bogor, as it is sent."""
    return {
        "_kunci": key_in(client.get("/pejabat/baru").text),
        "region": "32.01 Kabupaten Bogor",
        "role": CLERK,
        "name": "=Sari <Contoh>",
        "nip": "199001012015012001",
        "position": "Analis Kerja Sama",
        "status": "definitif",
        "email": "sari@contoh.example",
        **more,
    }


def test_somebody_is_added_after_a_preview_and_with_a_reason_only(
    office: Office, signed_in: SignIn, case_id: str
) -> None:
    client = signed_in()
    wrong = client.post("/pejabat/baru", data=new_clerk(client, nip="12", email=""))
    assert wrong.status_code == 422
    assert "bukan 18 angka" in wrong.text
    assert "Isi sekurangnya salah satu" in wrong.text
    assert "=Sari &lt;Contoh&gt;" in wrong.text, "what was typed is kept"
    form = new_clerk(client)
    seen = client.post("/pejabat/baru", data=form)
    assert "Pratinjau" in seen.text
    assert case_id in seen.text, "the task he would share"
    form["dilihat"] = hidden(seen.text, "dilihat")
    assert client.post("/pejabat/baru", data=form).status_code == 422, "without a reason"
    assert acts(office) == [], "a preview keeps nothing"
    stale = client.post("/pejabat/baru", data={**form, "reason": "SK 1", "dilihat": "lama"})
    assert stale.status_code == 409
    made = client.post("/pejabat/baru", data={**form, "reason": "SK 1/2026"})
    assert made.status_code == 303
    assert "SK 1/2026" in client.get(made.location).text
    assert acts(office) == [PeopleAct.ADDED]


def added(client: FlaskClient) -> str:
    """The id of the second clerk."""
    form = new_clerk(client)
    seen = client.post("/pejabat/baru", data=form).text
    form |= {"dilihat": hidden(seen, "dilihat"), "reason": "SK 1/2026"}
    return client.post("/pejabat/baru", data=form).location.rsplit("/", 1)[1]


def test_what_is_known_of_somebody_is_set_right_and_both_values_are_recorded(
    office: Office, signed_in: SignIn, case_id: str
) -> None:
    client = signed_in()
    row = added(client)
    change = new_clerk(client, email="baru@contoh.example", name="Sari Contoh", reason="Salah")
    assert client.post(f"/pejabat/{row}", data={**change, "email": "x"}).status_code == 422
    sent = {**change, "resend": "ya"}
    done = client.post(f"/pejabat/{row}", data=sent, follow_redirects=True)
    assert (done.status_code, "Data sudah diubah" in done.text) == (200, True)
    assert "sari@contoh.example → baru@contoh.example" in done.text
    again = client.post(f"/pejabat/{row}", data=change)
    assert (again.status_code, "Tidak ada yang berubah" in again.text) == (409, True)
    with office.database.read() as session:
        mails = session.scalars(select(Message.address).where(Message.official_id == row)).all()
        taken = session.scalars(select(Person.nip).where(Person.nip.is_not(None))).first()
    assert set(mails) == {"baru@contoh.example"}, "what waited goes to the new address"
    other = holder_besides(office, CLERK, row)
    form = {**change, "nip": taken or ""}
    assert "sudah tercatat pada orang lain" in client.post(f"/pejabat/{other}", data=form).text


def holder_besides(office: Office, role: str, but: str) -> str:
    """The other one of two who hold a role at Bogor."""
    query = select(Official.id).where(Official.role == role, Official.region_code == BOGOR)
    with office.database.read() as session:
        return session.scalars(query.where(Official.id != but)).one()


def test_somebody_is_let_go_after_a_preview_and_only_then_his_name_is_removed(
    office: Office, signed_in: SignIn, case_id: str
) -> None:
    client = signed_in()
    row = added(client)
    stays = holder_besides(office, CLERK, row)
    preview = client.get(f"/pejabat/{row}/akhiri").text
    assert case_id in preview
    end = {"_kunci": key_in(preview), "dilihat": hidden(preview, "dilihat")}
    assert client.post(f"/pejabat/{row}/akhiri", data=end).status_code == 422
    assert acts(office) == [PeopleAct.ADDED], "neither a preview nor a refusal keeps anything"
    early = client.post(f"/pejabat/{row}/samarkan", data={**end, "reason": "x"})
    assert (early.status_code, "masih menjabat" in early.text) == (409, True)
    end["reason"] = "Mutasi"
    assert client.post(f"/pejabat/{row}/akhiri", data=end).status_code == 303
    assert client.post(f"/pejabat/{row}/akhiri", data=end).status_code == 409
    assert "Pemegang tugas berganti" in client.get(f"/perkara/{case_id}").text
    assert holder(office, CLERK)[0] == stays
    wish = {**end, "reason": "Pasal 43"}
    erased = client.post(f"/pejabat/{row}/samarkan", data=wish, follow_redirects=True)
    assert "Mantan pejabat" in erased.text
    assert "sari@contoh.example" not in erased.text, "also not among the changes"
    assert set(acts(office)) == {PeopleAct.ADDED, PeopleAct.ENDED, PeopleAct.ERASED}


def test_a_list_shows_what_it_does_before_it_does_it_and_comes_back_as_it_went(
    office: Office, signed_in: SignIn, case_id: str
) -> None:
    client = signed_in()
    taken = client.get(f"/pejabat/daftar.csv?daerah={BOGOR}")
    text = taken.get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert {row["region"] for row in rows} == {BOGOR}
    assert all(not row["phone"].startswith("+") for row in rows), "no cell is a formula"
    key = key_in(client.get("/pejabat/impor").text)

    def send(content: str, **more: str) -> str:
        file = (io.BytesIO(content.encode()), "pejabat.csv")
        data = {"_kunci": key, "file": file, **more}
        return client.post("/pejabat/impor", data=data).text

    same = send(text)
    assert f"0 ditambah, 0 diubah, 0 berhenti, {len(rows)} tetap" in same
    broken = send(text.replace("sekda", "Sekda!", 1) + "99.99,x,,,,,,,\r\n")
    assert all(said in broken for said in ("Baris", "Sekda!", "kode daerah"))
    clerk, name = holder(office, CLERK)
    less = "\r\n".join(line for line in text.split("\r\n") if f",{CLERK}," not in line)
    less += f"{BOGOR},{CLERK},Budi Baru,,Analis,definitif,budi@contoh.example,,\r\n"
    seen = send(less, replace="ya")
    assert "1 ditambah, 0 diubah, 1 berhenti" in seen
    moves = seen.split("1 tugas terbuka berganti pemegang")[1]
    assert (name in moves, "Budi Baru" in moves) == (True, True)
    assert holder(office, CLERK) == (clerk, name)
    confirm = {
        "_kunci": key,
        "dilihat": hidden(seen, "dilihat"),
        "replace": "ya",
        "table": less,
    }
    silent = client.post("/pejabat/impor", data=confirm)
    assert (silent.status_code, "Alasannya belum" in silent.text) == (422, True)
    confirm["reason"] = "SK 2/2026"
    done = client.post("/pejabat/impor", data=confirm).text
    assert "Tersimpan: 1 ditambah, 0 diubah, 1 berhenti" in done
    assert holder(office, CLERK)[1] == "Budi Baru"
    assert sorted(acts(office)) == sorted([PeopleAct.ADDED, PeopleAct.ENDED])


def test_a_list_with_a_role_that_no_procedure_uses_says_so_before_it_is_taken(
    signed_in: SignIn,
) -> None:
    client = signed_in()
    key = key_in(client.get("/pejabat/impor").text)
    for role, says in (("sekda", False), ("skeda", True)):
        row = f"{BOGOR},{role},Budi Baru,,Analis,definitif,budi@contoh.example,\r\n"
        table = "region,role,name,nip,position,status,email,phone\r\n" + row
        file = (io.BytesIO(table.encode()), "pejabat.csv")
        page = client.post("/pejabat/impor", data={"_kunci": key, "file": file}).text
        assert "1 ditambah" in page
        assert ("Mungkin maksudnya sekda:" in page) is says


def test_a_file_that_is_no_table_is_refused(signed_in: SignIn) -> None:
    client = signed_in()
    key = key_in(client.get("/pejabat/impor").text)
    for page in ("/pejabat/impor", "/naskah-lama"):
        assert "belum dipilih" in client.post(page, data={"_kunci": key}).text
        for content in (b"\xff\xfe\x00", b"x" * 1_000_001, b'"'):
            # by hand: the client leaves the file open in which it packs a large one
            head = f'--B\r\nContent-Disposition: form-data; name="_kunci"\r\n\r\n{key}\r\n--B\r\n'
            head += 'Content-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\n'
            body = head.encode() + content + b"\r\n--B--\r\n"
            sent = client.post(page, data=body, content_type="multipart/form-data; boundary=B")
            assert sent.status_code == 422, content[:9]


def test_an_administrator_of_one_region_touches_nobody_of_another(
    office: Office, signed_in: SignIn
) -> None:
    row, name = holder(office, "sekda", SUKABUMI)
    with office.database.read() as session:
        email = session.get_one(Person, session.get_one(Official, row).person_id).email
    client = signed_in(AccountRole.ADMIN, BOGOR)
    key = key_in(client.get("/pejabat/impor").text)
    heading = "region,role,name,email,phone\n"
    for line, said in (
        (f"{SUKABUMI},kabag,Cici Contoh,cici@contoh.example,", "bukan daerah Anda"),
        (f"{BOGOR},kabag,{name},{email},081234567890", "juga menjabat di Kabupaten Sukabumi"),
    ):
        file = (io.BytesIO((heading + line).encode()), "x.csv")
        answer = client.post("/pejabat/impor", data={"_kunci": key, "file": file})
        assert (answer.status_code, said in answer.text) == (422, True), answer.text
    with office.database.read() as session:
        person = session.scalars(select(Person).where(Person.email == email)).one()
        assert person.phone != "+6281234567890"
    acts_on = {"_kunci": key, "reason": "x", "name": "Lain", "channel_reason": "x"}
    for path in ("", "/kanal", "/uji", "/akhiri", "/data.zip", "/samarkan"):
        assert client.post(f"/pejabat/{row}{path}", data=acts_on).status_code == 404, path
    assert client.post(f"/daerah/{SUKABUMI}", data={**acts_on, "pattern": "1"}).status_code == 404
    assert client.post(f"/pejabat/{row}", data={"name": "x"}).status_code == 403, "foreign form"


def test_all_data_of_a_person_are_handed_out_and_every_look_is_noted(
    office: Office, signed_in: SignIn, case_id: str
) -> None:
    client = signed_in()
    row, name = holder(office, CLERK)
    key = key_in(client.get(f"/pejabat/{row}").text)
    path = f"/pejabat/{row}/data.zip"
    assert client.post(path, data={"_kunci": key}).status_code == 422, "without a reason"
    got = client.post(path, data={"_kunci": key, "reason": "Diminta 2 Maret"})
    with zipfile.ZipFile(io.BytesIO(got.data)) as archive:
        told = archive.read("data.json").decode()
        page = archive.read("data.html").decode()
    assert name in page
    for what in ('"history"', case_id, '"tugas_baru"'):
        assert what in told, what
    assert "token_sha256" not in told
    log = client.get("/data-pribadi/akses").text
    assert "Diminta 2 Maret" in log
    with office.database.read() as session:
        noted = list(session.scalars(select(DataAccess.act)))
    assert noted.count(DataAct.TAKEN) == 1
    assert noted.count(DataAct.LOOKED) == 2, "the page, and the page with the missing reason"
    other = signed_in(AccountRole.ADMIN, SUKABUMI).get("/data-pribadi/akses").text
    assert "Diminta 2 Maret" not in other


def test_a_channel_is_set_masked_tried_and_removed(office: Office, signed_in: SignIn) -> None:
    client = signed_in()
    row, _ = holder(office, "sekda")
    key = key_in(client.get(f"/pejabat/{row}").text)
    form = {"_kunci": key, "channel_reason": "Lebih cepat"}
    secret = "tgram://123456789:abcdefg_hijklmnop/12315544/"
    bad = client.post(f"/pejabat/{row}/kanal", data={**form, "channel": "file:///etc/passwd"})
    assert (bad.status_code, "passwd" in bad.text) == (422, False)
    good = {**form, "channel": secret}
    done = client.post(f"/pejabat/{row}/kanal", data=good, follow_redirects=True).text
    assert "tgram://…" in done
    assert "123456789" not in done
    with office.database.read() as session:
        lies = session.get_one(Person, session.get_one(Official, row).person_id).channel_url
    assert (lies or "").startswith("tgram://#"), "sealed"
    tried = client.post(f"/pejabat/{row}/uji", data={"_kunci": key}, follow_redirects=True)
    assert "Pesan uji sedang dikirim" in tried.text
    with office.database.read() as session:
        message = session.scalars(select(Message).where(Message.official_id == row)).one()
    assert (message.kind, message.channel) == ("uji_alamat", "apprise")
    remove = {**form, "hapus": "ya"}
    gone = client.post(f"/pejabat/{row}/kanal", data=remove, follow_redirects=True)
    assert "kanal sudah diubah" in gone.text.lower()
    with office.database.read() as session:
        moved = session.get_one(Message, message.id)
        assert moved.channel == "email", "what waits goes the way that is left"
    assert acts(office) == [PeopleAct.CHANNEL] * 2


def test_roles_are_counted_patterns_kept_and_samples_shown(signed_in: SignIn) -> None:
    client = signed_in()
    roles = client.get("/peran").text
    assert "Sekretaris TKKSD" in roles
    assert "tidak memegang tugas" in roles
    page = client.get("/daerah?cari=bogor").text
    assert "2 daerah" in page
    form = {"_kunci": key_in(page), "reason": "SK 3", "pattern": "119/…/{hari}"}
    wrong = client.post("/daerah/32.01", data=form)
    assert (wrong.status_code, "{hari}" in wrong.text) == (422, True)
    form["pattern"] = "119/…-Kesber/{bulan_romawi}/{tahun}"
    assert client.post("/daerah/32.01", data=form).status_code == 303
    assert form["pattern"] in client.get("/daerah?cari=32.01").text
    assert form["pattern"] in client.get("/data-pribadi").text, "recorded"
    samples = client.get("/contoh").text
    assert "Tugas: Jawaban kesediaan kepala daerah (KSDD/2026/0001)" in samples
    assert "surat/permohonan.docx" in samples
    letter = client.get("/contoh/surat/permohonan.pdf")
    assert letter.data.startswith(b"%PDF")
    assert client.get("/contoh/surat/tidak_ada.pdf").status_code == 404
    assert client.get("/contoh?prosedur=tidak_ada").status_code == 404


def test_a_key_is_shown_once_its_use_is_known_and_revoking_kills_it(
    office: Office, signed_in: SignIn
) -> None:
    client = signed_in(AccountRole.ADMIN, BOGOR)
    form = {"_kunci": key_in(client.get("/kunci").text), "name": "SI Bogor", "role": "system"}
    form |= {"region": BOGOR, "reason": "Integrasi"}
    assert client.post("/kunci", data={**form, "region": ""}).status_code == 422
    assert client.post("/kunci", data={**form, "region": SUKABUMI}).status_code == 422
    assert client.post("/kunci", data={**form, "role": "pejabat"}).status_code == 422
    made = client.post("/kunci", data=form)
    assert made.status_code == 201
    [key] = re.findall(r"ksdd_[\w-]{40,}", made.text)
    assert client.post("/kunci", data=form).status_code == 422, "the name is taken"
    page = client.get("/kunci").text
    assert (key in page, "belum pernah tercatat" in page) == (False, True)
    bearer = {"Authorization": f"Bearer {key}"}
    assert client.get("/api/v1/officials", headers=bearer).status_code == 200
    assert "belum pernah tercatat" not in client.get("/kunci").text
    row = re.findall(r"/kunci/([0-9a-f]{32})/cabut", page)[0]
    other = signed_in(AccountRole.ADMIN, SUKABUMI)
    foreign = {"_kunci": key_in(other.get("/kunci").text), "reason": "x"}
    assert "SI Bogor" not in other.get("/kunci").text
    assert other.post(f"/kunci/{row}/cabut", data=foreign).status_code == 404
    assert client.post(f"/kunci/{row}/cabut", data={**form, "reason": ""}).status_code == 422
    assert client.post(f"/kunci/{row}/cabut", data=form).status_code == 303
    assert client.get("/api/v1/officials", headers=bearer).status_code == 401
    assert acts(office) == [PeopleAct.TOKEN_MADE, PeopleAct.TOKEN_REVOKED] or set(acts(office)) == {
        PeopleAct.TOKEN_MADE,
        PeopleAct.TOKEN_REVOKED,
    }


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_about_people_speaks_both_languages(
    office: Office, signed_in: SignIn, case_id: str, language: str
) -> None:
    client = signed_in()
    row, _ = holder(office, CLERK)
    for path in (
        "/pejabat",
        "/pejabat/baru",
        f"/pejabat/{row}",
        f"/pejabat/{row}/akhiri",
        "/pejabat/impor",
        "/peran",
        "/daerah",
        "/contoh",
        "/kunci",
        "/naskah-lama",
        "/data-pribadi",
        "/data-pribadi/akses",
    ):
        page = client.get(f"{path}?lang={language}")
        assert page.status_code == 200, path
        assert f'<html lang="{language}">' in page.text
