"""Signing in through the house's identity provider: only who has an account, and only once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from processes import actions
from processes.office import Office
from processes.setting_values import OidcClient
from processes.store.tables import Account, AccountRole
from tests.webhooks.conftest import Clock
from tests.webhooks.holder_of import ORDER, Holder
from tests.webhooks.provider import CLIENT, SECRET, Provider, running
from webhooks.app import create_app


@pytest.fixture
def provider(clock: Clock) -> Iterator[Provider]:
    with running(clock) as found:
        yield found


@pytest.fixture
def house(office: Office, provider: Provider) -> Office:
    """The office, known to the provider."""
    client = OidcClient(issuer=provider.issuer, id=CLIENT, secret=SECRET)
    return replace(office, settings=replace(office.settings, oidc=client))


@pytest.fixture
def pages(house: Office, clock: Clock) -> Flask:
    made = create_app(house)
    made.config.update(TESTING=True, CLOCK=clock)
    return made


@pytest.fixture
def wati(pages: Flask, house: Office, clock: Clock) -> Holder:
    """A petugas who was invited and has chosen no password."""
    holder = Holder(pages, house, clock)
    holder.is_invited("Wati", AccountRole.CLERK, "32.01", email="wati@contoh.go.id")
    return holder


def answer_for(browser: FlaskClient) -> str:
    """Path and query with which the provider sends a visitor back to us."""
    leaving = browser.get("/masuk/oidc")
    assert leaving.status_code == 303
    back = requests.get(str(leaving.location), allow_redirects=False, timeout=5)
    return back.headers["Location"].removeprefix("http://127.0.0.1:8000")


def go(browser: FlaskClient) -> TestResponse:
    """There and back."""
    return browser.get(answer_for(browser))


def test_who_has_an_account_is_let_in_and_known_by_his_subject_from_then_on(
    wati: Holder, pages: Flask, house: Office, provider: Provider
) -> None:
    assert "Masuk dengan akun instansi" in wati.browser.get("/masuk").text
    done = go(wati.browser)
    assert (done.status_code, done.location) == (303, "/tugas-saya")
    assert wati.browser.get("/").status_code == 200
    provider.email = "nama.baru@contoh.go.id"
    assert go(pages.test_client()).status_code == 303
    with house.database.read() as session:
        assert session.get_one(Account, wati.id).subject == f"{provider.issuer} p-1"


@pytest.mark.parametrize(
    "change",
    [{"verified": False}, {"email": "orang@lain.go.id"}, {"verified": "true"}, {"email": ""}],
)
def test_nobody_gets_an_account_by_the_providers_word(
    wati: Holder, provider: Provider, change: dict[str, Any]
) -> None:
    for name, value in change.items():
        setattr(provider, name, value)
    refused = go(wati.browser)
    assert (refused.status_code, "Tidak ada akun aktif" in refused.text) == (403, True)
    assert wati.browser.get_cookie("ksdd") is None


def test_somebody_else_with_the_same_address_is_not_let_into_a_bound_account(
    wati: Holder, pages: Flask, provider: Provider
) -> None:
    go(wati.browser)
    provider.sub = "p-2"
    assert go(pages.test_client()).status_code == 403


def test_a_disabled_account_is_not_let_in(wati: Holder, house: Office) -> None:
    actions.disable_account(house, wati.id, order=ORDER, now=wati.clock())
    assert go(wati.browser).status_code == 403


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"iss": "https://another.example"},
        {"exp": 1},
        {"sub": None},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_this_visit_is_refused(
    wati: Holder, provider: Provider, lie: dict[str, Any]
) -> None:
    provider.lies = lie
    refused = go(wati.browser)
    assert (refused.status_code, "tidak dapat dipakai" in refused.text) == (403, True)


def test_a_token_that_somebody_else_signed_is_refused(wati: Holder, provider: Provider) -> None:
    provider.other_key = RSAKey.generate_key(2048)
    assert go(wati.browser).status_code == 403


def test_an_answer_works_once_in_the_browser_that_left_and_for_its_issuer(
    wati: Holder, pages: Flask, provider: Provider
) -> None:
    answer = answer_for(wati.browser)
    stranger = pages.test_client()
    assert stranger.get(answer).status_code == 403
    stranger.get("/masuk/oidc")
    assert stranger.get(answer).status_code == 403
    assert len(provider.asked) == 0
    assert wati.browser.get(answer).status_code == 303
    assert wati.browser.get(answer).status_code == 403

    for broken in ("?error=access_denied&state=x", "?code=x", "?code=x&state=y", ""):
        wati.browser.get("/masuk/oidc")
        assert wati.browser.get(f"/masuk/oidc/kembali{broken}").status_code == 403, broken
    provider.iss = "https://another.example"
    assert go(wati.browser).status_code == 403


def test_a_provider_that_is_silent_is_a_sentence(
    office: Office, clock: Clock, house: Office
) -> None:
    client = OidcClient(issuer="http://127.0.0.1:9", id=CLIENT)
    made = create_app(replace(office, settings=replace(office.settings, oidc=client)))
    made.config.update(TESTING=True, CLOCK=clock)
    refused = made.test_client().get("/masuk/oidc")
    assert (refused.status_code, "tidak menjawab" in refused.text) == (403, True)


def test_without_a_provider_there_is_no_such_way(browser: FlaskClient) -> None:
    assert browser.get("/masuk/oidc").status_code == 404
    assert browser.get("/masuk/oidc/kembali").status_code == 404
    assert "akun instansi" not in browser.get("/masuk").text
