"""Signing in with a password: the same answer for every mistake, a pause that grows, an app."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask, url_for
from sqlalchemy import select

from processes import actions
from processes.office import Office
from processes.store.tables import Account, AccountEvent, AccountRole, SignInTries
from tests.webhooks.conftest import Clock
from tests.webhooks.holder_of import GOOD, ORDER, OTHER, Holder
from webhooks.guarded import OPEN_WITHOUT_APP

REFUSED = "Nama, kata sandi, atau kode tidak cocok"


@pytest.fixture
def wati(app: Flask, office: Office, clock: Clock) -> Holder:
    """A petugas of Kabupaten Bogor who chose a password and signed out."""
    holder = Holder(app, office, clock)
    holder.accepts(holder.is_invited("Wati Hapsari", AccountRole.CLERK, "32.01"))
    holder.browser = app.test_client()
    return holder


@pytest.fixture
def admin(app: Flask, office: Office, clock: Clock) -> Holder:
    """An administrator who chose a password and is signed in with it, without an app."""
    holder = Holder(app, office, clock)
    holder.accepts(holder.is_invited("Budi Hartono", AccountRole.ADMIN))
    return holder


def events_of(office: Office, holder: Holder) -> list[str]:
    with office.database.read() as session:
        query = select(AccountEvent).where(AccountEvent.account_id == holder.id)
        return [event.kind.value for event in session.scalars(query.order_by(AccountEvent.at))]


def test_an_invited_person_chooses_a_password_once_and_is_in(
    app: Flask, office: Office, clock: Clock
) -> None:
    holder = Holder(app, office, clock)
    path = holder.is_invited()
    assert "Wati Hapsari" in holder.browser.get(path).text

    short = holder.accepts(path, "terlalu pendek")
    assert (short.status_code, "paling sedikit 15" in short.text) == (422, True)
    assert holder.accepts(path, GOOD, OTHER).status_code == 422
    done = holder.accepts(path)
    assert (done.status_code, "Kekuatannya: kuat" in done.text) == (200, True)
    assert holder.browser.get("/tugas-saya").status_code == 200

    again = Holder(app, office, clock).accepts(path, OTHER)
    assert again.status_code == 410


def test_an_invitation_is_no_sign_in_link_and_dies_after_three_days(
    app: Flask, office: Office, clock: Clock
) -> None:
    holder = Holder(app, office, clock)
    path = holder.is_invited()
    assert holder.browser.post(path).status_code == 422
    clock.pass_days(3)
    assert holder.accepts(path).status_code == 410
    assert holder.browser.get(path).status_code == 410


def test_a_petugas_lands_on_his_tasks_and_may_use_his_address_as_name(
    app: Flask, office: Office, clock: Clock
) -> None:
    holder = Holder(app, office, clock)
    holder.accepts(holder.is_invited(email="Wati@Contoh.go.id"))
    holder.browser = app.test_client()
    done = holder.signs_in(name="wati@contoh.GO.id")
    assert (done.status_code, done.location) == (303, "/tugas-saya")


def test_an_unknown_name_and_a_wrong_password_are_told_apart_by_nothing(wati: Holder) -> None:
    wrong, unknown = wati.signs_in(OTHER), wati.signs_in(GOOD, name="Tidak Ada")
    assert (wrong.status_code, unknown.status_code) == (403, 403)
    assert REFUSED in wrong.text
    assert wrong.text.replace("Wati Hapsari", "Tidak Ada") == unknown.text


def test_each_wrong_try_waits_longer_for_a_known_name_as_for_an_unknown_one(wati: Holder) -> None:
    for name in ("Wati Hapsari", "Tidak Ada"):
        answers = [wati.signs_in(OTHER, name=name).status_code for _ in range(4)]
        assert answers == [403, 403, 403, 429]
    wati.clock.moment += timedelta(seconds=4)
    refused = wati.signs_in()
    assert "Tunggu 1 detik" in refused.text
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    wati.clock.moment += timedelta(seconds=1)
    assert wati.signs_in(OTHER).status_code == 403
    wati.clock.moment += timedelta(seconds=9)
    assert wati.signs_in().status_code == 429
    assert wati.signs_in(address="10.0.0.9").status_code == 303
    wati.clock.moment += timedelta(seconds=1)
    assert wati.signs_in().status_code == 303
    assert wati.signs_in(OTHER).status_code == 403


def test_many_addresses_together_cannot_lock_somebody_out_for_long(wati: Holder) -> None:
    for number in range(24):
        wati.signs_in(OTHER, address=f"10.0.{number}.1")
        wati.clock.moment += timedelta(seconds=10)
    assert wati.signs_in(OTHER, address="10.9.9.9").status_code in (403, 429)
    wati.clock.moment += timedelta(seconds=30)
    assert wati.signs_in().status_code == 303


def test_what_was_typed_as_a_name_is_not_kept_and_old_tries_are_forgotten(
    wati: Holder, office: Office
) -> None:
    wati.signs_in(name="kata sandi di kolom nama")
    wati.clock.pass_days(2)
    wati.signs_in(OTHER)
    with office.database.read() as session:
        kept = session.scalars(select(SignInTries)).all()
    assert {row.last_at for row in kept} == {wati.clock()}
    assert all(len(row.who_sha256) == 64 for row in kept)


def test_every_try_at_an_account_is_in_its_log(wati: Holder, office: Office) -> None:
    wati.signs_in(OTHER)
    wati.signs_in()
    assert events_of(office, wati) == [
        "dibuat", "diundang", "sandi_diatur", "masuk", "ditolak", "masuk",
    ]  # fmt: skip


def test_an_administrator_with_a_password_sets_up_an_app_before_anything_else(
    admin: Holder, app: Flask
) -> None:
    for path in every_page_for_the_signed_in(app):
        assert admin.browser.get(path).location == "/akun-saya/aplikasi", path
    assert "Pasang dahulu" in admin.browser.get("/akun-saya/aplikasi").text

    done = admin.sets_up_app()

    assert len(admin.codes) == 10
    assert admin.browser.get("/").status_code == 200
    assert admin.sends(done.text, "/keluar").status_code == 303


def every_page_for_the_signed_in(app: Flask) -> list[str]:
    """The addresses of the board and of the reports, but of those that set the app up."""
    with app.test_request_context():
        found = [
            url_for(rule.endpoint, **dict.fromkeys(rule.arguments, "csv"))
            for rule in app.url_map.iter_rules()
            if rule.endpoint.startswith(("board.", "reports.")) and "GET" in (rule.methods or ())
            if rule.endpoint not in OPEN_WITHOUT_APP
        ]
    assert {"/", "/akun", "/laporan", "/laporan/tugas.csv"} <= set(found)
    return found


def test_with_an_app_the_password_alone_is_not_enough_and_no_code_works_twice(
    admin: Holder, app: Flask
) -> None:
    admin.sets_up_app()
    admin.browser = app.test_client()
    assert admin.signs_in().status_code == 403
    code = admin.code()
    assert admin.signs_in(code=code).status_code == 303
    assert admin.signs_in(code=code).status_code == 403


def test_a_recovery_code_works_once_in_place_of_the_app(
    admin: Holder, app: Flask, office: Office
) -> None:
    admin.sets_up_app()
    admin.browser = app.test_client()
    assert admin.signs_in(code=admin.codes[3].lower()).status_code == 303
    assert admin.signs_in(code=admin.codes[3]).status_code == 403
    assert admin.signs_in(code=admin.codes[4].replace("-", " ")).status_code == 303
    assert "kode_pemulihan_dipakai" in events_of(office, admin)
    assert "tersisa: 8" in admin.browser.get("/akun-saya").text


def test_a_new_password_by_invitation_does_not_get_around_the_app(
    admin: Holder, app: Flask, office: Office
) -> None:
    admin.sets_up_app()
    made = actions.invite_again(office, admin.id, order=ORDER, now=admin.clock())
    admin.browser = app.test_client()
    done = admin.accepts(made.url.removeprefix(office.settings.base_url), OTHER)
    assert "Masuklah dengan kata sandi baru" in done.text
    assert admin.browser.get("/").status_code == 303
    assert admin.signs_in(OTHER, code=admin.code()).status_code == 303


def test_the_password_stands_nowhere_and_is_kept_as_argon2id(wati: Holder, office: Office) -> None:
    with office.database.read() as session:
        kept = session.get_one(Account, wati.id).password
    assert kept is not None
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    files = [path for path in office.settings.data.rglob("*") if path.is_file()]
    assert not any(GOOD.encode() in path.read_bytes() for path in files)
