"""Browsers that say `Origin: null` and nothing else: on plain http, and old ones everywhere.

A shut-in frame of another site says the same, so only a form with a key that this very browser was
given counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from processes.office import Office
from processes.store import accounts
from processes.store.tables import AccountRole
from tests.webhooks.conftest import Clock, SignIn
from tests.webhooks.forms import key_in
from tests.webhooks.official import Official
from tests.webhooks.paper import CONTACT, TITLE, PaperCase
from webhooks.app import create_app
from webhooks.nonces import nonce

HIDDEN = {"Origin": "null"}


@pytest.fixture
def link(office: Office, clock: Clock) -> str:
    """A sign-in link that nobody has used."""
    with office.database.write() as session:
        account = accounts.create_account(session, name="wati", role=AccountRole.ADMIN, now=clock())
        return f"/masuk/{accounts.make_sign_in_link(session, account.id, clock())}"


def test_a_sign_in_link_takes_the_form_of_its_own_page_and_no_other(app: Flask, link: str) -> None:
    other, own = app.test_client(), app.test_client()
    seen_elsewhere = key_in(other.get(link).text)
    shown = key_in(own.get(link).text)

    assert app.test_client().post(link, headers=HIDDEN).status_code == 403
    # whoever made the link knows a good key for his own browser, and none for this one
    assert own.post(link, data={"_kunci": seen_elsewhere}, headers=HIDDEN).status_code == 403
    assert (
        app.test_client().post(link, data={"_kunci": seen_elsewhere}, headers=HIDDEN).status_code
        == 403
    )
    assert (
        own.post(
            link,
            data={"_kunci": shown},
            headers={**HIDDEN, "Sec-Fetch-Site": "cross-site"},
        ).status_code
        == 403
    )

    assert own.post(link, data={"_kunci": shown}, headers=HIDDEN).status_code == 303


def test_the_form_for_a_password_takes_its_own_form(app: Flask) -> None:
    own = app.test_client()
    shown = key_in(own.get("/masuk").text)

    foreign = own.post("/masuk", headers=HIDDEN)
    taken = own.post("/masuk", data={"_kunci": shown}, headers=HIDDEN)

    assert "tidak berasal dari halaman" in foreign.text
    assert "Nama" in taken.text
    assert "tidak berasal dari halaman" not in taken.text


def test_the_code_of_a_letter_is_sent_twice_and_kept_in_between(paper: PaperCase) -> None:
    browser, code = paper.app.test_client(), paper.print_package().code

    again = browser.post("/k", data={"kode": code}, headers=HIDDEN)
    assert again.status_code == 403
    assert "sekali lagi" in again.text
    assert f'value="{code}"' in again.text
    assert TITLE not in again.text

    opened = browser.post("/k", data={"kode": code, "_kunci": key_in(again.text)}, headers=HIDDEN)
    assert opened.status_code == 200
    assert TITLE in opened.text
    named = browser.post(
        "/k/narahubung",
        data={"kode": code, "_kunci": key_in(opened.text), **CONTACT},
        headers=HIDDEN,
    )
    assert named.status_code == 200


def test_two_tabs_of_a_browser_both_send_their_forms(app: Flask) -> None:
    browser = app.test_client()
    first, second = (key_in(browser.get("/masuk").text) for _ in range(2))

    for key in (first, second):
        taken = browser.post("/masuk", data={"_kunci": key}, headers=HIDDEN)
        assert "tidak berasal dari halaman" not in taken.text


def test_the_cookie_is_for_our_server_alone_and_is_given_only_with_a_form(
    app: Flask, office: Office
) -> None:
    settings = replace(office.settings, base_url="https://ksdd.example.test")
    secure = create_app(replace(office, settings=settings)).test_client()
    given = secure.get("/masuk", headers={"Host": "ksdd.example.test"}).headers["Set-Cookie"]

    assert given.startswith("__Host-ksdd-tamu=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in given
    assert "Set-Cookie" not in app.test_client().get("/t/tidak-ada").headers
    assert "Set-Cookie" not in app.test_client().get("/healthz").headers


def test_a_board_takes_the_forms_of_its_own_session_only(
    signed_in: SignIn, browser: FlaskClient
) -> None:
    wati = signed_in()
    key = key_in(wati.get("/").text)

    assert wati.post("/keluar", headers=HIDDEN).status_code == 403
    assert browser.post("/keluar", data={"_kunci": key}, headers=HIDDEN).status_code == 403
    assert wati.post("/keluar", data={"_kunci": key}, headers=HIDDEN).status_code == 303


def test_the_key_of_no_session_opens_nothing(office: Office, browser: FlaskClient) -> None:
    key = nonce(office.secret, "session", "")

    assert browser.post("/keluar", data={"_kunci": key}, headers=HIDDEN).status_code == 403


def test_a_dead_link_hears_the_wish_when_its_button_is_pressed_twice(
    holder: Callable[[str], Official], app: Flask
) -> None:
    browser = app.test_client()
    path = f"/t/{'A' * 43}"
    wish = {"_tautan_baru": "ya"}

    again = browser.post(path, data=wish, headers=HIDDEN)

    assert again.status_code == 403
    assert "sekali lagi" in again.text
    heard = browser.post(path, data={**wish, "_kunci": key_in(again.text)}, headers=HIDDEN)
    assert heard.status_code == 200
    assert "Permintaan Anda diterima" in heard.text
