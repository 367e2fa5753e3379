"""Signing in: a link that works once, a session that ends."""

from __future__ import annotations

import secrets
from urllib.parse import quote
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from processes.office import Office
from processes.store import accounts
from processes.store.tables import AccountRole
from tests.webhooks.conftest import Clock


def first_link(office: Office, clock: Clock) -> str:
    with office.database.write() as session:
        token = accounts.first_sign_in_link(session, clock())
    assert token is not None
    return f"/masuk/{token}"


def test_a_link_that_is_only_looked_at_is_not_used_up(
    browser: FlaskClient, office: Office, clock: Clock
) -> None:
    link = first_link(office, clock)

    browser.head(link)
    assert "Masuk sekarang" in browser.get(link).text
    assert browser.post(link).status_code == 303
    assert browser.get("/").status_code == 200


def test_a_link_signs_in_once(app: Flask, office: Office, clock: Clock) -> None:
    link = first_link(office, clock)
    app.test_client().post(link)

    late = app.test_client().post(link)

    assert late.status_code == 410
    assert "tautan masuk baru" in late.text


def test_the_session_cookie_is_for_our_server_alone(
    browser: FlaskClient, office: Office, clock: Clock
) -> None:
    cookie = browser.post(first_link(office, clock)).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_signing_out_ends_the_session_everywhere_it_was_copied(
    browser: FlaskClient, office: Office, clock: Clock
) -> None:
    browser.post(first_link(office, clock))
    stolen = browser.get_cookie("ksdd")
    assert stolen is not None
    key = browser.get("/").text.split('name="_kunci" value="')[1].split('"')[0]

    browser.post("/keluar", data={"_kunci": key})
    browser.set_cookie("ksdd", stolen.value)

    assert browser.get("/").status_code == 303


def test_a_session_falls_asleep(browser: FlaskClient, office: Office, clock: Clock) -> None:
    browser.post(first_link(office, clock))
    clock.pass_days(1)

    assert browser.get("/").status_code == 303


def test_another_site_cannot_sign_somebody_in(
    browser: FlaskClient, office: Office, clock: Clock
) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}

    assert browser.post(first_link(office, clock), headers=headers).status_code == 403


def test_a_shared_address_is_what_one_sees_after_signing_in(
    app: Flask, office: Office, clock: Clock
) -> None:
    for path in ("/?daerah=32.01&keadaan=terlambat", "/laporan/hari-ini?region=32.01", "/peta"):
        browser = app.test_client()
        assert browser.get(path).location == "/masuk"
        assert browser.post(fresh_link(office, clock)).location == path
        assert browser.get_cookie("ksdd-ke") is None


def test_an_address_that_might_hold_a_token_is_not_kept(app: Flask) -> None:
    token = secrets.token_urlsafe(32)
    for path in (f"/perkara/{token}", f"/?cari={token}"):
        browser = app.test_client()
        assert browser.get(path).location == "/masuk"
        assert browser.get_cookie("ksdd-ke") is None


@pytest.mark.parametrize(
    "kept",
    ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:x", "/a\r\nb", "", "x"],
)
def test_whatever_else_a_browser_kept_leads_nowhere(
    browser: FlaskClient, office: Office, clock: Clock, kept: str
) -> None:
    browser.set_cookie("ksdd-ke", quote(kept))
    assert browser.post(fresh_link(office, clock)).location == "/"


def test_a_form_that_came_too_late_is_not_sent_again_by_signing_in(
    browser: FlaskClient, office: Office, clock: Clock
) -> None:
    assert browser.post("/perbaikan", data={"act": "remind"}).location == "/masuk"
    assert browser.post(fresh_link(office, clock)).location == "/"


def fresh_link(office: Office, clock: Clock) -> str:
    """A sign-in link of a new administrator."""
    with office.database.write() as session:
        account = accounts.create_account(
            session, name=f"admin {uuid4().hex}", role=AccountRole.ADMIN, now=clock()
        )
        return f"/masuk/{accounts.make_sign_in_link(session, account.id, clock())}"
