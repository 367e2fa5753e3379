"""Somebody with an account: takes an invitation, keeps an app on his telephone, signs in."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from processes import actions
from processes.actions import Actor, NewAccount, Order, Scope
from processes.office import Office
from processes.store.tables import AccountRole
from tests.webhooks.conftest import Clock
from tests.webhooks.forms import key_in

GOOD = "kuda laut ungu bernyanyi"
OTHER = "sepeda tua di bawah hujan"
ORDER = Order(actor=Actor(kind="account", name="kepala"), reason="SK 12/2026")


class Holder:
    """One person with a browser of his own."""

    def __init__(self, app: Flask, office: Office, clock: Clock) -> None:
        self.office, self.clock = office, clock
        self.browser: FlaskClient = app.test_client()
        self.key = ""
        self.codes: list[str] = []

    def is_invited(
        self,
        name: str = "Wati Hapsari",
        role: AccountRole = AccountRole.CLERK,
        *regions: str,
        email: str = "",
        official: str = "",
    ) -> str:
        """The path of his invitation."""
        wish = NewAccount(
            name=name,
            scope=Scope(role=role, regions=regions),
            email=email,
            official=official,
        )
        made = actions.invite_account(self.office, wish, order=ORDER, now=self.clock())
        self.name, self.id = name, made.account_id
        return made.url.removeprefix(self.office.settings.base_url)

    def accepts(self, path: str, password: str = GOOD, repeated: str = "") -> TestResponse:
        data = {"password": password, "repeated": repeated or password}
        return self.browser.post(path, data=data)

    def signs_in(
        self, password: str = GOOD, code: str = "", name: str = "", address: str = "127.0.0.1"
    ) -> TestResponse:
        return self.browser.post(
            "/masuk",
            data={"name": name or self.name, "password": password, "code": code},
            environ_base={"REMOTE_ADDR": address},
        )

    def sets_up_app(self) -> TestResponse:
        begun = self.sends("/akun-saya/aplikasi", "/akun-saya/aplikasi")
        self.key = re.findall(r'class="hash">([A-Z2-7]+)<', begun.text)[0]
        app = re.findall(r'name="app" value="(\w+)"', begun.text)[0]
        done = self.sends(begun.text, "/akun-saya/aplikasi", app=app, code=self.code())
        self.codes = re.findall(r"<code>([A-Z2-7-]{19})</code>", done.text)
        return done

    def code(self) -> str:
        """What his app shows half a minute later, which was not used yet."""
        self.clock.moment += timedelta(seconds=30)
        return pyotp.TOTP(self.key).at(self.clock())

    def sends(self, page: str, to: str, **values: str) -> TestResponse:
        """Send a form of a page (its path, or its text)."""
        if page.startswith("/"):
            page = self.browser.get(page).text
        return self.browser.post(to, data={"_kunci": key_in(page), **values})
