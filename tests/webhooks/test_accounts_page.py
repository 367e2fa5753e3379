"""The pages "Akun" and "Akun saya": who may do what, until when, and from which browsers."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from werkzeug.test import TestResponse

from processes.office import Office
from processes.store import questions
from processes.store.kinds import INVITATION
from processes.store.tables import Account, AccountRole, Message, MessageStatus
from processes.store.viewer import Viewer
from tests.webhooks.conftest import Clock, SignIn
from tests.webhooks.forms import key_in
from tests.webhooks.holder_of import OTHER, Holder
from worker.delivery import deliver_due

BOGOR, SUKABUMI = "32.01", "32.02"


def send(browser: FlaskClient, path: str, **values: str) -> TestResponse:
    page = browser.get("/akun-saya").text
    return browser.post(path, data={"_kunci": key_in(page), **values})


def invite(browser: FlaskClient, **values: str) -> TestResponse:
    given = {"name": "Wati Hapsari", "role": "petugas", "regions": BOGOR, "reason": "SK 1"}
    return send(browser, "/akun", **(given | values))


def account_of(office: Office, name: str) -> Account:
    with office.database.read() as session:
        return session.scalars(select(Account).where(Account.name == name)).one()


def invitation_in(page: str) -> str:
    return re.findall(r"<code>http://127.0.0.1:8000(/masuk/[\w-]{43})</code>", page)[0]


def test_an_invitation_is_shown_once_and_mailed_without_standing_in_a_table(
    signed_in: SignIn, office: Office, clock: Clock
) -> None:
    browser = signed_in()
    made = invite(browser, email="wati@contoh.go.id", regions="Kabupaten Bogor, 32.02")
    assert made.status_code == 200
    path = invitation_in(made.text)
    account = account_of(office, "Wati Hapsari")
    assert account.regions == {BOGOR, SUKABUMI}
    assert path not in browser.get(f"/akun/{account.id}").text

    with office.database.read() as session:
        [message] = session.scalars(select(Message).where(Message.kind == INVITATION))
    assert path.rpartition("/")[2] not in str(message.values)
    refused = send(browser, f"/pesan/{message.id}/whatsapp")
    assert (refused.status_code, path in refused.text) == (409, False)
    assert deliver_due(office, clock()) == 1
    [mail] = office.settings.mail_folder.glob("*.eml")
    assert path in mail.read_bytes().decode().replace("=\r\n", "").replace("=\n", "")


def test_an_invitation_that_was_used_is_not_mailed_any_more(
    signed_in: SignIn, app: Flask, office: Office, clock: Clock
) -> None:
    made = invite(signed_in(), email="wati@contoh.go.id")
    Holder(app, office, clock).accepts(invitation_in(made.text))
    assert deliver_due(office, clock()) == 0
    with office.database.read() as session:
        dropped = select(func.count()).where(Message.status == MessageStatus.DROPPED)
        assert session.scalar(dropped) == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": " "}, "nama"),
        ({"name": "admin none"}, "Sudah ada akun"),
        ({"role": "raja"}, "Pilih perannya"),
        ({"regions": "99.99"}, "tidak dikenal"),
        ({"email": "bukan surel"}, "tidak dapat dibaca"),
        ({"role": "pengamat"}, "harus mempunyai hari terakhir"),
        ({"ends_on": "2020-01-01"}, "mulai hari ini"),
        ({"official": "tidak@ada.go.id"}, "tidak"),
        ({"reason": ""}, "lasan"),
    ],
)
def test_a_wish_that_cannot_be_carried_out_comes_back_with_what_was_typed(
    signed_in: SignIn, values: dict[str, str], said: str
) -> None:
    done = invite(signed_in(), **values)
    assert done.status_code in (404, 422)
    assert said in done.text
    assert "Galat" in done.text


def test_an_administrator_of_a_region_gives_no_more_than_he_has(
    signed_in: SignIn, office: Office
) -> None:
    head = signed_in(region=BOGOR)
    assert invite(head, name="Wati", regions=SUKABUMI).status_code == 403
    assert invite(head, name="Wati", regions="").status_code == 403
    assert invite(head, name="Wati", regions=f"{BOGOR},{SUKABUMI}").status_code == 403
    assert invite(head, name="Wati", role="admin").status_code == 200

    invite(signed_in(), name="Orang Sukabumi", regions=SUKABUMI)
    stranger = account_of(office, "Orang Sukabumi").id
    assert "Orang Sukabumi" not in head.get("/akun").text
    assert head.get(f"/akun/{stranger}").status_code == 404
    for act in ("undang", "nonaktif", "aktif", "aplikasi", "sesi", "ubah"):
        values = {"reason": "x", "role": "petugas", "regions": BOGOR}
        assert send(head, f"/akun/{stranger}/{act}", **values).status_code == 404, act
    own = account_of(office, "Wati").id
    widened = send(head, f"/akun/{own}/ubah", role="petugas", regions=SUKABUMI, reason="x")
    assert widened.status_code == 403


@pytest.mark.parametrize("role", [r for r in AccountRole if r is not AccountRole.ADMIN])
def test_nobody_but_an_administrator_looks_after_accounts(
    signed_in: SignIn, role: AccountRole
) -> None:
    browser = signed_in(role=role)
    assert browser.get("/akun").status_code == 403
    assert invite(browser).status_code == 403
    assert browser.get("/akun-saya").status_code == 200


def test_changed_rights_count_at_once_and_are_in_the_log(
    signed_in: SignIn, app: Flask, office: Office, clock: Clock
) -> None:
    admin, wati = signed_in(), Holder(app, office, clock)
    wati.accepts(invitation_in(invite(admin).text))
    wati_id = account_of(office, "Wati Hapsari").id
    done = send(
        admin,
        f"/akun/{wati_id}/ubah",
        role="pengamat",
        regions=f"{SUKABUMI}, {BOGOR}",
        ends_on="2026-06-30",
        reason="Pindah tugas",
    )
    assert done.status_code == 303
    assert wati.browser.get("/").status_code == 303
    page = admin.get(f"/akun/{wati_id}").text
    assert "Pindah tugas" in page
    assert "petugas, 32.01 → pengamat, 32.01, 32.02, sampai 2026-06-30" in page
    assert account_of(office, "Wati Hapsari").region_code == SUKABUMI


def test_a_disabled_account_is_out_at_once_and_may_be_enabled_again(
    signed_in: SignIn, app: Flask, office: Office, clock: Clock
) -> None:
    admin, wati = signed_in(), Holder(app, office, clock)
    wati.name = "Wati Hapsari"
    wati.accepts(invitation_in(invite(admin).text))
    wati_id = account_of(office, "Wati Hapsari").id
    missing = send(admin, f"/akun/{wati_id}/nonaktif", reason="")
    assert (missing.status_code, "galat-nonaktif" in missing.text) == (422, True)
    send(admin, f"/akun/{wati_id}/nonaktif", reason="Pensiun")
    assert wati.browser.get("/").status_code == 303
    assert wati.signs_in().status_code == 403
    send(admin, f"/akun/{wati_id}/aktif", reason="Kembali")
    assert wati.signs_in().status_code == 303


def test_the_last_administrator_stays_and_nobody_changes_himself(
    signed_in: SignIn, office: Office
) -> None:
    admin = signed_in()
    own = account_of(office, "admin None").id
    for act in ("nonaktif", "ubah"):
        values = {"role": "petugas", "regions": BOGOR, "reason": "x"}
        assert send(admin, f"/akun/{own}/{act}", **values).status_code == 409
    other = signed_in(region=BOGOR)
    assert send(other, f"/akun/{own}/nonaktif", reason="x").status_code == 404


def test_somebody_who_lost_his_telephone_gets_a_fresh_start(
    signed_in: SignIn, app: Flask, office: Office, clock: Clock
) -> None:
    admin, wati = signed_in(), Holder(app, office, clock)
    wati.name = "Wati Hapsari"
    wati.accepts(invitation_in(invite(admin).text))
    wati.sets_up_app()
    wati_id = account_of(office, "Wati Hapsari").id
    send(admin, f"/akun/{wati_id}/aplikasi", reason="Telepon hilang")
    assert wati.browser.get("/").status_code == 303
    assert wati.signs_in(code=wati.codes[0]).status_code == 303
    again = send(admin, f"/akun/{wati_id}/aplikasi", reason="Sekali lagi")
    assert again.status_code == 404


def test_nobody_is_shut_out_by_an_account_that_is_called_like_his_address(
    signed_in: SignIn, app: Flask, office: Office, clock: Clock
) -> None:
    admin, wati = signed_in(), Holder(app, office, clock)
    wati.accepts(invitation_in(invite(admin, email="wati@contoh.go.id").text))
    stranger = signed_in(region=SUKABUMI)
    for values in (
        {"name": "WATI@contoh.go.id"},
        {"name": "Orang lain", "email": "Wati@contoh.go.id"},
    ):
        refused = invite(stranger, regions=SUKABUMI, **values)
        assert (refused.status_code, "yang masuk dengan" in refused.text) == (422, True)
    wati.name = "wati@contoh.go.id"
    assert wati.signs_in().status_code == 303


def test_a_session_elsewhere_is_seen_and_ended(
    signed_in: SignIn, app: Flask, office: Office, clock: Clock
) -> None:
    wati = Holder(app, office, clock)
    wati.accepts(wati.is_invited())
    here, wati.browser = wati.browser, app.test_client()
    wati.browser.post(
        "/masuk",
        data={"name": wati.name, "password": "kuda laut ungu bernyanyi"},
        headers={"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari"},
        environ_base={"REMOTE_ADDR": "10.1.2.3"},
    )
    page = here.get("/akun-saya").text
    assert "Chrome · Android" in page
    assert "10.1.2.3" in page
    name = re.findall(r'name="session" value="(\w{64})"', page)[0]
    stranger = signed_in(role=AccountRole.CLERK)
    assert send(stranger, "/akun-saya/sesi", session=name).status_code == 404
    assert send(here, "/akun-saya/sesi", session=name).status_code == 303
    assert wati.browser.get("/akun-saya").status_code == 303
    assert here.get("/akun-saya").status_code == 200


def test_an_administrator_ends_the_sessions_of_others(
    signed_in: SignIn, app: Flask, office: Office, clock: Clock
) -> None:
    wati = Holder(app, office, clock)
    wati.accepts(wati.is_invited())
    admin = signed_in()
    page = admin.get(f"/akun/{wati.id}").text
    name = re.findall(r'name="session" value="(\w{64})"', page)[0]
    assert send(admin, f"/akun/{wati.id}/sesi", session=name, reason="Hilang").status_code == 303
    assert send(admin, f"/akun/{wati.id}/sesi", session=name, reason="Lagi").status_code == 404
    assert wati.signs_in().status_code == 303
    send(admin, f"/akun/{wati.id}/sesi", reason="Semua")
    assert wati.browser.get("/akun-saya").status_code == 303


def test_a_new_password_ends_the_other_sessions_and_changes_the_token(
    app: Flask, office: Office, clock: Clock
) -> None:
    wati = Holder(app, office, clock)
    wati.accepts(wati.is_invited())
    here, wati.browser = wati.browser, app.test_client()
    wati.signs_in()
    before = here.get_cookie("ksdd")
    wati.browser, other = here, wati.browser
    done = wati.sends("/akun-saya", "/akun-saya/sandi", password=OTHER, repeated=OTHER)
    after = here.get_cookie("ksdd")
    assert (done.status_code, before != after) == (200, True)
    assert other.get("/akun-saya").status_code == 303
    assert wati.sends(done.text, "/keluar").status_code == 303
    assert before is not None
    here.set_cookie("ksdd", before.value)
    assert here.get("/akun-saya").status_code == 303
    assert wati.signs_in(OTHER).status_code == 303


def test_after_ten_minutes_a_change_asks_for_a_fresh_proof(
    app: Flask, office: Office, clock: Clock
) -> None:
    wati = Holder(app, office, clock)
    wati.accepts(wati.is_invited())
    clock.moment += timedelta(minutes=11)
    values = {"password": OTHER, "repeated": OTHER}
    assert wati.sends("/akun-saya", "/akun-saya/sandi", **values).status_code == 403
    assert wati.sends("/akun-saya", "/akun-saya/aplikasi").status_code == 403

    before = wati.browser.get_cookie("ksdd")
    wrong = wati.sends("/akun-saya/bukti", "/akun-saya/bukti", proof=OTHER)
    assert (wrong.status_code, "tidak cocok" in wrong.text) == (403, True)
    done = wati.sends("/akun-saya/bukti", "/akun-saya/bukti", proof="kuda laut ungu bernyanyi")
    assert (done.status_code, done.location) == (303, "/akun-saya")
    assert wati.browser.get_cookie("ksdd") != before
    assert wati.sends("/akun-saya", "/akun-saya/sandi", **values).status_code == 200


def test_an_administrator_with_a_link_alone_works_at_once_and_is_told_what_is_missing(
    signed_in: SignIn, clock: Clock
) -> None:
    browser = signed_in()
    assert "hanya dapat dibuka dengan tautan masuk" in browser.get("/").text
    assert browser.get("/perkara/baru").status_code == 200
    clock.moment += timedelta(minutes=11)
    page = browser.get("/akun").text
    assert "Buktikan diri" in page
    assert invite(browser).status_code == 403
    assert "tautan masuk baru" in browser.get("/akun-saya/bukti").text
    assert browser.get("/").status_code == 200


def test_what_an_observer_looks_at_is_written_down_until_his_last_day(
    signed_in: SignIn, app: Flask, office: Office, clock: Clock, case_id: str
) -> None:
    admin, auditor = signed_in(), Holder(app, office, clock)
    made = invite(admin, name="Auditor", role="pengamat", regions=BOGOR, ends_on="2026-03-03")
    auditor.accepts(invitation_in(made.text))
    for path in ("/", f"/perkara/{case_id}", "/perkara/tidak-ada"):
        auditor.browser.get(path)
    admin.get(f"/perkara/{case_id}")
    with office.database.read() as session:
        seen = questions.accesses(session, Viewer.system())
        assert questions.accesses(session, Viewer.of_region(SUKABUMI)) == []
        assert len(questions.accesses(session, Viewer.system(), case_id=case_id)) == 1
    assert {(a.route, a.case_id, a.region_code, who.name) for a, who, _ in seen} == {
        ("board.dashboard", None, None, "Auditor"),
        ("board.case", case_id, BOGOR, "Auditor"),
    }
    assert "board.case" in admin.get(f"/akun/{account_of(office, 'Auditor').id}").text

    auditor.name = "Auditor"
    clock.moment = clock.moment.replace(day=3, hour=16, minute=59)
    assert auditor.signs_in().status_code == 303
    clock.moment += timedelta(minutes=1)
    assert auditor.browser.get("/").status_code == 303
    clock.moment += timedelta(hours=1)
    assert auditor.signs_in().status_code == 403


def test_the_account_log_cannot_be_changed(signed_in: SignIn, office: Office) -> None:
    invite(signed_in())
    for change in ("UPDATE account_event SET kind = 'masuk'", "DELETE FROM account_event"):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            office.database.write() as session,
        ):
            session.execute(text(change))
